"""Pooling, one window at a time: what wins, what is thrown away, where the gradient goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Bool, Dict, Enum, TraitError, observe, validate

from widgets._base import LabWidget, hand, shown
from widgets._traits import Cells, Whole, Wholes
from widgets.pooling.examples import EXAMPLES, WORKSHOP
from widgets.pooling.pictures import grids, photo
from widgets.pooling.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

KINDS = ("max", "average", "global max", "global average")
BESIDE = ("picture", "gradient")
TASKS = ("none", "may change")
MOST = 8
PARTS = Settings._fields
DRAWN_FROM = (*PARTS, "gradient", "task", "picked")


class Pooling(LabWidget):
    """A pooling in the hand: its window, the input's cells, and the gradient that goes back.

    Args:
        input: 2 to 8 rows of 2 to 8 numbers from −99 to 99; default: the workshop's table.
        kernel_size: rows and columns of the window, 1 to 8; default 2.
        stride: cells from one window to the next, 1 to 8; default: the window's size.
        padding: cells around the input, at most half of the window; default 0.
        kind: ``"max"`` (default), ``"average"``, ``"global max"`` or ``"global average"``.
        traits: any of the traits below.

    Raises:
        TypeError: for an argument that it does not know.
        traitlets.TraitError: for a value that it cannot take; the old value stays.

    """

    input = hand(Cells(WORKSHOP, 2, MOST, 99))
    """The input's cells, 2 to 8 rows and columns of numbers from −99 to 99."""

    kind = hand(Enum(list(KINDS), default_value="max"))
    """Whether the largest cell or the mean is kept, of each window or of the whole input."""

    kernel_size = hand(Whole(2, 1, MOST))
    """Rows and columns of the window, 1 to 8. Global pooling has the input's size instead."""

    stride = hand(Whole(2, 1, MOST))
    """Cells from one window to the next, 1 to 8."""

    padding = hand(Whole(0, 0, 4))
    """Cells around the input, 0 to 4, at most half of the window."""

    ceil_mode = hand(Bool(False))
    """Whether a last window may reach beyond the input, as PyTorch's ``ceil_mode``."""

    count_include_pad = hand(Bool(True))
    """Whether a mean counts the padding's zeros, as PyTorch's ``count_include_pad``."""

    shift = hand(Wholes((0, 0), -MOST, MOST, (2,)))
    """By how many cells the input is moved down and to the right; its edge follows after it."""

    step = hand(Whole(0, 0, 999))
    """The result whose window is on show, row by row, counted from 0."""

    beside = hand(Enum(list(BESIDE), default_value="picture"))
    """What stands beside: a photograph pooled alike, or the gradient on its way back."""

    gradient = hand(Cells((), 0, 2 * MOST + 1, 99))
    """The gradient of each result, in rows; 1 where none is given."""

    task = hand(Enum(list(TASKS), default_value="none"))
    """What is to be done: nothing, or to find cells that may change."""

    picked = hand(Wholes((), 0, MOST * MOST - 1, range(MOST * MOST + 1)))
    """The cells that the learner says may change, row by row, counted from 0."""

    examples = shown(Dict(EXAMPLES))
    """Settings that show one idea each, by name."""

    photo = shown(Dict(allow_none=True))
    """A photograph and what the same pooling makes of it."""

    picture = shown(Dict())
    """What Python made of all this: values, winners, gradients, sentences, code."""

    def __init__(
        self,
        input: Sequence[Sequence[float]] = WORKSHOP,  # noqa: A002 - PyTorch's name
        kernel_size: int = 2,
        *,
        stride: int | None = None,
        padding: int = 0,
        kind: str = "max",
        **traits: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(
            input=input,
            kernel_size=kernel_size,
            stride=kernel_size if stride is None else stride,
            padding=padding,
            kind=kind,
            **traits,
        )
        self._redraw()

    @property
    def settings(self) -> Settings:
        """All that the pooling is made with."""
        return Settings(*(getattr(self, name) for name in PARTS))

    @property
    def output(self) -> NDArray[np.float64]:
        """The result, as ``torch.nn.functional`` gives it."""
        return np.array(self.picture["values"])

    def code(self) -> str:
        """Return lines of PyTorch that give the same numbers."""
        return str(self.picture["code"])

    @validate(*PARTS)
    def _fits(self, proposal: dict[str, Any]) -> Any:  # noqa: ANN401
        asked = self.settings._replace(**{proposal["trait"].name: proposal["value"]})
        try:
            asked.windows(np.asarray(asked.input))
        except ValueError as error:
            raise TraitError(asked.misfit() or str(error)) from None
        return proposal["value"]

    @observe(*DRAWN_FROM)
    def _redraw(self, _change: object = None) -> None:
        state = tuple(getattr(self, name) for name in DRAWN_FROM)
        # Several traits may change in one message: each calls, the first has drawn for all.
        if getattr(self, "_drawn", None) == state:
            return
        self._drawn = state
        settings = self.settings
        self.picture = grids(settings, self.gradient, self.task, self.picked)
        self._stay_inside()
        seen = settings[1:]
        if getattr(self, "_pooled", None) != seen:  # the photograph has nothing of the input
            self._pooled = seen
            self.photo = photo(settings)

    @observe("step")
    def _stay_inside(self, _change: object = None) -> None:
        if self.picture:
            self.step = min(self.step, len(self.picture["sentences"]) - 1)
