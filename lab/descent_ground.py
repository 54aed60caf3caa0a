"""A surface as optimizers see it: one place or several at once, in batches, through noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from lab.walkers import said

if TYPE_CHECKING:
    from torch import Tensor

    from lab.surfaces import Surface


class GroundError(ValueError):
    """The surface's function raised an error on the way."""


@dataclass(frozen=True)
class Seen:
    """What an evaluation of the surface gives at some places."""

    losses: Tensor
    full: Tensor
    given: Tensor
    batch: Tensor
    """The losses of the batch, whose gradient is the given one, but for the noise."""


class Ground:
    """The surface as the optimizers see it: in batches, through noise."""

    def __init__(
        self, surface: Surface, steps: int, noise: float, batch_size: int | None, seed: int
    ) -> None:
        if not 0 <= noise < math.inf:
            raise ValueError(f"The noise must be a number, 0 or larger, but it is {noise!r}.")
        if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
            raise ValueError(f"The seed must be a whole number, 0 or larger, but it is {seed!r}.")
        self._surface = surface
        self._steps = steps
        self._batches = _batches(surface, steps, batch_size, seed)
        self._noise = None
        if noise:
            random = torch.Generator().manual_seed(seed)
            drawn = torch.randn(steps, 2, generator=random, dtype=torch.float64)
            self._noise = noise * drawn

    def look(self, leaf: Tensor, step: int, *, graph: bool = False) -> Seen:
        """Evaluate at one place ``(2,)`` or several ``(K, 2)``; ``graph`` for more derivatives."""
        walks = step < self._steps
        try:
            with torch.enable_grad():
                x, y = leaf.view(-1, 2).unbind(1)
                if self._batches is None or not walks:
                    losses = batch = self._surface.function(x, y)
                    full = given = _gradient(losses, leaf, create_graph=graph)
                else:
                    assert self._surface.terms is not None, "there are batches of samples only"
                    terms = self._surface.terms(x, y)
                    losses, batch = terms.mean(0), terms[self._batches[step]].mean(0)
                    full = _gradient(losses, leaf, retain_graph=True)
                    given = _gradient(batch, leaf, create_graph=graph)
                if self._noise is not None and walks:
                    given = given + self._noise[step]
        except Exception as error:
            raise GroundError(f"The surface failed at step {step}: {said(error)}.") from error
        return Seen(losses, full, given, batch)


def _gradient(losses: Tensor, leaf: Tensor, **how: bool) -> Tensor:
    if not losses.requires_grad:
        return torch.zeros_like(leaf)
    return torch.autograd.grad(losses, leaf, torch.ones_like(losses), **how)[0]


def _batches(
    surface: Surface, steps: int, batch_size: int | None, seed: int
) -> list[Tensor] | None:
    """Return the samples of each step: shuffled in each epoch, none twice before all were seen."""
    if batch_size is None:
        return None
    if surface.terms is None:
        raise ValueError(
            f"The surface {surface.name!r} has no samples to take batches of: leave batch_size out."
        )
    start = torch.tensor(surface.start, dtype=torch.float64)
    count = len(surface.terms(*start))
    whole = isinstance(batch_size, int) and not isinstance(batch_size, bool)
    if not whole or not 1 <= batch_size <= count:
        raise ValueError(
            f"The batch size must be a whole number from 1 to {count}, the number of samples, but "
            f"it is {batch_size!r}."
        )
    random = torch.Generator().manual_seed(seed)
    batches: list[Tensor] = []
    while len(batches) < steps:
        batches += torch.split(torch.randperm(count, generator=random), batch_size)
    return batches
