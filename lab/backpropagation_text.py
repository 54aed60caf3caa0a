"""What is said of each frame of a round: caption, formula, numbers, a line of numpy and PyTorch.

The lines run one after the other, after those of ``backpropagation_code.setup``, and give the
numbers that are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.backpropagation_notation import (
    ACTIVATIONS,
    LOSSES,
    SIGNS,
    Written,
    factor,
    number,
    sign,
    source_symbol,
    subscript,
    symbol,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.backpropagation import Frame, Round

LONGEST = 6  # rows of formulas that the eye takes in


@dataclass(frozen=True)
class Explanation:
    """What is said of one frame.

    Attributes:
        title: what is done, in a few words.
        caption: one or two sentences.
        formulas: rows of a formula in symbols, and the same with the present numbers.
        numpy: one line.
        torch: one line.

    """

    title: str
    caption: str
    formulas: tuple[tuple[str, str], ...]
    numpy: str
    torch: str


def explain(done: Round, frame: Frame) -> Explanation:
    """Return what is said of a frame."""
    return EXPLAIN[frame.kind](done, frame)


def called(done: Round, layer: int, neuron: int) -> str:
    """Return what a neuron is called: output neuron 1, or hidden neuron 2 of layer 1."""
    last = len(done.network.layers) - 1
    if layer == last:
        return f"output neuron {neuron + 1}"
    return f"hidden neuron {neuron + 1}" + (f" of layer {layer + 1}" if last > 1 else "")


def _target(neuron: int) -> str:
    return subscript("t", neuron)


def _written(done: Round, layer: int) -> Written:
    return ACTIVATIONS[str(done.network.layers[layer].activation)]


def _start(done: Round, _frame: Frame) -> Explanation:
    inputs, targets = list(done.inputs), list(done.targets)
    return Explanation(
        "Start: a sample and a network",
        "The inputs go in on the left; the outputs on the right should become the targets. "
        "Drag any of these numbers.",
        (
            ("x", f"= ({', '.join(map(number, inputs))})"),
            ("t", f"= ({', '.join(map(number, targets))})"),
        ),
        f"x, t, eta = np.array({inputs}), np.array({targets}), {done.learning_rate}",
        f"x, t, eta = torch.tensor({inputs}), torch.tensor({targets}), {done.learning_rate}",
    )


def _forward(done: Round, frame: Frame) -> Explanation:
    i, j = frame.layer, frame.to
    layer, written = done.network.layers[i], _written(done, i)
    x, z, a = done.forward.inputs[i], done.forward.z[i][j], done.forward.activations[i][j]
    terms = [f"{symbol('w', i, j, k)}·{source_symbol(i, k)}" for k in range(layer.inputs)]
    products = [
        f"{factor(w)}·{factor(value)}" for w, value in zip(layer.weights[j], x, strict=True)
    ]
    z_name, a_name = symbol("z", i, j), symbol("a", i, j)
    plain = layer.activation == "identity"
    row = f"w{i + 1}[{j}] @ {{}} + b{i + 1}[{j}]"
    z_code = f"z{i + 1}[{j}]"
    before = f"a{i}" if i else "x"
    name = called(done, i, j)
    return Explanation(
        f"Forward: {name}",
        f"{name.capitalize()} weighs what it receives, adds its bias and answers {number(a)}.",
        (
            (
                f"{z_name} = {' + '.join(terms)} + {symbol('b', i, j)}",
                f"= {' + '.join(products)} + {factor(layer.biases[j])} = {number(z)}",
            ),
            (f"{a_name} = {z_name}", f"= {number(a)}")
            if plain
            else (
                f"{a_name} = {written.symbol}({z_name})",
                f"= {written.symbol}({number(z)}) = {number(a)}",
            ),
        ),
        f"{z_code} = {row.format(before)}; a{i + 1}[{j}] = {written.numpy.format(z=z_code)}",
        f"{z_code} = {row.format(f'torch.stack(a{i})' if i else 'x')}; "
        f"a{i + 1}[{j}] = {written.torch.format(z=z_code)}",
    )


def _value(done: Round, outputs: list[float], error: float) -> str:
    """Return the loss with its numbers."""
    n = len(outputs)
    pairs = list(zip(outputs, done.targets, strict=True))
    if done.loss == "binary_cross_entropy_with_logits":
        terms = [f"ln(1 + e^{factor(a)}) − {number(t)}·{factor(a)}" for a, t in pairs]
    else:
        terms = [f"({number(a)} − {factor(t)})²" for a, t in pairs]
    share = "½" if done.loss == "half_squared_error" else f"1/{n}"
    return f"= {share}·({' + '.join(terms)}) = {number(error)}"


def _error(done: Round, _frame: Frame) -> Explanation:
    loss, last = LOSSES[done.loss], len(done.network.layers)
    outputs = done.forward.output.tolist()
    listed = " and ".join(map(number, outputs))
    wanted = " and ".join(map(number, done.targets))
    return Explanation(
        "Error: output and target",
        f"The network answers {listed}; right would be {wanted}. The error C says in one number "
        "how wrong that is.",
        ((f"C = {loss.value.format(n=len(outputs))}", _value(done, outputs, done.backward.loss)),),
        f"C = {loss.numpy.format(a=f'a{last}')}",
        f"C = {loss.torch.format(a=f'torch.stack(a{last})')}",
    )


def _delta(done: Round, frame: Frame) -> Explanation:
    i, j = frame.layer, frame.to
    network, written = done.network, _written(done, i)
    z, a = done.forward.z[i][j], done.forward.activations[i][j]
    came, delta = done.backward.activation_gradients[i][j], done.backward.errors[i][j]
    layer = network.layers[i]
    ones = np.ones(layer.outputs)
    slope = layer.send_back(done.forward.z[i], done.forward.activations[i], ones)[j]
    z_name, a_name, name = symbol("z", i, j), symbol("a", i, j), symbol("δ", i, j)
    neuron = called(done, i, j)
    n = len(done.targets)
    if i == len(network.layers) - 1:
        loss = LOSSES[done.loss]
        symbols = loss.error.format(a=a_name, t=_target(j), n=n)
        shown = number(a) if done.loss == "half_squared_error" else factor(a)
        numbers = loss.error.format(a=shown, t=factor(done.targets[j]), n=n)
        code = loss.numpy_error.format(a=f"a{i + 1}[{j}]", t=f"t[{j}]", n=n)
        caption = (
            f"The error starts at the output. {neuron.capitalize()} answers "
            f"{'too much' if came > 0 else 'too little' if came < 0 else 'just right'}: its δ "
            f"is {SIGNS[sign(delta)]}."
        )
    else:
        after, of_after = network.layers[i + 1].weights[:, j], done.backward.errors[i + 1]
        many = range(len(after))
        inner = [f"{symbol('w', i + 1, k, j)}·{symbol('δ', i + 1, k)}" for k in many]
        products = [f"{factor(after[k])}·{factor(of_after[k])}" for k in many]
        symbols, numbers = f"({' + '.join(inner)})", f"({' + '.join(products)})"
        code = f"(w{i + 2}[:, {j}] @ d{i + 2})"
        caption = (
            f"{neuron.capitalize()} gets back the errors of the next layer, each through the "
            f"weight on its connection, times the slope of its own activation."
        )
    plain = layer.activation == "identity"
    rows = [
        (
            f"{name} = {symbols}" + ("" if plain else f"·{written.symbol}′({z_name})"),
            f"= {numbers}" + ("" if plain else f"·{factor(slope)}") + f" = {number(delta)}",
        )
    ]
    if not plain:
        rows.append(
            (
                f"{written.symbol}′({z_name}) = {written.slope_symbols.format(z=z_name, a=a_name)}",
                f"= {written.slope(z, a, slope)}",
            )
        )
    here = {"z": f"z{i + 1}[{j}]", "a": f"a{i + 1}[{j}]"}
    return Explanation(
        f"Back: δ of {neuron}",
        caption,
        tuple(rows),
        f"d{i + 1}[{j}] = {code}{written.numpy_slope.format(**here)}",
        f"d{i + 1}[{j}] = grad(C, z{i + 1}[{j}], retain_graph=True)[0]",
    )


def _weight(done: Round, frame: Frame) -> Explanation:
    i, j, k = frame.layer, frame.to, frame.source
    x, delta, gradient = done.forward.inputs[i][k], done.backward.errors[i][j], done.gradient(frame)
    weight, before = symbol("w", i, j, k), f"a{i}" if i else "x"
    grows = {"+": "gets smaller", "−": "grows", "0": "stays as it is"}[sign(gradient)]
    return Explanation(
        f"Gradient of {weight}",
        f"What came in through this connection, times the δ of the neuron behind it. "
        f"It is {SIGNS[sign(gradient)]}: the weight {grows}.",
        (
            (
                f"∂C/∂{weight} = {source_symbol(i, k)}·{symbol('δ', i, j)}",
                f"= {factor(x)}·{factor(delta)} = {number(gradient)}",
            ),
        ),
        f"gw{i + 1}[{j}, {k}] = {before}[{k}] * d{i + 1}[{j}]",
        f"gw{i + 1}[{j}, {k}] = grad(C, w{i + 1}, retain_graph=True)[0][{j}, {k}]",
    )


def _bias(done: Round, frame: Frame) -> Explanation:
    i = frame.layer
    deltas = done.backward.errors[i]
    return Explanation(
        f"Gradients of the biases of layer {i + 1}",
        "A bias is a weight whose input is always 1: its gradient is δ itself.",
        tuple(
            (f"∂C/∂{symbol('b', i, j)} = {symbol('δ', i, j)}", f"= {number(delta)}")
            for j, delta in enumerate(deltas)
        ),
        f"gb{i + 1} = d{i + 1}",
        f"gb{i + 1} = grad(C, b{i + 1}, retain_graph=True)[0]",
    )


def _update(done: Round, frame: Frame) -> Explanation:
    i, eta = frame.layer, done.learning_rate
    before, after = done.network.layers[i], done.after.layers[i]
    parts = [
        (
            symbol("w", i, j, k),
            before.weights[j, k],
            done.backward.weight_gradients[i][j, k],
            after.weights[j, k],
        )
        for j in range(before.outputs)
        for k in range(before.inputs)
    ] + [
        (symbol("b", i, j), before.biases[j], done.backward.bias_gradients[i][j], after.biases[j])
        for j in range(before.outputs)
    ]
    rows = [
        (
            name,
            f"← {number(old, 4)} − {eta:g}·{factor(gradient, 4)} = {number(new, 4)}",
        )
        for name, old, gradient, new in parts
    ]
    more = f" Here are {LONGEST} of {len(rows)}." if len(rows) > LONGEST else ""
    line = f"w{i + 1} -= eta * gw{i + 1}; b{i + 1} -= eta * gb{i + 1}"
    return Explanation(
        f"Update of layer {i + 1}",
        f"Each weight takes a step against its gradient; the learning rate η = {eta:g} is the "
        f"size of the step.{more}",
        (("w ← w − η·∂C/∂w", ""), *rows[:LONGEST]),
        line,
        f"with torch.no_grad(): {line}",
    )


def _new(done: Round, _frame: Frame) -> Explanation:
    loss, old, new = LOSSES[done.loss], done.backward.loss, done.error_after
    outputs = done.forward_after.output.tolist()
    with_numpy = with_torch = "x"
    for i, layer in enumerate(done.network.layers, start=1):
        written = ACTIVATIONS[str(layer.activation)]
        with_numpy = written.numpy.format(z=f"w{i} @ {with_numpy} + b{i}")
        with_torch = written.torch.format(z=f"w{i} @ {with_torch} + b{i}")
        if layer.activation == "identity":
            with_numpy, with_torch = f"({with_numpy})", f"({with_torch})"
    return Explanation(
        "New error",
        _said_of(old, new),
        ((f"C = {loss.value.format(n=len(outputs))}", _value(done, outputs, new)),),
        f"C = {loss.numpy.format(a=with_numpy)}",
        f"C = {loss.torch.format(a=with_torch)}",
    )


def _said_of(old: float, new: float) -> str:
    """Say honestly what the update did to the error."""
    both = f"from {number(old, 4)} to {number(new, 4)}"
    if new < old:
        return f"With the new weights the error falls {both}. Repeat until it is small."
    if new > old:
        return (
            f"The error rose {both}: the step was too long. Take a smaller learning rate and go "
            "through this round again."
        )
    if old == 0:
        return "The error is 0: there is nothing left to learn from this sample."
    return (
        f"The error stays at {number(old, 4)}: the gradients are 0, or as good as 0, and no weight "
        "has moved. Try other weights."
    )


EXPLAIN: dict[str, Callable[[Round, Frame], Explanation]] = {
    "start": _start,
    "forward": _forward,
    "error": _error,
    "delta": _delta,
    "weight": _weight,
    "bias": _bias,
    "update": _update,
    "new": _new,
}
