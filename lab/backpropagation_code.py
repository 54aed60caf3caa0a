"""A round as code: what stands before the lines of its frames, and the whole round in numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.backpropagation_notation import ACTIVATIONS, DEFINED, LOSSES

if TYPE_CHECKING:
    from lab.backpropagation import Round


def setup(done: Round) -> tuple[list[str], list[str]]:
    """Return the lines of numpy and of PyTorch that stand before the first frame's line."""
    with_numpy = _imports(done)
    with_torch = [
        "import torch",
        "from torch.autograd import grad",
        "torch.set_default_dtype(torch.double)",
    ]
    for i, layer in enumerate(done.network.layers, start=1):
        for letter, values in (("w", layer.weights), ("b", layer.biases)):
            rows = values.tolist()
            with_numpy.append(
                f"{letter}{i}, g{letter}{i} = np.array({rows}), np.zeros({values.shape})"
            )
            with_torch.append(
                f"{letter}{i}, g{letter}{i} = torch.tensor({rows}, "
                f"requires_grad=True), torch.zeros({values.shape})"
            )
        zeros = ", ".join([f"np.zeros({layer.outputs})"] * 3)
        lists = ", ".join([f"[0] * {layer.outputs}"] * 3)
        with_numpy.append(f"z{i}, a{i}, d{i} = {zeros}")
        with_torch.append(f"z{i}, a{i}, d{i} = {lists}")
    return with_numpy, with_torch


def numpy_code(done: Round) -> str:
    """Return lines of numpy that do the whole round, layer by layer, by the learning rules."""
    layers = done.network.layers
    lines = _imports(done)
    lines.append(f"x, t = np.array({list(done.inputs)}), np.array({list(done.targets)})")
    back = []
    for i, layer in enumerate(layers, start=1):
        written, before = ACTIVATIONS[str(layer.activation)], f"a{i - 1}" if i > 1 else "x"
        lines += [
            f"w{i} = np.array({layer.weights.tolist()})",
            f"b{i} = np.array({layer.biases.tolist()})",
            f"z{i} = w{i} @ {before} + b{i}",
            f"a{i} = {written.numpy.format(z=f'z{i}')}",
        ]
        error = (
            LOSSES[done.loss].numpy_error.format(a=f"a{i}", t="t", n=len(done.targets))
            if i == len(layers)
            else f"(w{i + 1}.T @ d{i + 1})"
        )
        back.append(f"d{i} = {error}{written.numpy_slope.format(a=f'a{i}', z=f'z{i}')}")
    lines += [f"C = {LOSSES[done.loss].numpy.format(a=f'a{len(layers)}')}", *reversed(back)]
    for i in range(1, len(layers) + 1):
        before = f"a{i - 1}" if i > 1 else "x"
        lines.append(f"w{i} -= {done.learning_rate} * np.outer(d{i}, {before})")
        lines.append(f"b{i} -= {done.learning_rate} * d{i}")
    return "\n".join(lines)


def _imports(done: Round) -> list[str]:
    used = {str(layer.activation) for layer in done.network.layers}
    return ["import numpy as np", *(DEFINED[name] for name in DEFINED if name in used)]
