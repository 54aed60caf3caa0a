"""Two runs side by side in a real browser: choose, predict, train, and read what Python holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import OpenDashboard


def in_state(page: Page, state: str) -> None:
    page.locator(f'.comparison[data-state="{state}"]').wait_for(timeout=120_000)


def points(page: Page, chart: int, side: str) -> list[float]:
    """Return the values that a curve's points stand at, by the numbers on the axis."""
    found: list[float] = page.evaluate(
        """([chart, side]) => {
            const svg = document.querySelectorAll('.comparison .chart')[chart];
            const lines = [...svg.querySelectorAll('.axes line')];
            const [low, high] = [lines[0], lines.at(-1)].map((line) => ({
                y: Number(line.getAttribute('y1')),
                value: Number(line.nextSibling.textContent),
            }));
            return svg.querySelector(`.main.${side}`).getAttribute('d').slice(1).split('L')
                .map((pair) => (low.y - Number(pair.split(",")[1])) / (low.y - high.y))
                .map((share) => share * high.value);
        }""",
        [chart, side],
    )
    return found


def test_choose_predict_train_and_read(dashboard: OpenDashboard) -> None:
    opened = dashboard("07_two_runs")
    page = opened.page
    in_state(page, "ready")
    page.get_by_role("combobox", name="Compare").select_option("momentum")
    page.get_by_text("What does momentum do to the training loss").wait_for()
    assert page.get_by_role("combobox", name="Epochs").input_value() == "10"
    page.get_by_role("radio", name="lowers it").click()
    page.get_by_text("You predict “lowers it”.").wait_for()
    page.get_by_role("radio", name="test", exact=True).click()
    in_state(page, "ready")
    page.get_by_role("button", name="Train both").click()
    in_state(page, "finished")
    page.get_by_text("Right: “lowers it”, as you predicted.").wait_for()

    # The table and the curves are what the two runs hold.
    for side, run in (("a", 0), ("b", 1)):
        latest = f"comparison.experiment.runs[{run}].latest"
        accuracy: Any = opened.python(f"{latest}.test_accuracy.tolist()")
        cells = page.locator(f".comparison tbody td.{side}")
        assert cells.nth(0).text_content() == f"{100 * accuracy[5]:.1f} %"
        assert cells.nth(1).text_content() == f"{100 * accuracy[10]:.1f} %"
        losses: Any = opened.python(f"{latest}.test_loss.tolist()")
        assert cells.nth(3).text_content() == f"{losses[-1]:.3f}"
        drawn = points(page, 0, side)
        assert len(drawn) == 11
        assert drawn == pytest.approx(losses, abs=0.02)
    said: Any = opened.python("list(comparison.experiment.latest.sentences)")
    assert said[0] in (page.locator(".comparison .said").text_content() or "")

    # The same once more on a logarithmic axis; then another comparison begins anew.
    page.get_by_role("radio", name="log").click()
    page.locator(".comparison .axes text", has_text="0.1").first.wait_for()
    page.get_by_role("combobox", name="Repeats").select_option("3")
    in_state(page, "ready")
    assert page.locator(".comparison tbody td.a").first.text_content() == "–"
    assert opened.python("comparison.experiment.plan.repeats") == 3
    assert opened.console_errors == []


def test_a_missing_gpu_is_explained_and_another_pair_still_trains(
    dashboard: OpenDashboard,
) -> None:
    opened = dashboard("07_two_runs", 400, 800)
    page = opened.page
    in_state(page, "ready")
    if opened.python("__import__('shutil').which('nvidia-smi') is not None"):
        pytest.skip("this machine has a GPU")
    page.get_by_role("combobox", name="Compare").select_option("device")
    page.get_by_text("PyTorch finds no CUDA GPU here").wait_for()
    page.get_by_role("combobox", name="Compare").select_option("nothing")
    in_state(page, "ready")
    page.get_by_role("combobox", name="Epochs").select_option("5")
    page.get_by_role("radio", name="nothing at all").click()
    page.get_by_role("button", name="Train both").click()
    in_state(page, "finished")
    page.get_by_text("Right: “nothing at all”").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
