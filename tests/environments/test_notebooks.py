"""The notebooks themselves: kept without outputs, and each runs from top to bottom."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

from tests.environments.running import execute, outputs, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


def read(name: str) -> NotebookNode:
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


@pytest.fixture(scope="module")
def executed() -> Iterator[dict[str, Future[NotebookNode]]]:
    """All notebooks, two at a time: most of a run is waiting for the imports."""
    with ThreadPoolExecutor(2) as pool:
        yield {name: pool.submit(execute, read(name), NOTEBOOKS) for name in NAMES}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_from_top_to_bottom_and_shows_its_widgets(
    executed: dict[str, Future[NotebookNode]], name: str
) -> None:
    notebook = executed[name].result()
    told = [one for one in outputs(notebook) if one.output_type in ("error", "stream")]
    assert told == []
    widgets = list(shown(notebook))
    assert len(widgets) > 0
    for state in widgets:
        assert state["_view_name"], state["_model_name"]
        if state["_model_module"] == "anywidget":
            assert len(state["_esm"]) > 1000


@pytest.mark.parametrize("name", NAMES)
def test_it_is_kept_without_outputs(name: str) -> None:
    for cell in read(name).cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
