"""Look at what the layers of a network put out, without leaving a trace in the network."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import Tensor, nn


def capture(model: nn.Module, images: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
    """Return the output of each named layer for a batch of images.

    The model is looked at as in a test: dropout lets everything pass, batch normalisation uses
    what it has learnt. Afterwards it is as it was: training mode, gradients, running averages and
    random numbers.

    Args:
        model: any network; it must not be trained by another thread meanwhile.
        images: what the model takes, usually ``(N, C, H, W)``, on the model's device.
        layers: names as in ``model.named_modules()``, e.g. ``"conv1"`` or ``"features.0"``.

    Returns:
        For each name its output, a copy without gradient. Of a layer that runs several times: the
        last one.

    Raises:
        ValueError: a layer does not exist, did not run, or puts out no single tensor.
    """
    wanted = list(layers)
    modules = {name: module for name, module in model.named_modules() if name}
    for name in wanted:
        if name not in modules:
            raise ValueError(f"There is no layer {name!r}: the layers are {', '.join(modules)}.")
    outputs: dict[str, Any] = {}
    training = [(module, module.training) for module in model.modules()]
    hooks = [modules[name].register_forward_hook(partial(_keep, outputs, name)) for name in wanted]
    devices = {p.device for p in model.parameters() if p.device.type == "cuda"}
    try:
        model.eval()
        with torch.no_grad(), torch.random.fork_rng(devices=list(devices)):
            model(images)
    finally:
        for hook in hooks:
            hook.remove()
        for module, mode in training:
            module.training = mode  # not module.train(mode), which would also set the layers within
    return {name: _tensor(name, outputs) for name in wanted}


def _keep(
    outputs: dict[str, Any], name: str, _module: nn.Module, _inputs: object, output: object
) -> None:
    # A copy: the next layer may write into this tensor, as ReLU(inplace=True) does.
    outputs[name] = output.detach().clone() if isinstance(output, torch.Tensor) else output


def _tensor(name: str, outputs: dict[str, Any]) -> Tensor:
    if name not in outputs:
        raise ValueError(f"The layer {name!r} did not run for these images.")
    output = outputs[name]
    if not isinstance(output, torch.Tensor):
        raise ValueError(  # noqa: TRY004 - the wrong layer was chosen, no argument is of a wrong type
            f"The layer {name!r} puts out {type(output).__name__}, not one tensor: "
            f"choose a layer within it."
        )
    return output
