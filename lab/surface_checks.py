"""Whether a function that somebody wrote is a loss surface, and in one sentence why it is not."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from lab.surface import Surface, SurfaceError, check_domain, grid, slopes

if TYPE_CHECKING:
    from lab.surface import Function, Interval

PROBES = (43, 41)
"""Rows and columns at which a function is tried; they differ, so that a mix-up of axes shows."""


def check_function(function: Function, domain: tuple[Interval, Interval]) -> None:
    """Refuse a function that is no loss surface over the domain, in one sentence."""
    _probe(function, domain)


def surface_of(
    function: Function,
    domain: tuple[Interval, Interval] = ((-2.0, 2.0), (-2.0, 2.0)),
    name: str = "your surface",
    axes: tuple[str, str] = ("x", "y"),
) -> Surface:
    """Check a function and return its surface.

    The loss may be NaN or infinite in a part of the domain. The ball starts as near to the upper
    left as there is a slope.
    """
    start = _probe(function, domain)
    return Surface(function, domain, name, axes=axes, start=start)


def _probe(function: Function, domain: tuple[Interval, Interval]) -> tuple[float, float]:
    """Check a function and return a place to start from: one with a slope."""
    check_domain(domain)
    x, y = (leaf.requires_grad_() for leaf in grid(domain, *PROBES))
    losses = _tried(function, x, y)
    finite = losses.isfinite()
    if not finite.any():
        raise SurfaceError(
            "Your function is NaN or infinite everywhere in the domain: choose a domain in which "
            "it has values (log and sqrt want positive numbers)."
        )
    low, high = (float(end) for end in torch.aminmax(losses.detach()[finite]))
    if high - low <= 1e-14 * max(abs(low), abs(high)):
        raise SurfaceError(
            f"Your function is {low:g} everywhere: where nothing is lower than the rest there is "
            "nothing to descend; let the loss depend on x and y."
        )
    if not losses.requires_grad:
        raise SurfaceError(
            "Your function's result has no gradient: on the way it leaves PyTorch (by detach, "
            "numpy or a comparison); let torch operations lead from x and y to the loss."
        )
    try:
        steep = torch.stack(slopes(losses[finite], (x, y))).detach()
    except RuntimeError as error:
        raise SurfaceError(_trouble(function, x, y, error)) from error
    sloping = finite & steep.isfinite().all(0) & steep.ne(0).any(0)
    if not sloping.any():
        raise SurfaceError(
            "Your function has no slope: its gradient is 0 or NaN everywhere (as after round, "
            "floor or sign); let the loss change smoothly with x and y."
        )
    (left, right), (bottom, top) = domain
    across, up = (x.detach() - left) / (right - left), (y.detach() - bottom) / (top - bottom)
    far = ((across - 0.15) ** 2 + (up - 0.8) ** 2).where(sloping, torch.inf)
    place = int(far.argmin())
    return x.flatten()[place].item(), y.flatten()[place].item()


def _tried(function: Function, x: Tensor, y: Tensor) -> Tensor:
    """Return the losses at many places, or say what is wrong with the function."""
    try:
        losses: object = function(x, y)
    except Exception as error:  # whatever the learner's function may raise
        raise SurfaceError(_trouble(function, x, y, error)) from error
    if not isinstance(losses, Tensor):
        raise SurfaceError(
            "Your function must return a tensor, computed from x and y with torch operations, but "
            f"it returns {type(losses).__name__}."
        )
    if losses.shape != x.shape:
        raise SurfaceError(
            "Your function must return one loss for each point: x and y came in the shape "
            f"{tuple(x.shape)}, and the result has the shape {tuple(losses.shape)}."
        )
    if losses.is_complex():
        raise SurfaceError("Your function returns complex numbers; a loss is a real number.")
    return losses


def _trouble(function: Function, x: Tensor, y: Tensor, error: Exception) -> str:
    """Return the sentence for a function that raised an error at many points at once."""
    what = (str(error).strip() or "no message").splitlines()[0].rstrip(".")
    try:
        with torch.no_grad(), warnings.catch_warnings():  # a number taken out is no trouble here
            warnings.simplefilter("ignore")
            float(function(x.detach()[0, 0], y.detach()[0, 0]))
    except Exception:  # noqa: BLE001 - the first error is the one to tell
        return f"Your function raised {type(error).__name__}: {what}."
    if "Boolean value" in what:
        return (
            "Your function asks `if` of x or y, which hold many points at once: write "
            "torch.where(condition, a, b) instead of if, and torch.minimum, torch.maximum or "
            "torch.clamp instead of min and max."
        )
    if "in-place" in what or "inplace" in what:
        return (
            "Your function changes a tensor in place, as -= does, and its slope is lost: write "
            "x = x - 1 instead of x -= 1."
        )
    if "onvert" in what or "numpy()" in what or "item()" in what:
        return (
            "Your function works with single numbers only: write torch.sin, torch.exp, torch.sqrt "
            "and so on instead of those of math or numpy, since x and y are tensors."
        )
    return (
        f"Your function works at one point, but not at many at once ({what}): let it work on "
        "tensors x and y of any shape, data in a new last dimension, as in "
        "(x[..., None] * data).mean(-1)."
    )
