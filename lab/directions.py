"""Planes through the weights of a network, on which its loss becomes a surface.

A plane is a centre and two directions: weights(a, b) = centre + a · first + b · second, each a
row of all parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lab.blas import one_thread
from lab.parameters import flatten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from lab.parameters import Parameters

    Floats = NDArray[np.float64]
    Interval = tuple[float, float]

STILL = 1e-6
"""A path that strays from a line by less than this share of its length runs along that line."""


@dataclass(frozen=True, eq=False)
class Plane:
    """The weights centre + a · first + b · second.

    Args:
        parameters: the centre, and what its numbers are.
        first, second: (P,) the directions; neither orthogonal nor of length 1 if not said so.
        axes: what a and b are, for a learner.
        extents: (a from, a to), (b from, b to) of a picture that shows what there is to see.
        path: (T, 2) the path's places (a, b), where the plane was laid through a path.
        explained: the share (0 to 1) of the path's variance along each direction.
        sentence: what a learner should know about it, or nothing.

    """

    parameters: Parameters
    first: Floats
    second: Floats
    axes: tuple[str, str]
    extents: tuple[Interval, Interval] = ((-1.0, 1.0), (-1.0, 1.0))
    path: Floats | None = None
    explained: tuple[float, float] | None = None
    sentence: str = ""

    @property
    def centre(self) -> Floats:
        """The weights at (0, 0)."""
        return self.parameters.flat

    def point(self, a: float, b: float) -> Floats:
        """Return the weights at a place, in one row ``(P,)``."""
        return self.centre + a * self.first + b * self.second

    def weights(self, a: float, b: float) -> list[Floats]:
        """Return the weights at a place, one array for each parameter."""
        return self.parameters.arrays(self.point(a, b))

    def project(self, weights: ArrayLike | Sequence[ArrayLike]) -> tuple[float, float]:
        """Return the place (a, b) of the plane that is nearest to weights.

        Args:
            weights: a row ``(P,)``, or one array for each parameter.

        """
        is_row = isinstance(weights, np.ndarray) and weights.ndim == 1
        row = weights if is_row else flatten(weights)  # type: ignore[arg-type]
        both = np.stack([self.first, self.second])
        # Normal equations: the directions need not be orthogonal.
        a, b = np.linalg.solve(both @ both.T, both @ (np.asarray(row) - self.centre))
        return float(a), float(b)


def weights_plane(parameters: Parameters, first: int, second: int, room: float = 3.0) -> Plane:
    """Return the plane of two single weights, everything else held still.

    Args:
        parameters: the centre.
        first: place of the one in its row; ``parameters.index`` finds it.
        second: place of the other.
        room: how far the picture goes to each side.

    """
    size = parameters.flat.size
    if first == second or not (0 <= first < size and 0 <= second < size):
        raise ValueError(
            f"Choose two different weights, from 0 to {size - 1}; these are {first} and {second}."
        )
    one, other = np.zeros((2, size))
    one[first] = other[second] = 1.0
    axes = parameters.label(first), parameters.label(second)
    return Plane(parameters, one, other, axes, ((-room, room), (-room, room)))


def random_plane(parameters: Parameters, seed: int = 0) -> Plane:
    """Return the plane of two random filter-normalised directions; one seed, one plane.

    After Li et al., Visualizing the Loss Landscape of Neural Nets (2018), section 4: a direction is
    drawn from a normal distribution, and each of its filters then gets the length of the weights'
    own filter. A filter is what makes one output: entry i of the first axis of an array of two axes
    or more, the weights of one neuron in a dense layer. Biases, and the scales of normalisation
    layers, stay where they are, as in the figures of the paper. In so many dimensions two random
    directions are nearly orthogonal by themselves; it is not enforced.
    """
    first, second = _filter_normalised(parameters, 2, seed)
    return Plane(parameters, first, second, ("first random direction", "second random direction"))


def _filter_normalised(parameters: Parameters, count: int, seed: int) -> list[Floats]:
    if not any(weights.ndim > 1 and weights.any() for weights in parameters.arrays()):
        raise ValueError(
            "A filter-normalised direction is as long as the weights, and these are all 0. "
            "Take random weights, or choose two of them as the axes."
        )
    random = np.random.default_rng(seed)
    directions = []
    for _ in range(count):
        drawn = random.standard_normal(parameters.flat.size)
        for weights, direction in zip(parameters.arrays(), parameters.arrays(drawn), strict=True):
            if weights.ndim < 2:
                direction[:] = 0.0
                continue
            filters = direction.reshape(len(direction), -1)  # a window into `drawn`
            lengths = np.linalg.norm(weights.reshape(len(weights), -1), axis=1)
            filters *= (lengths / np.linalg.norm(filters, axis=1))[:, None]
        directions.append(drawn)
    return directions


def path_plane(parameters: Parameters, checkpoints: ArrayLike, seed: int = 0) -> Plane:
    """Return the plane in which a training path varies most: its first two principal components.

    After Li et al. (2018), section 7.2: the differences of all checkpoints to the last one, which
    is the centre; as always in a principal component analysis their mean is taken off first. The
    directions are orthogonal, of length 1, and turned so that the path starts at the upper left.

    Args:
        parameters: what the numbers of a checkpoint are.
        checkpoints: (T, P) the weights in rows, the last one last.
        seed: for what the path leaves open: a second direction if it runs along a line, both if it
            does not move. The plane's sentence then says so.

    """
    rows = np.asarray(checkpoints, dtype=np.float64)
    size = parameters.flat.size
    if rows.ndim != 2 or rows.shape[1] != size or not len(rows):
        raise ValueError(
            f"The checkpoints are rows of {size} weights, at least one; they have the shape "
            f"{rows.shape}."
        )
    if size < 2:
        raise ValueError("A plane needs two weights or more; this network has one.")
    if not np.isfinite(rows).all():
        row = int(np.flatnonzero(~np.isfinite(rows).all(axis=1))[0])
        raise ValueError(
            f"Checkpoint {row + 1} holds a NaN or an infinity: the training has run away there. "
            "Take the checkpoints before it."
        )
    centre = replace(parameters, flat=rows[-1].copy())
    differences = rows - rows[-1]
    directions, explained = _principal_components(differences)
    if not directions:
        plane = random_plane(centre, seed)
        still = "The path does not move, so the plane is that of two random directions."
        return replace(plane, path=np.zeros((len(rows), 2)), explained=(0.0, 0.0), sentence=still)
    axes, sentence = ("first principal component", "second principal component"), ""
    if len(directions) == 1:
        drawn = np.random.default_rng(seed).standard_normal(size)
        drawn -= drawn.dot(directions[0]) * directions[0]
        directions.append(drawn / np.linalg.norm(drawn))
        axes = ("direction of the path", "random direction")
        sentence = "The path runs along a line, so the second direction is a random one."
    path = differences @ np.stack(directions, axis=1)
    turn = np.where(path[0] * (1, -1) > 0, -1.0, 1.0)
    path *= turn
    first, second = (direction * sign for direction, sign in zip(directions, turn, strict=True))
    return Plane(centre, first, second, axes, _extents(path), path, explained, sentence)


def _principal_components(rows: Floats) -> tuple[list[Floats], tuple[float, float]]:
    """Return up to two directions of length 1, and the shares of the variance along them."""
    largest = np.abs(rows).max()
    if largest == 0 or len(rows) < 2:
        return [], (0.0, 0.0)
    centred = rows / largest  # squares of very large or small numbers would leave float64
    centred -= centred.mean(axis=0)
    with one_thread():
        # Of T rows with P numbers each, the smaller of the two products holds all there is: the
        # singular values are the roots of its eigenvalues, far cheaper than an SVD for P in
        # millions.
        if len(rows) < rows.shape[1]:
            variances, vectors = np.linalg.eigh(centred @ centred.T)
            directions = centred.T @ vectors[:, :-3:-1]
        else:
            variances, directions = np.linalg.eigh(centred.T @ centred)
            directions = directions[:, :-3:-1]
    variances = np.maximum(variances[::-1], 0.0)
    kept = int((variances[:2] > STILL**2 * variances[0]).sum())
    shares = [*(variances[:kept] / variances.sum()), 0.0][:2]
    unit = [vector / np.linalg.norm(vector) for vector in directions.T[:kept]]
    return unit, (float(shares[0]), float(shares[1]))


def _extents(path: Floats) -> tuple[Interval, Interval]:
    """Return a frame with room around the path; an axis along which it stands still is as wide."""
    low, high = path.min(axis=0), path.max(axis=0)
    widths = high - low
    widths = np.where(widths > STILL * widths.max(), widths, widths.max())
    middle = (low + high) / 2
    (a0, b0), (a1, b1) = middle - 0.75 * widths, middle + 0.75 * widths
    return (float(a0), float(a1)), (float(b0), float(b1))
