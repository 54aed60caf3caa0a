"""Layers: numbers go through a small network, and the strongest output is the class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Dict, Enum, Int, List, TraitError, Tuple, observe, validate

from lab.activations import activation_of_layer
from lab.export import network_code
from lab.initialisation import SCHEMES, draw
from lab.layer_tasks import Advice, decision, find_input, strongest
from lab.layers import Layer
from lab.networks import Network
from widgets._base import LabWidget, hand, shown
from widgets._traits import Numbers
from widgets.layers.traits import MOST_LAYERS, MOST_NEURONS, Names, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WEIGHT_RANGE = 2.0
SAMPLES = 4
PARTS = ("weights", "biases", "activations", "inputs", "task", "chosen")
TASKS = ("none", *(f"class {number}" for number in range(1, MOST_NEURONS + 1)))


class Layers(LabWidget):
    """A layer, or a few, in the hand: inputs, weights and biases are dragged.

    Args:
        sizes: the inputs, then the neurons of one to three layers, 1 to 6 each; default ``(5, 3)``.
        activation: of the hidden layers: ``"identity"`` (default), ``"step"``, ``"sigmoid"``,
            ``"tanh"``, ``"relu"``, ``"leaky_relu"``, ``"gelu"`` or ``"softplus"``.
        output: of the last layer; one of these, or ``"softmax"``.
        inputs: a number from −1 to 1 for each input; default: the first sample.
        weights: ``[layer][to][from]``, from −2 to 2; default: drawn, and rounded to two digits so
            that the sums on the page can be checked by hand. With weights, ``sizes`` are theirs.
        biases: ``[layer][neuron]``, from −2 to 2; default 0.
        scheme: how weights are drawn, see ``lab.initialisation.SCHEMES``; default ``"xavier"``.
        seed: of the drawn weights and of the samples. With the default one, no input of the
            first sample brings it to class 2 when it is moved alone.
        task: ``"class 2"`` (default): find an input of this class; or ``"none"``.

    Raises:
        TypeError: for an argument that it does not know.
        traitlets.TraitError: for a value that it cannot take; the old value stays.

    """

    inputs = hand(Numbers((0.0,), -1, 1, 1, MOST_NEURONS))
    """The inputs, 1 to 6 numbers from −1 to 1."""

    weights = hand(Rows((((0.0,),),), 3, WEIGHT_RANGE))
    """The weights, ``[layer][to][from]``, from −2 to 2; 1 to 3 layers of 1 to 6 neurons."""

    biases = hand(Rows(((0.0,),), 2, WEIGHT_RANGE))
    """The biases, ``[layer][neuron]``, from −2 to 2."""

    activations = hand(Names(("identity",)))
    """The name of each layer's activation."""

    task = hand(Enum(list(TASKS), default_value="none"))
    """The class of which an input shall be found, such as ``"class 2"``; or ``"none"``."""

    chosen = hand(Tuple(Int(), Int(), default_value=(1, 1)))
    """The neuron whose numbers are written out: its layer and its number, counted from 1."""

    seed = hand(Int(0))
    """What the samples and the weights of further neurons are drawn from, 0 or more."""

    scheme = hand(Enum(list(SCHEMES), default_value="xavier"))
    """How the weights of further neurons are drawn."""

    samples = shown(List())
    """Inputs to classify: 4 rows of 6 numbers; a network takes as many of each as it has inputs."""

    spare = shown(List())
    """Weights for neurons that are yet to be added, ``[layer][to][from]``, 3 × 6 × 6."""

    picture = shown(Dict())
    """What Python made of all this: activations, sums, class, hint, sentence, code."""

    def __init__(
        self,
        sizes: Sequence[int] = (5, 3),
        activation: str = "identity",
        output: str = "identity",
        *,
        inputs: Sequence[float] | None = None,
        weights: Sequence[Sequence[Sequence[float]]] | None = None,
        biases: Sequence[Sequence[float]] | None = None,
        scheme: str = "xavier",
        seed: int = 674,
        task: str = "class 2",
        **layout: Any,  # noqa: ANN401
    ) -> None:
        if weights is None:
            weights = _drawn_weights(sizes, scheme, seed)
        else:
            weights = Rows.validate(type(self).weights, self, weights)  # type: ignore[arg-type]
        if biases is None:
            biases = [[0.0] * len(layer) for layer in weights]
        if inputs is None:
            inputs = _drawn_samples(seed)[0][: len(weights[0][0])]
        super().__init__(
            weights=weights,
            biases=biases,
            activations=[activation] * (len(weights) - 1) + [output],
            inputs=inputs,
            chosen=(len(weights), min(2, len(weights[-1]))),
            scheme=scheme,
            seed=seed,
            task=task,
            **layout,
        )
        self._draw_spares()
        self._redraw()

    @property
    def network(self) -> Network:
        """The network as ``lab.networks`` computes it."""
        return self._network_of(self.weights, self.biases, self.activations)

    @property
    def advice(self) -> Advice | None:
        """How far the task is, and the next move; None without a task."""
        number = TASKS.index(self.task)
        return find_input(self.network, self.inputs, number) if number else None

    def code(self) -> str:
        """Return lines of PyTorch that give the same numbers."""
        return "\n".join(
            (
                network_code(self.network),
                f"x = torch.tensor({list(self.inputs)}, dtype=torch.double)",
                "a = network(x)",
                "print(a, a.argmax() + 1)  # the outputs, and the number of the strongest one",
            )
        )

    @staticmethod
    def _network_of(weights: Any, biases: Any, activations: Any) -> Network:  # noqa: ANN401
        if not len(weights) == len(biases) == len(activations):
            raise ValueError(
                f"Every layer has weights, biases and an activation, but there are {len(weights)} "
                f"layers of weights, {len(biases)} of biases and {len(activations)} activations."
            )
        layers = zip(weights, biases, activations, strict=True)
        return Network(tuple(Layer(w, b, name) for w, b, name in layers))

    @validate(*PARTS)
    def _parts_fit(self, proposal: dict[str, Any]) -> Any:  # noqa: ANN401
        parts = {name: getattr(self, name) for name in PARTS}
        parts[proposal["trait"].name] = proposal["value"]
        try:
            network = self._network_of(parts["weights"], parts["biases"], parts["activations"])
        except ValueError as error:
            raise TraitError(f"{error} Set what belongs together in one go.") from None
        inputs, outputs = network.sizes[0], network.sizes[-1]
        if len(parts["inputs"]) != inputs:
            raise TraitError(
                f"There must be a weight for each input: the first layer has {inputs} weights a "
                f"neuron, but there are {len(parts['inputs'])} inputs."
            )
        if TASKS.index(parts["task"]) > outputs:
            raise TraitError(
                f"The task must name one of the {outputs} outputs, class 1 to class {outputs}, "
                f"or none; it is {parts['task']}."
            )
        layer, neuron = parts["chosen"]
        if not 1 <= layer < len(network.sizes) or not 1 <= neuron <= network.sizes[layer]:
            raise TraitError(
                f"chosen must be a layer and one of its neurons, counted from 1; layer {layer}, "
                f"neuron {neuron} is not there."
            )
        return proposal["value"]

    @validate("seed")
    def _seed_can_be_drawn_from(self, proposal: dict[str, Any]) -> int:
        return _checked_seed(proposal["value"])

    @observe("seed", "scheme")
    def _draw_spares(self, _change: object = None) -> None:
        random = np.random.default_rng([self.seed, 2])
        size = MOST_NEURONS
        self.spare = [
            _rounded(draw(self.scheme, size, size, random)) for _layer in range(MOST_LAYERS)
        ]
        self.samples = _drawn_samples(self.seed)

    @observe(*PARTS)
    def _redraw(self, _change: object = None) -> None:
        state = tuple(getattr(self, name) for name in PARTS)
        # Several traits may change in one message: each calls, the first has drawn for all.
        if getattr(self, "_drawn", None) != state:
            self._drawn = state
            self.picture = self._picture()

    def _picture(self) -> dict[str, Any]:
        network, advice = self.network, self.advice
        forward = network.forward(self.inputs)
        layer, neuron = self.chosen[0] - 1, self.chosen[1] - 1
        return {
            "inputs": list(self.inputs),
            "weights": self.weights,
            "biases": self.biases,
            "activations": [a.tolist() for a in forward.activations],
            "strongest": strongest(forward.output),
            "decision": decision(network, forward.output),
            "scale": _scale(network, forward.output),
            "reading": {
                "layer": layer + 1,
                "neuron": neuron + 1,
                "weights": self.weights[layer][neuron],
                "inputs": forward.inputs[layer].tolist(),
                "bias": self.biases[layer][neuron],
                "z": float(forward.z[layer][neuron]),
                "a": float(forward.activations[layer][neuron]),
                "activation": self.activations[layer],
            },
            "solved": bool(advice and advice.solved),
            "hint": advice.sentence if advice else "",
            "code": self.code(),
        }


def _scale(network: Network, outputs: NDArray[np.float64]) -> tuple[float, float]:
    """Return the ends of the outputs' bars: the activation's own range, else 1, 2, 4, 8 and so on.

    In steps of doubling, so that they stand still while an input is dragged.
    """
    activation = activation_of_layer(str(network.layers[-1].activation))
    largest = 2.0 ** max(0, int(np.ceil(np.log2(np.abs(outputs).max() or 1))))
    low = activation.low if np.isfinite(activation.low) else -largest
    return low, activation.high if np.isfinite(activation.high) else largest


def _drawn_weights(sizes: Sequence[int], scheme: str, seed: int) -> list[list[list[float]]]:
    """Return the weights of a new network, rounded: sums on the page can be checked by hand."""
    if len(sizes) not in range(2, MOST_LAYERS + 2) or not set(sizes) <= set(
        range(1, MOST_NEURONS + 1)
    ):
        raise TraitError(
            f"sizes are the inputs and then the neurons of 1 to {MOST_LAYERS} layers, each "
            f"1 to {MOST_NEURONS}, such as (5, 3); they were {tuple(sizes)}."
        )
    try:
        network = Network.random(sizes, scheme=scheme, seed=_checked_seed(seed))
    except ValueError as error:
        raise TraitError(str(error)) from None
    return [_rounded(layer.weights) for layer in network.layers]


def _drawn_samples(seed: int) -> list[list[float]]:
    random = np.random.default_rng([_checked_seed(seed), 1])
    samples: list[list[float]] = (random.integers(-10, 11, (SAMPLES, MOST_NEURONS)) / 10).tolist()
    return samples


def _rounded(weights: Any) -> list[list[float]]:  # noqa: ANN401
    rows: list[list[float]] = np.round(np.clip(weights, -WEIGHT_RANGE, WEIGHT_RANGE), 2).tolist()
    return rows


def _checked_seed(seed: Any) -> int:  # noqa: ANN401
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise TraitError(f"seed must be a whole number, 0 or more, not {seed!r}.")
    return seed
