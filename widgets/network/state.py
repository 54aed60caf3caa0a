"""What is in the hand of the learner, and what is right: the traits of the network widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Bool, Enum, Int, TraitError, validate

from lab import initialisation
from lab.steppers import STEPPERS
from widgets._base import LabWidget, hand
from widgets._traits import Number, Trait
from widgets.network import data
from widgets.network.traits import Activations, Places, Sizes, Tables

if TYPE_CHECKING:
    from lab.points import Points

LIMIT = 1e6


class Own(Trait[dict[str, Any], Any]):
    """A table of own points, whole or empty."""

    def validate(self, obj: Any, value: Any) -> dict[str, Any]:  # noqa: ANN401, ARG002
        """Return the table, or say in a sentence what would be right."""
        try:
            return data.checked(value)
        except ValueError as error:
            raise TraitError(str(error)) from None


RANGES = {"count": (10, 2000), "batch_size": (1, 1000), "seed": (0, 2**31)}


class NetworkState(LabWidget):
    """The traits of ``Network``; each is refused with a sentence where it does not fit."""

    points = hand(Enum(data.NAMES, default_value="circle"))
    """The name of the points."""

    own = hand(Own(data.EMPTY))
    """The learner's own points: x (N, 2), y (N,), the classes' names, the axes' names."""

    count = hand(Int(200))
    """How many points are drawn, 10 to 2000."""

    noise = hand(Number(0.1, 0, 2))
    """The deviation by which points are moved after they got their label, 0 to 2."""

    test_share = hand(Number(0.5, 0.1, 0.9))
    """The share of the points that is tested on and not learnt from, 0.1 to 0.9."""

    seed = hand(Int(0))
    """Decides the points, the initial weights and the order of the samples; from 0."""

    neurons = hand(Sizes((4, 2), 5, 10))
    """The neurons of each hidden layer, up to 5 layers of 1 to 10."""

    activations = hand(Activations(("tanh", "tanh")))
    """The activation of each hidden layer: a name, or a name for each of its neurons."""

    scheme = hand(Enum(initialisation.SCHEMES, default_value="xavier"))
    """How the initial weights are drawn; ``"zeros"`` shows symmetry that nothing breaks."""

    weights = hand(Tables(3, LIMIT))
    """The weights, ``[layer][to][from]``; layer 0 leads from the inputs. Empty: drawn anew."""

    biases = hand(Tables(2, LIMIT))
    """The biases, ``[layer][neuron]``, the output's last. Empty: zeros."""

    off = hand(Places(2))
    """Hidden neurons that are switched off, each as layer and neuron, counted from 0."""

    frozen = hand(Places(3))
    """Weights that training leaves alone, each as layer, to and from, counted from 0."""

    held = hand(Tables(1, LIMIT)).tag(transient=True)
    """What was dragged last: layer, to, from (−1: the bias), value, and 1 while the hand has it."""

    optimizer = hand(Enum(list(STEPPERS), default_value="adam"))
    """``"sgd"``, ``"momentum"`` or ``"adam"``."""

    learning_rate = hand(Number(0.03, 1e-5, 10))
    """The size of the steps; it may be changed while the network learns."""

    pace = hand(Enum(["slow", "medium", "full"], default_value="medium"))
    """How fast the page trains: a step for each heartbeat, ten, or as many as fit."""

    batch_size = hand(Int(10))
    """How many points a step learns from, 1 to 1000."""

    l1 = hand(Number(0, 0, 1))
    """The penalty on Σ|w|, 0 to 1."""

    l2 = hand(Number(0, 0, 1))
    """The penalty on ½Σw², 0 to 1."""

    dropout = hand(Number(0, 0, 0.9))
    """The chance of a hidden neuron to be left out in a step, 0 to 0.9."""

    stop_at = hand(Number(0, 0, 10))
    """The training loss at which the training stops by itself; 0 for never."""

    chosen = hand(Places(2))
    """The neuron whose map is large, as layer and neuron; empty for the network's answer."""

    space = hand(Int(0))
    """Where the points are shown: 0 among the inputs, or for the neurons of that hidden layer."""

    task = hand(Enum(["none", "separate xor"], default_value="none"))
    """``"separate xor"``: with as few neurons as possible."""

    code_shown = hand(Bool(default_value=False))
    """Whether the picture brings the code: long, so only while somebody reads it."""

    pulse = hand(Int(0)).tag(transient=True)
    """The page's heartbeat while it plays: each new number trains for a fiftieth of a second."""

    _found: Points | None
    _nothing_found: str

    @validate("count", "batch_size", "seed", "space")
    def _whole_numbers_in_range(self, proposal: dict[str, Any]) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        low, high = RANGES.get(name, (0, len(self.neurons)))  # the others: space
        if not low <= value <= high:
            raise TraitError(f"{name} must lie between {low} and {high}, but it is {value}.")
        return int(value)

    @validate("weights", "biases")
    def _numbers_fit_the_sizes(self, proposal: dict[str, Any]) -> tuple[Any, ...]:
        value: tuple[Any, ...] = proposal["value"]
        name = proposal["trait"].name
        if not value:
            return value
        sizes = self.sizes
        shapes = list(zip(sizes[1:], sizes, strict=False))  # (to, from) of each layer
        fits = len(value) == len(shapes) and all(
            len(rows) == to and (name == "biases" or all(len(row) == from_ for row in rows))
            for rows, (to, from_) in zip(value, shapes, strict=True)
        )
        if not fits:
            wanted = ", ".join(str(shape if name == "weights" else shape[0]) for shape in shapes)
            raise TraitError(
                f"The {name} must fit a network of {'-'.join(map(str, sizes))}: "
                f"layers of {wanted} numbers."
            )
        return value

    @validate("activations")
    def _one_activation_for_each_layer(self, proposal: dict[str, Any]) -> tuple[Any, ...]:
        value: tuple[Any, ...] = proposal["value"]
        for layer, names in enumerate(value[: len(self.neurons)]):
            if not isinstance(names, str) and len(names) != self.neurons[layer]:
                raise TraitError(
                    f"Layer {layer + 1} has {self.neurons[layer]} neurons but {len(names)} "
                    "activations: give one for each neuron, or one name for all."
                )
        if len(value) < len(self.neurons):
            raise TraitError(
                f"There are {len(self.neurons)} hidden layers but {len(value)} activations: "
                "give one for each layer."
            )
        return value

    @validate("chosen")
    def _one_neuron_is_chosen(self, proposal: dict[str, Any]) -> tuple[Any, ...]:
        value: tuple[Any, ...] = proposal["value"]
        if len(value) > 1:
            raise TraitError("chosen is one neuron, as [[layer, neuron]], or empty.")
        return value

    @validate("held")
    def _held_is_a_place(self, proposal: dict[str, Any]) -> tuple[float, ...]:
        value: tuple[float, ...] = proposal["value"]
        if value and not self.place_of(value):
            raise TraitError("held must be layer, to, from (−1 for the bias), a value, and 1 or 0.")
        return value

    def place_of(self, held: tuple[float, ...]) -> tuple[int, int, int] | None:
        """Return the layer, to and from of a held weight; None where there is no such place."""
        if (
            len(held) != 5
            or held[4] not in (0, 1)
            or any(number != int(number) for number in held[:3])
        ):
            return None
        layer, to, from_ = (int(number) for number in held[:3])
        sizes = self.sizes
        inside = 0 <= layer < len(sizes) - 1 and 0 <= to < sizes[layer + 1]
        return (layer, to, from_) if inside and -1 <= from_ < sizes[layer] else None

    @property
    def sizes(self) -> tuple[int, ...]:
        """Return inputs, hidden neurons, outputs: what the weights have to fit."""
        return (2, *self.neurons, outputs_for(self._data()))

    def _data(self) -> Points | None:
        """Return the points that the traits name; None where there are none to learn from."""
        key: tuple[object, ...] = (self.points, self.count, self.noise, self.seed)
        if self.points == "own":
            key += (self.own,)
        if getattr(self, "_data_key", None) != key:
            self._data_key = key
            try:
                self._found = data.points_named(
                    self.points, count=self.count, noise=self.noise, seed=self.seed, own=self.own
                )
                self._nothing_found = ""
            except ValueError as error:  # own points have just begun
                self._found, self._nothing_found = None, str(error)
        return self._found


def outputs_for(points: Points | None) -> int:
    """Return one output for two classes or a value, else one for each class."""
    count = len(points.classes) if points else 2
    return count if count > 2 else 1
