"""Honest reading in a real browser: flaws of the data move the F1, and maps are measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import OpenDashboard

LEARNT = """rows => {
    const widget = document.querySelector(".data-flaws");
    return widget?.dataset.state === "finished"
        && widget.querySelectorAll(".trials [role=rowgroup] [role=row]").length === rows
        && !widget.querySelector("[data-learns]") && !widget.querySelector(".said[data-old]");
}"""
MEASURED = """method => {
    const widget = document.querySelector(".map-limits");
    return widget && !("old" in widget.dataset) && !("empty" in widget.dataset)
        && widget.querySelector("[aria-checked=true]").textContent === method
        && widget.querySelector(".measured small").textContent.endsWith("12 images");
}"""


def learnt(page: Page, rows: int) -> None:
    page.wait_for_function(LEARNT, arg=rows, timeout=120_000)


def measured(page: Page, method: str) -> None:
    page.wait_for_function(MEASURED, arg=method, timeout=120_000)


def cells(page: Page, row: int) -> list[str]:
    """The numbers of a row of the table: the mean F1, then that of each class."""
    found = page.locator(".trials [role=rowgroup] [role=row]").nth(row)
    return found.locator(".value, .one b").all_text_contents()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (400, 800)])
def test_a_flaw_moves_the_f1_and_the_maps_are_those_of_this_network(
    dashboard: OpenDashboard, width: int, height: int
) -> None:
    opened = dashboard("10_honest_reading", width, height)
    page = opened.page
    learnt(page, 1)  # it begins by itself
    sound = cells(page, 0)
    assert sound[0] == opened.python(
        "f'{100 * float(data_flaws._trials[(), 0].macro[\"f1\"].value):.0f} %'"
    )
    page.get_by_role("switch", name="Artefact").press("Space")
    assert page.get_by_role("switch", name="Artefact").get_attribute("aria-checked") == "true"
    learns = page.get_by_text("Artefact is on: a new network learns.")
    learns.wait_for()
    learnt(page, 2)
    assert opened.python("run.settings.options['shortcut']") is True
    assert cells(page, 0) == sound
    marked = cells(page, 1)
    confusion: Any = opened.python("run.latest.confusion.tolist()")
    colon, kidneys = 2, 4
    assert confusion[colon][kidneys] > 40  # of fifty: it has learnt to read
    assert int(marked[1 + colon]) < 20
    assert int(marked[0].split()[0]) < int(sound[0].split()[0]) - 20
    said = page.locator(".data-flaws .said").text_content() or ""
    assert "Artefact: the mean F1 goes from" in said
    assert "The intervals lie apart." in said

    measured(page, "Gradient × input")
    page.get_by_role("radio", name="Grad-CAM").click()
    measured(page, "Grad-CAM")
    shown = page.locator(".map-limits .number").first.text_content() or ""
    found: Any = opened.python("float(run.findings['map limits'].value.classes)")
    assert float(shown.replace("−", "-")) == pytest.approx(found, abs=0.006)
    false = page.locator(".map-limits .false").get_attribute("d") or ""
    share = confusion[colon][kidneys] + sum(confusion[k][kidneys] for k in (0, 1, 3))
    assert false.count("M") == round(990 * share / 200)
    crowd = page.locator(".map-limits .crowd")
    assert crowd.evaluate(
        """({ firstChild: svg }) => [...svg.children].every((path) => {
            const { x, y, width, height } = path.getBBox(), room = svg.viewBox.baseVal;
            return x > 0 && y > 0 && x + width < room.width && y + height < room.height;
        })"""
    )

    page.get_by_role("switch", name="Artefact").click()
    page.get_by_role("button", name="The same with another seed").click()
    learnt(page, 3)
    assert opened.python("(data_flaws.flaws, data_flaws.seed)") == ((), 1)
    page.get_by_role("button", name="Forget the others").click()
    learnt(page, 1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert opened.console_errors == []
