"""The latent space in a real browser: hands on the cloud, and what is to be read beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

CLOUD = ".latent-space .cloud"


@pytest.fixture
def latent(dashboard: OpenDashboard) -> Dashboard:
    opened = dashboard("09_latent_space")
    in_state(opened.page, "ready")
    return opened


def in_state(page: Page, state: str) -> None:
    page.locator(f'.run-controls[data-state="{state}"]').wait_for()


def controls(page: Page) -> Locator:
    return page.locator(".latent-space .controls")


def middle(page: Page) -> tuple[float, float, float, float]:
    box = page.locator(CLOUD).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"], box["height"]


def picture(page: Page) -> str:
    drawn: str = page.evaluate(f"() => document.querySelector('{CLOUD}').toDataURL()")
    return drawn


def changes(page: Page, before: str) -> None:
    page.wait_for_function(
        f"before => document.querySelector('{CLOUD}').toDataURL() !== before", arg=before
    )


def find_point(page: Page) -> tuple[float, float]:
    """Move the pointer over the cloud until it is on a point."""
    x, y, _, height = middle(page)
    tip = page.locator(".latent-space .tip")
    for step in range(200):
        at = (x + (step % 20 - 10) * height / 24, y + (step // 20 - 5) * height / 12)
        page.mouse.move(*at)
        if tip.is_visible():
            return at
    raise AssertionError("no point is found")


def test_a_point_is_looked_at_and_chosen_with_its_neighbours(latent: Dashboard) -> None:
    page = latent.page
    at = find_point(page)
    image = page.locator(".latent-space .tip img")
    page.wait_for_function("() => document.querySelector('.latent-space .tip img').src !== ''")
    assert str(image.get_attribute("src")).startswith("data:image/png")
    page.mouse.click(*at)
    latent.settled("latent_space.reading['chosen']['place'] == run.latest.sample", True)
    place: Any = latent.python("run.latest.sample")
    page.locator(".near-head h4", has_text=f"Nearest to image {place} (").wait_for()
    near = page.locator(".neighbours li")
    told: Any = latent.python("[one['place'] for one in latent_space.reading['neighbours']]")
    assert len(told) == 10
    first = near.first.get_attribute("aria-label") or ""
    assert first.startswith(f"Test image {told[0]}:")
    page.get_by_role("radio", name="Euclidean").click()
    latent.settled("latent_space.metric", "euclidean")
    near.first.click()  # follow it
    latent.settled("run.latest.sample != " + str(place), True)
    assert latent.console_errors == []


def test_a_lasso_gathers_and_a_class_is_gathered_by_its_button(latent: Dashboard) -> None:
    page = latent.page
    x, y, _, height = middle(page)
    gathered = page.locator(".gathered")
    assert gathered.is_hidden()
    page.get_by_role("radio", name="lasso").click()
    far = height / 5
    page.mouse.move(x - far, y - far)
    page.mouse.down()
    for dx, dy in ((far, -far), (far, far), (-far, far)):
        page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()
    gathered.wait_for()
    count: Any = latent.python("latent_space.reading['gathered']['count']")
    assert 0 < count < 355
    assert (gathered.locator("p").text_content() or "").startswith(f"{count} images")
    page.get_by_role("button", name="Let go").click()
    gathered.wait_for(state="hidden")
    page.locator(".legend").get_by_role("button", name="4", exact=True).click()
    gathered.wait_for()
    fours: Any = latent.python("int((run.watched.test_labels == 4).sum())")
    assert (gathered.locator("p").text_content() or "").startswith(f"{fours} images")
    assert gathered.locator(".class-shares li").count() == 1
    page.get_by_label("Task").select_option("island")
    page.locator(".task .verdict", has_text="✓ All").wait_for()


def test_it_is_moved_zoomed_and_turned(latent: Dashboard) -> None:
    page = latent.page
    x, y, _, _ = middle(page)
    before = picture(page)
    whole = page.get_by_role("button", name="Show all")
    assert whole.is_hidden()
    page.mouse.move(x, y)
    page.mouse.wheel(0, -200)
    whole.wait_for()
    changes(page, before)
    near = picture(page)
    page.mouse.down()
    page.mouse.move(x + 60, y + 20, steps=3)
    page.mouse.up()
    changes(page, near)
    whole.click()
    whole.wait_for(state="hidden")
    page.get_by_role("radio", name="3-D").click()
    latent.settled("latent_space.frame['points']['shape'][1]", 3)
    page.locator(".latent-space .note", has_text="the space shows").wait_for()
    assert page.get_by_role("button", name="Regions").is_disabled()
    before = picture(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y, steps=3)
    page.mouse.up()
    changes(page, before)
    page.locator(CLOUD).press("+")
    whole.wait_for()


def test_methods_regions_and_colours(latent: Dashboard) -> None:
    page = latent.page
    note = page.locator(".latent-space .note")
    page.get_by_role("button", name="Regions").click()
    page.locator(".latent-space .ground").wait_for()
    page.get_by_text("not the network's own borders").wait_for()
    page.get_by_role("radio", name="LDA").click()
    note.filter(has_text="what tells the classes apart").wait_for()
    page.get_by_role("radio", name="t-SNE").click()
    note.filter(has_text="each. t-SNE.").wait_for()  # it rests
    page.locator(".latent-space .words", has_text="Trustworthiness 0.9").wait_for()
    colour = controls(page).get_by_label("Colour")
    for name, items in (("right or wrong", 2), ("confidence", 2), ("prediction", 11)):
        before = picture(page)
        colour.select_option(label=name)
        changes(page, before)
        assert page.locator(".latent-space .legend > li").count() == items
    assert latent.console_errors == []


def test_another_layer_and_fewer_images(latent: Dashboard) -> None:
    page = latent.page
    note = page.locator(".latent-space .note")
    controls(page).get_by_label("Layer").select_option("pool2")
    note.filter(has_text="355 test images; 64 numbers each").wait_for()
    controls(page).get_by_label("Images").select_option("100")
    note.filter(has_text="100 test images; 64 numbers each").wait_for()
    assert latent.python("(run.wanted.vectors_of, run.wanted.vectors)") == ("pool2", 100)
    find_point(page)
    controls(page).get_by_label("Layer").select_option(label="last hidden")
    note.filter(has_text="100 test images; 84 numbers each").wait_for()


def test_an_image_of_ones_own_is_a_star(latent: Dashboard) -> None:
    page = latent.page
    before = picture(page)
    latent.python("run.watch(image=255 - run.watched.test_images[3])")
    page.get_by_text("Nearest to your own image ★").wait_for()
    changes(page, before)
    page.locator(".neighbours li").first.click()
    page.get_by_text("Nearest to image").wait_for()


def test_the_vectors_are_saved(latent: Dashboard) -> None:
    saved: list[str] = []
    latent.page.on("download", lambda download: saved.append(download.suggested_filename))
    latent.page.get_by_role("button", name="TSV").click()
    latent.page.wait_for_event("download", lambda _: len(saved) == 2)
    assert sorted(saved) == ["metadata.tsv", "vectors.tsv"]


def test_the_points_move_while_it_learns_and_the_task_is_solved(latent: Dashboard) -> None:
    page = latent.page
    before = picture(page)
    page.get_by_role("button", name="Start training").click()
    changes(page, before)
    verdict = page.locator(".task .verdict")
    verdict.filter(has_text="Apart:").wait_for()
    page.get_by_role("button", name="Pause").click()
    in_state(page, "paused")
    answer = page.get_by_role("button", name="They part here")
    look_at(latent, 0)
    answer.click()
    verdict.filter(has_text="It is later").wait_for()
    parted: Any = latent.python(
        "min(epoch for epoch, far in latent_space._parting._seen.items() if far >= 2)"
    )
    steps: Any = latent.python("run.latest.total_steps / run.latest.epochs")
    look_at(latent, round(parted * steps))
    answer.click()
    verdict.filter(has_text="✓ Yes.").wait_for()


def look_at(latent: Dashboard, step: int) -> None:
    """Go back in time, and wait until the latent space shows it."""
    latent.python(f"run.look_at({step})")
    latent.settled("latent_space.frame['sequence'] == run.wait().sequence", True)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (400, 800)])
def test_all_is_seen_and_nothing_scrolls_sideways(
    dashboard: OpenDashboard, width: int, height: int
) -> None:
    page = dashboard("09_latent_space", width=width, height=height).page
    in_state(page, "ready")
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    inside = page.evaluate(
        """() => [...document.querySelectorAll(".latent-space :is(.place, .controls, .side)")]
            .map(node => node.getBoundingClientRect())
            .map(({ left, right, bottom }) => [left, right, bottom])"""
    )
    for left, right, bottom in inside:
        assert left >= 0
        assert right <= width
        assert width < 700 or bottom <= height


def test_the_keyboard_walks_from_point_to_point_and_gathers(latent: Dashboard) -> None:
    page, cloud = latent.page, latent.page.locator(CLOUD)
    cloud.focus()
    cloud.press("ArrowRight")
    page.locator(".latent-space .tip").wait_for()
    latent.settled("run.wanted.sample >= 0", True)
    first = latent.python("run.wanted.sample")
    cloud.press(" ")
    latent.settled("len(latent_space.gathered)", 1)
    cloud.press("ArrowLeft")
    latent.settled(f"run.wanted.sample != {first}", True)
    cloud.press(" ")
    latent.settled("len(latent_space.gathered)", 2)
    assert latent.python("run.wanted.sample in latent_space.gathered")
    page.get_by_role("status").filter(has_text="2 gathered").wait_for()
    cloud.press(" ")
    latent.settled(f"list(latent_space.gathered) == [{first}]", True)
    cloud.press("Escape")
    latent.settled("len(latent_space.gathered)", 0)
