"""The loss of a network over a plane through its weights: the surface on which training walks.

``evaluate`` draws it, coarse first. This module needs no PyTorch; for its models there is
``lab.module_landscapes``.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.blas import one_thread
from lab.losses import loss_named
from lab.networks import Network
from lab.parameters import flatten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

    from lab.directions import Interval, Plane

    Floats = NDArray[np.float64]

COARSE = 9
"""Points along each side of the first picture."""

PIECE = 0.03
"""Seconds of work after which ``evaluate`` looks up, so that it can be closed."""


class Landscape(ABC):
    """A loss over a plane of weights.

    Args:
        plane: made by ``lab.directions``.

    """

    def __init__(self, plane: Plane) -> None:
        self.plane = plane

    @abstractmethod
    def losses(self, a: Floats, b: float) -> Floats:
        """Return the losses at the places (a₁, b), (a₂, b), …; whatever overflowed is not finite.

        This is where the speed is: neighbours in a row share half of the work.
        """

    @abstractmethod
    def gradient(self, a: float, b: float) -> Floats:
        """Return (∂C/∂a, ∂C/∂b): the gradient of all weights along the two directions."""

    def value(self, a: float, b: float) -> float:
        """Return the loss at a place."""
        return float(self.losses(np.array([a], dtype=np.float64), b)[0])

    def weights(self, a: float, b: float) -> list[Floats]:
        """Return the weights at a place, one array for each parameter."""
        return self.plane.weights(a, b)

    def project(self, weights: ArrayLike | Sequence[ArrayLike]) -> tuple[float, float]:
        """Return the place (a, b) that is nearest to weights, as a row or as arrays."""
        return self.plane.project(weights)


class NetworkLandscape(Landscape):
    """The landscape of a numpy network: many networks at once, quick enough to follow a training.

    Args:
        plane: through ``Parameters.of_network(network)``.
        network: gives activations, and neurons that are off; its weights are those of the plane.
        inputs: (N, in) samples.
        targets: (N, ...) as the loss takes them.
        loss: a name out of ``lab.losses.LOSSES``.

    """

    def __init__(
        self, plane: Plane, network: Network, inputs: ArrayLike, targets: ArrayLike, loss: str
    ) -> None:
        super().__init__(plane)
        self._network = network
        self._loss_name, self._loss = loss, loss_named(loss)
        self._loss.check_activation(network.layers[-1].activation)
        forward = network.forward(inputs)
        if forward.output.ndim != 2:
            raise ValueError("The inputs must be a table: a row for each sample.")
        shapes = tuple(s for la in network.layers for s in (la.weights.shape, la.biases.shape))
        if plane.parameters.shapes != shapes:
            raise ValueError(
                f"The plane goes through a network whose weights have the shapes "
                f"{plane.parameters.shapes}, but this network has {shapes}."
            )
        self._inputs = forward.inputs[0]
        self._targets = self._loss.check(forward.output, targets)[1]
        # A picture in float32 takes half the time, and is exact to 1e-6.
        self._columns = np.ascontiguousarray(self._inputs.T.astype(np.float32))
        whole = self._targets.dtype.kind == "i"
        self._wanted = self._targets if whole else self._targets.astype(np.float32)

    def network(self, a: float, b: float) -> Network:
        """Return the network at a place."""
        arrays = iter(self.weights(a, b))
        return Network(
            tuple(
                replace(layer, weights=next(arrays), biases=next(arrays))
                for layer in self._network.layers
            )
        )

    def gradient(self, a: float, b: float) -> Floats:
        """Return (∂C/∂a, ∂C/∂b) by backpropagation."""
        network = self.network(a, b)
        with one_thread():
            back = network.backward(network.forward(self._inputs), self._targets, self._loss_name)
        pairs = zip(back.weight_gradients, back.bias_gradients, strict=True)
        gradient = flatten([array for pair in pairs for array in pair])
        return np.array([gradient.dot(self.plane.first), gradient.dot(self.plane.second)])

    def losses(self, a: Floats, b: float) -> Floats:
        """Return the losses at several places of a row."""
        plane = self.plane
        rows = plane.point(0.0, b) + np.multiply.outer(a, plane.first)  # (places, P)
        starts = plane.parameters.starts
        x: NDArray[Any] = self._columns
        with one_thread(), np.errstate(all="ignore"):
            rows = rows.astype(np.float32)
            for number, layer in enumerate(self._network.layers):
                start, middle, end = starts[2 * number : 2 * number + 3]
                weights = rows[:, start:middle].reshape(len(a), layer.outputs, layer.inputs)
                # (places, out, in) @ (places, in, N): a small product for each network. Samples
                # are in the last axis, where biases are added four times as fast.
                z = np.matmul(weights, x)
                z += rows[:, middle:end, None]
                x = layer.activate(z.swapaxes(1, 2))
                x = (x if layer.on is None else x * layer.on).swapaxes(1, 2)
            return np.array([self._loss.value(output, self._wanted) for output in x.swapaxes(1, 2)])


@dataclass(frozen=True)
class Progress:
    """A picture that is on its way.

    Attributes:
        share: of the work that is done, 0 to 1.
        losses: (size, size) float32; row 0 is the highest b. NaN where nothing is known yet, and
            where the loss is no finite number.
        known: (size, size) which places have been looked at.
        complete: points along each side of the finest grid that is complete: 0, 9, …, size.
        a, b: (size,) the places of the columns and of the rows.

    """

    share: float
    losses: NDArray[np.float32]
    known: NDArray[np.bool_]
    complete: int
    a: Floats
    b: Floats


def evaluate(
    landscape: Landscape,
    extents: float | tuple[Interval, Interval] | None = None,
    size: int = 51,
) -> Iterator[Progress]:
    """Compute the losses on a grid, coarse first, and yield what is there now and then.

    Closing the iterator cancels. The first pass takes 9 x 9 places out of the grid, the next ones
    about twice as many along each side.

    Args:
        landscape: what to draw. The model it was made from is never touched.
        extents: half the width of a square around the centre, or ((a from, a to), (b from, b to));
            None for what the plane suggests.
        size: points along each side of the grid.

    """
    if size != int(size) or size < 2:
        raise ValueError(f"size is a whole number from 2; it was {size!r}.")
    if extents is None:
        extents = landscape.plane.extents
    elif not isinstance(extents, tuple):
        extents = ((-extents, extents), (-extents, extents))
    if not all(np.isfinite(side).all() and side[0] < side[1] for side in extents):
        raise ValueError(
            f"extents are finite numbers, (a from, a to) and (b from, b to); they were {extents}."
        )
    return _passes(landscape, np.linspace(*extents[0], size), np.linspace(*extents[1][::-1], size))


def _passes(landscape: Landscape, a: Floats, b: Floats) -> Iterator[Progress]:
    size = len(a)
    losses = np.full((size, size), np.nan, dtype=np.float32)
    known = np.zeros((size, size), dtype=bool)
    complete, count, at_once, looked_up = 0, COARSE, 1, time.perf_counter()

    def progress() -> Progress:
        return Progress(float(known.mean()), losses.copy(), known.copy(), complete, a, b)

    while complete < size:
        count = min(size, count)
        chosen = np.rint(np.linspace(0, size - 1, count)).astype(int)
        for row in chosen:
            columns = chosen[~known[row, chosen]]
            while columns.size:
                piece, columns = columns[:at_once], columns[at_once:]
                began = time.perf_counter()
                found = landscape.losses(a[piece], b[row])
                ended = time.perf_counter()
                losses[row, piece] = np.where(np.isfinite(found), found, np.nan)
                known[row, piece] = True
                at_once = max(1, int(PIECE * len(piece) / (ended - began)))
                if ended - looked_up > PIECE:
                    yield progress()
                    looked_up = time.perf_counter()
        complete = count
        yield progress()
        looked_up = time.perf_counter()
        count = 2 * count - 1
