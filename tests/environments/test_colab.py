"""In an environment like Colab's: the first cell, training in a cell, and the widgets' tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from tests.environments.running import execute, kernel_of, outputs, shown
from tests.environments.venvs import layer, python_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
VERSIONS = """
import json
from importlib import metadata
print(json.dumps({one.name.lower(): one.version for one in metadata.distributions()}))
"""
TRAINING = """
from lab.training import Run
from widgets.feature_maps import FeatureMaps
from widgets.filters import Filters
from widgets.run_controls import RunControls

run = Run("digits", epochs=5, pace=100, seed=1)  # two seconds, and a frame in each fifth of one
views = [RunControls(run), FeatureMaps(run), Filters(run)]
display(*views)
steps, seen = [], []
for snapshot in run:
    steps.append(snapshot.step)
    seen.append(views[0].frame["sequence"])
print(snapshot.state, snapshot.test_accuracy[-1] > 0.9, steps == sorted(steps), len(set(seen)) > 2)
"""


def versions(folder: Path) -> dict[str, str]:
    """What is installed in an environment."""
    found = subprocess.run(
        [python_of(folder), "-c", VERSIONS], check=True, capture_output=True, text=True
    )
    known: dict[str, str] = json.loads(found.stdout)
    return known


def read(name: str) -> NotebookNode:
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


@pytest.fixture(scope="module")
def readied(
    colab: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, NotebookNode]:
    """An environment in which a notebook, with the wheel beside it, has got the lab ready."""
    place = tmp_path_factory.mktemp("content")
    folder = layer(place / "python", colab)
    shutil.copy(wheel, place)
    ran = execute(read("01_neuron"), place, kernel_of(python_of(folder), place / "kernels"))
    return folder, ran


def test_the_first_cell_installs_what_is_missing_and_changes_nothing(
    colab: Path, readied: tuple[Path, NotebookNode]
) -> None:
    before, after = versions(colab), versions(readied[0])
    assert before.items() <= after.items()
    assert after.keys() - before.keys() == {"deep-learning-lab", "captum", "tqdm"}
    assert [state["_model_name"] for state in shown(readied[1])] == ["AnyModel"]


def test_without_a_lab_it_says_what_to_do(colab: Path, tmp_path: Path) -> None:
    kernels = kernel_of(python_of(colab), tmp_path / "kernels")
    with pytest.raises(CellExecutionError, match="put its wheel .* beside this notebook and run"):
        execute(read("01_neuron"), tmp_path, kernels)


def test_a_cell_trains_while_views_are_shown(
    readied: tuple[Path, NotebookNode], tmp_path: Path
) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(TRAINING)])
    kernels = kernel_of(python_of(readied[0]), tmp_path / "kernels")
    ran = execute(notebook, tmp_path, kernels)
    assert outputs(ran)[-1].text == "finished True True True\n"
    assert len(list(shown(ran))) == 3


def test_the_widgets_tests_pass(readied: tuple[Path, NotebookNode]) -> None:
    files = sorted((ROOT / "tests" / "widgets").glob("test_*.py"))
    halves = [
        subprocess.Popen(
            [
                *(str(python_of(readied[0])), "-m", "pytest", "-q", "-p", "no:cacheprovider"),
                *("-W", "ignore::DeprecationWarning"),  # which ipywidgets 7 earns itself
                *map(str, half),
            ],
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for half in (files[::2], files[1::2])
    ]
    told: list[Any] = [half.communicate()[0] for half in halves]
    assert [half.returncode for half in halves] == [0, 0], "\n".join(told)
