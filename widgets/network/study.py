"""A network that learns: its training, the losses on the way, and why it stopped."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.losses import LOSSES
from lab.network_trainer import DivergedError, NetworkTrainer
from widgets.network.data import split

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from lab.networks import Network
    from lab.points import Points

    Floats = NDArray[np.float64]

SETTINGS = ("learning_rate", "batch_size", "l1", "l2", "dropout")
LARGEST = 1e5
"""A weight beyond this has run away, even if the computer could still hold it."""

MOST = 400
"""Losses kept of the past; beyond it every second one is dropped."""


def loss_for(points: Points) -> str:
    """Return the loss that goes with points: of a value, of two classes, of more."""
    if not points.classes:
        return "mse_loss"
    return "cross_entropy" if len(points.classes) > 2 else "binary_cross_entropy_with_logits"


def loss_of(outputs: Floats, points: Points) -> float:
    """Return the loss of the network's outputs ``(N, outputs)`` for points, without penalties."""
    loss = LOSSES[loss_for(points)]
    return loss.value(outputs, loss.encode(points.y, outputs.shape[-1]))


def _check_size(network: Network) -> None:
    for layer in network.layers:
        if max(np.abs(layer.weights).max(), np.abs(layer.biases).max()) > LARGEST:
            raise DivergedError


class Study:
    """Points, a network that learns from them, and its past."""

    def __init__(self) -> None:
        self.points: Points | None = None
        self.train: Points | None = None
        self.test: Points | None = None
        self.trainer: NetworkTrainer | None = None
        self._split: tuple[float, int] | None = None
        self._key: tuple[Any, ...] = ()
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget the past: the next loss is the first."""
        self.past: list[tuple[int, float, float | None]] = []
        self.steps = 0
        self.epochs = 0.0
        self.status = ""
        self._key = ()

    def follow(
        self, points: Points | None, share: float, seed: int, optimizer: str, network: Network
    ) -> bool:
        """Go on with these points and this network; return whether the points are others.

        What the optimizer remembers stays where the points, the sizes and itself are the same.
        """
        moved = self._split is None
        if points is not self.points or self._split != (share, seed):
            self.points, self._split = points, (share, seed)
            self.train, self.test = split(points, share, seed) if points else (None, None)
            self._key, moved = (), True
        if self.train is None:
            self.trainer = None
            return moved
        key = (network.sizes, optimizer, seed)
        if self.trainer is None or key != self._key:
            self._key = key
            loss = loss_for(self.train)
            targets = LOSSES[loss].encode(self.train.y, network.sizes[-1])
            self.trainer = NetworkTrainer(
                network, self.train.x, targets, loss, optimizer=optimizer, seed=seed
            )
        else:
            self.trainer.network = network
        return moved

    def set(self, settings: dict[str, float]) -> None:
        """Take over the settings that may change between steps."""
        if self.trainer:
            for name, value in settings.items():
                setattr(self.trainer, name, value)

    def learn(self, by: Callable[[NetworkTrainer], object], stop_at: float) -> bool:
        """Learn by a call of the trainer; return whether there is anything new to show."""
        if self.trainer is None or self.train is None:
            return False
        before, network = self.trainer.steps, self.trainer.network
        if not self.past:
            self._note(network)
        try:
            by(self.trainer)
            learnt = self.trainer.network
            _check_size(learnt)
        except DivergedError:
            self.status = "diverged"
            self.trainer.network = network  # the last one whose numbers can still be shown
            return True
        done = self.trainer.steps - before
        self.steps += done
        self.epochs += done / math.ceil(len(self.train) / self.trainer.batch_size)
        train_loss = self._note(learnt)
        if stop_at and train_loss <= stop_at:
            self.status = self.status or "reached"
        return done > 0

    def learn_for(self, most: int, seconds: float, stop_at: float) -> bool:
        """Learn up to ``most`` steps, but not longer than a while."""

        def steps(trainer: NetworkTrainer) -> None:
            end = time.perf_counter() + seconds
            for _ in range(most):
                trainer.step()
                if time.perf_counter() > end:
                    return

        return self.learn(steps, stop_at)

    def _note(self, network: Network) -> float:
        if self.train is None:
            return 0.0
        train = loss_of(network(self.train.x), self.train)
        test = loss_of(network(self.test.x), self.test) if self.test else None
        self.past.append((self.steps, train, test))
        if len(self.past) > MOST:
            self.past = self.past[:-1:2] + self.past[-1:]
        return train
