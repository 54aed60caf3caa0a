"""What a layer decides, and the task to find an input of a class.

The class is the strongest output. For one layer whose activation keeps the order of the sums, class
k is reached where zₖ − zⱼ > 0 for every other j: linear conditions, so that it can be decided
exactly whether any input in a range fulfils them (linear programming: the best one is a vertex).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lab.networks import Network

    Floats = NDArray[np.float64]

ORDERED = ("identity", "sigmoid", "tanh", "leaky_relu", "softplus", "softmax")
"""Strictly rising: the neuron with the largest sum has the largest activation."""

DUST = 1e-12
"""Outputs that differ by less are equal: the order of a sum's terms makes as much difference."""

TRIED = 2000
WORDS = ("No", "One", "Two", "Three", "Four", "Five", "Six")


@dataclass(frozen=True)
class Advice:
    """How far the task is, and the next move towards an input that solves it."""

    solved: bool
    sentence: str
    input: int = 0
    """The input to move, counted from 1; 0 when there is none."""
    value: float = 0.0
    """Where to move it."""


class Conditions(NamedTuple):
    """A class is the strongest where rows · x + constants > 0, all of them."""

    rows: Floats
    """(conditions, inputs)"""

    constants: Floats
    """(conditions,)"""

    rivals: tuple[int, ...]
    """Which output each condition holds against, counted from 1; 0 where it is the number 0."""


def strongest(outputs: ArrayLike) -> int:
    """Return the number of the strongest output, counted from 1; 0 when several are equal."""
    best = _best(np.asarray(outputs))
    return best[0] if len(best) == 1 else 0


def _best(outputs: Floats) -> list[int]:
    return [int(j) + 1 for j in np.flatnonzero(outputs >= outputs.max() - DUST)]


def decision(network: Network, outputs: Floats) -> str:
    """Return the class that the outputs stand for, or why there is none, as a sentence."""
    number = strongest(outputs)
    if network.layers[-1].activation == "step":
        if number and outputs.size > 1:
            return (
                f"Class {number}: only neuron {number} fires. "
                "How strongly, a threshold unit does not say."
            )
        if outputs.size > 1:
            firing = int(outputs.sum())
            who = f"{WORDS[firing]} neurons fire alike" if firing else "No neuron fires"
            return f"{who}: a threshold unit only says yes or no, so there is no strongest one."
    if number:
        return f"Class {number}: output {number} is the strongest."
    equal = [str(j) for j in _best(outputs)]
    listed = f"{', '.join(equal[:-1])} and {equal[-1]}"
    return f"Outputs {listed} are equally strong: there is no strongest one."


def find_input(
    network: Network, x: ArrayLike, number: int, low: float = -1.0, high: float = 1.0
) -> Advice:
    """Say whether x is assigned to class ``number``, else what to move next.

    Whoever follows the advice arrives, if it knows an input from ``low`` to ``high`` that is
    assigned to the class. For one layer it knows one if there is one.
    """
    x = np.asarray(x, dtype=np.float64)
    outputs = network(x)
    if strongest(outputs) == number:
        return Advice(True, f"Solved: this input is assigned to class {number}.")
    conditions = _conditions(network, number)
    target = _target(network, x, number, low, high)
    if target is None and conditions is not None:
        rows = tuple(map(tuple, conditions.rows.tolist()))
        target = _by_linear_programming(rows, tuple(conditions.constants.tolist()), low, high)
        if target is None:
            return Advice(
                False,
                f"With these weights no input from {_short(low)} to {_short(high)} is assigned to "
                f"class {number}: change a weight or a bias.",
            )
    if target is None:
        return Advice(
            False,
            f"{TRIED + 2**x.size:,} inputs were tried and none is assigned to class {number}: "
            "change a weight or a bias.",
        )
    if conditions is None:
        return _by_trying(network, x, target, number)
    return _by_weights(network, conditions, x, target, number=number, ends=(low, high))


def _conditions(network: Network, number: int) -> Conditions | None:
    """Return the conditions for a class; None where they are not linear in the inputs."""
    layer = network.layers[0]
    if len(network.layers) > 1 or layer.activation not in (*ORDERED, "relu"):
        return None
    own = number - 1
    rivals = [j for j in range(layer.outputs) if j != own]
    rows = layer.weights[own] - layer.weights[rivals]
    constants = layer.biases[own] - layer.biases[rivals]
    names = [j + 1 for j in rivals]
    if layer.activation == "relu":  # below 0 all outputs are alike
        rows = np.vstack([rows, layer.weights[own]])
        constants = np.append(constants, layer.biases[own])
        names.append(0)
    return Conditions(rows, constants, tuple(names))


@lru_cache(maxsize=8)
def _candidates(inputs: int, low: float, high: float) -> Floats:
    """Return the corners of the range and points of a grid that a hand can set."""
    corners = np.array(list(product((low, high), repeat=inputs)))
    grid = np.random.default_rng(0).integers(0, 21, (TRIED, inputs)) / 20
    return np.vstack([corners, low + np.round(grid * (high - low), 3)])


def _target(network: Network, x: Floats, number: int, low: float, high: float) -> Floats | None:
    """Return the candidate of the class that is nearest to x; a corner if there is one."""
    candidates = _candidates(x.size, low, high)
    outputs = network(candidates)
    others = np.delete(outputs, number - 1, axis=1)
    solving = np.all(outputs[:, [number - 1]] > others + DUST, axis=1)
    corners = 2**x.size
    if solving[:corners].any():  # "as far as it goes" is easier to do than a number
        candidates, solving = candidates[:corners], solving[:corners]
    if not solving.any():
        return None
    there = candidates[solving]
    return np.asarray(there[np.abs(there - x).sum(axis=1).argmin()])


@lru_cache(maxsize=8)  # it depends on the weights alone: an input is dragged without it
def _by_linear_programming(
    rows: tuple[tuple[float, ...], ...], constants: tuple[float, ...], low: float, high: float
) -> Floats | None:
    """Return the input that fulfils the conditions best; None where no input fulfils them all.

    The largest possible t with rows · x + constants ≥ t is found at a vertex: s conditions hold
    with equality, s − 1 inputs are free and the others stand at an end of the range. With at most
    6 inputs and 6 conditions all vertices can be tried.
    """
    a, c = np.array(rows), np.array(constants)
    count, inputs = a.shape
    best, most = None, DUST
    for s in range(1, min(count, inputs + 1) + 1):
        for active, free in product(
            combinations(range(count), s), combinations(range(inputs), s - 1)
        ):
            fixed = [i for i in range(inputs) if i not in free]
            ends = np.array(list(product((low, high), repeat=len(fixed))))  # (2ᶠ, f), f fixed ones
            equations = np.hstack([a[np.ix_(active, free)], -np.ones((s, 1))])
            if abs(np.linalg.det(equations)) < DUST:
                continue
            right = -(c[list(active), None] + a[np.ix_(active, fixed)] @ ends.T)
            points = np.empty((len(ends), inputs))
            points[:, fixed] = ends
            points[:, list(free)] = np.linalg.solve(equations, right)[:-1].T
            points = points[((points >= low) & (points <= high)).all(axis=1)]
            if not len(points):
                continue
            reached = (points @ a.T + c).min(axis=1)
            if reached.max() > most:
                best, most = points[reached.argmax()], float(reached.max())
    return best


def _by_weights(
    network: Network,
    conditions: Conditions,
    x: Floats,
    target: Floats,
    *,
    number: int,
    ends: tuple[float, float],
) -> Advice:
    """Explain the next move by the weights: against the strongest rival some input always helps."""
    worst = int((conditions.rows @ x + conditions.constants).argmin())
    index = int((conditions.rows[worst] * (target - x)).argmax())
    rival = conditions.rivals[worst]
    weights = network.layers[0].weights[:, index]
    own = weights[number - 1]
    if rival:
        state = _behind(network(x), number, rival)
        than = "a larger" if own > weights[rival - 1] else "a smaller"
        reason = (
            f"Input {index + 1} has {than} weight to output {number} ({_fixed(own)}) than to "
            f"output {rival} ({_fixed(weights[rival - 1])})"
        )
    else:
        state = f"Output {number} is 0 until its sum exceeds 0."
        reason = f"Input {index + 1} has the weight {_fixed(own)} to it"
    move = "raise it" if target[index] > x[index] else "lower it"
    if target[index] not in ends:
        move += f" to about {_fixed(target[index])}"
    return Advice(False, f"{state} {reason}: {move}.", index + 1, float(target[index]))


def _by_trying(network: Network, x: Floats, target: Floats, number: int) -> Advice:
    """Explain the next move by what it does to the outputs."""
    moving = np.flatnonzero(target != x)
    moves = np.tile(x, (moving.size, 1))
    moves[np.arange(moving.size), moving] = target[moving]
    gains = _lead(network(moves), number) - _lead(network(x), number)
    best = int(gains.argmax())
    if gains[best] <= 0:  # nothing to see yet: begin with the longest way
        best = int(np.abs(target - x)[moving].argmax())
    index = int(moving[best])
    outputs = network(x)
    others = [j + 1 for j in np.argsort(-outputs, kind="stable") if j != number - 1]
    verb = "raise" if target[index] > x[index] else "lower"
    move = f"{verb} input {index + 1} to {_fixed(target[index])}"
    if gains[best] > 0:
        sentence = f"{move.capitalize()}: that alone gains {_fixed(gains[best])}."
    else:
        sentence = f"One move alone does not do it: {move}, and go on from there."
    state = _behind(outputs, number, others[0])
    return Advice(False, f"{state} {sentence}", index + 1, float(target[index]))


def _lead(outputs: Floats, number: int) -> Floats:
    """Return how far an output is ahead of the strongest other one, ``(...,)``."""
    others = np.delete(outputs, number - 1, axis=-1)
    return np.asarray(outputs[..., number - 1] - others.max(axis=-1))


def _behind(outputs: Floats, number: int, rival: int) -> str:
    gap = float(outputs[rival - 1] - outputs[number - 1])
    if abs(gap) <= DUST:
        return f"Output {number} is level with output {rival}."
    if gap < 0.005:
        return f"Output {number} is a little behind output {rival}."
    return f"Output {number} is {_fixed(gap)} behind output {rival}."


def _fixed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _short(value: float) -> str:
    return f"{value:g}".replace("-", "−")
