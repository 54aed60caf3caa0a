"""Stacks of layers that show one idea each, by the name that the page offers them with."""

from __future__ import annotations

from typing import Any

from widgets.receptive_field.traits import Layer

_THREE = Layer("convolution", 3)
_SAME = Layer("convolution", 3, padding=1)
_POOL = Layer("max pooling", 2, stride=2)

LENET = (Layer("convolution", 5, padding=2), _POOL, Layer("convolution", 5), _POOL)

EXAMPLES: dict[str, dict[str, Any]] = {
    "LeNet": {"layers": LENET, "size": 28},
    "three 3 × 3 (against one 7 × 7)": {"layers": (_THREE,) * 3, "size": 20},
    "one 7 × 7 (against three 3 × 3)": {"layers": (Layer("convolution", 7),), "size": 20},
    "dilated 1-2-4": {
        "layers": tuple(Layer("convolution", 3, padding=d, dilation=d) for d in (1, 2, 4)),
        "size": 28,
    },
    "stride 2, three times": {
        "layers": (Layer("convolution", 3, stride=2, padding=1),) * 3,
        "size": 32,
    },
    "two stages of VGG": {"layers": (_SAME, _SAME, _POOL, _SAME, _SAME, _POOL), "size": 32},
}
"""Each sets the layers and the size of the image."""
