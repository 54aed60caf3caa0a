"""The classic notebook of an environment like Colab's: ipywidgets 7 shows the same widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.jupyter import open_jupyter
from tests.environments.venvs import colab_environment, python_of

if TYPE_CHECKING:
    import pytest
    from playwright.sync_api import Browser

# Its kernel is there, and so are the widgets' scripts: before them a widget is not heard of.
IDLE = """() => window.Jupyter?.notebook?.kernel?.is_connected() && Jupyter.notebook._fully_loaded
    && Jupyter.notebook.kernel.widget_manager !== undefined"""


def test_a_weight_is_keyed_in_the_classic_notebook(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> None:
    place = tmp_path_factory.mktemp("classic")
    python = python_of(colab_environment())
    with open_jupyter(place, "notebook", python=python) as running:
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.set_default_timeout(60_000)
        page.goto(f"{running.url}notebooks/01_neuron.ipynb")
        page.wait_for_function(IDLE)
        page.evaluate("() => Jupyter.notebook.execute_all_cells()")
        page.locator(".neuron[data-ready]").wait_for()
        page.get_by_role("slider", name="Weight 1", exact=True).press("Home")
        running.settled("01_neuron", "neuron.weights[0]", -4)
        assert running.python("01_neuron", "__import__('ipywidgets').__version__") == "7.7.1"
        page.context.close()
