"""Tasks about descent that check themselves from a path, or from the learner's guess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.descent_text import number
from lab.optimizers import Newton

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.descent_run import Path
    from lab.surfaces import Surface
    from lab.walkers import Walker

    Floats = NDArray[np.float64]

ARRIVED = 0.01
"""Who is nearer to the minimum than this share of the start's distance has arrived."""
ENOUGH = 0.1
"""A start nearer to the minimum than this share of the domain's width is no task."""
NARROW = 0.02
"""A start is on the ridge within this share of the domain's width."""
ELONGATED = 10.0
"""So much steeper than flat is the bowl of the task, or more."""
TOLERANCE = 0.1
FEW = 10


@dataclass(frozen=True)
class Verdict:
    """Whether a task is solved, and what was found and what to try next, in a sentence or two."""

    solved: bool
    sentence: str


@dataclass(frozen=True)
class Task:
    """A question about a surface out of ``lab.surfaces.SURFACES``.

    Attributes:
        name: what it is called.
        question: what is to be done, or found out.
        surface: the surface's name.
        start: where the ball is at first; ``None`` where the surface puts it.

    """

    name: str
    question: str
    surface: str
    start: tuple[float, float] | None = None


TASKS = {
    task.name: task
    for task in (
        Task(
            "overshoot",
            "Overshoot the minimum on purpose: cross to the other side, and still arrive.",
            "bowl",
        ),
        Task(
            "ten steps",
            "Reach the minimum in at most 10 steps: to 1 % of the distance you start from.",
            "elongated bowl",
        ),
        Task(
            "leave the saddle",
            "The ball is on the line that leads straight into the saddle: get it away from there.",
            "saddle",
            start=(-1.6, 0.0),
        ),
        Task(
            "limit",
            "Before you try: from which learning rate on does the walk in the bowl diverge?",
            "bowl",
        ),
    )
}


def check(name: str, surface: Surface, path: Path) -> Verdict:
    """Say how far a path is with a task out of ``TASKS``; the limit has ``check_limit``."""
    checks = {"overshoot": _overshoot, "ten steps": _ten_steps, "leave the saddle": _leave}
    if name not in checks:
        raise ValueError(f"There is no task {name!r} about a path; there are {', '.join(checks)}.")
    return checks[name](surface, path)


def _overshoot(surface: Surface, path: Path) -> Verdict:
    offsets, distances = _from_minimum(surface, path)
    if distances[0] < _least(surface):
        return Verdict(False, "Start farther away from the minimum.")
    crossed = np.flatnonzero(offsets @ offsets[0] < 0)
    arrived = _first(distances <= ARRIVED * distances[0])
    if path.diverged:
        return Verdict(False, "It crossed, but ran away: take a smaller learning rate.")
    if not crossed.size:
        return Verdict(False, "It stays on its side: take a larger learning rate, or momentum.")
    if arrived is None or distances[-1] > ARRIVED * distances[0]:
        far = number(100 * distances[-1] / distances[0])
        return Verdict(
            False,
            f"It crossed in step {crossed[0]}, but ends at {far} % of the distance: take a "
            "slightly smaller learning rate, or more steps.",
        )
    return Verdict(
        True,
        f"It crossed in step {crossed[0]} and arrived all the same: each step goes too far, but "
        "less and less so.",
    )


def _ten_steps(surface: Surface, path: Path) -> Verdict:
    flattest, *_, steepest = np.linalg.eigvalsh(surface.hessian(*surface.minima[0]))
    if steepest < (1 - 1e-9) * ELONGATED * flattest:
        return Verdict(
            False, f"That bowl is too round: the task is one of condition {number(ELONGATED)}."
        )
    _, distances = _from_minimum(surface, path)
    if distances[0] < _least(surface):
        return Verdict(False, "Start farther away from the minimum.")
    arrived = _first(distances <= ARRIVED * distances[0])
    if arrived is not None and arrived <= FEW:
        return Verdict(True, f"There in step {arrived}. Who needs fewer?")
    if path.diverged:
        return Verdict(False, "It ran away: take a smaller learning rate.")
    if arrived is not None:
        return Verdict(False, f"There in step {arrived}: {arrived - FEW} too many. {_advice()}")
    last = min(FEW, path.steps)
    far = number(100 * distances[last] / distances[0])
    return Verdict(False, f"After {last} steps it is still at {far} % of the distance. {_advice()}")


def _advice() -> str:
    return "Try momentum of about a half, or an optimizer that learns the curvature."


def _leave(surface: Surface, path: Path) -> Verdict:
    saddle = np.zeros(2)
    curvatures, axes = np.linalg.eigh(surface.hessian(0.0, 0.0))
    width = _width(surface)
    if curvatures[0] >= 0:
        raise ValueError(f"The surface {surface.name!r} has no saddle at (0, 0).")
    aside = abs(float((path.positions[0] - saddle) @ axes[:, 0]))
    if aside > NARROW * width:
        return Verdict(
            False, "Start on the line that leads into the saddle, where the ball rolls straight."
        )
    away = np.linalg.norm(path.positions - saddle, axis=1) > width / 4
    gone = _first(away & (path.losses < surface.value(0.0, 0.0)))
    if gone is not None:
        return Verdict(
            True, f"Away from the saddle in step {gone}: any push to the side is enough."
        )
    if path.steps and not np.abs(path.gradients[-1]).max() > 1e-3:
        return Verdict(
            False,
            "It rests at the saddle, where the gradient is 0: a little noise, or a start a hair "
            "aside, would push it off.",
        )
    return Verdict(False, "It is still near the saddle: take more steps, or a little noise.")


def check_limit(
    walker: Walker, sharpness: float, guess: float | None, *, reveal: bool = False
) -> Verdict:
    """Look at a guess of the learning rate from which on the walk diverges.

    Args:
        walker: who walks.
        sharpness: the bowl's largest curvature λ.
        guess: the learner's; ``None`` before there is one.
        reveal: whether the learner, having guessed, asks for the answer.

    """
    limit = stability_limit(walker, sharpness)
    if limit is None:
        return Verdict(False, f"{walker.name} has no such limit: take gradient descent.")
    if guess is None:
        return Verdict(False, "Guess first; then walk and see.")
    if not 0 < guess < np.inf:
        return Verdict(False, "A learning rate is a positive number, such as 0.1.")
    solved = abs(guess - limit) <= TOLERANCE * limit
    answer = f"the limit is {number(limit)} for the largest curvature λ = {number(sharpness)}"
    if solved or reveal:
        yours = "Yes" if solved else f"Your guess was {number(guess)}"
        return Verdict(solved, f"{yours}: {answer}.")
    found = "still converges: the limit is higher"
    if guess > limit:
        found = "diverges already: the limit is lower"
    return Verdict(False, f"At {number(guess)} the walk {found}.")


def stability_limit(walker: Walker, sharpness: float) -> float | None:
    """Return the learning rate from which on a walk on a bowl diverges; ``None`` if there is none.

    Along the direction of curvature λ the gradient is λθ. With a = ηλ, one step of PyTorch's

    - gradient descent is θ ← (1 − a)·θ: the root 1 − a is inside (−1, 1) while a < 2.
    - momentum is v ← βv + λθ, θ ← θ − ηv: its roots have the sum 1 + β − a and the product β.
      Both lie inside the unit circle while 1 + sum + product > 0: a < 2(1 + β).
    - Nesterov's is v ← βv + λθ, θ ← θ − η(λθ + βv) with the new v: sum 1 + β − a(1 + β), product
      β(1 − a), so a < 2(1 + β) / (1 + 2β); there the product is still above −1.

    Newton's method multiplies θ by 1 − η, whatever the curvature. Weight decay adds to λ. The
    others divide by the gradient's size, or choose their steps themselves: they have no such limit.
    """
    settings = dict(walker.settings)
    curvature = sharpness + settings.pop("weight_decay", 0.0)
    beta, nesterov = settings.pop("momentum", 0.0), settings.pop("nesterov", False)
    if walker.schedule != "constant" or any(settings.values()) or not curvature > 0:
        return None
    if walker.type is Newton:
        return 2.0
    if walker.optimizer not in ("gradient descent", "momentum", "nesterov"):
        return None
    limit = 2 * (1 + beta) / curvature
    return float(limit / (1 + 2 * beta) if nesterov else limit)


def _from_minimum(surface: Surface, path: Path) -> tuple[Floats, Floats]:
    """Return where the path is, seen from the minimum, and how far."""
    offsets = path.positions - np.array(surface.minima[0])
    return offsets, np.linalg.norm(offsets, axis=1)


def _width(surface: Surface) -> float:
    return max(high - low for low, high in surface.domain)


def _least(surface: Surface) -> float:
    return ENOUGH * _width(surface)


def _first(found: NDArray[np.bool_]) -> int | None:
    return int(np.argmax(found)) if found.any() else None
