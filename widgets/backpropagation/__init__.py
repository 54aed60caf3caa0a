"""Backpropagation: one round of learning as a film that is stepped forward and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Bool, Dict, Enum, Int, TraitError, observe, validate

from lab.backpropagation import BOUND, Frame, Round, Training, film
from lab.backpropagation_code import numpy_code
from lab.backpropagation_notation import ACTIVATIONS, LOSSES
from lab.backpropagation_text import explain
from lab.export import network_code
from lab.gradient_task import predict_sign
from lab.layers import Layer
from lab.networks import Network
from widgets._arrays import pack
from widgets._base import LabWidget, hand, shown
from widgets._traits import Number, Numbers, signed
from widgets.backpropagation._traits import Sizes, Tables

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ROUNDS = 2000
LOGITS = "binary_cross_entropy_with_logits"
FIRST = 1.0, 0.5, -1.0, 0.0, -0.5  # inputs that nobody has chosen
RIGHT = 1.0, 0.0, 1.0, 0.0, 1.0  # and targets


class Backpropagation(LabWidget):
    """A small network that learns from one sample, one step of the round at a time.

    Args:
        sizes: inputs, then the neurons of each layer: 1 to 5 layers of 1 to 5; default 2-2-2.
        activation: ``"sigmoid"`` (default), ``"tanh"``, ``"relu"``, ``"leaky_relu"`` or
            ``"identity"``.
        inputs: a number from −2 to 2 for each input.
        targets: a number from −2 to 2 for each output; from 0 to 1 where the loss asks for it.
        learning_rate: η, from 0.001 to 10; default 0.5.
        loss: ``"half_squared_error"`` (default), ``"mse_loss"`` or
            ``"binary_cross_entropy_with_logits"``, whose output layer is identity.
        seed: of the weights that are drawn when none are given.
        weights: a table ``(out, in)`` for each layer.
        biases: a row ``(out,)`` for each layer; default 0.
        step: the frame of the film that is on show; default 0, its start.

    Raises:
        TypeError: for an argument that it does not know.
        traitlets.TraitError: for a value that it cannot take; the old value stays.

    """

    sizes = hand(Sizes((2, 2, 2)))
    """Inputs, then the neurons of each layer; what does not fit new sizes is drawn anew."""

    activation = hand(Enum(list(ACTIVATIONS), default_value="sigmoid"))
    """The activation function of every layer (of the hidden ones, where the loss takes logits)."""

    loss = hand(Enum(list(LOSSES), default_value="half_squared_error"))
    """The name of the loss function."""

    inputs = hand(Numbers(FIRST[:2], -2, 2, 1, 5))
    """The inputs of the sample, from −2 to 2."""

    targets = hand(Numbers(RIGHT[:2], -2, 2, 1, 5))
    """What the outputs should be, from −2 to 2."""

    weights = hand(Tables(2, BOUND))
    """The weights before the first round: a table ``(out, in)`` for each layer."""

    biases = hand(Tables(1, BOUND))
    """The biases before the first round: a row ``(out,)`` for each layer."""

    learning_rate = hand(Number(0.5, 0.001, 10))
    """The learning rate η, from 0.001 to 10."""

    seed = hand(Int(0))
    """The seed from which weights are drawn; empty weights ask for a new draw."""

    rounds = hand(Int(0))
    """How many rounds are trained before the one on show, from 0 to 2000."""

    step = hand(Int(0))
    """The frame of the film that is on show, counted from 0."""

    predict = hand(Bool(default_value=False))
    """Whether the sign of each gradient is asked for before it is shown."""

    guess = hand(Enum(["", "+", "0", "−"], default_value=""))
    """The learner's answer; empty when there is none yet."""

    revealed = hand(Bool(default_value=False))
    """Whether the learner has asked to see the gradient without the right answer."""

    picture = shown(Dict())
    """What Python made of all this: numbers of every neuron, the film, the words of its frame."""

    def __init__(
        self,
        sizes: Sequence[int] = (2, 2, 2),
        activation: str = "sigmoid",
        inputs: Sequence[float] | None = None,
        targets: Sequence[float] | None = None,
        learning_rate: float = 0.5,
        *,
        loss: str = "half_squared_error",
        seed: int = 0,
        weights: Sequence[Any] | None = None,
        biases: Sequence[Any] | None = None,
        step: int = 0,
        **layout: Any,  # noqa: ANN401
    ) -> None:
        given = {"inputs": inputs, "targets": targets, "weights": weights, "biases": biases}
        super().__init__(
            sizes=sizes,
            activation=activation,
            learning_rate=learning_rate,
            loss=loss,
            seed=seed,
            **{name: value for name, value in given.items() if value is not None},
            **layout,
        )
        self._redraw()
        self.step = step

    @property
    def network(self) -> Network:
        """The network at the beginning of the round on show."""
        return self.round.network

    @property
    def round(self) -> Round:
        """The round on show, with all its numbers."""
        return self._training().round(self.rounds)

    @property
    def frame(self) -> Frame:
        """The frame of the film that is on show."""
        step: int = self.step
        return film(self.sizes)[step]

    def code(self) -> str:
        """Return lines of PyTorch that do the whole round and give the same numbers."""
        loss = {"half_squared_error": "0.5 * ((network(x) - t) ** 2).sum()"}.get(
            self.loss, f"nn.functional.{self.loss}(network(x), t)"
        )
        return "\n".join(
            (
                network_code(self.network),
                f"x = torch.tensor({list(self.inputs)}, dtype=torch.double)",
                f"t = torch.tensor({list(self.targets)}, dtype=torch.double)",
                f"optimizer = torch.optim.SGD(network.parameters(), lr={self.learning_rate})",
                f"C = {loss}",
                "C.backward()",
                "optimizer.step()",
            )
        )

    def _training(self) -> Training:
        """Return the rounds from the present beginning on; what is done is not done again."""
        beginning = (
            self.weights, self.biases, self.inputs, self.targets,
            self.activation, self.loss, self.learning_rate,
        )  # fmt: skip
        if getattr(self, "_beginning", None) != beginning:
            last = len(self.weights) - 1
            layers = tuple(
                Layer(
                    np.array(w),
                    np.array(b),
                    "identity" if i == last and self.loss == LOGITS else self.activation,
                )
                for i, (w, b) in enumerate(zip(self.weights, self.biases, strict=True))
            )
            start = Round(Network(layers), self.inputs, self.targets, self.loss, self.learning_rate)
            self._beginning, self._rounds = beginning, Training(start)
        return self._rounds

    @validate("weights", "biases")
    def _fits_the_sizes(self, proposal: dict[str, Any]) -> Any:  # noqa: ANN401
        name, value = proposal["trait"].name, proposal["value"]
        shapes = self._shapes(name)
        if value and [np.shape(table) for table in value] != shapes:
            raise TraitError(
                f"{name} must fit the network {'-'.join(map(str, self.sizes))}: arrays of the "
                f"shapes {', '.join(map(str, shapes))}, one for each layer."
            )
        return value

    @validate("inputs", "targets")
    def _one_for_each(self, proposal: dict[str, Any]) -> tuple[float, ...]:
        row: tuple[float, ...] = proposal["value"]
        name = proposal["trait"].name
        size = self.sizes[0 if name == "inputs" else -1]
        if len(row) != size:
            raise TraitError(
                f"The network {'-'.join(map(str, self.sizes))} needs {size} {name}, but "
                f"{len(row)} came."
            )
        if name == "targets":
            _check_shares(self.loss, row)
        return row

    @validate("loss")
    def _takes_the_targets(self, proposal: dict[str, Any]) -> str:
        loss: str = proposal["value"]
        _check_shares(loss, self.targets)
        return loss

    @validate("rounds")
    def _few_rounds(self, proposal: dict[str, Any]) -> int:
        rounds: int = proposal["value"]
        if not 0 <= rounds <= MOST_ROUNDS:
            raise TraitError(f"rounds must lie between 0 and {MOST_ROUNDS}, but it is {rounds}.")
        return rounds

    @validate("step")
    def _within_the_film(self, proposal: dict[str, Any]) -> int:
        step: int = proposal["value"]
        last = len(film(self.sizes)) - 1
        if not 0 <= step <= last:
            raise TraitError(
                f"step must be a frame of the film, 0 to {last} for this network, but it is {step}."
            )
        return step

    def _shapes(self, name: str) -> list[tuple[int, ...]]:
        pairs = zip(self.sizes, self.sizes[1:], strict=False)
        return [(after, before) if name == "weights" else (after,) for before, after in pairs]

    def _fits(self) -> bool:
        weights, biases = self._shapes("weights"), self._shapes("biases")
        return (
            [np.shape(table) for table in self.weights] == weights
            and [np.shape(row) for row in self.biases] == biases
            and (len(self.inputs), len(self.targets)) == (self.sizes[0], self.sizes[-1])
            and self.step < len(film(self.sizes))
        )

    def _fit(self) -> None:
        """Draw anew what does not fit the sizes, and keep what does."""
        with self.hold_trait_notifications():
            if [np.shape(table) for table in self.weights] != self._shapes("weights"):
                network = Network.random(self.sizes, seed=self.seed)
                # Two digits: what stands on the connections is the whole weight.
                self.weights = [layer.weights.round(2) for layer in network.layers]
            if [np.shape(row) for row in self.biases] != self._shapes("biases"):
                self.biases = [[0.0] * size for size in self.sizes[1:]]
            inputs, outputs = self.sizes[0], self.sizes[-1]
            self.inputs = (*self.inputs, *FIRST[len(self.inputs) :])[:inputs]
            self.targets = (*self.targets, *RIGHT[len(self.targets) :])[:outputs]
            self.step = min(self.step, len(film(self.sizes)) - 1)

    @observe(
        "sizes", "activation", "loss", "inputs", "targets", "weights", "biases",
        "learning_rate", "rounds", "step", "predict", "guess", "revealed",
    )  # fmt: skip
    def _redraw(self, _change: object = None) -> None:
        if not self._fits():
            self._fit()  # which changes traits, so that this is called again
            return
        state = (
            self.sizes, self.activation, self.loss, self.inputs, self.targets, self.weights,
            self.biases, self.learning_rate, self.rounds, self.step, self.predict, self.guess,
            self.revealed,
        )  # fmt: skip
        # Several traits may change in one message: each calls, the first has drawn for all.
        if getattr(self, "_drawn", None) != state:
            self._drawn = state
            self.picture = self._picture()

    def _picture(self) -> dict[str, Any]:
        training, done, frame = self._training(), self.round, self.frame
        errors = training.errors(self.rounds)
        said = explain(done, frame)
        ask = predict_sign(done, frame, self.guess) if frame.kind == "weight" else None
        asked = self.predict and ask is not None
        hidden = bool(asked and ask and not (ask.solved or self.revealed))
        return {
            "sizes": list(self.sizes),
            "inputs": list(self.inputs),
            "targets": list(self.targets),
            **_numbers(done),
            "film": [list(one) for one in film(self.sizes)],
            "step": self.step,
            "title": said.title,
            "caption": ask.question if hidden and ask else said.caption,
            "formulas": [(left, "= ?" if hidden else right) for left, right in said.formulas],
            "numpy": said.numpy,
            "torch": said.torch,
            "asked": asked,
            "hidden": hidden,
            "hint": ask.hint if asked and ask else "",
            "errors": pack(np.array(errors, dtype=np.float32)),
            "rounds": len(errors) - 1,
            "diverged": training.diverged and self.rounds >= len(errors),
            "numpy_code": numpy_code(done),
            "code": self.code(),
        }


def _check_shares(loss: str, targets: Sequence[float]) -> None:
    if loss == LOGITS and not all(0 <= target <= 1 for target in targets):
        raise TraitError(
            f"The targets of {LOGITS} lie between 0 and 1, but they are "
            f"{', '.join(map(signed, targets))}."
        )


def _numbers(done: Round) -> dict[str, Any]:
    """Return every number of a round; one entry a layer where there are many."""
    forward, backward = done.forward, done.backward
    listed = {
        "weights": [layer.weights for layer in done.network.layers],
        "biases": [layer.biases for layer in done.network.layers],
        "activations": forward.activations,
        "deltas": backward.errors,
        "weight_gradients": backward.weight_gradients,
        "bias_gradients": backward.bias_gradients,
        "new_weights": [layer.weights for layer in done.after.layers],
        "new_biases": [layer.biases for layer in done.after.layers],
        "new_activations": done.forward_after.activations,
    }
    return {
        **{name: [array.tolist() for array in arrays] for name, arrays in listed.items()},
        "error": backward.loss,
        "new_error": done.error_after,
    }
