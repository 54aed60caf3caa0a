"""Loss surfaces of points: a line through them, or a threshold between two classes of them.

Both models have two parameters, so that their whole loss can be drawn; it changes with the points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn.functional import softplus

from lab.surfaces import Surface, SurfaceError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from torch import Tensor

    from lab.surfaces import Function, Interval

    Floats = NDArray[np.float64]
    Domain = tuple[Interval, Interval]

LINEAR_DOMAIN: Domain = ((-3.0, 3.0), (-3.0, 3.0))
"""Slopes and intercepts that are drawn, unless the best line lies beyond."""

LOGISTIC_DOMAIN: Domain = ((-6.0, 6.0), (-6.0, 6.0))
"""Weights and biases that are drawn, unless the best ones lie beyond."""

LIMIT = 1000
"""More points than this are refused: the surface could not follow the hand."""

CHUNK = 5
"""How many samples share one logarithm: more fill the processor's cache and are slower again."""


def linear_regression(x: ArrayLike, y: ArrayLike, domain: Domain | None = None) -> Surface:
    """Return the mean squared error of a line ``slope · x + intercept`` through points.

    Args:
        x: (N,) where the points lie, two different places at least.
        y: (N,) their heights.
        domain: the slopes and intercepts to draw. Without one it is ``LINEAR_DOMAIN``, doubled
            until the best line has room, so that it stays as it is while a point moves a little.

    """
    x, y = _numbers("x", x), _numbers("y", y)
    _check(x, y, "No single line fits best")
    middle, height = float(x.mean()), float(y.mean())
    spread = float(((x - middle) ** 2).mean())
    slope = float(((x - middle) * (y - height)).mean()) / spread
    best = (slope, height - slope * middle)
    rest = float(((y - height - slope * (x - middle)) ** 2).mean())
    places, heights = torch.tensor(x), torch.tensor(y)

    def function(slopes: Tensor, intercepts: Tensor) -> Tensor:
        # The mean over the points, its squares completed: no sum over points for each place.
        off = slopes * middle + intercepts - height
        return spread * (slopes - slope) ** 2 + off**2 + rest

    def terms(slopes: Tensor, intercepts: Tensor) -> Tensor:
        return (_each(places, slopes) * slopes + intercepts - _each(heights, slopes)) ** 2

    return _surface(
        function,
        terms,
        domain or _roomy(LINEAR_DOMAIN, best),
        best,
        name="linear regression",
        axes=("slope", "intercept"),
        quadratic=True,
        sentence="Each place is one line through the points, its height that line's mean squared "
        "error: one bowl, and at its bottom the best line.",
    )


def logistic_regression(x: ArrayLike, y: ArrayLike, domain: Domain | None = None) -> Surface:
    """Return the mean binary cross-entropy of σ(weight · x + bias) as the probability of class 1.

    Args:
        x: (N,) where the points lie, two different places at least.
        y: (N,) their classes, 0 or 1.
        domain: the weights and biases to draw. Without one it is ``LOGISTIC_DOMAIN``, doubled
            until the minimum has room. Points that a threshold separates have no minimum.

    """
    x, y = _numbers("x", x), _numbers("y", y)
    _check(x, y, "No single weight fits best")
    if not np.isin(y, (0, 1)).all():
        raise SurfaceError("The classes in y are 0 or 1, nothing else.")
    if len(np.unique(y)) < 2:
        raise SurfaceError(
            f"All points are of class {y[0]:g}: give points of both classes, 0 and 1."
        )
    # −ln σ(z) for class 1 and −ln(1 − σ(z)) for class 0 are both softplus(sign · z)
    signs = torch.tensor(1 - 2 * y)
    signed = signs * torch.tensor(x)

    def function(weights: Tensor, biases: Tensor) -> Tensor:
        # Σ softplus(m) = ln Π (1 + eᵐ): one logarithm for some samples is faster; beyond 30
        # softplus(m) is m to thirteen digits.
        total = torch.zeros_like(weights)
        for first in range(0, len(signs), CHUNK):
            some = slice(first, first + CHUNK)
            margins = _each(signed[some], weights) * weights + _each(signs[some], weights) * biases
            product = (1 + margins.clamp(max=30).exp()).prod(0)
            total = total + product.log() + (margins - 30).relu().sum(0)
        return total / len(signs)

    def terms(weights: Tensor, biases: Tensor) -> Tensor:
        margins = _each(signed, weights) * weights + _each(signs, weights) * biases
        return softplus(margins, threshold=700)

    best = None if _separable(x, y) else _logistic_minimum(x, y)
    sentence = (
        "A threshold separates the classes without a mistake: the larger the weight, the lower "
        "the loss, so there is no minimum, and the weight grows without end."
        if best is None
        else "Each place is one S-shaped curve through the points, its height that curve's "
        "cross-entropy: one valley, and at its bottom the best curve."
    )
    return _surface(
        function,
        terms,
        domain or _roomy(LOGISTIC_DOMAIN, best),
        best,
        name="logistic regression",
        axes=("weight", "bias"),
        quadratic=False,
        sentence=sentence,
    )


def _surface(
    function: Function,
    terms: Function,
    domain: Domain,
    best: tuple[float, float] | None,
    *,
    name: str,
    axes: tuple[str, str],
    quadratic: bool,
    sentence: str,
) -> Surface:
    (left, right), (bottom, top) = domain
    inside = best is not None and left <= best[0] <= right and bottom <= best[1] <= top
    return Surface(
        function,
        domain,
        name,
        minima=(best,) if best is not None and inside else (),
        sentence=sentence,
        axes=axes,
        start=(left + 0.15 * (right - left), bottom + 0.8 * (top - bottom)),
        quadratic=quadratic,
        terms=terms,
    )


def _each(samples: Tensor, places: Tensor) -> Tensor:
    """Return (N,) numbers as (N, 1, …), to meet places of any shape."""
    return samples.reshape(-1, *places.ndim * [1])


def _roomy(domain: Domain, best: tuple[float, float] | None) -> Domain:
    """Double each side of a domain around 0 until the minimum lies within four fifths of it."""
    if best is None:
        return domain
    (_, right), (_, top) = domain
    while abs(best[0]) > 0.8 * right:
        right *= 2
    while abs(best[1]) > 0.8 * top:
        top *= 2
    return (-right, right), (-top, top)


def _separable(x: Floats, y: Floats) -> bool:
    """Whether a threshold has no point on its wrong side; points of both classes may lie on it."""
    zeros, ones = x[y == 0], x[y == 1]
    return bool(zeros.max() <= ones.min() or ones.max() <= zeros.min())


def _logistic_minimum(x: Floats, y: Floats) -> tuple[float, float]:
    """Return the best weight and bias by Newton's method, halving steps that climb."""
    middle, spread = x.mean(), x.std()
    inputs = np.stack([(x - middle) / spread, np.ones_like(x)], axis=1)  # (N, 2)
    signs = 1 - 2 * y

    def loss(place: Floats) -> float:
        return float(np.logaddexp(0, signs * (inputs @ place)).mean())

    place = np.zeros(2)
    for _ in range(100):
        shares = np.exp(-np.logaddexp(0, -inputs @ place))
        gradient = inputs.T @ (shares - y)
        hessian = (inputs.T * (shares * (1 - shares))) @ inputs
        step = np.linalg.solve(hessian, gradient)
        while loss(place - step) > loss(place) and np.abs(step).max() > 1e-9:
            step = step / 2
        place = place - step
        if np.abs(step).max() < 1e-12 * max(1.0, np.abs(place).max()):
            break
    weight = float(place[0] / spread)
    return weight, float(place[1] - weight * middle)


def _numbers(name: str, values: ArrayLike) -> Floats:
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise SurfaceError(f"{name} must be a row of numbers, one for each point.") from None
    if array.ndim != 1:
        raise SurfaceError(
            f"{name} must be a row of numbers, one for each point; its shape is {array.shape}."
        )
    if not np.isfinite(array).all():
        raise SurfaceError(f"{name} must be finite numbers: there is a NaN or an infinity in it.")
    return array


def _check(x: Floats, y: Floats, consequence: str) -> None:
    if len(x) != len(y):
        raise SurfaceError(
            f"Each point needs an x and a y, but there are {len(x)} of one and {len(y)} of the "
            "other."
        )
    if not 2 <= len(x) <= LIMIT:
        raise SurfaceError(f"Give from 2 to {LIMIT} points; there are {len(x)}.")
    if np.ptp(x) <= 1e-9 * np.abs(x).max():
        raise SurfaceError(
            f"{consequence} to points that all have x = {x[0]:g}: move one of them sideways."
        )
