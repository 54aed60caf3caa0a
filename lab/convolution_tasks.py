"""Tasks about convolution and pooling that check themselves from what the learner has built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.convolution import conv2d
from lab.sweeps import numbers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lab.pooling_windows import PoolingWindows
    from lab.receptive_field import Stage
    from lab.windows import ConvolutionWindows

    Floats = NDArray[Any]

STRONG = 0.25
"""A kernel has found an edge if it answers with this share of its weights' total size."""

QUIET = 0.05
"""It is quiet if it answers with less than this share."""

CLOSE = 0.005 + 1e-9  # 0.63 for 0.625 is rounded properly
"""A prediction is right if it is as near as two decimals tell."""

KINDS = ("a flat picture", "a horizontal edge", "a vertical edge")


@dataclass(frozen=True)
class Trial:
    """One thing that was tried.

    Attributes:
        name: what it was.
        answer: what came of it.
        right: whether that is what the task asks for.

    """

    name: str
    answer: float
    right: bool


@dataclass(frozen=True)
class Verdict:
    """How far a task is: whether it is solved, a hint that leads on, and what was tried."""

    solved: bool
    hint: str
    trials: tuple[Trial, ...] = ()

    @property
    def right(self) -> int:
        """Count the trials that are right."""
        return sum(trial.right for trial in self.trials)


def edge_pictures(kernel_size: tuple[int, int]) -> dict[str, list[Floats]]:
    """Return pictures of each of ``KINDS``, large enough for a kernel: dark is 0, bright is 1."""
    side = 2 * max(kernel_size) + 2
    step = np.repeat([0.0, 1.0], side // 2)
    across = np.tile(step, (side, 1))
    flat = [np.ones((side, side))]
    return dict(zip(KINDS, (flat, [across.T, 1 - across.T], [across, 1 - across]), strict=True))


def find_vertical_edges(kernel: ArrayLike) -> Verdict:
    """Check that a kernel ``(kH, kW)`` answers to vertical edges, and to nothing else.

    How strong an answer is, is measured against the sum of the weights' sizes, so that a kernel is
    not better for being larger.
    """
    weights = numbers("kernel", kernel)
    if weights.ndim != 2:
        raise ValueError(f"The kernel must be a grid of rows and columns, not {weights.shape}.")
    total = float(np.abs(weights).sum())
    if not total:
        hint = (
            "Every weight is 0, so it answers to nothing. Which cells should count as +, which −?"
        )
        return Verdict(False, hint, tuple(Trial(kind, 0.0, kind != KINDS[2]) for kind in KINDS))
    answers = {
        kind: [conv2d(picture, weights) for picture in pictures]
        for kind, pictures in edge_pictures((weights.shape[0], weights.shape[1])).items()
    }
    trials = []
    for kind, maps in answers.items():
        # the weaker one counts where the edge must be found, the stronger one where it must not
        peaks = [float(np.abs(found).max()) / total for found in maps]
        peak = min(peaks) if kind == KINDS[2] else max(peaks)
        trials.append(Trial(kind, peak, peak >= STRONG if kind == KINDS[2] else peak <= QUIET))
    return Verdict(all(trial.right for trial in trials), _edge_hint(weights, trials), tuple(trials))


def _edge_hint(weights: Floats, trials: list[Trial]) -> str:
    flat, horizontal, vertical = trials
    if not flat.right:
        return (
            f"It answers to a flat picture, because its weights sum to {_short(weights.sum())}: "
            "let them sum to 0."
        )
    if not horizontal.right:
        row = int(np.abs(weights.sum(1)).argmax())
        return (
            f"It answers to a horizontal edge too: row {row + 1} sums to "
            f"{_short(weights[row].sum())}. Let every row sum to 0."
        )
    if not vertical.right:
        return (
            f"At a vertical edge it answers only {vertical.answer:.0%} of what its weights could: "
            "give the columns on the left one sign and those on the right the other."
        )
    return "Solved: it compares left with right, and within a row everything else cancels out."


def predict_cell(
    steps: ConvolutionWindows, cell: tuple[int, int], guess: float, channel: int = 0
) -> Verdict:
    """Look at a prediction of one output cell, and recognise what was forgotten.

    Args:
        steps: the convolution.
        cell: row and column of the output cell, counted from 0.
        guess: what the learner says.
        channel: the output channel.

    """
    at = (channel, *cell)
    value, z, total = (float(part[at]) for part in (steps.values, steps.z, steps.sums))
    if not np.isfinite(guess):
        raise ValueError(f"A prediction is a finite number, but it is {guess!r}.")
    if abs(guess - value) <= CLOSE:
        return Verdict(True, f"Yes: {_short(value)}.")
    by, bias = float(steps.divisors[channel]), float(steps.bias[channel])
    turned = _turned(steps, cell, channel) / by + bias
    mistakes = [
        (z, "That is z: the activation comes after it."),
        (total / by, "The products and their sum are right. Now add the bias."),
        (total + bias, "The products and their sum are right. Now divide by the mask's sum."),
        (
            total,
            "The products and their sum are right. Now divide by the mask's sum, add the bias.",
        ),
        (turned, "You turned the kernel round, as mathematics does: here it is laid on as it is."),
    ]
    for wrong, hint in mistakes:
        if abs(guess - wrong) <= CLOSE:
            return Verdict(False, hint)
    where = "above" if guess > value else "below"
    return Verdict(
        False,
        f"Not yet, you are {where} it. Multiply each cell of the window with the weight that lies "
        "on it, and add the products.",
    )


def _turned(steps: ConvolutionWindows, cell: tuple[int, int], channel: int) -> float:
    """Return the sum of products with the kernel turned round by half a turn."""
    outputs, per_group = steps.kernel.shape[:2]
    groups = len(steps.cells) // per_group
    first = channel // (outputs // groups) * per_group
    cells = steps.cells[(slice(first, first + per_group), *cell)]
    return float((cells * steps.kernel[channel, :, ::-1, ::-1]).sum())


def keep_size(stage: Stage, size: tuple[int, int]) -> Verdict:
    """Check that a convolution's output has as many rows and columns as its input."""
    made = stage.output_size(size)
    if made == tuple(size):
        return Verdict(True, f"Solved: {_times(size)} stays {_times(made)}.")
    state = f"{_times(size)} becomes {_times(made)}."
    settings = stage.settings()
    down, across = (d * (k - 1) for k, _, _, d in settings)
    for name, before, after, (k, s, p, d) in zip(
        ("rows", "columns"), size, made, settings, strict=True
    ):
        if before == after:
            continue
        if s > 1:
            return Verdict(
                False, f"{state} A stride of {s} keeps every {_nth(s)} place only: set it to 1."
            )
        missing = d * (k - 1)
        if missing % 2:
            return Verdict(
                False,
                f"{state} The window takes {missing} {name} away, and padding gives an even number "
                "back: take an odd kernel, or padding 'same', which adds one more at the end.",
            )
        if down != across:
            return Verdict(
                False,
                f"{state} The window takes {down} rows and {across} columns away, and a padding "
                "gives both the same back: take padding 'same', or a kernel with as many rows as "
                "columns.",
            )
        verb = "more" if p < missing // 2 else "less"
        return Verdict(
            False,
            f"{state} The window takes {d}·({k} − 1) = {missing} {name} away, and the padding "
            f"gives 2·{p} = {2 * p} back: take {verb} padding.",
        )
    raise AssertionError("one of the sizes differs")


def same_size(first: Stage, second: Stage, size: tuple[int, int]) -> Verdict:
    """Check that two different settings make outputs of one size."""
    if first.settings() == second.settings():
        return Verdict(False, "Those are the same settings twice: change one of them.")
    one, other = first.output_size(size), second.output_size(size)
    if one == other:
        return Verdict(True, f"Solved: both make {_times(one)} of {_times(size)}.")
    larger, smaller = ("second", "first") if other > one else ("first", "second")
    return Verdict(
        False,
        f"The first makes {_times(one)}, the second {_times(other)}. Give the {smaller} more "
        f"padding, or the {larger} a larger stride, kernel or dilation.",
    )


def may_change(steps: PoolingWindows, cell: tuple[int, int], channel: int = 0) -> Verdict:
    """Check that an input cell may change (be lowered at least) and the pooled result stays."""
    row, column = cell
    height, width = steps.input.shape[1:]
    if not (0 <= row < height and 0 <= column < width):
        raise ValueError(f"The input has {height} × {width} cells, so there is no cell {cell}.")
    meetings = steps.meeting(row, column)
    value = float(steps.input[channel, row, column])
    if not len(meetings):
        return Verdict(True, "Solved: no window covers this cell, so it may be anything.")
    if steps.kind == "average":
        down, across, i, j = meetings[0]
        share = float(steps.shares[channel, down, across, i, j])
        return Verdict(
            False,
            f"It goes into a mean with the share {_short(share)}: whenever it changes, the mean "
            "changes. Look for a cell that no window covers.",
        )
    lowest = steps.input.min() - 1
    rivals = np.where(steps.covered, steps.cells[channel], lowest)
    rivals[tuple(meetings.T)] = lowest
    best = rivals.max((-2, -1))[tuple(meetings[:, :2].T)]  # of the others in each of its windows
    if (best < value).any():
        return Verdict(
            False,
            f"It wins: {_short(value)} is the largest cell of its window, so a smaller value there "
            "would show. Look for a cell that is not the largest of its window.",
        )
    room = float(best.min())
    if room == value:
        return Verdict(True, "Solved: another cell is as large, so this one may fall. Not rise.")
    return Verdict(True, f"Solved: it may be anything up to {_short(room)}, the winner's value.")


def _times(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"


def _nth(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")


def _short(value: float) -> str:
    return f"{round(float(value), 4) + 0.0:g}".replace("-", "−")
