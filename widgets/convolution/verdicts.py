"""The tasks about a convolution, looked at by ``lab`` and written for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.convolution_tasks import (
    Verdict,
    find_vertical_edges,
    keep_size,
    predict_cell,
    same_size,
)
from lab.receptive_field import Stage

if TYPE_CHECKING:
    from lab.windows import ConvolutionWindows
    from widgets.convolution.pictures import Settings

TASKS = ("none", "vertical edges", "predict", "keep size", "same size")


def judge(  # noqa: PLR0917 - each task looks at something else
    task: str,
    settings: Settings,
    steps: ConvolutionWindows,
    chosen: int,
    cell: tuple[int, int],
    guess: float | None,
    first: tuple[int, ...],
) -> Verdict | None:
    """Return how far a task is; None without one."""
    if task == "vertical edges":
        return find_vertical_edges(steps.kernel[chosen].sum(0))
    if task == "predict":
        if guess is None:
            hint = "Work out the value of the framed window, and type it beside the sum."
            return Verdict(False, hint)
        return predict_cell(steps, cell, guess, chosen)
    if task == "keep size":
        return _keep_size(settings, steps)
    if task == "same size":
        return _same_size(settings, steps, first)
    return None


def told(verdict: Verdict | None) -> dict[str, Any]:
    """Return a verdict as the page is sent it."""
    if verdict is None:
        return {"solved": False, "hint": "", "trials": []}
    trials = [{"name": t.name, "answer": t.answer, "right": t.right} for t in verdict.trials]
    return {"solved": verdict.solved, "hint": verdict.hint, "trials": trials}


def setting_numbers(settings: Settings) -> tuple[int, ...] | None:
    """Return kernel rows and columns, stride, padding and dilation; None if no numbers say it."""
    rows, columns = np.asarray(settings.kernel).shape[2:]
    padding = settings.padding
    if padding == "same":
        reaches = {settings.dilation * (size - 1) for size in (rows, columns)}
        if len(reaches) > 1 or next(iter(reaches)) % 2:
            return None
        padding = reaches.pop() // 2
    return (
        rows,
        columns,
        settings.stride,
        0 if padding == "valid" else int(padding),
        (settings.dilation),
    )


def _stage(numbers: tuple[int, ...]) -> Stage:
    rows, columns, stride, padding, dilation = numbers
    return Stage((rows, columns), stride, padding, dilation)


def _size(settings: Settings) -> tuple[int, int]:
    _, rows, columns = np.asarray(settings.input).shape
    return rows, columns


def _keep_size(settings: Settings, steps: ConvolutionWindows) -> Verdict:
    numbers = setting_numbers(settings)
    if numbers is None:  # PyTorch's "same", with one more at the end
        down, across = len(steps.rows), len(steps.columns)
        return Verdict(True, f"Solved: {down} × {across}, as padding 'same' promises.")
    return keep_size(_stage(numbers), _size(settings))


def _same_size(settings: Settings, steps: ConvolutionWindows, first: tuple[int, ...]) -> Verdict:
    now = setting_numbers(settings)
    if now is None:
        return Verdict(False, "Give the padding as a number, so that settings can be compared.")
    if not first:
        made = f"{len(steps.rows)} × {len(steps.columns)}"
        return Verdict(
            False,
            f"These settings make {made}. Keep them as the first, then find other ones that make "
            f"{made} too.",
        )
    try:
        return same_size(_stage(first), _stage(now), _size(settings))
    except ValueError:
        return Verdict(False, "The first settings do not fit this input: keep other ones.")
