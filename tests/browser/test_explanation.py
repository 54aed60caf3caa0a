"""Heat maps on a page: a class is pressed, a picture blended, values read, time scrubbed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.gestures import drag, middle, swipe

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

LARGE = ".explanation .large canvas"
FRESH = "() => document.querySelector('.explanation .waiting').textContent !== 'Explaining…'"


@pytest.fixture
def explained(dashboard: OpenDashboard) -> Dashboard:
    opened = dashboard("10_explanation")
    opened.page.locator('.run-controls[data-state="ready"]').wait_for()
    opened.page.wait_for_function(FRESH)
    return opened


def picture(page: Page, selector: str = LARGE) -> str:
    drawn: str = page.evaluate("s => document.querySelector(s).toDataURL()", selector)
    return drawn


def other_than(page: Page, before: str) -> None:
    page.wait_for_function(
        "([s, before]) => document.querySelector(s).toDataURL() !== before", arg=[LARGE, before]
    )


def test_another_class_is_explained_when_it_is_pressed(explained: Dashboard) -> None:
    page = explained.page
    page.get_by_text("Random weights: nothing is learnt yet").wait_for()
    page.locator(".explanation .warning", has_text="Not for clinical use").wait_for()
    assert page.locator(".explanation .tile").count() == 4
    before = picture(page)
    page.get_by_role("radio", name="lung").click()
    explained.settled("run.wanted.target", 1)
    page.get_by_role("heading", name="What speaks for lung?").wait_for()
    page.wait_for_function(FRESH)
    other_than(page, before)
    explained.settled("run.latest.explanations[0].target", 1)
    page.get_by_role("radio", name="lung").press("ArrowUp")
    page.get_by_role("heading", name="What speaks for liver?").wait_for()
    page.get_by_role("radio", name="most probable").click()
    explained.settled("run.wanted.target", -1)
    assert explained.console_errors == []


def test_the_hand_goes_from_the_image_to_the_heat_map(explained: Dashboard) -> None:
    page = explained.page
    opacity = page.get_by_role("slider", name="Opacity")
    opacity.press("Home")
    explained.settled("explanation.opacity", 0.0)
    pixels: list[int] = page.evaluate(
        """s => { const c = document.querySelector(s);
        return [...c.getContext("2d").getImageData(0, 0, c.width, c.height).data]
            .filter((_, i) => i % 4 === 0); }""",
        LARGE,
    )
    assert pixels == explained.python("run.latest.image.ravel().tolist()")
    alone = picture(page)
    drag(page, opacity, 60, 0)
    assert picture(page) != alone
    held: Any = explained.python("explanation.opacity")
    assert held > 0.2
    coloured = picture(page)
    drag(page, page.get_by_role("slider", name="Threshold"), 40, 0)
    assert picture(page) != coloured
    assert explained.python("explanation.threshold") > 0.1


def test_a_pixel_is_read_in_every_map(explained: Dashboard) -> None:
    page = explained.page
    x, y = middle(page.locator(LARGE))
    page.mouse.move(x + 1, y + 1)
    page.locator(".explanation .reading", has_text="Row 24, column 24").wait_for()
    written = page.locator(".explanation .tile .value").all_text_contents()
    held: Any = explained.python("[float(one.values[24, 24]) for one in run.latest.explanations]")
    shown = [float(text.replace("−", "-")) for text in written]
    assert shown == pytest.approx(held, rel=0.06)
    page.mouse.move(2, 2)
    page.locator(".explanation .reading", has_text="Point at a pixel").wait_for()
    marker = page.get_by_role("slider", name="Pixel")
    marker.focus()  # at the strongest one
    marker.press("ArrowUp")
    page.locator(".explanation .reading", has_text="of the largest").wait_for()


def test_methods_come_and_go_and_share_a_scale(explained: Dashboard) -> None:
    page = explained.page
    methods = page.get_by_role("group", name="Methods")
    methods.get_by_role("button", name="Saliency").click()
    explained.settled("run.wanted.methods[2]", "saliency")
    page.locator(".explanation .tile", has_text="Saliency").wait_for()
    for name in ("CAM", "Grad-CAM", "Integrated gradients"):
        methods.get_by_role("button", name=name, exact=True).click()
    explained.settled("explanation.methods", ["saliency", "occlusion"])
    page.locator(".explanation figcaption", has_text="Saliency").wait_for()
    page.locator(".explanation .tile", has_text="Occlusion").get_by_role("button").click()
    page.locator(".explanation figcaption", has_text="Occlusion").wait_for()
    page.wait_for_function(FRESH)
    legend = page.locator(".explanation .legend")
    assert "against" in legend.inner_text()
    page.locator(".explanation .tile", has_text="Saliency").get_by_role("button").click()
    legend.get_by_text("matters most").wait_for()
    assert "against" not in legend.inner_text()
    page.locator(".explanation .tile", has_text="Occlusion").get_by_role("button").click()
    legend.get_by_text("against").wait_for()
    before = picture(page)
    page.get_by_role("radio", name="One scale").click()
    explained.settled("explanation.scale", "shared")
    other_than(page, before)


def test_it_is_seen_while_it_learns_and_as_it_was(explained: Dashboard) -> None:
    page = explained.page
    random = picture(page)
    page.get_by_role("button", name="One epoch").click()
    page.locator('.run-controls[data-state="paused"]').wait_for()
    page.locator(".explanation:not([data-behind])").wait_for()
    page.get_by_text("Random weights").wait_for(state="hidden")
    other_than(page, random)
    page.get_by_role("slider", name="Moment").press("Home")
    page.get_by_text("Random weights").wait_for()
    page.wait_for_function(
        "([s, before]) => document.querySelector(s).toDataURL() === before", arg=[LARGE, random]
    )
    page.get_by_role("button", name="Next image").click()
    explained.settled("run.wanted.sample >= 0", True)
    other_than(page, random)


def test_a_finger_reads_and_blends(dashboard: OpenDashboard) -> None:
    opened = dashboard("10_explanation", width=400, height=800, touch=True)
    page = opened.page
    page.locator('.run-controls[data-state="ready"]').wait_for()
    page.wait_for_function(FRESH)
    x, y = middle(page.locator(LARGE))
    page.touchscreen.tap(x, y)
    page.locator(".explanation .reading", has_text="Row").wait_for()
    swipe(page, page.get_by_role("slider", name="Opacity"), 80)
    opened.settled("explanation.opacity > 0.6", True)
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_all_is_seen_without_scrolling(dashboard: OpenDashboard, width: int, height: int) -> None:
    page = dashboard("10_explanation", width=width, height=height).page
    page.locator('.run-controls[data-state="ready"]').wait_for()
    for part in page.locator(".lab-stage").first.locator(".lab > *:visible").all():
        box = part.bounding_box()
        assert box
        assert box["y"] + box["height"] <= height
