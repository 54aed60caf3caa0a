"""All that a pooling is made with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lab.pooling_windows import PoolingWindows, pooling_windows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from widgets._traits import Table

    Floats = NDArray[np.floating[Any]]


class Settings(NamedTuple):
    """All that a pooling is made with."""

    input: Table
    kind: str
    kernel_size: int
    stride: int
    padding: int
    ceil_mode: bool
    count_include_pad: bool
    shift: tuple[int, ...]

    @property
    def is_global(self) -> bool:
        """Whether one window covers the whole input."""
        return self.kind.startswith("global")

    @property
    def averages(self) -> bool:
        """Whether the mean is taken, not the largest cell."""
        return self.kind.endswith("average")

    def sweep(self, shape: Sequence[int]) -> dict[str, Any]:
        """Return how the window moves over an input, as the functions of ``lab`` name it."""
        if self.is_global:
            return {"kernel_size": tuple(shape)}
        return {
            "kernel_size": self.kernel_size,
            "stride": self.stride,
            "padding": self.padding,
            "ceil_mode": self.ceil_mode,
        }

    def windows(self, x: Floats) -> PoolingWindows:
        """Return every step; a ValueError says what does not fit together."""
        return pooling_windows(
            x,
            kind="average" if self.averages else "max",
            count_include_pad=self.count_include_pad,
            **self.sweep(x.shape),
        )

    def misfit(self) -> str | None:
        """Say that the window is larger than the input, if it is."""
        rows, columns = len(self.input), len(self.input[0])
        size = self.kernel_size
        if self.is_global or size <= min(rows, columns) + 2 * self.padding:
            return None
        padded = f" with a padding of {self.padding}" if self.padding else ""
        return (
            f"A window of {size} × {size} cells does not fit on an input of {rows} × {columns}"
            f"{padded}: take a smaller window, a larger input or more padding."
        )

    def shifted(self, x: Floats) -> Floats:
        """Return an input moved by whole cells; those at its edge follow after it."""
        down, right = self.shift
        rows = (np.arange(x.shape[0]) - down).clip(0, x.shape[0] - 1)
        columns = (np.arange(x.shape[1]) - right).clip(0, x.shape[1] - 1)
        return np.asarray(x[rows[:, None], columns])
