"""With the oldest releases that ``pyproject.toml`` allows, every widget can be made and kept."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from packaging.requirements import Requirement

from tests.environments.venvs import environment, python_of

ROOT = Path(__file__).parents[2]
# PyTorch's floor is not installed: with CUDA it has gigabytes. The one that is here is used.
BORROWED = {"torch"}


def floors() -> dict[str, str]:
    """The oldest release of each dependency that is allowed."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.search(r"^dependencies = \[\n(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    assert listed
    found = {}
    for line in re.findall(r'^    "(.*?)",', listed[1], re.MULTILINE):
        needed = Requirement(line)
        least = [one.version for one in needed.specifier if one.operator == ">="]
        assert len(least) == 1, f"{line} says no least release"
        found[needed.name] = least[0]
    return found


def test_the_oldest_releases_make_every_widget() -> None:
    wanted = [f"{name}=={floor}" for name, floor in floors().items() if name not in BORROWED]
    assert len(wanted) > 10
    python = python_of(environment("floors", wanted))
    ran = subprocess.run(
        [python, "-m", "tests.environments.every_widget"],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,  # it takes some seconds; an old release that waits for ever shall fail
    )
    assert ran.returncode == 0, ran.stderr
    bundles = {path.parent.name for path in (ROOT / "widgets").glob("*/view.ts")}
    assert set(ran.stdout.split()) == bundles
