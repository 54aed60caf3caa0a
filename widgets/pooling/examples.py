"""Settings that show one idea each, by the name that the page offers them with."""

from __future__ import annotations

from typing import Any

import numpy as np

WORKSHOP = ((1.0, 1.0, 2.0, 4.0), (5.0, 6.0, 7.0, 8.0), (3.0, 2.0, 1.0, 0.0), (1.0, 2.0, 3.0, 4.0))

_PLAIN = {
    "kind": "max",
    "kernel_size": 2,
    "stride": 2,
    "padding": 0,
    "ceil_mode": False,
    "count_include_pad": True,
    "shift": (0, 0),
}


def _drawn(seed: int, size: int) -> list[list[float]]:
    cells: list[list[float]] = np.random.default_rng(seed).integers(0, 10, (size, size)).tolist()
    return cells


def _stroke() -> list[list[float]]:
    """Return a bright vertical line on dark ground."""
    cells = np.zeros((6, 6))
    cells[:, 2] = 9
    line: list[list[float]] = cells.tolist()
    return line


EXAMPLES: dict[str, dict[str, Any]] = {
    "the workshop's table": {"input": WORKSHOP, **_PLAIN},
    "overlapping windows": {"input": WORKSHOP, **_PLAIN, "kernel_size": 3, "stride": 1},
    "with padding": {"input": WORKSHOP, **_PLAIN, "kernel_size": 3, "padding": 1},
    "a bright line": {"input": _stroke(), **_PLAIN},
    "random numbers": {"input": _drawn(5, 6), **_PLAIN},
    "one number for the whole map": {"input": _drawn(5, 6), **_PLAIN, "kind": "global average"},
}
"""Each sets the input and all settings."""
