"""The neuron: drag its weights on their connections, or drag the line that they draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Dict, Enum, TraitError, Unicode, observe, validate

from lab import neurons
from lab.tasks import Verdict, check, task_names
from widgets._arrays import pack
from widgets._base import LabWidget, hand, shown
from widgets._traits import Number, Numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

INPUT_RANGE = 2.0
WEIGHT_RANGE = 4.0
CURVE = np.linspace(-4, 4, 81)


class Neuron(LabWidget):
    """A neuron in the hand: inputs, weights and bias are dragged, everything else follows.

    Args:
        weights: two to five numbers from −4 to 4; default ``(1.2, -0.8, 0.5)``.
        bias: a number from −12 to 12; default −0.5. The threshold θ is −bias.
        inputs: as many numbers as weights, from −2 to 2; default: 1 for the first, else 0.
        activation: ``"step"`` (default), ``"identity"``, ``"sigmoid"``, ``"tanh"``, ``"relu"``,
            ``"leaky_relu"``, ``"gelu"`` or ``"softplus"``.
        form: ``"threshold"`` (default: Σ > θ) or ``"bias"`` (Σ + b = z): how it is written.
        task: ``"none"`` (default); ``"input 1"`` and so on: respond to that input alone; or, for a
            neuron with two inputs, ``"and"``, ``"or"`` or ``"xor"``.

    Raises:
        TypeError: for an argument that it does not know.
        traitlets.TraitError: for a value that it cannot take; the old value stays.

    """

    weights = hand(Numbers((1.2, -0.8, 0.5), -WEIGHT_RANGE, WEIGHT_RANGE, 2, 5))
    """The weights, one for each input, from −4 to 4."""

    bias = hand(Number(-0.5, -12, 12))
    """The bias b, from −12 to 12; the threshold is −b."""

    inputs = hand(Numbers((1.0, 0.0, 0.0), -INPUT_RANGE, INPUT_RANGE, 2, 5))
    """The inputs, from −2 to 2."""

    activation = hand(Enum(list(neurons.ACTIVATIONS), default_value="step"))
    """The name of the activation function."""

    form = hand(Enum(["threshold", "bias"], default_value="threshold"))
    """Whether the page speaks of a threshold or of a bias."""

    task = hand(Unicode("none"))
    """What the neuron shall do: a name out of ``lab.tasks.task_names``, or none."""

    picture = shown(Dict())
    """What Python made of all this: numbers, sentence, code, activation curve, response map."""

    def __init__(
        self,
        weights: Sequence[float] = (1.2, -0.8, 0.5),
        bias: float = -0.5,
        *,
        inputs: Sequence[float] | None = None,
        activation: str = "step",
        form: str = "threshold",
        task: str = "none",
        **layout: Any,  # noqa: ANN401
    ) -> None:
        if inputs is None:
            inputs = [1.0] + [0.0] * (len(weights) - 1)
        super().__init__(
            weights=weights,
            bias=bias,
            inputs=inputs,
            activation=activation,
            form=form,
            task=task,
            **layout,
        )
        self._redraw()

    @property
    def neuron(self) -> neurons.Neuron:
        """The neuron as ``lab.neurons`` computes it."""
        return neurons.Neuron(np.array(self.weights), self.bias, self.activation)

    @property
    def verdict(self) -> Verdict | None:
        """How far the task is; None without a task."""
        return None if self.task == "none" else check(self.neuron, self.task)

    def code(self) -> str:
        """Return lines of PyTorch that give the same numbers."""
        names = {"step": "(z > 0).float()", "identity": "z"}
        if self.activation in ("leaky_relu", "gelu", "softplus"):
            names[self.activation] = f"torch.nn.functional.{self.activation}(z)"
        return "\n".join(
            (
                "import torch",
                f"x = torch.tensor({list(self.inputs)})",
                f"w = torch.tensor({list(self.weights)})",
                f"b = {self.bias}",
                "z = w @ x + b",
                f"a = {names.get(self.activation, f'torch.{self.activation}(z)')}",
            )
        )

    @validate("weights", "inputs")
    def _as_many_weights_as_inputs(self, proposal: dict[str, Any]) -> tuple[float, ...]:
        row: tuple[float, ...] = proposal["value"]
        other = "inputs" if proposal["trait"].name == "weights" else "weights"
        if len(row) != len(getattr(self, other)):
            raise TraitError(
                f"There must be one weight for each input: {len(getattr(self, other))} {other} "
                f"cannot go with {len(row)} {proposal['trait'].name}. Set both together, "
                "inside `with neuron.hold_trait_notifications():`."
            )
        _check_task(self.task, len(row))
        return row

    @validate("task")
    def _task_is_one_for_these_inputs(self, proposal: dict[str, Any]) -> str:
        return _check_task(proposal["value"], len(self.weights))

    @observe("weights", "bias", "inputs", "activation", "form", "task")
    def _redraw(self, _change: object = None) -> None:
        state = (self.weights, self.bias, self.inputs, self.activation, self.form, self.task)
        # Several traits may change in one message: each calls, the first has drawn for all.
        if getattr(self, "_drawn", None) != state and len(self.weights) == len(self.inputs):
            self._drawn = state
            self.picture = self._picture()

    def _picture(self) -> dict[str, Any]:
        neuron, activation = self.neuron, neurons.ACTIVATIONS[self.activation]
        response = neuron.response_map(self.inputs, INPUT_RANGE)
        low, high = _scale(activation, response)
        verdict = self.verdict
        return {
            "weights": list(self.weights),
            "bias": self.bias,
            "inputs": list(self.inputs),
            "products": [w * x for w, x in zip(self.weights, self.inputs, strict=True)],
            "sum": float(neuron.weighted_sum(self.inputs)),
            "z": float(neuron.pre_activation(self.inputs)),
            "output": float(neuron(self.inputs)),
            "fires": bool(neuron.fires(self.inputs)),
            "response": pack(response),
            "low": low,
            "high": high,
            "curve": pack(np.stack([CURVE, activation.function(CURVE)])),
            "code": self.code(),
            "trials": [
                {
                    "inputs": list(t.inputs),
                    "fires": t.fires,
                    "should_fire": t.should_fire,
                    "right": t.right,
                }
                for t in (verdict.trials if verdict else ())
            ],
            "solved": bool(verdict and verdict.solved),
            "done": bool(verdict and verdict.done),
            "hint": verdict.hint if verdict else "",
        }


def _check_task(task: str, inputs: int) -> str:
    names = ("none", *task_names(inputs))
    if task not in names:
        known = ", ".join(names)
        raise TraitError(f"With {inputs} inputs task must be one of {known}; it is {task!r:.40}.")
    return task


def _scale(activation: neurons.Activation, response: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Return the ends of the colour scale: the activation's own range, else the picture's."""
    largest = max(1.0, float(np.ceil(np.abs(response).max())))
    low = activation.low if np.isfinite(activation.low) else -largest
    high = activation.high if np.isfinite(activation.high) else largest
    return low, high
