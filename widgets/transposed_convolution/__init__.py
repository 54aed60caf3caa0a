"""Transposed convolution: each input cell stamps the kernel onto the output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Dict, Enum, Int, TraitError, Tuple, observe, validate

from lab.convolution import conv_transpose2d
from widgets._base import LabWidget, hand, shown
from widgets._traits import Cells
from widgets.transposed_convolution.examples import EXAMPLES, LECTURE_INPUT, LECTURE_KERNEL
from widgets.transposed_convolution.pictures import Settings, comparison, steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOST_CELLS = 5
LIMIT = 9.0
MODES = ("scatter", "gather", "matrix", "checkerboard")
PARTS = ("input", "kernel", "stride", "padding", "output_padding", "dilation")
COMPARED = ("compared", "compared_stride")


class TransposedConvolution(LabWidget):
    """A transposed convolution in the hand: stamp by stamp, cell by cell, or as a matrix.

    Args:
        input: 1 to 5 rows of 1 to 5 numbers from −9 to 9; default: the lectures' numbers.
        kernel: the same; default: the lectures' kernel.
        stride: cells from one stamp to the next, 1 to 3; default 1.
        padding: cells cut off around the output, 0 to 4; default 0.
        output_padding: rows and columns cut off less at the end, 0 to 2; default 0.
        dilation: cells from one cell of the stamp to its next, 1 to 3; default 1.
        mode: ``"scatter"`` (default), ``"gather"``, ``"matrix"`` or ``"checkerboard"``.
        stamp: the input cell on show, row by row, counted from 0; default 4.
        output_cell: the output cell on show in the gather view; default 12.

    Raises:
        TypeError: for an argument that it does not know.
        traitlets.TraitError: for a value that it cannot take; the old value stays.

    """

    input = hand(Cells(LECTURE_INPUT, 1, MOST_CELLS, LIMIT))
    """The input's cells, 1 to 5 rows and columns of numbers from −9 to 9."""

    kernel = hand(Cells(LECTURE_KERNEL, 1, MOST_CELLS, LIMIT))
    """The kernel's cells, 1 to 5 rows and columns of numbers from −9 to 9."""

    stride = hand(Int(1, min=1, max=3))
    """Cells of the output from one stamp to the next, 1 to 3."""

    padding = hand(Int(0, min=0, max=4))
    """Cells that are cut off around the output, 0 to 4."""

    output_padding = hand(Int(0, min=0, max=2))
    """Rows at the bottom and columns at the right that are cut off less, 0 to 2."""

    dilation = hand(Int(1, min=1, max=3))
    """Cells of the output from one cell of a stamp to its next, 1 to 3."""

    mode = hand(Enum(list(MODES), default_value="scatter"))
    """What is looked at: the stamps, one output cell, the matrices, or how often cells are hit."""

    stamp = hand(Int(4, min=0))
    """The input cell that has just been stamped, row by row, counted from 0."""

    output_cell = hand(Int(12, min=0))
    """The output cell whose sum is on show, row by row, counted from 0."""

    compared = hand(Tuple(Int(min=1, max=5), Int(min=1, max=5), default_value=(3, 4)))
    """The two kernel sizes whose hits are compared, 1 to 5 each."""

    compared_stride = hand(Int(2, min=1, max=3))
    """The stride at which they are compared, 1 to 3."""

    examples = shown(Dict(EXAMPLES))
    """Settings that show one idea each, by name."""

    picture = shown(Dict())
    """What Python made of it: places, products, sums after each stamp, matrix, sentences, code."""

    comparison = shown(Dict())
    """How often each output cell is hit with either kernel; empty until it is looked at."""

    def __init__(
        self,
        input: Sequence[Sequence[float]] = LECTURE_INPUT,  # noqa: A002 - PyTorch's name
        kernel: Sequence[Sequence[float]] = LECTURE_KERNEL,
        *,
        stride: int = 1,
        padding: int = 0,
        output_padding: int = 0,
        dilation: int = 1,
        mode: str = "scatter",
        **layout: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(
            input=input,
            kernel=kernel,
            stride=stride,
            padding=padding,
            output_padding=output_padding,
            dilation=dilation,
            mode=mode,
            **layout,
        )
        self._redraw()
        self._compare()

    @property
    def output(self) -> NDArray[np.float64]:
        """The result, as ``torch.nn.functional.conv_transpose2d`` gives it."""
        return np.asarray(conv_transpose2d(self.input, self.kernel, **vars(self._settings())))

    def code(self) -> str:
        """Return lines of PyTorch that give the same numbers."""
        return str(self.picture["code"])

    def _settings(self) -> Settings:
        return Settings(self.stride, self.padding, self.output_padding, self.dilation)

    @validate(*PARTS)
    def _parts_fit(self, proposal: dict[str, Any]) -> Any:  # noqa: ANN401
        parts = {name: getattr(self, name) for name in PARTS}
        parts[proposal["trait"].name] = proposal["value"]
        try:
            conv_transpose2d(**parts)
        except ValueError as error:
            raise TraitError(str(error)) from None
        return proposal["value"]

    @observe(*PARTS)
    def _redraw(self, _change: object = None) -> None:
        state = tuple(getattr(self, name) for name in PARTS)
        # Several traits may change in one message: each calls, the first has drawn for all.
        if getattr(self, "_drawn", None) == state:
            return
        self._drawn = state
        self.picture = steps(self.input, self.kernel, self._settings())
        rows, columns = self.picture["size"]
        self._keep_inside(len(self.input) * len(self.input[0]), rows * columns)

    @observe("stamp", "output_cell")
    def _stay_inside(self, _change: object = None) -> None:
        if self.picture:
            rows, columns = self.picture["size"]
            self._keep_inside(len(self.input) * len(self.input[0]), rows * columns)

    def _keep_inside(self, stamps: int, cells: int) -> None:
        """Step back to the last cell there is, where the grids have become smaller."""
        self.stamp = min(self.stamp, stamps - 1)
        self.output_cell = min(self.output_cell, cells - 1)

    @observe("mode", *COMPARED)
    def _compare(self, _change: object = None) -> None:
        asked = tuple(getattr(self, name) for name in COMPARED)
        if self.mode == "checkerboard" and getattr(self, "_compared", None) != asked:
            self._compared = asked
            self.comparison = comparison(*asked)
