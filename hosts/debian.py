"""Programs that a distribution's package brings."""

from __future__ import annotations

import os
import shutil
import subprocess


def _run(*command: str) -> bool:
    """Run a command; say whether it could be run and went well."""
    program = shutil.which(command[0])
    if program is None:
        return False
    return subprocess.run([program, *command[1:]], check=False).returncode == 0  # noqa: S603


def is_root() -> bool:
    """Whether this is the machine's administrator."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def install(*packages: str) -> bool:
    """Install packages where there is apt and it lets us; say whether that went well."""
    if shutil.which("apt-get") is None:
        return False
    as_root = [] if is_root() else ["sudo", "--non-interactive"]
    return _run(*as_root, "apt-get", "update", "--quiet") and _run(
        *as_root, "apt-get", "install", "--quiet", "--yes", *packages
    )
