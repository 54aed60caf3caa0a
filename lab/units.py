"""Single units of a network: what they see of an image, and which images excite them."""

from __future__ import annotations

import copy
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from lab.capture import capture

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from torch import Tensor, nn

    Unit = tuple[int, int]
    Field = tuple[int, int, int, int]

MOST_KNOWN = 20_000
"""How many fields are remembered at most."""

MOST_STRONGEST = 9
"""How many images are shown that excite a channel most: three rows of three."""


class Fields:
    """The receptive fields of a network's units, found by trying, in whatever modules it consists.

    Not-a-number spreads to all that is computed from it, whatever the weights are: also through a
    unit at rest, where a gradient would be zero. So some rows of an image are made NaN, and the
    unit tells whether it sees one of them. That is done with a copy of the network, in double
    precision on the CPU, where convolutions are computed by their definition: faster algorithms
    mix neighbours and cancel them out again, which NaN does not.

    Args:
        model: the network. It is copied when the first field is asked for, without the hooks that
            came since: a channel that a hand has switched off sees as much as before.
        shape: channels, height and width of an image.
    """

    def __init__(self, model: nn.Module, shape: tuple[int, ...]) -> None:
        self._model, self._shape = model, shape
        self._copy: nn.Module | None = None
        self._known: dict[tuple[str, Unit], Field | None] = {}
        self._own_hooks = {key for module in model.modules() for key in _hooks(module)}

    def of(self, layer: str, units: Iterable[Unit]) -> list[Field | None]:
        """Return what units see of an image: the rows ``top:bottom``, the columns ``left:right``.

        Args:
            layer: the name of a layer that puts out maps.
            units: the row and column of each, within the maps.

        Returns:
            For each ``(top, bottom, left, right)``; ``None`` for one that sees nothing of the
            image, and where the network cannot be tried out.
        """
        asked = list(units)
        new = [unit for unit in dict.fromkeys(asked) if (layer, unit) not in self._known]
        if len(self._known) + len(new) > MOST_KNOWN:
            self._known.clear()
            new = list(dict.fromkeys(asked))
        if new:
            try:
                found = self._find(layer, new)
            except Exception:  # noqa: BLE001 - whatever a module raises that knows no such numbers
                found = [None] * len(new)
            self._known |= {(layer, unit): field for unit, field in zip(new, found, strict=True)}
        return [self._known[layer, unit] for unit in asked]

    def _find(self, layer: str, units: list[Unit]) -> list[Field | None]:
        """Halve an interval for each side of each field, all of them at once."""
        height, width = self._shape[1:]
        # Of each side of the field: how many rows, or columns, must be NaN, counted from the
        # image's own edge there, until the unit sees one of them? The least lies in low...high.
        low = np.ones((len(units), 4), np.int64)
        high = np.tile([height, height, width, width], (len(units), 1))
        sees = self._sees(layer, units, high)[:, 0]
        while (low < high).any():
            middle = (low + high) // 2
            seen = self._sees(layer, units, middle)
            high = np.where(seen, middle, high)
            low = np.where(seen, low, np.minimum(middle + 1, high))
        top, bottom = high[:, 0] - 1, height + 1 - high[:, 1]
        left, right = high[:, 2] - 1, width + 1 - high[:, 3]
        return [
            (int(a), int(b), int(c), int(d)) if there else None
            for a, b, c, d, there in zip(top, bottom, left, right, sees, strict=True)
        ]

    def _sees(self, layer: str, units: list[Unit], counts: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return whether each unit sees so many rows or columns from each of the four edges."""
        images = torch.rand(
            len(units) * 4,
            *self._shape,
            dtype=torch.float64,
            generator=torch.Generator().manual_seed(0),  # zeros could make NaN by themselves
        )
        for image, count, side in zip(
            images, counts.ravel().tolist(), itertools.cycle(range(4)), strict=False
        ):
            rows = image if side < 2 else image.transpose(1, 2)
            first = 0 if side % 2 == 0 else rows.shape[1] - count
            rows[:, first : first + count] = torch.nan
        maps = capture(self._network(), images, [layer])[layer]
        at = np.repeat(np.array(units), 4, axis=0)
        values = maps[torch.arange(len(maps)), :, at[:, 0], at[:, 1]]
        return np.asarray(values.isnan().any(dim=1).numpy().reshape(-1, 4))

    def _network(self) -> nn.Module:
        if self._copy is None:
            network = copy.deepcopy(self._model).cpu().double()
            for hooks in map(_hooks, network.modules()):
                for key in hooks.keys() - self._own_hooks:
                    del hooks[key]
            self._copy = network
        return self._copy


def _hooks(module: nn.Module) -> dict[int, Any]:
    return module._forward_hooks  # noqa: SLF001 - PyTorch gives no other way to them


def strongest(values: Tensor, places: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return which images excite a channel most, the strongest first.

    Args:
        values: ``(N,)``, the largest output of the channel for each image.
        places: ``(N,)``, where in the flattened map that is.

    Returns:
        The indices of up to 9 images, their values, and their places in the map.
    """
    best = torch.argsort(values, descending=True, stable=True)[:MOST_STRONGEST]
    return best, values[best], places[best]


def bounds(maps: Tensor) -> tuple[Tensor, Tensor]:
    """Return the least and the most that each channel puts out: of ``(N, C, H, W)``, two ``(C,)``.

    It is done in the order in which the numbers lie in memory, which is many times faster.
    """
    count, channels = maps.shape[:2]
    if maps.is_contiguous():
        flat = maps.reshape(count, -1)
        low, high = flat.amin(0).reshape(channels, -1), flat.amax(0).reshape(channels, -1)
        return low.amin(1), high.amax(1)
    flat = maps.permute(0, 2, 3, 1).reshape(count, -1)
    low, high = flat.amin(0).reshape(-1, channels), flat.amax(0).reshape(-1, channels)
    return low.amin(0), high.amax(0)


def is_dead(least: Tensor, most: Tensor) -> Tensor:
    """Return which channels put out nothing, or always the same: ``(C,)`` of bounds ``(C,)``."""
    return (most <= 0) | (most == least)
