"""What the page shows of a loss: numbers and curves from ``lab``, sentences, lines of PyTorch."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.activations import ACTIVATIONS, LAYER_ACTIVATIONS
from lab.losses import LOSSES
from widgets._arrays import pack
from widgets.loss_functions import sentences
from widgets.loss_functions.kinds import KINDS, NUMBERS, ORGANS, YES_OR_NO

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SIGMOID, SOFTMAX = ACTIVATIONS["sigmoid"], LAYER_ACTIVATIONS["softmax"]
ERRORS = np.linspace(-6, 6, 97)
LOGITS = np.linspace(-12, 12, 97)  # far beyond the axis: along probabilities the curve is whole


def picture_of(loss: str, predictions: Sequence[float], targets: Sequence[float]) -> dict[str, Any]:
    """Return all that follows from predictions and targets."""
    kind = KINDS[loss]
    draw = _numbers if kind is NUMBERS else _yes_or_no if kind is YES_OR_NO else _classes
    output, target = np.array(predictions), np.array(targets)
    return {
        "loss": loss,
        "predictions": list(predictions),
        "targets": list(targets),
        "code": code_of(loss, predictions, targets),
        **draw(loss, output, target),
    }


def _numbers(loss: str, output: Floats, target: Floats) -> dict[str, Any]:
    each = _each(loss, output, target)
    value = LOSSES[loss].value(output, target)
    return {
        "value": value,
        "gradients": LOSSES[loss].gradient(output, target).tolist(),
        "losses": each,
        "slopes": _each_slope(loss, output, target),
        "places": (output - target).tolist(),
        "probabilities": [],
        "worst": int(np.argmax(each)),
        "curves": _number_curves(loss),
        **sentences.of_numbers(loss, output, target, each, value),
    }


def _yes_or_no(loss: str, output: Floats, target: Floats) -> dict[str, Any]:
    each = _each(loss, output, target)
    worst = int(np.argmax(each))
    value, gradients = LOSSES[loss].value(output, target), LOSSES[loss].gradient(output, target)
    shares = SIGMOID.function(output)
    squared = LOSSES["mse_loss"].gradient(shares, target)
    push = (gradients[worst], SIGMOID.send_back(output, shares, squared)[worst])
    return {
        "value": value,
        "gradients": gradients.tolist(),
        "losses": each,
        "slopes": _each_slope(loss, output, target),
        "places": output.tolist(),
        "probabilities": shares.tolist(),
        "worst": worst,
        "curves": _yes_or_no_curves(loss),
        **sentences.of_yes_or_no(shares, target, each, value, push),
    }


def _classes(loss: str, output: Floats, target: Floats) -> dict[str, Any]:
    true = int(target[0])
    value = LOSSES[loss].value(output[None], target.astype(int))
    gradients = LOSSES[loss].gradient(output[None], target.astype(int))[0]
    shares = SOFTMAX.function(output)
    hot = np.eye(output.size)[true]
    squared = SOFTMAX.send_back(output, shares, LOSSES["mse_loss"].gradient(shares, hot))
    rows = np.repeat(output[None], LOGITS.size, axis=0)
    rows[:, true] = LOGITS  # the true class' logit goes from left to right, the others stay
    along = SOFTMAX.function(rows)
    lines = [
        (true, True, [LOSSES[loss].value(row[None], target.astype(int)) for row in rows]),
        (true, False, [LOSSES["mse_loss"].value(row, hot) for row in along]),
    ]
    return {
        "value": value,
        "gradients": gradients.tolist(),
        "losses": [value],
        "slopes": [float(gradients[true])],
        "places": [float(output[true])],
        "probabilities": shares.tolist(),
        "worst": 0,
        "curves": _curves(LOGITS, along[:, true], lines),
        "names": list(ORGANS[: output.size]),
        **sentences.of_classes(shares, true, value, (gradients[true], squared[true])),
    }


def _each(loss: str, output: Floats, target: Floats) -> list[float]:
    """Return the loss of every case by itself."""
    value: Callable[..., float] = LOSSES[loss].value
    return [value(output[i : i + 1], target[i : i + 1]) for i in range(output.size)]


def _each_slope(loss: str, output: Floats, target: Floats) -> list[float]:
    """Return the slope of every case's own loss."""
    slope: Callable[..., Floats] = LOSSES[loss].gradient
    return [float(slope(output[i : i + 1], target[i : i + 1])[0]) for i in range(output.size)]


def _curves(
    along: Floats, probabilities: Floats | None, lines: Sequence[tuple[int, bool, list[float]]]
) -> dict[str, Any]:
    return {
        "along": pack(along),
        "probabilities": None if probabilities is None else pack(probabilities),
        "lines": [
            {"target": target, "chosen": chosen, "values": pack(np.array(values))}
            for target, chosen, values in lines
        ],
    }


@cache
def _number_curves(loss: str) -> dict[str, Any]:
    return _curves(ERRORS, None, [(0, True, _each(loss, ERRORS, np.zeros(ERRORS.size)))])


@cache
def _yes_or_no_curves(loss: str) -> dict[str, Any]:
    shares = SIGMOID.function(LOGITS)
    lines = [
        (truth, chosen, _each(name, values, np.full(LOGITS.size, float(truth))))
        for truth in (1, 0)
        for chosen, name, values in ((True, loss, LOGITS), (False, "mse_loss", shares))
    ]
    return _curves(LOGITS, shares, lines)


def code_of(loss: str, predictions: Sequence[float], targets: Sequence[float]) -> str:
    """Return lines of PyTorch that give the same loss and the same gradients."""
    kind = KINDS[loss]
    name = "mse_loss" if loss == "half_squared_error" else loss
    output = "predictions" if kind is NUMBERS else "logits"
    row: object = [list(predictions)]
    truth: object = [int(targets[0])]
    if kind in (NUMBERS, YES_OR_NO):
        row, truth = list(predictions), list(targets)
    call = f"{name}({output}, targets)"
    if loss == "half_squared_error":
        call = f'{name}({output}, targets, reduction="sum") / 2'
    return "\n".join(
        (
            "import torch",
            f"from torch.nn.functional import {name}",
            f"{output} = torch.tensor({row}, requires_grad=True)",
            f"targets = torch.tensor({truth})",
            f"loss = {call}",
            "loss.backward()",
            f"gradients = {output}.grad",
        )
    )
