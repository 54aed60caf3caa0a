"""Tasks that check themselves from what the learner has built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.neurons import on_off_patterns

if TYPE_CHECKING:
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
    """How far a task is: every trial, and a hint on the first one that is still wrong."""

    trials: tuple[Trial, ...]
    hint: str

    @property
    def solved(self) -> bool:
        """Say whether every trial is right."""
        return all(trial.right for trial in self.trials)


def respond_only_to(neuron: Neuron, number: int) -> Verdict:
    """Check that the neuron fires exactly when input ``number`` (counted from 1) is on.

    All on/off patterns are tried: the other inputs must neither wake the neuron nor silence it.
    """
    patterns = on_off_patterns(neuron.weights.size)
    trials = tuple(
        Trial(tuple(pattern.tolist()), bool(fires), bool(pattern[number - 1]))
        for pattern, fires in zip(patterns, neuron.fires(patterns), strict=True)
    )
    wrong = next((trial for trial in trials if not trial.right), None)
    return Verdict(trials, _hint(wrong, number) if wrong else "")


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
