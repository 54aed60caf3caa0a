"""One round of learning taken apart: forward, error, back, gradients, update, new error.

The symbols are those of ``lab.networks``: δˡ = ∂C/∂zˡ, and ∂C/∂wⱼₖˡ = aₖˡ⁻¹ δⱼˡ.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lab.losses import loss_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.networks import Backward, Forward, Network

BOUND = 100.0
"""A weight beyond this has left every scale: the learning rate is too large."""


class Frame(NamedTuple):
    """One frame of the film of a round: what is done, and where."""

    kind: str
    """``start``, ``forward``, ``error``, ``delta``, ``weight``, ``bias``, ``update`` or ``new``."""

    layer: int = -1
    """The layer, counted from 0; −1 where the frame belongs to none."""

    to: int = -1
    """The neuron in that layer."""

    source: int = -1
    """The neuron of the layer before, or the input, from which the weight comes."""


def film(sizes: Sequence[int]) -> tuple[Frame, ...]:
    """Return the frames of one round, in the order in which they follow from one another."""
    neurons = sizes[1:]
    back = range(len(neurons) - 1, -1, -1)
    frames = [Frame("start")]
    frames += [Frame("forward", i, j) for i, size in enumerate(neurons) for j in range(size)]
    frames.append(Frame("error"))
    frames += [Frame("delta", i, j) for i in back for j in range(neurons[i])]
    for i in back:
        frames += [Frame("weight", i, j, k) for j in range(neurons[i]) for k in range(sizes[i])]
        frames.append(Frame("bias", i))
    frames += [Frame("update", i) for i in range(len(neurons))]
    frames.append(Frame("new"))
    return tuple(frames)


@dataclass(frozen=True)
class Round:
    """One round of learning with one sample.

    Args:
        network: as it is before the round.
        inputs: one number for each input.
        targets: what the outputs should be, one number for each.
        loss: a name out of ``lab.losses.LOSSES`` that takes a number for each output.
        learning_rate: η.

    """

    network: Network
    inputs: tuple[float, ...]
    targets: tuple[float, ...]
    loss: str
    learning_rate: float

    @cached_property
    def forward(self) -> Forward:
        """What every neuron did on the way forward."""
        return self.network.forward(self.inputs)

    @cached_property
    def backward(self) -> Backward:
        """The errors and gradients on the way back."""
        return self.network.backward(self.forward, self.targets, self.loss)

    @cached_property
    def after(self) -> Network:
        """The network after the update."""
        return self.network.update(self.backward, self.learning_rate)

    @cached_property
    def forward_after(self) -> Forward:
        """The way forward through the network after the update."""
        return self.after.forward(self.inputs)

    @property
    def error_after(self) -> float:
        """The new error, with the updated weights."""
        return loss_named(self.loss).value(self.forward_after.output, np.array(self.targets))

    def gradient(self, frame: Frame) -> float:
        """Return ∂C/∂w of the weight that a frame is about."""
        return float(self.backward.weight_gradients[frame.layer][frame.to, frame.source])


class Training:
    """Rounds, one after the other: every network on the way and its error.

    It goes only as far as it was asked to, and stops where a weight has left every scale.
    """

    def __init__(self, start: Round) -> None:
        self.rounds = [start]
        self.diverged = False

    def round(self, number: int) -> Round:
        """Return a round, counted from 0, or the last one before the weights left every scale."""
        while len(self.rounds) <= number and not self.diverged:
            last = self.rounds[-1]
            steepest = max(
                float(np.abs(gradients).max())
                for gradients in (*last.backward.weight_gradients, *last.backward.bias_gradients)
            )
            # Looked at before the update: the weights of a network must be finite.
            if not steepest * last.learning_rate < 2 * BOUND or _largest(last.after) > BOUND:
                self.diverged = True
            else:
                self.rounds.append(
                    Round(last.after, last.inputs, last.targets, last.loss, last.learning_rate)
                )
        return self.rounds[min(number, len(self.rounds) - 1)]

    def errors(self, number: int) -> list[float]:
        """Return the error before the first round and after each one, up to a round."""
        self.round(number)
        return [one.backward.loss for one in self.rounds[: number + 1]]


def _largest(network: Network) -> float:
    return max(
        float(np.abs(values).max())
        for layer in network.layers
        for values in (layer.weights, layer.biases)
    )
