"""Python environments beside the one that runs the tests: other releases, the same PyTorch.

Each is made once and kept below ``.venv/environments``; it is made anew when what it is made of
has changed. PyTorch, which with CUDA has gigabytes, is not installed again: an environment has
links to the one that is here and to what that one needs. Everything else is really installed.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

KEPT = Path(sys.prefix) / "environments"


def environment(name: str, requirements: list[str]) -> Path:
    """The folder of an environment that has these requirements, and our PyTorch."""
    folder = KEPT / name
    made_of = "\n".join([sys.version, metadata.version("torch"), str(folder), *requirements])
    digest = hashlib.sha256(made_of.encode()).hexdigest()
    stamp = folder / "stamp"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != digest:
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        add_packages(folder, link_torch(folder / "torch"))
        install = ["-m", "pip", "install", "-qq", "--no-compile", *requirements]
        subprocess.run([python_of(folder), *install], check=True)
        stamp.write_text(digest, encoding="utf-8")
    return folder


def layer(folder: Path, below: Path) -> Path:
    """Make an environment that has all that another one has; that one is left as it is."""
    venv.create(folder)
    add_packages(folder, packages_of(below))
    return folder


def python_of(folder: Path) -> Path:
    """The Python of an environment."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def packages_of(folder: Path) -> Path:
    """Where an environment has its packages."""
    return Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))


def add_packages(folder: Path, packages: Path) -> None:
    """Let an environment find, after its own, the packages that lie in a folder."""
    line = f"import site; site.addsitedir({str(packages)!r})\n"
    (packages_of(folder) / "below.pth").write_text(line, encoding="utf-8")


def link_torch(folder: Path) -> Path:
    """Fill a folder with links to the installed PyTorch and to all that it needs."""
    folder.mkdir()
    wanted, linked = ["torch"], set()
    while wanted:
        name = wanted.pop()
        if name in linked:
            continue
        linked.add(name)
        one = metadata.distribution(name)
        for file in {path.parts[0] for path in one.files or () if path.parts[0] != ".."}:
            if not (folder / file).is_symlink():
                (folder / file).symlink_to(one.locate_file(file))
        needs = map(Requirement, one.requires or ())
        wanted += [r.name for r in needs if r.marker is None or r.marker.evaluate({"extra": ""})]
    return folder


def colab_environment() -> Path:
    """The folder of the environment that is like Colab's: what ``colab.txt`` lists."""
    lines = Path(__file__).with_name("colab.txt").read_text(encoding="utf-8").splitlines()
    return environment("colab", [line for line in lines if not line.startswith("#")])
