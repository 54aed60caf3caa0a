"""Paths of optimizers over a loss surface: ``torch.optim`` does the stepping, in float64."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from lab.descent_ground import Ground
from lab.descent_run import Path, Run, written
from lab.optimizers import Newton, SingularError
from lab.walkers import Walker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LRScheduler

    from lab.descent_ground import Seen
    from lab.surfaces import Surface

__all__ = ["MOST_STEPS", "Path", "Walker", "descend", "race"]

MOST_STEPS = 10_000


def descend(
    surface: Surface,
    start: tuple[float, float],
    optimizer: str | type[Optimizer],
    learning_rate: float,
    steps: int,
    *,
    schedule: str | Callable[[Optimizer], LRScheduler] = "constant",
    noise: float = 0.0,
    batch_size: int | None = None,
    seed: int = 0,
    **options: Any,  # noqa: ANN401 - whatever the optimizer takes
) -> Path:
    """Walk down a surface.

    Args:
        surface: the surface.
        start: where to start, in the domain.
        optimizer: a name out of ``lab.optimizers.OPTIMIZERS``, or any optimizer class.
        learning_rate: a positive number.
        steps: how many, at most ``MOST_STEPS``.
        schedule: a name out of ``lab.optimizers.SCHEDULES``, or what makes a scheduler.
        noise: standard deviation of the normal noise on each component of the gradient.
        batch_size: how many of the surface's samples each step sees; ``None`` for all.
        seed: of batches and noise.
        options: of the optimizer, such as ``momentum=0.9``.

    """
    walker = Walker(optimizer, learning_rate, options, schedule)
    return race(surface, start, [walker], steps, noise=noise, batch_size=batch_size, seed=seed)[0]


def race(
    surface: Surface,
    start: tuple[float, float],
    walkers: Sequence[Walker],
    steps: int,
    *,
    noise: float = 0.0,
    batch_size: int | None = None,
    seed: int = 0,
) -> tuple[Path, ...]:
    """Let several walkers start from one place; all get the same batches and the same noise."""
    place = _checked_start(surface, start)
    if isinstance(steps, bool) or not isinstance(steps, int) or not 0 <= steps <= MOST_STEPS:
        raise ValueError(
            f"The steps must be a whole number from 0 to {MOST_STEPS}, but they are {steps!r}."
        )
    ground = Ground(surface, steps, noise, batch_size, seed)
    runs = [Run(walker, place, steps, surface.domain) for walker in walkers]
    with torch.no_grad():
        _walk_together(ground, [run for run in runs if not run.walker.needs_closure], steps)
        for run in runs:
            if run.walker.needs_closure:
                _walk_alone(ground, run, steps)
    return tuple(run.path() for run in runs)


def _walk_together(ground: Ground, going: list[Run], steps: int) -> None:
    """Walk with one evaluation of the surface a step for all."""
    for step in range(steps + 1):
        if not going:
            return
        places = torch.stack([run.parameter for run in going])
        seen = ground.look(places.requires_grad_(), step)
        rows = zip(
            going,
            places.tolist(),
            seen.losses.tolist(),
            seen.full.tolist(),
            seen.given.tolist(),
            seen.given.unbind(),
            strict=True,
        )
        for run, place, loss, full, given, gradient in rows:
            if run.arrive(place, loss, full, given) and step < steps:
                run.parameter.grad = gradient
                run.step()
                run.evaluations += 1
        if any(run.reason for run in going):
            going = [run for run in going if not run.reason]


def _walk_alone(ground: Ground, run: Run, steps: int) -> None:
    """Walk where the optimizer evaluates the loss itself, as often as it wants."""
    graph = isinstance(run.optimizer, Newton)
    p = run.parameter
    for step in range(steps + 1):
        seen, place = ground.look(p, step, graph=graph), p.detach().clone()
        if not run.arrive(
            place.tolist(), float(seen.losses[0]), seen.full.tolist(), seen.given.tolist()
        ):
            return
        if step == steps:
            return

        def closure(step: int = step, seen: Seen = seen, place: Tensor = place) -> Tensor:
            run.evaluations += 1
            if not torch.equal(p, place):
                seen = ground.look(p, step, graph=graph)
            p.grad = seen.given
            return seen.batch[0]

        try:
            run.step(closure)
        except SingularError:
            run.reason = (
                f"Step {step + 1} stopped at {written(place.tolist())}: the Hessian is singular "
                "there, so Newton's method has no step."
            )
            return
        p.grad = None  # a gradient with its graph would hold itself


def _checked_start(surface: Surface, start: tuple[float, float]) -> tuple[float, float]:
    try:
        x, y = (float(number) for number in start)
    except (TypeError, ValueError):
        raise ValueError(f"The start must be two numbers, (x, y), but it is {start!r}.") from None
    (left, right), (bottom, top) = surface.domain
    if not (left <= x <= right and bottom <= y <= top):
        across, up = surface.axes
        raise ValueError(
            f"The start {written((x, y))} lies outside the domain: {across} from {left:g} to "
            f"{right:g}, {up} from {bottom:g} to {top:g}.".replace("-", "−")
        )
    return x, y
