"""What the page is sent of a layer's kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.kernel_layers import kernel_layer_of
from widgets._arrays import pack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.training import Snapshot, Watched

    Floats = NDArray[np.float32]

NONE = np.empty((0, 0, 0, 0), np.float32)
NO_ROW = np.empty((0, 0, 0), np.float32)
NO_BIASES = np.empty(0, np.float32)
MOST_NUMBERS = 2**18
"""Weights in a table: of more, the rows around the chosen filter are sent."""

NOTHING_CHOSEN = {"rowMost": 0.0, "open": 0, "kernel": [], "kernelMost": 0.0, "bias": None}


class Bench:
    """The kernels that lie on the table: those of the chosen layer, as long as it has any.

    Attributes:
        layer: the convolution's name; "" as long as there is none.
        kernels: ``(out, in, kH, kW)``.
        channel: the chosen one; -1 is none.

    """

    def __init__(self) -> None:
        self._watched: Watched | None = None
        self._step = self._seen_at = 0
        self._marks: dict[str, tuple[int, Floats]] = {}
        self._empty()

    def _empty(self) -> None:
        self.layer, self.channel = "", -1
        self.kernels, self.biases, self.gradients = NONE, NO_BIASES, NONE
        self._off: frozenset[int] = frozenset()
        self._dead: Floats | NDArray[np.bool_] = NO_BIASES
        self._marks.clear()

    def look(self, watched: Watched | None, snapshot: Snapshot) -> None:
        """Take over what a snapshot shows of the chosen layer."""
        if watched is not self._watched or snapshot.step < self._step:
            self._empty()  # another network, or the same from its beginning
        self._watched, self._step = watched, snapshot.step
        layer = kernel_layer_of(watched, snapshot.layer) if watched else ""
        if snapshot.kernels.size:
            past = snapshot.looked_at >= 0
            self.layer, self._seen_at = layer, snapshot.looked_at if past else snapshot.step
            self.kernels, self.biases = snapshot.kernels, snapshot.kernel_biases
            self.gradients = snapshot.kernel_gradients
            self._marks.setdefault(self.layer, (self._seen_at, self.kernels))
        self.channel = snapshot.channel if layer == self.layer else -1
        if self.channel >= len(self.kernels):
            self.channel = -1
        self._off = frozenset(c for name, c in snapshot.switched_off if name == self.layer)
        self._dead = dict(snapshot.dead).get(self.layer, NO_BIASES)

    @property
    def dead(self) -> bool:
        """Whether the chosen channel puts out nothing for any watched image."""
        return 0 <= self.channel < len(self._dead) and bool(self._dead[self.channel])

    def mark(self) -> None:
        """Count changes from this moment on."""
        self._marks = {self.layer: (self._seen_at, self.kernels)}

    def _shown(self, values: str) -> Floats:
        if values == "gradients":
            return self.gradients
        if values == "change" and self.layer in self._marks:
            return self.kernels - self._marks[self.layer][1]
        return self.kernels

    def tiles(self, values: str) -> dict[str, Any]:
        """Return a tile for each filter: of several inputs, the mean over them."""
        shown = self._shown(values)
        tiles = shown.mean(axis=1) if shown.shape[1] else NO_ROW
        since = self._marks.get(self.layer, (0,))[0]
        count = len(self.kernels)
        return {
            "layer": self.layer,
            "layers": list(self._watched.kernel_layers) if self._watched else [],
            "inputs": int(self.kernels.shape[1]),
            "kernels": None,
            "tiles": pack(tiles),
            "most": _most(tiles),
            "values": values,
            "step": self._step,
            "since": since if values == "change" else -1,
            # of a past moment, or of a layer before: one without kernels has nothing to show
            "asOf": self._seen_at if self._seen_at < self._step else -1,
            "channel": self.channel,
            "dead": [bool(one) for one in self._dead[:count]],
            "off": [channel in self._off for channel in range(count)],
        }

    def table(self, values: str) -> dict[str, Any]:
        """Return every kernel: a row of tiles for each filter, a column for each input.

        They lie as they are drawn, ``(rows * kH, columns * kW)``.
        """
        shown = self._shown(values)
        count, inputs, height, width = shown.shape
        rows = min(count, max(1, MOST_NUMBERS // max(1, inputs * height * width)))
        first = min(max(0, self.channel - rows // 2), count - rows)
        some = shown[first : first + rows]
        lying = some.transpose(0, 2, 1, 3).reshape(rows * height, inputs * width)
        return {
            "table": pack(np.ascontiguousarray(lying)),
            "shape": [rows, inputs, height, width],
            "first": first,
            "most": _most(some),
        }

    def chosen(self, values: str, opened: int) -> dict[str, Any]:
        """Return the chosen filter's kernels, one for each input, and the one that lies open."""
        if self.channel < 0:
            return {"row": pack(NO_ROW), **NOTHING_CHOSEN}
        shown = self._shown(values)
        row = shown[self.channel] if len(shown) > self.channel else NO_ROW
        opened = min(opened, self.kernels.shape[1] - 1)
        bias = float(self.biases[self.channel]) if self.channel < len(self.biases) else None
        return {
            "row": pack(row),
            "rowMost": _most(row),
            "open": opened,
            "kernel": self.kernels[self.channel, opened].astype(float).tolist(),
            "kernelMost": _most(self.kernels[self.channel, opened]),
            "bias": bias,
        }


def _most(values: NDArray[Any]) -> float:
    return float(np.abs(values).max(initial=0.0))
