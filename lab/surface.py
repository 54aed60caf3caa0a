"""A loss surface of two parameters: a function in torch operations, drawn over a domain.

Any function ``(x, y) -> loss`` will do; autograd differentiates it. Everything is float64.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Interval = tuple[float, float]
Function = Callable[[Tensor, Tensor], Tensor]


class SurfaceError(ValueError):
    """Something is no surface; the sentence says why, and what would be right."""


@dataclass(frozen=True, eq=False)
class Surface:
    """A loss of two parameters.

    Attributes:
        function: (x, y) of one shape -> the losses in that shape, made of torch operations.
        domain: what is drawn: (x from, x to), (y from, y to).
        name: what it is called.
        minima: the known minima in the domain, the lowest first: all global ones, and local ones
            where they are few.
        sentence: what it teaches.
        axes: the names of the two parameters.
        start: a good place for the ball at first.
        logarithmic: whether its levels read better on a logarithmic scale.
        quadratic: a bowl with the same Hessian everywhere, so that 2/λ_max is the limit of the
            learning rate.
        terms: (x, y) of shape (...) -> (N, ...), the losses of N samples, whose mean is the
            function; ``None`` where there are no samples.

    """

    function: Function
    domain: tuple[Interval, Interval] = ((-2.0, 2.0), (-2.0, 2.0))
    name: str = "your surface"
    minima: tuple[tuple[float, float], ...] = ()
    sentence: str = ""
    axes: tuple[str, str] = ("x", "y")
    start: tuple[float, float] = (-1.5, 1.0)
    logarithmic: bool = False
    quadratic: bool = False
    terms: Function | None = None

    def __post_init__(self) -> None:
        check_domain(self.domain)

    def value(self, x: float, y: float) -> float:
        """Return the loss at a place."""
        with torch.no_grad():
            return float(self.function(*_leaves(x, y)))

    def gradient(self, x: float, y: float) -> Floats:
        """Return (∂/∂x, ∂/∂y) at a place."""
        leaves = _leaves(x, y)
        return np.array([float(part) for part in slopes(self.function(*leaves), leaves)])

    def hessian(self, x: float, y: float) -> Floats:
        """Return the 2×2 matrix of second derivatives at a place."""
        return (self._bend if self.quadratic else self._hessian(x, y)).copy()

    def values(self, columns: int = 101, rows: int | None = None) -> Floats:
        """Return the losses over the domain, its ends included, ``(rows, columns)``.

        Row 0 is the highest y, as pictures are drawn. NaN stands where there is no finite loss.
        """
        with torch.no_grad():
            losses = self.function(*grid(self.domain, rows or columns, columns)).numpy()
        return np.where(np.isfinite(losses), losses, np.nan)

    @property
    def sharpness(self) -> float | None:
        """λ_max of a quadratic surface's Hessian; ``None`` for the others."""
        return float(np.linalg.eigvalsh(self._bend)[-1]) if self.quadratic else None

    @cached_property
    def _bend(self) -> Floats:
        return self._hessian(*self.start)

    def _hessian(self, x: float, y: float) -> Floats:
        leaves = _leaves(x, y)
        bends = slopes(self.function(*leaves), leaves, create_graph=True)
        rows = [slopes(slope, leaves, retain_graph=True) for slope in bends]
        return np.array([[float(part) for part in row] for row in rows])


def check_domain(domain: object) -> None:
    """Refuse what is no pair of intervals."""
    try:
        ends = np.array(domain, dtype=np.float64)
    except (TypeError, ValueError):
        ends = np.empty(0)
    if ends.shape != (2, 2) or not np.isfinite(ends).all() or (ends[:, 0] >= ends[:, 1]).any():
        raise SurfaceError(
            "The domain must be two intervals of finite numbers, the smaller end first, such as "
            f"((-2, 2), (-1, 3)); it is {domain!r}."
        )


def _leaves(x: float, y: float) -> tuple[Tensor, Tensor]:
    one, other = torch.tensor([x, y], dtype=torch.float64).unbind()
    return one.requires_grad_(), other.requires_grad_()


def slopes(
    losses: Tensor,
    leaves: tuple[Tensor, Tensor],
    *,
    create_graph: bool = False,
    retain_graph: bool | None = None,
) -> tuple[Tensor, ...]:
    """Return ∂/∂x and ∂/∂y of each loss, in the shape of x and y."""
    if not losses.requires_grad:  # the slope of a plane does not depend on the place
        return tuple(torch.zeros_like(leaf) for leaf in leaves)
    return torch.autograd.grad(
        losses.sum(),
        leaves,
        create_graph=create_graph,
        retain_graph=retain_graph,
        allow_unused=True,
        materialize_grads=True,
    )


def grid(domain: tuple[Interval, Interval], rows: int, columns: int) -> tuple[Tensor, Tensor]:
    """Return x and y at equally spaced places, the highest y first, ``(rows, columns)`` each."""
    (left, right), (bottom, top) = domain
    x = torch.linspace(left, right, columns, dtype=torch.float64)
    y = torch.linspace(top, bottom, rows, dtype=torch.float64)
    return x.repeat(rows, 1), y[:, None].repeat(1, columns)
