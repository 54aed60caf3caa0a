"""Filters, feature maps, image and prediction of one live network: touching one moves all."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from hosts import chromium
from tests.browser.gestures import drag, middle, swipe
from tests.browser.harness import Dashboard
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import FileChooser, Page

    from tests.browser.conftest import OpenDashboard

WEIGHT = ".filters .open [aria-label='Kernel'] [role='row']:nth-child(2) > :nth-child(3)"


@pytest.fixture
def inside(dashboard: OpenDashboard) -> Dashboard:
    opened = dashboard("08_feature_maps")
    opened.page.locator('.run-controls[data-state="ready"]').wait_for()
    opened.page.locator(".feature-maps .value", has_text="Row").wait_for()
    return opened


def picture(page: Page, selector: str) -> str:
    drawn: str = page.evaluate("s => document.querySelector(s).toDataURL()", selector)
    return drawn


def other_than(page: Page, selector: str, before: str) -> None:
    page.wait_for_function(
        "([s, before]) => document.querySelector(s).toDataURL() !== before", arg=[selector, before]
    )


def test_it_starts_alive_and_a_click_on_a_filter_chooses_its_channel_everywhere(
    inside: Dashboard,
) -> None:
    page = inside.page
    assert page.locator(".feature-maps .stage").count() == 5
    page.locator(".feature-maps .images button").nth(8).wait_for()
    tiles = page.get_by_role("img", name="6 filters of 5 by 5")
    box = tiles.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 2.5 / 6, box["y"] + 20)
    inside.settled("run.wanted.channel", 2)
    page.locator(".feature-maps figcaption", has_text="conv1, channel 2").wait_for()
    held: Any = inside.python("run.latest.kernels[2, 0].ravel().tolist()")
    shown = page.locator(".filters [aria-label='Kernel'] [role='gridcell']").all_text_contents()
    assert [float(text.replace("−", "-")) for text in shown] == pytest.approx(held, abs=0.00501)
    handle = page.get_by_role("slider", name="Chosen filter")
    handle.press("ArrowRight")
    inside.settled("run.wanted.channel", 3)

    second = page.locator(".feature-maps .stage", has_text="relu2").locator("canvas.tiles")
    x, y = middle(second)
    page.mouse.click(x + 4, y)
    inside.settled("run.wanted.layer", "relu2")
    page.locator(".feature-maps .why", has_text="conv2 has: choose it").wait_for()
    page.get_by_role("combobox", name="Layer").select_option("conv2")
    inside.settled("(run.wanted.layer, run.wanted.channel)", ("conv2", 0))
    page.get_by_role("img", name="16 filters by 6 inputs").wait_for()
    page.get_by_text("Filter 0, input 0").wait_for()
    assert inside.console_errors == []


def test_a_weight_in_the_hand_moves_map_and_prediction_and_comes_back(inside: Dashboard) -> None:
    page = inside.page
    one_map = ".feature-maps .detail canvas"
    map_before, before = picture(page, one_map), inside.python("float(run.latest.kernels[0,0,1,2])")
    bars = page.locator(".predictions .bars").text_content()
    drag(page, page.locator(WEIGHT), 0, -90)
    weight = "float(run.latest.kernels[0,0,1,2])"
    until(lambda: inside.python(weight) >= before + 0.2)
    other_than(page, one_map, map_before)
    page.wait_for_function(
        "before => document.querySelector('.predictions .bars').textContent !== before", arg=bars
    )
    inside.settled("run.latest.edits", 1)  # a gesture is one step
    page.get_by_role("button", name="Undo (1)").click()
    inside.settled("float(run.latest.kernels[0,0,1,2])", before)
    written = f"{before:.2f}".replace("-", "−")
    page.locator(WEIGHT, has_text=written).wait_for()  # and no more what the hand held
    page.wait_for_function(
        "([s, before]) => document.querySelector(s).toDataURL() === before",
        arg=[one_map, map_before],
    )
    page.get_by_label("Channel on").click()
    inside.settled("run.latest.switched_off", (("conv1", 0),))
    page.locator(".feature-maps .why", has_text="Switched off").wait_for()
    page.get_by_label("Channel on").click()
    inside.settled("run.latest.switched_off", ())

    page.locator(WEIGHT).dblclick()
    page.keyboard.type("1e9")
    page.keyboard.press("Enter")
    page.locator(".filters .problem", has_text="value must be a finite number").wait_for()
    assert inside.python("float(run.latest.kernels[0,0,1,2])") == before


def test_the_image_is_turned_drawn_and_uploaded(inside: Dashboard) -> None:
    page = inside.page
    turn = page.get_by_role("slider", name="Turn")
    for _ in range(3):
        turn.press("PageUp")
    inside.settled("run.latest.wanted.image is not None", True)
    assert inside.python("run.latest.label") == inside.python("int(run.watched.test_labels[0])")
    page.get_by_role("button", name="Undo all").click()
    inside.settled("run.latest.wanted.image is None", True)

    page.get_by_role("radio", name="Draw").click()
    drag(page, page.locator(".image-source .paper"), 0, 40)
    inside.settled("int(run.latest.image.max())", 255)
    assert inside.python("(run.latest.label, run.latest.image.shape)") == (-1, (1, 8, 8))
    page.locator(".predictions .said").get_by_text("labelled").wait_for(state="detached")

    file = io.BytesIO()
    Image.fromarray(np.full((20, 20), 90, np.uint8)).save(file, "PNG")
    page.get_by_role("radio", name="Test").click()
    page.get_by_role("button", name="Next image").click()
    inside.settled("run.latest.wanted.sample", 1)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("radio", name="Upload").click()
    scan = {"name": "scan.png", "mimeType": "image/png", "buffer": file.getvalue()}
    chooser.value.set_files([scan])  # type: ignore[list-item]
    inside.settled("run.latest.image.ravel().tolist() == [90] * 64", True)
    page.locator(".image-source .note", has_text="scan.png: its middle").wait_for()
    choosers: list[FileChooser] = []

    def note(chooser: FileChooser) -> None:
        choosers.append(chooser)

    page.on("filechooser", note)
    page.get_by_role("radio", name="Test").click()
    inside.settled("run.latest.wanted.image is None", True)
    page.get_by_role("radio", name="Upload").click()
    inside.settled("run.latest.image.ravel().tolist() == [90] * 64", True)
    assert choosers == []  # it is there


def test_only_weights_that_change_light_up(inside: Dashboard) -> None:
    page = inside.page
    page.evaluate(
        """() => {
          const { animate } = Element.prototype;
          window.lit = 0;
          Element.prototype.animate = function (...how) {
            window.lit += this.matches(".filters .lights");
            return animate.apply(this, how);
          };
        }"""
    )
    tiles = ".filters canvas.tiles"
    weights = picture(page, tiles)
    page.get_by_role("radio", name="Change").click()
    other_than(page, tiles, weights)
    changes = picture(page, tiles)
    page.get_by_role("radio", name="Weights").click()
    other_than(page, tiles, changes)
    assert page.evaluate("window.lit") == 0
    page.locator(WEIGHT).dblclick()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    page.wait_for_function("window.lit > 0")


def test_a_finger_draws(dashboard: OpenDashboard) -> None:
    opened = dashboard("08_feature_maps", width=400, height=800, touch=True)
    page = opened.page
    page.locator('.run-controls[data-state="ready"]').wait_for()
    page.get_by_role("radio", name="Draw").click()
    swipe(page, page.locator(".image-source .paper"), 20, 40)
    opened.settled("run.latest.wanted.image is not None and int(run.latest.image.max())", 255)
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_stepper_opens_on_the_numbers_of_the_unit(inside: Dashboard) -> None:
    page = inside.page
    x, y = middle(page.locator(".feature-maps .detail canvas").first)
    page.mouse.move(x, y)
    page.locator(".feature-maps .value", has_text="Row 4, column 4").wait_for()
    inside.settled("run.latest.wanted.unit", (4, 4))
    value: Any = inside.python("float(dict(run.latest.feature_maps)['conv1'][0, 4, 4])")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Step through it").click()
    stepper = Dashboard(inside.lab, opened.value)
    chromium.wait_until_complete(stepper.page)
    stepper.settled("convolution.at", (4, 4))
    shown: Any = stepper.python("float(convolution.windows.values[0, 4, 4])")
    stepper.close()
    assert shown == pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (400, 800)])
def test_all_is_seen_without_scrolling(dashboard: OpenDashboard, width: int, height: int) -> None:
    page = dashboard("08_feature_maps", width=width, height=height).page
    page.locator('.run-controls[data-state="ready"]').wait_for()
    page.locator(".feature-maps .value", has_text="Row").wait_for()
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    if width > 700:
        for part in page.locator(".lab-stage").first.locator(".lab > *:visible").all():
            box = part.bounding_box()
            assert box
            assert box["y"] + box["height"] <= height


def test_the_keyboard_draws(inside: Dashboard) -> None:
    page = inside.page
    page.get_by_role("radio", name="Draw").click()
    pen = page.get_by_role("application", name="Pen")
    pen.focus()
    for key in ("ArrowDown", " ", "ArrowDown", "ArrowDown", " ", "ArrowRight", " "):
        pen.press(key)
    strokes = [[[0.5, 0.24], [0.5, 0.28], [0.5, 0.32]], [[0.54, 0.32]]]
    inside.settled("[[list(p) for p in s] for s in rows[0][0].strokes]", strokes)
    assert page.evaluate("getComputedStyle(document.activeElement).opacity") == "1"
    pen.press("Delete")
    inside.settled("len(rows[0][0].strokes)", 1)


def test_every_kernel_of_a_layer_is_chosen_in_a_table(inside: Dashboard) -> None:
    page = inside.page
    page.get_by_label("Layer", exact=True).select_option("conv2")
    table = page.get_by_role("img", name="16 filters by 6 inputs")
    box = table.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 2.5 / 6, box["y"] + box["height"] * 5.5 / 16)
    inside.settled("(run.wanted.channel, filters.opened)", (5, 2))
    page.locator(".feature-maps figcaption", has_text="conv2, channel 5").wait_for()
    filters = page.get_by_role("region", name="Filters")
    chosen = filters.get_by_role("slider", name="Chosen kernel")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        chosen.press(key)
    inside.settled("(run.wanted.channel, filters.opened)", (7, 3))
    page.get_by_text("Filter 7, input 3").wait_for()
    held: Any = inside.python("run.latest.kernels[7, 3].ravel().tolist()")
    shown = page.locator(".filters [aria-label='Kernel'] [role='gridcell']").all_text_contents()
    assert [float(text.replace("−", "-")) for text in shown] == pytest.approx(held, abs=0.00501)
    page.get_by_role("slider", name="Chosen input map").press("End")
    page.get_by_text("Opens map 5 of 6").wait_for()
    before = box["width"]
    page.get_by_role("button", name="Larger").click()
    wider = "before => document.querySelector('.kernel-table .extent').clientWidth > before"
    page.wait_for_function(wider, arg=before)
    page.get_by_role("radio", name="Means").click()
    page.get_by_role("img", name="16 filters of 5 by 5").wait_for()
    assert not table.is_visible()
