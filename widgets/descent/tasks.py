"""The tasks of a descent, as the page shows them: first a thought, then the walk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lab.descent_tasks import ELONGATED, TASKS, check, check_limit
from lab.surfaces import SURFACES
from widgets.descent.racers import racer_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from widgets.descent import Descent
    from widgets.descent.traits import Racer

LIMIT = "limit"
NAMES = [[task.name, task.name] for task in TASKS.values()]


def asks(task: str) -> bool:
    """Return whether a task asks for a number."""
    return task == LIMIT


def table_of(task: str) -> dict[str, Any]:
    """Return the traits that a task begins with."""
    surface = SURFACES[TASKS[task].surface]
    return {
        "surface": surface.name,
        "start": TASKS[task].start or surface.start,
        "racers": [racer_of(("gradient descent", 0.1), {})],
        "condition": ELONGATED,
        "chosen": 0,
        "noise": 0.0,
        "steps": 100,
        "step": 0,
        "guess": (),
    }


def guessed(racers: Sequence[Racer], guess: Sequence[float]) -> list[Racer]:
    """Return the racers, the first of them with the learning rate that was guessed."""
    if not guess or not guess[0] > 0:
        return list(racers)
    return [{**racers[0], "learning_rate": guess[0]}, *racers[1:]]


def picture_of(descent: Descent) -> dict[str, Any]:
    """Return the task, and what is found once it is walked."""
    task = TASKS[descent.task]
    solved, sentence = False, ""
    if descent.revealed:
        solved, sentence = _judged(descent)
    return {
        "question": task.question,
        "asks": "Learning rate" if asks(descent.task) else "",
        "hint": sentence,
        "solved": solved,
    }


def _judged(descent: Descent) -> tuple[bool, str]:
    task, surface = TASKS[descent.task], descent.landscape
    if surface.name != task.surface:
        return False, f"This task is about another surface, the {task.surface}."
    if asks(task.name):
        assert surface.sharpness is not None, "the task's bowl is quadratic"
        guess = descent.guess[0] if descent.guess else None
        verdict = check_limit(descent.walkers[0], surface.sharpness, guess)
    else:
        verdict = check(task.name, surface, descent.paths[descent.chosen])
    return verdict.solved, verdict.sentence
