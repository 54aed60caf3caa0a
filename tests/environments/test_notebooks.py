"""The notebooks themselves: kept without outputs, and each runs from top to bottom."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

from hosts import colab
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
def test_it_has_the_badge_and_the_cell_that_all_have(name: str) -> None:
    path = NOTEBOOKS / f"{name}.ipynb"
    text = path.read_text(encoding="utf-8")
    address = colab.repository(colab.PYPROJECT.read_text(encoding="utf-8"))
    assert colab.written(colab.dressed(json.loads(text), path.name, address)) == text


def test_an_address_is_written_once_for_all(tmp_path: Path) -> None:
    pyproject = tmp_path / "pyproject.toml"
    shutil.copy(colab.PYPROJECT, pyproject)
    for name in NAMES:
        shutil.copy(NOTEBOOKS / f"{name}.ipynb", tmp_path)
    with pytest.raises(ValueError, match="https://github.com/OWNER/REPO, not"):
        colab.main(["github.com/owner"], tmp_path, pyproject)
    colab.main(["https://github.com/owner/repo"], tmp_path, pyproject)
    colab.main(["https://github.com/owner/other"], tmp_path, pyproject)  # it has moved
    colab.main([], tmp_path, pyproject)
    assert pyproject.read_text().count("https://github.com/owner") == 1
    for name in NAMES:
        _, badge, setup = nbformat.read(tmp_path / f"{name}.ipynb", as_version=4).cells[:3]
        assert f"/github/owner/other/blob/main/notebooks/{name}.ipynb)" in badge.source
        assert 'REPOSITORY = "https://github.com/owner/other"' in setup.source
        trains = any("\nrun = " in cell.source for cell in read(name).cells)
        assert ("for _ in run" in badge.source) == trains


@pytest.mark.parametrize("name", NAMES)
def test_it_is_kept_without_outputs(name: str) -> None:
    for cell in read(name).cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
