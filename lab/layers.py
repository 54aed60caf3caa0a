"""A layer: neurons side by side that look at the same inputs (Goodfellow et al., ch. 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.activations import LAYER_ACTIVATIONS, Activation, activation_of_layer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Switches = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Layer:
    """Neurons side by side: a = f(w x + b).

    Args:
        weights: (out, in) finite numbers; row j holds the weights of neuron j.
        biases: (out,) finite numbers.
        activation: a name out of ``ACTIVATIONS`` or ``LAYER_ACTIVATIONS``, or one name out of
            ``ACTIVATIONS`` for each neuron; default ``"identity"``.
        on: (out,) which neurons are on; one that is off gives 0 and learns nothing. None: all.
        frozen: (out, in) which weights ``Network.update`` leaves as they are. None: no weight.

    Raises:
        ValueError: for parts that do not fit together; the sentence says which.

    """

    weights: Floats
    biases: Floats
    activation: str | tuple[str, ...] = "identity"
    on: Switches | None = None
    frozen: Switches | None = None

    def __post_init__(self) -> None:
        weights, biases = _kept("weights", self.weights), _kept("biases", self.biases)
        if weights.ndim != 2 or not weights.size:
            raise ValueError(
                "The weights of a layer are a table, a row for each neuron and a column for each "
                f"input; these have the shape {weights.shape}."
            )
        if biases.shape != weights.shape[:1]:
            raise ValueError(
                f"A layer of {len(weights)} neurons needs {len(weights)} biases, but they have "
                f"the shape {biases.shape}."
            )
        activation = _one_name(self.activation, len(weights))
        on = _switches("on", self.on, biases.shape, usual=True)
        if on is not None and activation in LAYER_ACTIVATIONS:
            raise ValueError(
                f"The neurons of a {activation} layer share one sum: none can be switched off. "
                "Switch off a neuron of another layer."
            )
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "biases", biases)
        object.__setattr__(self, "activation", activation)
        object.__setattr__(self, "on", on)
        frozen = _switches("frozen", self.frozen, weights.shape, usual=False)
        object.__setattr__(self, "frozen", frozen)

    @property
    def inputs(self) -> int:
        """How many inputs every neuron has."""
        return int(self.weights.shape[1])

    @property
    def outputs(self) -> int:
        """How many neurons there are."""
        return int(self.weights.shape[0])

    def activate(self, z: Floats) -> Floats:
        """Return a = f(z), ``(..., out)``."""
        if isinstance(self.activation, str):
            return activation_of_layer(self.activation).function(z)
        return np.stack([f.function(z[..., j]) for j, f in enumerate(self._of_neurons())], axis=-1)

    def send_back(self, z: Floats, a: Floats, gradient: Floats) -> Floats:
        """Return the error δ = ∂C/∂z from a = f(z) and ∂C/∂a, all ``(..., out)``."""
        if isinstance(self.activation, str):
            return activation_of_layer(self.activation).send_back(z, a, gradient)
        slopes = [f.slope(z[..., j], a[..., j]) for j, f in enumerate(self._of_neurons())]
        return gradient * np.stack(slopes, axis=-1)

    def _of_neurons(self) -> list[Activation]:
        return [activation_of_layer(name) for name in self.activation]


def _kept(what: str, values: Floats) -> Floats:
    """Return a copy that nobody can write to."""
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"The {what} of a layer must be numbers in rows of one length.") from None
    if not np.isfinite(array).all():
        raise ValueError(
            f"The {what} of a layer must be finite numbers: there is a NaN or an infinity."
        )
    array.flags.writeable = False
    return array


def _one_name(names: str | tuple[str, ...], neurons: int) -> str | tuple[str, ...]:
    """Return one name where all neurons have the same, else one name for each."""
    if isinstance(names, str):
        activation_of_layer(names)
        return names
    names = tuple(names)
    if len(names) != neurons:
        raise ValueError(
            f"There are {neurons} neurons but {len(names)} activations: give one for each neuron, "
            "or one name for all."
        )
    for name in names:
        if activation_of_layer(name).whole_layer:
            raise ValueError(
                f"{name} compares all neurons of a layer: give it to the whole layer, as one name."
            )
    return names[0] if len(set(names)) == 1 else names


def _switches(
    what: str, values: Switches | None, shape: tuple[int, ...], *, usual: bool
) -> Switches | None:
    """Return a copy that nobody can write to; None where every switch stands as usual."""
    if values is None:
        return None
    array = np.array(values, dtype=bool)
    if array.shape != shape:
        raise ValueError(
            f"`{what}` must have the shape {shape}, a True or False for each, "
            f"but it is {array.shape}."
        )
    array.flags.writeable = False
    return None if (array == usual).all() else array
