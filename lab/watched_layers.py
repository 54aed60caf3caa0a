"""Which layers of a network are worth watching: found by sending an image through it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn.modules.conv import _ConvNd
from torch.nn.modules.dropout import _DropoutNd

from lab.devices import leave_global_random

if TYPE_CHECKING:
    from torch import Tensor

MOST_STAGES = 4
"""The most stages to show: a page has room for that many, and an eye too."""


@dataclass(frozen=True)
class Layers:
    """The names of the layers to watch, as in ``model.named_modules()``.

    Attributes:
        first_convolution: its filters look at the image itself; ``None`` where there is none.
        stages: up to 4 layers that put out maps, ``(N, C, H, W)``: convolutions after their
            activation, and poolings. Of more, the last one of each size.
        embedding: the last layer before the network decides. It may put out maps, which are to be
            flattened, ``embedding.flatten(1)``, as the network does by itself.
    """

    first_convolution: str | None
    stages: tuple[str, ...]
    embedding: str


@dataclass(frozen=True)
class _Passed:
    """A module that has put out a tensor."""

    name: str
    module: nn.Module
    output: Tensor

    @property
    def maps(self) -> tuple[int, ...]:
        """Height and width of the maps, if they are any."""
        shape = tuple(self.output.shape[2:])
        return shape if len(shape) == 2 and shape != (1, 1) else ()


def watched_layers(model: nn.Module, sample: Tensor) -> Layers:
    """Find the layers to watch. The network is left as it was.

    Args:
        model: any network that tells images apart.
        sample: ``(N, C, H, W)``, images on the model's device; one is enough.

    Raises:
        ValueError: the network has no layers within, or does not put out a number for each class.
    """
    passed, output = _send(model, sample)
    if output.ndim != 2 or len(output) != len(sample) or output.shape[1] < 2:
        raise ValueError(
            f"The network must put out a number for each class, (images, classes): for "
            f"{len(sample)} it puts out {tuple(output.shape)}."
        )
    if not passed:
        raise ValueError(
            "The network must consist of layers: make it of modules such as nn.Linear, in "
            "nn.Sequential or a module of your own."
        )
    convolutions = [one.name for one in passed if isinstance(one.module, nn.Conv2d)]
    weighty = (nn.Linear, _ConvNd)
    decides = max((i for i, one in enumerate(passed) if isinstance(one.module, weighty)), default=0)
    return Layers(
        first_convolution=convolutions[0] if convolutions else None,
        stages=_stages(passed),
        embedding=passed[max(0, decides - 1)].name,
    )


def _send(model: nn.Module, sample: Tensor) -> tuple[list[_Passed], Tensor]:
    """Send images through; return what they passed, without what changes nothing in a test."""
    passed: list[_Passed] = []
    hooks = [
        module.register_forward_hook(partial(_note, passed, name))
        for name, module in model.named_modules()
        if name and not isinstance(module, (_DropoutNd, nn.Identity))
    ]
    training = [(module, module.training) for module in model.modules()]
    devices = [sample.device] if sample.device.type == "cuda" else []
    try:
        model.eval()
        with torch.no_grad(), leave_global_random(devices):
            output = model(sample)
    finally:
        for hook in hooks:
            hook.remove()
        for module, mode in training:
            module.training = mode  # not module.train(mode), which would also set the layers within
    if not isinstance(output, torch.Tensor):
        raise ValueError(  # noqa: TRY004 - the network is the wrong one, not the type of an argument
            f"The network must put out one tensor, not {type(output).__name__}."
        )
    return passed, output


def _note(
    passed: list[_Passed], name: str, module: nn.Module, _inputs: object, output: object
) -> None:
    # A container that only hands on what its last layer put out is not worth a name of its own.
    if isinstance(output, torch.Tensor) and not (passed and passed[-1].output is output):
        passed.append(_Passed(name, module, output))


def _stages(passed: list[_Passed]) -> tuple[str, ...]:
    stages: list[_Passed] = []
    before = None  # what the last module put out maps of
    for one in passed:
        if not one.maps:
            before = None
            continue
        if any(True for _ in one.module.children()):  # adds up what its layers made, or the like
            stages = [stage for stage in stages if not stage.name.startswith(f"{one.name}.")]
            stages.append(one)
        elif isinstance(one.module, _ConvNd) or before is None or before != one.output.shape:
            stages.append(one)
        else:  # a normalisation or an activation: the stage is what it leaves
            stages[-1] = one
        before = one.output.shape
    if len(stages) > MOST_STAGES:
        stages = list({stage.maps: stage for stage in stages}.values())
    if len(stages) > MOST_STAGES:
        gaps = MOST_STAGES - 1
        stages = [stages[round(i * (len(stages) - 1) / gaps)] for i in range(MOST_STAGES)]
    return tuple(dict.fromkeys(stage.name for stage in stages))
