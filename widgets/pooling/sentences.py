"""What the page says of a pooling, with its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.sweeps import output_size_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lab.pooling_windows import PoolingWindows
    from widgets.pooling.settings import Settings

    Floats = NDArray[np.floating[Any]]


def written_out(settings: Settings, steps: PoolingWindows, step: int) -> str:
    """Write one window out: ``max(1, 1, 5, 6) = 6``."""
    at = np.unravel_index(step, steps.values.shape[1:])
    cells = steps.cells[0][at][steps.covered[at]]
    value = short(steps.values[0][at])
    if not settings.averages:
        return f"max({', '.join(short(cell) for cell in cells)}) = {value}"
    terms = " + ".join(_bracketed(cell) for cell in cells)
    return f"({terms}) / {_divisor(steps, at)} = {value}"


def remark(settings: Settings, steps: PoolingWindows, step: int) -> str:
    """Say what one window keeps, and of how many cells."""
    at = np.unravel_index(step, steps.values.shape[1:])
    cells = int(steps.covered[at].sum())
    if not settings.averages:
        lost = cells - 1
        return f"The largest is kept, {_count(lost, 'cell')} {'is' if lost == 1 else 'are'} not."
    divisor = _divisor(steps, at)
    zeros = f", {divisor - cells} of them zeros of the padding" if divisor > cells else ""
    return f"The mean of {_count(divisor, 'cell')}{zeros}: each has a share of 1/{divisor}."


def _divisor(steps: PoolingWindows, at: tuple[Any, ...]) -> int:
    return round(1 / float(steps.shares[0][at].max()))


def kept_sentence(settings: Settings, steps: PoolingWindows) -> str:
    """Say how much of the input is still there."""
    cells = steps.input[0].size
    if settings.averages:
        used = int((steps.coverage(steps.input[0].shape) > 0).sum())
        return f"{used} of {cells} cells go into a mean."
    kept = int((steps.wins()[0] > 0).sum())
    return f"{kept} of {cells} cells {'wins' if kept == 1 else 'win'}; the others are thrown away."


def shift_sentence(
    settings: Settings, x: Floats, original: Floats, stayed: NDArray[np.bool_]
) -> str:
    """Say how much of the input, and of the results, a move has changed."""
    if settings.shift == (0, 0):
        return "Move the input by one cell with the arrows: which results stay?"
    down, right = settings.shift
    moves = [
        f"{abs(by)} {word}"
        for by, word in (
            (down, "down" if down > 0 else "up"),
            (right, "right" if right > 0 else "left"),
        )
        if by
    ]
    changed = int((x != original).sum())
    return (
        f"Moved {' and '.join(moves)}: {changed} of {x.size} cells hold another number; "
        f"{int(stayed.sum())} of {stayed.size} results stayed."
    )


def photo_sentence(
    settings: Settings, now: tuple[Floats, Floats], before: tuple[Floats, Floats]
) -> str:
    """Say how small the photograph becomes, and how much a move changes of either."""
    rows, columns = now[1].shape
    size = f"{now[0].shape[0]} × {now[0].shape[1]} pixels become {rows} × {columns}."
    if settings.shift == (0, 0):
        return size
    pixel, pooled = (
        float(np.abs(new - old).mean()) / 255 for new, old in zip(now, before, strict=True)
    )
    return f"{size} Moved, a pixel changes by {pixel:.1%} on average, a pooled one by {pooled:.1%}."


def gradient_sentence(settings: Settings, steps: PoolingWindows, back: Floats) -> str:
    """Say who receives a gradient."""
    reached = int((back != 0).sum())
    if settings.averages:
        return (
            f"Every cell of a window receives its share of the gradient: {reached} of "
            f"{back.size} cells receive some."
        )
    twice = int((steps.wins()[0] > 1).sum())
    more = f" {_count(twice, 'cell')} won more than once: gradients add up." if twice else ""
    return (
        f"Only the winner of each window receives its gradient: {reached} of {back.size} cells, "
        f"the others get 0.{more}"
    )


def sizes(settings: Settings, shape: Sequence[int]) -> list[str]:
    """Write the size of the result out, by the formula."""
    if settings.is_global:
        return [f"Global: the window is the whole input, {shape[0]} × {shape[1]} becomes 1 × 1"]
    written = [
        output_size_sentence(
            size,
            settings.kernel_size,
            stride=settings.stride,
            padding=settings.padding,
            ceil_mode=settings.ceil_mode,
        )
        for size in shape
    ]
    if shape[0] == shape[1]:
        return [f"Rows and columns: {written[0]}"]
    return [f"Rows: {written[0]}", f"Columns: {written[1]}"]


def short(value: float) -> str:
    """Write a number with at most three decimals and a true minus sign."""
    return f"{round(float(value), 3) + 0.0:g}".replace("-", "−")


def _bracketed(value: float) -> str:
    return f"({short(value)})" if value < 0 else short(value)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
