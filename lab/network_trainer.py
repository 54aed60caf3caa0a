"""Training a small network batch by batch, fast enough to be watched.

All parameters lie in one flat vector, and the layers that are trained are windows into it: a step
is one subtraction, however many layers there are.
"""

from __future__ import annotations

import copy
import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.losses import loss_named
from lab.networks import Network, backward_pass, forward_pass
from lab.steppers import STEPPERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import ArrayLike, NDArray

    from lab.layers import Layer

    Floats = NDArray[np.float64]


_silent = partial(np.errstate, over="ignore", invalid="ignore")
"""Numbers that overflow raise a sentence of our own."""


class DivergedError(ArithmeticError):
    """The loss or a parameter has left the numbers that a computer can hold."""


def _at_least_zero(name: str, value: float) -> None:
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{name} must be a finite number, 0 or more; it is {value!r}.")


def _a_share(name: str, value: float) -> None:
    if not 0 <= value < 1:
        raise ValueError(f"{name} is a chance, at least 0 and below 1; it is {value!r}.")


def _a_count(name: str, value: float) -> None:
    if not (isinstance(value, int | np.integer) and value >= 1):
        raise ValueError(f"{name} is a number of samples, a whole number from 1; it is {value!r}.")


class _Setting:
    """A number that is checked when it is set; without ``__get__`` it is read at no cost."""

    def __init__(self, check: Callable[[str, Any], None]) -> None:
        self.check = check

    def __set_name__(self, _owner: type, name: str) -> None:
        self.name = name

    def __set__(self, trainer: NetworkTrainer, value: float) -> None:
        self.check(self.name, value)
        trainer.__dict__[self.name] = value


class NetworkTrainer:
    """Trains a network; the same arguments always give the same training.

    ``learning_rate``, ``batch_size``, ``l1``, ``l2`` and ``dropout`` may be changed between steps.

    Args:
        network: where to start. It is not changed: read ``trainer.network`` for the newest.
        inputs: (N, in) samples.
        targets: (N, ...) as the loss takes them; ``LOSSES[loss].encode`` makes them of labels.
        loss: a name out of ``lab.losses.LOSSES``.
        optimizer: ``"sgd"`` (default), ``"momentum"`` (0.9) or ``"adam"``.
        learning_rate: the size of the steps; default 0.1.
        batch_size: samples a step; default 10. The last batch of an epoch may be smaller.
        l1, l2: l1 · Σ|w| + l2 · ½Σw² is added to the loss, over weights but not biases, so that
            l2 is the ``weight_decay`` of ``torch.optim.SGD`` (Goodfellow et al., ch. 7.1).
        dropout: the chance of each hidden neuron to be left out, for each sample anew; the others
            are divided by 1 − dropout, as in ``torch.nn.Dropout``.
        seed: decides the order of the samples and the dropout.

    Raises:
        ValueError: for arguments that do not fit; the sentence says which.

    """

    learning_rate: float = _Setting(_at_least_zero)  # type: ignore[assignment]
    batch_size: int = _Setting(_a_count)  # type: ignore[assignment]
    l1: float = _Setting(_at_least_zero)  # type: ignore[assignment]
    l2: float = _Setting(_at_least_zero)  # type: ignore[assignment]
    dropout: float = _Setting(_a_share)  # type: ignore[assignment]

    def __init__(
        self,
        network: Network,
        inputs: ArrayLike,
        targets: ArrayLike,
        loss: str,
        *,
        optimizer: str = "sgd",
        learning_rate: float = 0.1,
        batch_size: int = 10,
        l1: float = 0.0,
        l2: float = 0.0,
        dropout: float = 0.0,
        seed: int = 0,
    ) -> None:
        self._loss = loss_named(loss)
        self._loss.check_activation(network.layers[-1].activation)
        forward = network.forward(inputs)
        if forward.output.ndim != 2:
            raise ValueError("The inputs must be a table: a row for each sample.")
        self._inputs = forward.inputs[0].copy()
        self._targets = self._loss.check(forward.output, targets)[1].copy()
        self._samples = self._inputs, self._targets
        self._at = 0  # where the next batch begins; 0 begins an epoch, in a new order
        if optimizer not in STEPPERS:
            raise ValueError(
                f"There is no optimizer {optimizer!r}; choose one of {', '.join(STEPPERS)}."
            )
        self._stepper = STEPPERS[optimizer]()
        self.learning_rate, self.batch_size = learning_rate, batch_size
        self.l1, self.l2, self.dropout = l1, l2, dropout
        self._random = np.random.default_rng(seed)
        self.steps = 0
        """How many batches have been learnt."""
        self._take(network)

    @property
    def network(self) -> Network:
        """The network as it is now, a copy that the training leaves alone.

        Setting it goes on from another network of the same sizes: a weight was dragged or frozen,
        a neuron switched off. What the optimizer remembers stays.
        """
        parameters = self._parameters.copy()
        parameters.flags.writeable = False
        return Network(_windows(self._layers, parameters))

    @network.setter
    def network(self, network: Network) -> None:
        sizes = (self._layers[0].inputs, *(layer.outputs for layer in self._layers))
        if network.sizes != sizes:
            raise ValueError(
                f"This training has a network of the sizes {sizes}, not {network.sizes}: "
                "for other sizes make a new NetworkTrainer."
            )
        self._loss.check_activation(network.layers[-1].activation)
        self._take(network)

    def _take(self, network: Network) -> None:
        layers, movable = network.layers, network.movable()
        self._weights = sum(layer.weights.size for layer in layers)
        self._parameters: Floats = _flat(
            [la.weights for la in layers], [la.biases for la in layers]
        )
        free = _flat([weights for weights, _ in movable], [biases for _, biases in movable])
        self._free = None if free.all() else free
        self._layers = _windows(layers, self._parameters)

    def step(self) -> float:
        """Learn from the next batch; return its loss before the step, penalties left out.

        Raises:
            DivergedError: when the numbers have grown beyond bounds; the parameters stay.

        """
        with _silent():
            return self._step()

    def epoch(self) -> float:
        """Learn from the samples left in this epoch; return the mean loss of its batches."""
        with _silent():
            losses = [self._step()]
            while self._at:
                losses.append(self._step())
        return sum(losses) / len(losses)

    def _step(self) -> float:
        if self._at == 0:
            order = self._random.permutation(len(self._inputs))
            self._inputs, self._targets = self._samples[0][order], self._samples[1][order]
        end = self._at + self.batch_size
        loss, gradient = self._gradient(self._inputs[self._at : end], self._targets[self._at : end])
        change = self.learning_rate * self._stepper.direction(gradient)
        if self._free is not None:
            change *= self._free
        if not math.isfinite(loss + float(change.dot(change))):  # one number speaks for all
            raise DivergedError(
                f"The training has run away: with the learning rate {self.learning_rate:g} "
                "the steps grow and grow. Reset, and take a smaller one."
            )
        self._parameters -= change
        self._at = end if end < len(self._inputs) else 0
        self.steps += 1
        return loss

    def _gradient(self, x: Floats, target: NDArray[Any]) -> tuple[float, Floats]:
        forward = forward_pass(self._layers, x, self._masks(len(x)))
        backward = backward_pass(self._layers, forward, target, self._loss)
        gradient = _flat(backward.weight_gradients, backward.bias_gradients)
        weights = self._parameters[: self._weights]
        if self.l1:
            gradient[: self._weights] += self.l1 * np.sign(weights)
        if self.l2:
            gradient[: self._weights] += self.l2 * weights
        return backward.loss, gradient

    def _masks(self, samples: int) -> tuple[Any, ...]:
        masks: list[Any] = [layer.on for layer in self._layers]
        if self.dropout:
            for index, layer in enumerate(self._layers[:-1]):
                kept = self._random.random((samples, layer.outputs)) >= self.dropout
                dropped = kept / (1 - self.dropout)
                masks[index] = dropped if layer.on is None else dropped * layer.on
        return tuple(masks)


def _flat(weights: Iterable[NDArray[Any]], biases: Iterable[NDArray[Any]]) -> NDArray[Any]:
    """Return all weights, layer by layer, and then all biases in one row."""
    return np.concatenate([*(array.ravel() for array in weights), *biases])


def _windows(layers: tuple[Layer, ...], parameters: Floats) -> tuple[Layer, ...]:
    """Return the layers with the numbers of ``parameters``, which they share."""
    shared, start, bias = [], 0, sum(layer.weights.size for layer in layers)
    for layer in layers:
        window = copy.copy(layer)
        weights = parameters[start : start + layer.weights.size].reshape(layer.weights.shape)
        object.__setattr__(window, "weights", weights)
        object.__setattr__(window, "biases", parameters[bias : bias + layer.outputs])
        shared.append(window)
        start, bias = start + layer.weights.size, bias + layer.outputs
    return tuple(shared)
