"""All weights and biases of a network in one row of numbers, and what each number is.

Networks of numpy and of PyTorch meet here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from lab.networks import Network

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Parameters:
    """All weights and biases of a network in one row, and what each number is.

    Args:
        names: one for each array, layer and kind with a point between: ``"conv1.weight"``.
        shapes: one for each array.
        flat: (P,) their numbers, array after array.

    """

    names: tuple[str, ...]
    shapes: tuple[tuple[int, ...], ...]
    flat: Floats

    @classmethod
    def of_network(cls, network: Network) -> Parameters:
        """Return those of a numpy network: weights, then biases, layer after layer."""
        arrays = [
            (f"layer {number}.{kind}", values)
            for number, layer in enumerate(network.layers, start=1)
            for kind, values in (("weight", layer.weights), ("bias", layer.biases))
        ]
        return cls._of_arrays(*zip(*arrays, strict=True))

    @classmethod
    def of_module(cls, module: Any) -> Parameters:  # noqa: ANN401 - an nn.Module; PyTorch is not loaded for it
        """Return those of a ``torch.nn.Module`` in the order of ``module.parameters()``."""
        named = [
            (name, values.detach().cpu().numpy()) for name, values in module.named_parameters()
        ]
        if not named:
            raise ValueError("This model has no parameters, so there is nothing to move.")
        return cls._of_arrays(*zip(*named, strict=True))

    @classmethod
    def _of_arrays(cls, names: tuple[str, ...], arrays: tuple[NDArray[Any], ...]) -> Parameters:
        return cls(names, tuple(array.shape for array in arrays), flatten(arrays))

    @cached_property
    def starts(self) -> NDArray[np.intp]:
        """Where each array begins in the row, and the length of the row at the end."""
        return np.cumsum([0, *(int(np.prod(shape)) for shape in self.shapes)])

    def arrays(self, flat: Floats | None = None) -> list[Floats]:
        """Return a row (default: these numbers) cut into arrays, which are windows into it."""
        rows = np.split(self.flat if flat is None else flat, self.starts[1:-1])
        return [row.reshape(shape) for row, shape in zip(rows, self.shapes, strict=True)]

    def index(self, name: str, entry: Sequence[int]) -> int:
        """Return the place in the row of one entry of the array with this name."""
        if name not in self.names:
            raise ValueError(f"There are no weights {name!r}; choose of {', '.join(self.names)}.")
        number = self.names.index(name)
        shape = self.shapes[number]
        if len(entry) != len(shape) or any(
            not 0 <= i < n for i, n in zip(entry, shape, strict=True)
        ):
            raise ValueError(
                f"{name} has the shape {shape}: one of its weights has {len(shape)} "
                f"whole numbers below these, from 0; they were {tuple(entry)}."
            )
        return int(self.starts[number]) + int(np.ravel_multi_index(tuple(entry), shape))

    def label(self, index: int) -> str:
        """Return what the number at this place is, counted from 1 as people do."""
        number = int(np.searchsorted(self.starts, index, side="right")) - 1
        shape = self.shapes[number]
        entry = [int(i) + 1 for i in np.unravel_index(index - self.starts[number], shape)]
        layer, _, kind = self.names[number].rpartition(".")
        prefix = f"{layer}: " if layer else ""
        if kind == "weight" and len(shape) == 2:
            source = "neuron" if number else "input"
            return f"{prefix}weight from {source} {entry[1]} to neuron {entry[0]}"
        if kind == "weight" and len(shape) == 4:
            return "{}weight of filter {}, channel {}, row {}, column {}".format(prefix, *entry)
        weight = self.names.index(f"{layer}.weight") if f"{layer}.weight" in self.names else number
        if kind == "bias" and len(self.shapes[weight]) > 1:
            of = "neuron" if len(self.shapes[weight]) == 2 else "filter"
            return f"{prefix}bias of {of} {entry[0]}"
        return f"{prefix}{kind} {', '.join(map(str, entry))}"


def flatten(arrays: Sequence[ArrayLike]) -> Floats:
    """Return the numbers of all arrays in one row, float64."""
    return np.concatenate([np.asarray(array, dtype=np.float64).ravel() for array in arrays])
