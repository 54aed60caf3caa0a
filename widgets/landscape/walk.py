"""The way that the weights of a network went while it learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.directions import Plane

    Floats = NDArray[np.float64]

MOST = 240
"""Places kept; beyond it every second one is dropped."""


class Walk:
    """Rows of weights, one for each place; a hand that moves them begins a new stretch."""

    def __init__(self) -> None:
        self._rows: list[Floats] = []
        self._starts: list[bool] = []
        self.version = (id(self), 0)
        """Another one after each change."""

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def rows(self) -> Floats:
        """All places (T, P), the present one last."""
        return np.array(self._rows)

    @property
    def last(self) -> Floats | None:
        """The present place; None before there is one."""
        return self._rows[-1] if self._rows else None

    @property
    def starts(self) -> list[int]:
        """Which places begin a stretch: no training led to them."""
        return [place for place, start in enumerate(self._starts) if start]

    def begin(self, row: Floats) -> None:
        """Forget all, and stand at these weights."""
        self._rows, self._starts = [row], [True]
        self._change()

    def go(self, row: Floats) -> None:
        """Go on to these weights, by training."""
        self._add(row, start=False)

    def jump(self, row: Floats) -> None:
        """Go on from these weights, to which a hand has moved."""
        if self._starts and self._starts[-1]:  # the hand still moves: only the last place counts
            self._rows[-1] = row
            self._change()
        else:
            self._add(row, start=True)

    def on(self, plane: Plane) -> Floats:
        """Return the places (T, 2) of the plane that are nearest to the walk."""
        both = np.stack([plane.first, plane.second])
        return np.asarray(np.linalg.solve(both @ both.T, both @ (self.rows - plane.centre).T).T)

    def held_by(self, plane: Plane) -> float:
        """Return the share (0 to 1) of the walk's variance that lies in the plane; 0 at rest."""
        centred = self.rows - self.rows.mean(axis=0)
        whole = float(np.square(centred).sum())
        if not whole > 0:
            return 0.0
        basis, _ = np.linalg.qr(np.stack([plane.first, plane.second], axis=1))
        return min(1.0, float(np.square(centred @ basis).sum()) / whole)

    def _change(self) -> None:
        self.version = (self.version[0], self.version[1] + 1)

    def _add(self, row: Floats, *, start: bool) -> None:
        self._rows.append(row)
        self._starts.append(start)
        self._change()
        if len(self._rows) > MOST:
            last = len(self._rows) - 1
            kept = [i for i in range(last + 1) if i % 2 == 0 or self._starts[i] or i == last]
            self._rows = [self._rows[i] for i in kept]
            self._starts = [self._starts[i] for i in kept]
