"""Settings that show one idea each, by the name that the page offers them with."""

from __future__ import annotations

from typing import Any

LECTURE_INPUT = ((0.2, 0.2, 0.8), (0.2, 0.3, 0.1), (0.2, 1.0, 1.0))
LECTURE_KERNEL = ((0.3, 0.2, 0.9), (-0.2, 0.3, 0.1), (0.1, -1.0, -1.0))

_PLAIN = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}
_RAMP = (0.25, 0.75, 0.75, 0.25)

EXAMPLES: dict[str, dict[str, Any]] = {
    "the lectures' numbers": {"input": LECTURE_INPUT, "kernel": LECTURE_KERNEL, **_PLAIN},
    "stride 2: zeros in between": {
        "input": LECTURE_INPUT,
        "kernel": LECTURE_KERNEL,
        **_PLAIN,
        "stride": 2,
    },
    "stride 2: twice the size": {
        "input": LECTURE_INPUT,
        "kernel": LECTURE_KERNEL,
        **_PLAIN,
        "stride": 2,
        "padding": 1,
        "output_padding": 1,
    },
    "bilinear upsampling": {
        "input": LECTURE_INPUT,
        "kernel": tuple(tuple(a * b for b in _RAMP) for a in _RAMP),
        **_PLAIN,
        "stride": 2,
        "padding": 1,
    },
    "one cell alone": {
        "input": ((0.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 0.0)),
        "kernel": LECTURE_KERNEL,
        **_PLAIN,
    },
    "ones everywhere, stride 2": {
        "input": ((1.0,) * 3,) * 3,
        "kernel": ((1.0,) * 3,) * 3,
        **_PLAIN,
        "stride": 2,
    },
}
"""Each sets the input, the kernel and all settings."""
