"""The convolution of one unit as a state of the dashboard that goes through it step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from widgets._state import write_state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from lab.unit_at_work import UnitAtWork

LONGEST, LARGEST_KERNEL, MOST_PADDING, MOST_DILATION = 12, 7, 6, 6
LIMIT = 99
CHANNELS = (1, 3)


def stepper(
    inputs: NDArray[Any],
    work: UnitAtWork,
    convolution: Mapping[str, Any],
    unit: tuple[int, int],
    chosen: int = -1,
) -> tuple[str, str]:
    """Return the text that opens the stepper on these numbers, and what it leaves out or why not.

    Args:
        inputs: ``(C, H, W)``, the maps that enter the layer.
        work: what the unit adds up.
        convolution: stride, padding, dilation of rows and columns.
        unit: row and column.
        chosen: which of the maps that the unit looks at is opened where the stepper cannot take all
            of them; -1 is the one that counts most.
    """
    settings = {name: convolution[name] for name in ("stride", "padding", "dilation")}
    size = max(work.kernel.shape[1:])
    if size > LARGEST_KERNEL:
        return "", f"The stepper takes kernels of at most 7 × 7, this one has {size}."
    if any(len(set(pair)) > 1 for pair in settings.values()):
        return "", "The stepper moves alike along rows and columns; this layer does not."
    stride, padding, dilation = (pair[0] for pair in settings.values())
    reach = dilation * (size - 1) + 1
    if reach > LONGEST or dilation > MOST_DILATION or stride > LONGEST:
        return "", f"The stepper's input has 12 × 12 cells: this window spans {reach}."
    seen, kernel, bias = inputs[work.inputs.start : work.inputs.stop], work.kernel, work.bias
    left_out = []
    if len(kernel) not in CHANNELS:
        one = opened_of(work, chosen)
        seen, kernel, bias = seen[[one]], kernel[[one]], 0.0
        most = ", which counts most," if one == opened_of(work) else ""
        left_out.append(f"map {work.inputs[one]} of {len(inputs)}{most} and no bias")
    at: tuple[int, ...] = unit
    if max(seen.shape[1:]) > LONGEST or padding > MOST_PADDING:
        seen, at = _part(seen, kernel.shape[1:], (stride, padding, dilation), unit)
        padding = 0
        left_out.append("the part around it")
    if max(np.abs(seen).max(), np.abs(kernel).max(), abs(bias)) > LIMIT:
        return "", "The stepper takes numbers from −99 to 99; some here are larger."
    state = {
        "input": _plain(seen),
        "kernel": [_plain(kernel)],
        "bias": [_shortest(bias)],
        "stride": stride,
        "padding": padding,
        "dilation": dilation,
        "padding_mode": "zeros",
        "normalise": False,
        "activation": "identity",
        "chosen": 0,
        "channel": 0,
        "at": list(at),
        "task": "none",
    }
    return write_state("convolution", state), f"Opens {' and '.join(left_out)}." if left_out else ""


def opened_of(work: UnitAtWork, chosen: int = -1) -> int:
    """Return which of the maps that a unit looks at is opened: the chosen one, if there is one."""
    return chosen if 0 <= chosen < len(work.parts) else int(np.abs(work.parts).argmax())


def _part(
    seen: NDArray[Any],
    kernel: tuple[int, ...],
    sweep: tuple[int, int, int],
    unit: tuple[int, int],
) -> tuple[NDArray[Any], tuple[int, ...]]:
    """Return the padded input around a window, whole windows only, and the unit's place in it.

    Args:
        seen: ``(C, H, W)``, what is gone through.
        kernel: its rows and columns.
        sweep: stride, padding and dilation.
        unit: row and column.
    """
    stride, padding, dilation = sweep
    padded = np.pad(seen, ((0, 0), (padding, padding), (padding, padding)))
    cuts, at = [slice(None)], []
    for place, size, length in zip(unit, kernel, padded.shape[1:], strict=True):
        reach = dilation * (size - 1) + 1
        outputs = (length - reach) // stride + 1
        windows = min(outputs, (LONGEST - reach) // stride + 1)
        first = min(max(0, place - windows // 2), outputs - windows)
        cuts.append(slice(first * stride, first * stride + (windows - 1) * stride + reach))
        at.append(place - first)
    return padded[tuple(cuts)], tuple(at)


def _plain(grid: NDArray[Any]) -> list[Any]:
    return [[[_shortest(cell) for cell in row] for row in plane] for plane in grid]


def _shortest(value: float) -> float:
    """Return the shortest decimal number that is the same in single precision."""
    return float(str(np.float32(value)))
