"""Fixtures: an environment like Colab's, and the lab's wheel."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.environments.venvs import colab_environment

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def colab() -> Path:
    """The folder of an environment like Colab's, without the lab."""
    return colab_environment()


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lab's wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ["-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run([sys.executable, *build], cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))
