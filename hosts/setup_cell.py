# @title Get the lab ready
"""Install the lab where it is missing, as in Colab, and what it needs and is missing there.

What is installed already is not changed.
"""

import subprocess
import sys
from collections.abc import Iterator
from importlib import invalidate_caches, metadata, util
from pathlib import Path

from packaging.requirements import Requirement

REPOSITORY = ""
SERVERS = {"jupyterlab", "voila"}  # they show pages, which something does here already


def add(*what: str) -> None:
    """Install just these packages."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    subprocess.run([*pip, *what], check=True)  # noqa: S603
    invalidate_caches()


def missing(package: str) -> Iterator[str]:
    """What a package needs and is not installed, in whatever version."""
    for needed in map(Requirement, metadata.requires(package) or ()):
        for_us = needed.marker is None or needed.marker.evaluate({"extra": ""})
        is_there = any(metadata.distributions(name=needed.name))
        if for_us and not is_there and needed.name not in SERVERS:
            yield needed.name


if util.find_spec("lab") is None:
    wheels = sorted(Path().glob("deep_learning_lab-*.whl"), reverse=True)
    builders = [*Path().glob("*/hatch_build.py"), *Path("..").glob("hatch_build.py")]
    sources = [str(one.resolve()) for one in (*wheels, *(file.parent for file in builders))]
    if REPOSITORY:
        sources.append(f"git+{REPOSITORY}")
    if not sources:
        raise FileNotFoundError(
            "The lab is not installed: put its wheel (deep_learning_lab-….whl) or its folder "
            "beside this notebook and run this cell again."
        )
    add(sources[0])
    incomplete = ["deep-learning-lab"]
    while incomplete:
        lacking = list(missing(incomplete.pop()))
        if lacking:
            add(*lacking)
            incomplete += lacking
