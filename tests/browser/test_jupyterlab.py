"""The notebooks in JupyterLab and in Notebook 7: the same hand, also while a cell is running."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.gestures import drag
from tests.browser.jupyter import Jupyter, open_jupyter, run_all
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

# Something that Python computed has come: the picture of the weights that the hand holds.
DRAWN = """() => {
    const now = [...document.querySelectorAll(".pill.weight")].map((h) => +h.ariaValueNow);
    return window.drawn && JSON.stringify(window.drawn.weights) === JSON.stringify(now);
}"""
LISTEN = """() => document.querySelector(".neuron").addEventListener("derived",
    (event) => { window.drawn = event.detail; })"""
BUSY = """from pathlib import Path

while not Path("gate").exists():
    Path("told").write_text(repr(list(neuron.weights)))
"""


@pytest.fixture(scope="module")
def jupyterlab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    place = tmp_path_factory.mktemp("jupyterlab")
    with open_jupyter(place, "jupyterlab", "--expose-app-in-browser") as running:
        yield running


def opened(jupyter: Jupyter, browser: Browser, address: str) -> Page:
    """Open a notebook and run its cells."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(60_000)
    page.goto(f"{jupyter.url}{address}")
    run_all(page)
    page.locator(".lab[data-ready]").first.wait_for()
    return page


def test_a_weight_is_dragged_and_keyed_also_while_a_cell_is_running(
    jupyterlab: Jupyter, browser: Browser
) -> None:
    page = opened(jupyterlab, browser, "lab/tree/01_neuron.ipynb?reset")
    page.evaluate(LISTEN)
    weight = page.get_by_role("slider", name="Weight 1", exact=True)
    drag(page, weight, 60, 16)
    page.wait_for_function(DRAWN)
    held: Any = page.evaluate("() => drawn.weights")
    assert held[0] > 1.5
    jupyterlab.settled("01_neuron", "list(neuron.weights)", held)
    weight.press("Home")
    jupyterlab.settled("01_neuron", "neuron.weights[0]", -4)
    # no code is seen of the cell that only Colab needs, and nothing is put out by it
    assert page.locator(".jp-Notebook .jp-InputPlaceholder").count() == 1
    assert page.get_by_role("img", name="Open in Colab").evaluate("image => image.naturalWidth") > 0

    told, gate = jupyterlab.notebooks / "told", jupyterlab.notebooks / "gate"
    page.evaluate("() => jupyterapp.commands.execute('notebook:insert-cell-below')")
    cell = page.locator(".jp-Notebook .jp-Cell").last
    cell.locator(".cm-content").fill(BUSY)
    page.evaluate("() => { jupyterapp.commands.execute('notebook:run-cell'); }")
    try:
        until(told.exists, "the cell")
        drag(page, weight, 80, 20)
        page.wait_for_function(DRAWN)
        held = page.evaluate("() => drawn.weights")
        assert held[0] > -4
        until(lambda: told.read_text() == repr(held), "the weight in the running cell")
        assert cell.locator(".jp-InputPrompt").inner_text() == "[*]:"  # it is still at work
    finally:
        gate.touch()
    jupyterlab.settled("01_neuron", "list(neuron.weights)", held)
    page.context.close()


def test_a_network_is_trained_and_paused(jupyterlab: Jupyter, browser: Browser) -> None:
    page = opened(jupyterlab, browser, "lab/tree/07_live_cnn.ipynb?reset")
    page.locator('.run-controls[data-state="ready"]').wait_for()
    page.get_by_role("button", name="Start training", exact=True).click()
    page.wait_for_function(
        "() => parseFloat(document.querySelector('.run-controls .accuracy').textContent) > 70"
    )
    page.get_by_role("button", name="Pause", exact=True).click()
    page.locator('.run-controls[data-state="paused"]').wait_for()
    text = page.locator(".run-controls .where").text_content() or ""
    step = re.match(r"step ([\d,]+) of", text)
    assert step
    assert int(step[1].replace(",", "")) == jupyterlab.python("07_live_cnn", "run.latest.step")
    # nothing is squeezed or covered in the column of a notebook
    assert page.evaluate(INSIDE) == []
    page.context.close()


# The names of the views that reach out of their place, or out of the notebook's column
INSIDE = """() => [...document.querySelectorAll(".lab")].filter((view) => {
    const column = view.closest(".jp-OutputArea-output").getBoundingClientRect();
    return view.scrollWidth > view.clientWidth + 1 || view.scrollHeight > view.clientHeight + 4
        || view.getBoundingClientRect().right > column.right + 1;
}).map((view) => view.className)"""


def test_notebook_7_shows_the_same(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> None:
    place = tmp_path_factory.mktemp("notebook")
    with open_jupyter(place, "notebook", "--expose-app-in-browser") as running:
        page = opened(running, browser, "notebooks/01_neuron.ipynb")
        page.get_by_role("slider", name="Weight 1", exact=True).press("Home")
        running.settled("01_neuron", "neuron.weights[0]", -4)
        page.context.close()
