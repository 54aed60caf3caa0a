"""Faster ways for a model to the same outputs, where its weights change and its samples do not."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

KEPT = 2**28
"""Bytes that ``Affine`` may keep; beyond that the layer computes."""


def shorten(model: nn.Module, batches: list[Tensor], flat: Tensor, lines: Tensor) -> list[Affine]:
    """Give layers of a model a faster way; return the affine ones, which must be told the place.

    Args:
        model: is changed; its parameters are windows into ``flat``.
        batches: the samples, all it will ever be given.
        flat: the row of its parameters.
        lines: (3, P) centre, first and second direction.

    """
    affine = []
    with torch.inference_mode():
        first = _first_layer(model, batches[0])
        if first is not None and 5 * len(batches) * first(batches[0]).nbytes <= KEPT:
            affine.append(Affine(first, batches, flat, lines))
            first.forward = affine[0]
    if flat.device.type == "cpu":
        for module in list(model.modules()):
            side = _side_of_blocks(module)
            if side:
                module.forward = partial(_pool, side)
            if type(module) is nn.Sequential:
                _pool_first(module)
    return affine


class Affine:
    """The layer that sees the samples themselves: its output is affine in its weights.

    layer(x; centre + a · first + b · second) = z₀ + a · z₁ + b · z₂, where each z is the layer with
    one of the three as its weights. They are computed once; a place then costs an addition.
    """

    def __init__(
        self, layer: nn.Module, batches: list[Tensor], flat: Tensor, lines: Tensor
    ) -> None:
        self._layer: Callable[[Tensor], Tensor] = layer.forward
        self._numbers = {id(batch): number for number, batch in enumerate(batches)}
        self._parts: list[list[Tensor]] = []
        self.along = 0.0
        for line in lines:
            flat.copy_(line)
            self._parts.append([layer(batch) for batch in batches])
        flat.copy_(lines[0])
        self._row = [torch.empty_like(part) for part in self._parts[0]]
        self._out = [torch.empty_like(part) for part in self._parts[0]]

    def row(self, b: float) -> None:
        """Go to another row of places."""
        for z0, z2, row in zip(self._parts[0], self._parts[2], self._row, strict=True):
            torch.add(z0, z2, alpha=b, out=row)

    def __call__(self, batch: Tensor) -> Tensor:
        """Return the layer's output for one of the batches."""
        number = self._numbers.get(id(batch))
        if number is None:
            return self._layer(batch)
        row, z1, out = self._row[number], self._parts[1][number], self._out[number]
        return torch.add(row, z1, alpha=self.along, out=out)


def _pool(side: int, x: Tensor) -> Tensor:
    """Return what ``nn.MaxPool2d(side)`` does: the maximum of slices, in a fifth of the time."""
    rows, columns = (length // side * side for length in x.shape[-2:])
    for axis, length in ((-2, rows), (-1, columns)):
        x = x.narrow(axis, 0, length)
        slices = [x[..., i::side, :] if axis == -2 else x[..., i::side] for i in range(side)]
        x = slices[0]
        for other in slices[1:]:
            x = torch.maximum(x, other)
    return x


def _side_of_blocks(module: nn.Module) -> int:
    """Return the side of the blocks of which a layer takes the maximum, 0 if it does not."""
    if not isinstance(module, nn.MaxPool2d) or module.ceil_mode or module.return_indices:
        return 0
    side = module.kernel_size
    plain = (module.stride, module.padding, module.dilation) == (side, 0, 1)
    return side if plain and isinstance(side, int) else 0


def _pool_first(layers: nn.Sequential) -> None:
    """Take the maximum before relu, which then has fewer numbers: max and relu commute."""
    for number, (one, other) in enumerate(pairwise(list(layers))):
        if type(one) is nn.ReLU and _side_of_blocks(other):
            layers[number], layers[number + 1] = other, one


def _first_layer(model: nn.Module, samples: Tensor) -> nn.Module | None:
    """Return the one layer that is given the samples as they are, and only them, if it is affine.

    Its weights must be its own and plain: no parametrisation, no hooks.
    """
    seen: list[nn.Module] = []
    others: list[nn.Module] = []

    def look(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        (seen if len(inputs) == 1 and inputs[0] is samples else others).append(module)

    kinds = (nn.Linear, nn.Conv1d, nn.Conv2d)
    layers = [
        m
        for m in model.modules()
        if type(m) in kinds and not m._forward_hooks and not m._forward_pre_hooks  # noqa: SLF001
    ]
    hooks = [layer.register_forward_pre_hook(look) for layer in layers]
    try:
        model(samples)
    finally:
        for hook in hooks:
            hook.remove()
    return seen[0] if len(seen) == 1 and seen[0] not in others else None
