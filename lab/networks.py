"""Layers and networks: forward and backward, with every intermediate result kept.

The symbols are those of Nielsen, Neural Networks and Deep Learning, ch. 2 (see also Goodfellow et
al., Deep Learning, ch. 6.5): zˡ = wˡ aˡ⁻¹ + bˡ, aˡ = σ(zˡ), and the error δˡ = ∂C/∂zˡ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lab.initialisation import draw
from lab.layers import Layer
from lab.losses import Loss, loss_named
from lab.neurons import cell_centres

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    Floats = NDArray[np.float64]
    Mask = Floats | NDArray[np.bool_] | None

__all__ = ["Backward", "Forward", "Layer", "Network", "backward_pass", "forward_pass"]


class Forward(NamedTuple):
    """What every layer did on the way forward; one entry a layer, the first layer first."""

    inputs: tuple[Floats, ...]
    """What the layer was given: ``(in,)``, or ``(N, in)`` for a batch."""

    z: tuple[Floats, ...]
    """Pre-activations wx + b, ``(out,)`` or ``(N, out)``."""

    activations: tuple[Floats, ...]
    """What the layer gave on, in the shape of z."""

    masks: tuple[Mask, ...]
    """What each activation was multiplied with (neurons that are off, dropout); None for 1."""

    @property
    def output(self) -> Floats:
        """The activation of the last layer."""
        return self.activations[-1]


class Backward(NamedTuple):
    """What every layer learnt on the way back; one entry a layer, the first layer first."""

    loss: float
    """The loss C."""

    activation_gradients: tuple[Floats, ...]
    """∂C/∂a; for the last layer that is ∇ₐC, the output error."""

    errors: tuple[Floats, ...]
    """δ = ∂C/∂z, ``(out,)`` or ``(N, out)``."""

    weight_gradients: tuple[Floats, ...]
    """∂C/∂w, ``(out, in)``, summed over the batch."""

    bias_gradients: tuple[Floats, ...]
    """∂C/∂b, ``(out,)``, summed over the batch."""


def forward_pass(layers: Sequence[Layer], x: Floats, masks: tuple[Mask, ...]) -> Forward:
    """Send x through the layers. Nothing is checked: ``Network.forward`` does that."""
    inputs, zs, activations = [], [], []
    for layer, mask in zip(layers, masks, strict=True):
        inputs.append(x)
        weights, biases = layer.weights, layer.biases
        if x.dtype != weights.dtype:  # a map in float32: weights in float64 would widen it again
            weights, biases = weights.astype(x.dtype), biases.astype(x.dtype)
        z = x.dot(weights.T) + biases  # dot: half the time of @ for so little
        x = layer.activate(z)
        if mask is not None:
            x = x * mask
        zs.append(z)
        activations.append(x)
    return Forward(tuple(inputs), tuple(zs), tuple(activations), masks)


def backward_pass(
    layers: Sequence[Layer], forward: Forward, target: NDArray[Any], loss: Loss
) -> Backward:
    """Send the error back (Nielsen's BP1 to BP4). Nothing is checked: ``Network.backward`` does.

    BP1: δᴸ = ∇ₐC ⊙ σ′(zᴸ); BP2: δˡ = ((wˡ⁺¹)ᵀ δˡ⁺¹) ⊙ σ′(zˡ); BP3: ∂C/∂bⱼˡ = δⱼˡ;
    BP4: ∂C/∂wⱼₖˡ = aₖˡ⁻¹ δⱼˡ.
    """
    gradient = loss.gradient(forward.output, target)
    gradients, errors, of_weights, of_biases = [], [], [], []
    for index in reversed(range(len(layers))):
        layer, mask = layers[index], forward.masks[index]
        z, a = forward.z[index], forward.activations[index]
        if mask is None:
            error = layer.send_back(z, a, gradient)
        else:  # the chain rule through a = mask · f(z)
            error = layer.send_back(z, layer.activate(z), gradient * mask)
        rows = error.reshape(-1, layer.outputs)  # (N, out); a single sample is one row
        gradients.append(gradient)
        errors.append(error)
        of_weights.append(rows.T.dot(forward.inputs[index].reshape(-1, layer.inputs)))
        of_biases.append(rows.sum(axis=0))
        if index:
            gradient = error.dot(layer.weights)
    return Backward(
        loss.value(forward.output, target),
        tuple(gradients[::-1]),
        tuple(errors[::-1]),
        tuple(of_weights[::-1]),
        tuple(of_biases[::-1]),
    )


@dataclass(frozen=True, eq=False)
class Network:
    """Layers one after the other. It never changes: ``update`` returns the next one.

    Args:
        layers: at least one; each has as many inputs as the one before has neurons.

    Raises:
        ValueError: for layers that do not fit; the sentence says which.

    """

    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        layers = tuple(self.layers)
        if not layers:
            raise ValueError("A network needs at least one layer.")
        for number, (before, layer) in enumerate(pairwise(layers), start=2):
            if layer.inputs != before.outputs:
                raise ValueError(
                    f"Layer {number} has {layer.inputs} inputs, but layer {number - 1} has "
                    f"{before.outputs} neurons: these numbers must be equal."
                )
        object.__setattr__(self, "layers", layers)

    @classmethod
    def random(
        cls,
        sizes: Sequence[int],
        activation: str = "tanh",
        *,
        output: str = "identity",
        scheme: str = "xavier",
        seed: int = 0,
    ) -> Network:
        """Return a network with drawn weights and zero biases; one seed, one network.

        Args:
            sizes: inputs, then the neurons of each layer, e.g. ``(2, 8, 8, 1)``.
            activation: of the hidden layers.
            output: activation of the last layer.
            scheme: ``"normal"``, ``"uniform"``, ``"xavier"``, ``"he"`` or ``"zeros"``; see
                ``lab.initialisation.SCHEMES``.
            seed: a whole number.

        """
        if len(sizes) < 2 or any(size != int(size) or size < 1 for size in sizes):
            raise ValueError(
                "sizes are the number of inputs and then of neurons in each layer, all at least 1, "
                f"such as (2, 8, 1); they were {tuple(sizes)}."
            )
        random = np.random.default_rng(seed)
        names = [activation] * (len(sizes) - 2) + [output]
        return cls(
            tuple(
                Layer(draw(scheme, outputs, inputs, random), np.zeros(outputs), name)
                for inputs, outputs, name in zip(sizes, sizes[1:], names, strict=False)
            )
        )

    @property
    def sizes(self) -> tuple[int, ...]:
        """Inputs, then the neurons of each layer."""
        return (self.layers[0].inputs, *(layer.outputs for layer in self.layers))

    def with_layer(self, index: int, **changes: Any) -> Network:  # noqa: ANN401
        """Return the network with one layer changed, e.g. ``with_layer(0, activation="relu")``."""
        layers = list(self.layers)
        layers[index] = replace(layers[index], **changes)
        return Network(tuple(layers))

    def forward(self, x: ArrayLike) -> Forward:
        """Send one sample ``(in,)`` or a batch ``(N, in)`` through the network."""
        x = _samples(x, self.layers[0].inputs)
        return forward_pass(self.layers, x, tuple(layer.on for layer in self.layers))

    def __call__(self, x: ArrayLike) -> Floats:
        """Return the output alone, ``(out,)`` or ``(N, out)``."""
        return self.forward(x).output

    def backward(self, forward: Forward, target: ArrayLike, loss: str) -> Backward:
        """Send the error of an output back through the network.

        Args:
            forward: what ``forward`` returned.
            target: what the output should have been, in the shape that the loss takes.
            loss: a name out of ``lab.losses.LOSSES``.

        """
        chosen = loss_named(loss)
        chosen.check_activation(self.layers[-1].activation)
        _, target = chosen.check(forward.output, target)
        return backward_pass(self.layers, forward, target, chosen)

    def update(self, backward: Backward, learning_rate: float) -> Network:
        """Return the network after one step of gradient descent: w − η ∂C/∂w, b − η ∂C/∂b."""
        return Network(
            tuple(
                replace(
                    layer,
                    weights=layer.weights - learning_rate * of_weights * free_weights,
                    biases=layer.biases - learning_rate * of_biases * free_biases,
                )
                for layer, of_weights, of_biases, (free_weights, free_biases) in zip(
                    self.layers,
                    backward.weight_gradients,
                    backward.bias_gradients,
                    self.movable(),
                    strict=True,
                )
            )
        )

    def movable(self) -> list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
        """Return which weights ``(out, in)`` and biases ``(out,)`` of each layer may learn.

        A frozen weight may not, nor may any weight into or out of a neuron that is off.
        """
        masks = []
        on_before = np.ones(self.layers[0].inputs, dtype=bool)
        for layer in self.layers:
            on = np.ones(layer.outputs, dtype=bool) if layer.on is None else layer.on
            weights = on[:, None] & on_before
            masks.append((weights if layer.frozen is None else weights & ~layer.frozen, on))
            on_before = on
        return masks

    def response_maps(
        self,
        extent: float = 2.0,
        size: int = 100,
        x: Sequence[float] | None = None,
        dtype: DTypeLike = np.float64,
    ) -> tuple[Floats, ...]:
        """Return what every neuron does over the plane of the first two inputs.

        Other inputs are held at ``x`` (default 0). One array ``(neurons, size, size)`` a layer,
        laid out as in ``Neuron.response_map``: row 0 is the top, x₂ = +extent. ``dtype=np.float32``
        is exact enough for a picture, and several times as fast where the activation is tanh.
        """
        inputs = self.layers[0].inputs
        if inputs < 2:
            raise ValueError("A map needs a network of two inputs or more; this one has 1.")
        plane = np.empty((size * size, inputs), dtype=dtype)
        plane[:] = 0.0 if x is None else _samples(x, inputs)
        centres = cell_centres(extent, size)
        plane[:, 0] = np.tile(centres, size)
        plane[:, 1] = np.repeat(centres[::-1], size)
        return tuple(
            np.ascontiguousarray(a.T).reshape(-1, size, size)
            for a in forward_pass(
                self.layers, plane, tuple(layer.on for layer in self.layers)
            ).activations
        )


def _samples(x: ArrayLike, inputs: int) -> Floats:
    try:
        array = np.asarray(x, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError("The inputs must be numbers in rows of one length.") from None
    if array.ndim not in (1, 2) or array.shape[-1] != inputs or not array.size:
        raise ValueError(
            f"This network has {inputs} inputs: x must have the shape ({inputs},), or "
            f"(samples, {inputs}) for a batch, but it is {array.shape}."
        )
    if not np.isfinite(array).all():
        raise ValueError("The inputs must be finite numbers: there is a NaN or an infinity in x.")
    return array
