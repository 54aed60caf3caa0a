"""The machine in words: a timing says nothing without it."""

from __future__ import annotations

import os
import platform
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

CPU_FILE = Path("/proc/cpuinfo")


def cpu_model() -> str:
    """Return the processor's name as its maker writes it, or else its kind."""
    try:
        lines = CPU_FILE.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # not Linux
        lines = []
    for line in lines:
        name, _, value = line.partition(":")
        if name.strip() == "model name" and value.strip():
            return value.strip()
    return platform.processor() or platform.machine() or "unknown processor"


def cores() -> int:
    """Return how many of the machine's cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def torch_version() -> str:
    """Return PyTorch's version without loading it; empty if there is none."""
    try:
        return version("torch")
    except PackageNotFoundError:
        return ""


@lru_cache(maxsize=1)
def hardware() -> str:
    """Return processor, cores and versions, e.g. ``"AMD EPYC 7B13, 2 cores, PyTorch 2.13.0"``."""
    count = cores()
    parts = [cpu_model(), f"{count} core{'s' if count > 1 else ''}"]
    if torch_version():
        parts.append(f"PyTorch {torch_version()}")
    return ", ".join(parts)
