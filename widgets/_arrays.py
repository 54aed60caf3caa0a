"""numpy arrays over the wire: ``{dtype, shape, buffer}``, little-endian, read by ``arrays.ts``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_WIRE = {"f": "<f4", "i": "<i4", "u": "<i4", "b": "|u1"}


def pack(array: ArrayLike) -> dict[str, Any]:
    """Return an array as it travels: float32, int32 or uint8 with its shape.

    float64 is narrowed to float32: the page draws with it and computes nothing from it.
    """
    values = np.asarray(array)
    if values.dtype != np.uint8:
        if values.dtype.kind not in _WIRE:
            raise TypeError(f"An array of {values.dtype} cannot travel to the page.")
        values = values.astype(_WIRE[values.dtype.kind], copy=False)
    name = {"f": "float32", "i": "int32", "u": "uint8"}[values.dtype.kind]
    values = np.ascontiguousarray(values)
    # A flat memoryview of bytes: ipywidgets takes it out of the JSON and sends it as it is.
    return {"dtype": name, "shape": list(values.shape), "buffer": values.tobytes()}
