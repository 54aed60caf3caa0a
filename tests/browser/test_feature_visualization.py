"""Feature visualization in a real browser: grids fill, are made anew, choose for all views."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

ROWS = ".feature-visualization .row:not([hidden])"


@pytest.fixture
def made(dashboard: OpenDashboard) -> Dashboard:
    opened = dashboard("10_feature_visualization")
    opened.page.locator('.run-controls[data-state="ready"]').wait_for()
    at_rest(opened.page)
    return opened


def at_rest(page: Page) -> None:
    """Wait until all images of the present network are there."""
    page.locator(f"{ROWS} .made canvas").first.wait_for()
    page.locator(".feature-visualization .go").wait_for(state="hidden")


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def picture(page: Page, name: str) -> str:
    drawn: str = row(page, name).locator(".made canvas").first.evaluate("c => c.toDataURL()")
    return drawn


FIRST = "document.querySelectorAll('.feature-visualization .row')[1].querySelector('canvas')"


def test_grids_fill_by_themselves_and_a_click_chooses_for_all_views(made: Dashboard) -> None:
    page = made.page
    names = page.locator(f"{ROWS} .layer").all_text_contents()
    assert names == ["relu1", "relu2", "Classes"]
    counts = [page.locator(ROWS).nth(i).locator(".tile:visible").count() for i in range(3)]
    assert counts == [6, 16, 5]
    assert row(page, "relu1").locator(".tile").first.locator(".real canvas:visible").count() == 4
    room = page.locator(".feature-visualization .rows")
    assert room.evaluate("e => e.scrollHeight <= e.clientHeight")  # all of it can be seen

    row(page, "relu2").locator(".made").nth(5).click()
    made.settled("(run.wanted.layer, run.wanted.channel)", ("relu2", 5))
    page.locator(".made[aria-pressed='true']").wait_for()
    row(page, "Classes").locator(".made").nth(2).click()
    made.settled("run.wanted.target", 2)
    place = made.python("int(channels.strongest['relu1']['places'][0][1])")
    row(page, "relu1").locator(".real button").nth(1).click()
    made.settled("run.wanted.sample", place)
    assert made.console_errors == []


def test_they_are_made_anew_as_the_network_learns_and_for_a_moment_of_the_past(
    made: Dashboard,
) -> None:
    page = made.page
    before = picture(page, "relu2")
    page.get_by_role("button", name="One step").click()
    page.wait_for_function(f"before => {FIRST}.toDataURL() !== before", arg=before)
    at_rest(page)
    made.settled("channels.frame['rows'][1]['step']", 1)
    after = picture(page, "relu2")
    assert after != before
    page.get_by_role("slider", name="Moment of the training").press("Home")
    made.settled("run.latest.looked_at", 0)
    # As they were made then.
    page.wait_for_function(f"before => {FIRST}.toDataURL() === before", arg=before)

    page.get_by_role("radio", name="One layer").click()
    page.get_by_role("combobox", name="Layer", exact=True).select_option("conv1")
    page.get_by_role("combobox", name="Images", exact=True).select_option("3")
    row(page, "conv1").locator(".tile").first.locator(".made canvas").nth(2).wait_for()
    page.get_by_role("combobox", name="Steps", exact=True).select_option("512")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Make them").wait_for()
    made.settled("channels._making.busy", value=False)
    assert made.python("channels.frame['rows'][0]['done']") < 512
    page.get_by_role("radio", name="in the middle").click()
    made.settled("channels.frame['busy']", value=True)
    assert made.console_errors == []


def test_on_a_phone_nothing_scrolls_sideways(dashboard: OpenDashboard) -> None:
    page = dashboard("10_feature_visualization", 400, 800, touch=True).page
    page.locator(f"{ROWS} .made canvas").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    tiles = page.locator(f"{ROWS} .tile:visible")
    sides = {round(box["width"]) for one in tiles.all() if (box := one.bounding_box())}
    assert len(sides) == 1
