"""Tasks that check themselves from what the learner has built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.neurons import on_off_patterns
from lab.point_sets import TRUTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.neurons import Neuron


@dataclass(frozen=True)
class Trial:
    """One pattern of inputs, what the neuron does with it, and what the task asks for."""

    inputs: tuple[float, ...]
    fires: bool
    should_fire: bool

    @property
    def right(self) -> bool:
        """Say whether the neuron does what the task asks for."""
        return self.fires == self.should_fire


@dataclass(frozen=True)
class Verdict:
    """How far a task is: every trial, how many of them can be right, and a hint that leads on."""

    trials: tuple[Trial, ...]
    best: int
    hint: str

    @property
    def right(self) -> int:
        """Count the trials that are right."""
        return sum(trial.right for trial in self.trials)

    @property
    def solved(self) -> bool:
        """Say whether every trial is right."""
        return self.right == len(self.trials)

    @property
    def done(self) -> bool:
        """Say whether as many trials are right as one neuron can get right."""
        return self.right >= self.best


def task_names(inputs: int) -> tuple[str, ...]:
    """Return the tasks for a neuron with so many inputs; truth tables have two."""
    only = tuple(f"input {number}" for number in range(1, inputs + 1))
    return (*only, *TRUTH) if inputs == 2 else only


def check(neuron: Neuron, task: str) -> Verdict:
    """Say how far a neuron is with a task out of ``task_names``."""
    if task in TRUTH:
        return truth(neuron, task)
    return respond_only_to(neuron, int(task.removeprefix("input ")))


def respond_only_to(neuron: Neuron, number: int) -> Verdict:
    """Check that the neuron fires exactly when input ``number`` (counted from 1) is on.

    All on/off patterns are tried: the other inputs must neither wake the neuron nor silence it.
    """
    wanted = on_off_patterns(neuron.weights.size)[:, number - 1]
    trials = _try(neuron, wanted.tolist())
    wrong = next((trial for trial in trials if not trial.right), None)
    return Verdict(trials, len(trials), _hint(wrong, number) if wrong else "")


def truth(neuron: Neuron, name: str) -> Verdict:
    """Check that a neuron of two inputs does what ``"and"``, ``"or"`` or ``"xor"`` asks for.

    No neuron does all of XOR: it fires on one side of a line, and no line has (0, 1) and (1, 0) on
    one side and (0, 0) and (1, 1) on the other. Three of its four patterns are the most.
    """
    if neuron.weights.size != 2:
        raise ValueError(f"{name} has two inputs, but this neuron has {neuron.weights.size}.")
    trials = _try(neuron, TRUTH[name])
    verdict = Verdict(trials, 3 if name == "xor" else 4, "")
    wrong = next((trial for trial in trials if not trial.right), None)
    if wrong is None:
        return verdict
    hint = _why_not(wrong) if verdict.done else _truth_hint(wrong, neuron)
    return Verdict(trials, verdict.best, hint)


def _try(neuron: Neuron, wanted: Sequence[float]) -> tuple[Trial, ...]:
    patterns = on_off_patterns(neuron.weights.size)
    return tuple(
        Trial(tuple(pattern.tolist()), bool(fires), bool(should))
        for pattern, fires, should in zip(patterns, neuron.fires(patterns), wanted, strict=True)
    )


def _hint(trial: Trial, number: int) -> str:
    on = [str(i) for i, value in enumerate(trial.inputs, start=1) if value]
    listed = " and ".join([", ".join(on[:-1]), on[-1]] if len(on) > 1 else on)
    others = [i for i in on if i != str(number)]
    if not on:
        return "With every input off the neuron fires already: raise the threshold."
    if trial.should_fire and others:
        return f"With inputs {listed} on it stays silent: another input holds it back."
    if trial.should_fire:
        return f"With input {number} on it stays silent: give weight {number} more."
    plural = "s" if len(on) > 1 else ""
    return f"With input{plural} {listed} on it fires, though input {number} is off."


def _truth_hint(trial: Trial, neuron: Neuron) -> str:
    match trial.inputs:
        case (0, 0):
            return "With both inputs off it fires already: raise the threshold."
        case (1, 1) if trial.should_fire:
            weaker = 1 + int(np.argmin(neuron.weights))
            advice = f"give weight {weaker} more, or lower the threshold."
            return f"With both inputs on it stays silent: {advice}"
        case (1, 1):
            return "With both inputs on it fires: let one of them hold it back."
    number = 1 + trial.inputs.index(1)
    if trial.should_fire:
        advice = f"give weight {number} more, or lower the threshold."
        return f"Input {number} alone does not wake it: {advice}"
    return f"Input {number} alone wakes it: raise the threshold, or take from weight {number}."


def _why_not(trial: Trial) -> str:
    x1, x2 = trial.inputs
    return (
        f"Win ({x1:.0f}, {x2:.0f}) too and another is lost: one line cannot part corners that lie "
        "crosswise. Two lines can: a hidden layer."
    )
