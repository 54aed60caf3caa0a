"""The stress test in a real browser: train both, read the scores, step through the layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.gestures import drag
from tests.browser.harness import write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Lab

SMALL = """
from lab.training import Run
from widgets.stress_test import StressTest

small = {"size": 24, "count": 300}
clean = Run("organs", options=small, epochs=3)
planted = Run("organs", options={**small, "shortcut": True}, epochs=3)
stress_test = StressTest(clean, planted, ["saliency", "input_x_gradient", "cam"])
stress_test
"""

FOUND = "planted.findings['stress test'].value.scores"


def painted(page: Page, count: int) -> None:
    """Wait until so many maps are painted."""
    page.wait_for_function(
        "count => document.querySelectorAll('.stress-test figure[data-known]').length === count",
        arg=count,
        timeout=120_000,
    )


def test_train_read_and_step_through_the_layers(
    dashboard: OpenDashboard, voila_for: Callable[..., Lab], tmp_path: Path
) -> None:
    write_notebook(tmp_path / "small.ipynb", SMALL)
    opened = dashboard("small", lab=voila_for(tmp_path))
    page = opened.page
    painted(page, 4)  # two methods for two networks
    page.get_by_text("CAM needs").first.wait_for()
    page.get_by_text("train both first").wait_for()
    assert page.locator(".stress-test .place[inert] .dial-handle").count() == 1
    page.get_by_role("button", name="Train both").click()
    page.locator('.stress-test[data-state="finished"][data-tested]').wait_for(timeout=180_000)

    # The table is what Python holds, and sorted.
    scores: Any = opened.python(f"[(s.method, s.share, s.deletion_area) for s in {FOUND}]")
    known = {name: (share, area) for name, share, area in scores}
    names = {"Saliency": "saliency", "Gradient × input": "input_x_gradient", "CAM": "cam"}
    rows = page.locator(".stress-test .scores tbody tr").all()
    read = [[cell.text_content() or "" for cell in row.locator("th, td").all()] for row in rows]
    assert [names[one[0]] for one in read] == sorted(known, key=lambda name: -known[name][0])
    for title, share, *_, delete, _insert in read:
        expected = known[names[title]]
        assert share == ("–" if title == "CAM" else f"{100 * expected[0]:.0f}")
        assert delete == ("–" if title == "CAM" else f"{100 * expected[1]:.0f}")

    # The handle steps through the layers, and the curve shows where it stands.
    handle = page.get_by_role("slider", name="Layers with random weights")
    track = page.locator(".stress-test .dial-track").bounding_box()
    assert track
    drag(page, handle, track["width"] * 2 / 5, 0)
    opened.settled("stress_test.stage", 2)
    assert handle.get_attribute("aria-valuetext") == "output, dense2 random"
    assert page.get_by_role("radio", name="Randomise").get_attribute("aria-checked") == "true"
    ranks: Any = opened.python(f"[s.correlations[2] for s in {FOUND} if s.method == 'saliency']")
    shown = page.locator('[data-method="saliency"] .rank').nth(1)
    page.wait_for_function("node => node.textContent", arg=shown.element_handle())
    assert shown.text_content() == f"ρ {ranks[0]:.2f}".replace("-", "−")
    assert page.locator(".stress-test .lines path").count() == 2
    page.get_by_text("As learnt, they say:").wait_for()  # the maps are not
    handle.press("End")
    opened.settled("stress_test.stage", 5)
    page.get_by_role("radio", name="Delete").click()
    opened.settled("stress_test.panel", "deletion")
    page.get_by_text("highest values in the map taken away first").wait_for()

    # The maps keep their places; what begins anew has all its weights as they are.
    shown_first = page.locator(".stress-test .method").first
    assert shown_first.get_attribute("data-method") == "saliency"
    page.get_by_role("button", name="Reset").click()
    opened.settled("stress_test.stage", 0)
    page.get_by_text("train both first").wait_for()
    assert opened.console_errors == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (400, 800)])
def test_it_starts_alive_and_fits(dashboard: OpenDashboard, width: int, height: int) -> None:
    opened = dashboard("10_stress_test", width, height)
    page = opened.page
    painted(page, 10)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    boxes = [
        one.bounding_box()
        for one in page.locator(".stress-test :is(.runs, .example, .maps, .stages, .curves)").all()
    ]
    ends = [box["y"] + box["height"] for box in boxes if box]
    assert len(ends) == 5
    if width > 1000:
        table = page.locator(".stress-test .scores").bounding_box()
        assert table
        assert max(*ends, table["y"] + table["height"]) <= height
    else:  # one below the other
        starts = [box["y"] for box in boxes if box]
        assert all(start >= end for start, end in zip(starts[1:], ends, strict=False))
    assert opened.console_errors == []
