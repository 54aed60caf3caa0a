"""Which layers of a network are worth watching: found by sending an image through it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn.modules.conv import _ConvNd
from torch.nn.modules.dropout import _DropoutNd

from lab.capture import send

if TYPE_CHECKING:
    from torch import Tensor

MOST_STAGES = 4
"""The most stages to show: a page has room for that many, and an eye too."""

MOST_NUMBERS = 2048
"""The most numbers for an image in a latent space: more are pixels rather than thoughts."""


@dataclass(frozen=True)
class Layers:
    """The names of the layers to watch, as in ``model.named_modules()``.

    Attributes:
        first_convolution: its filters look at the image itself; ``None`` where there is none.
        stages: up to 4 layers that put out maps, ``(N, C, H, W)``: convolutions after their
            activation, and poolings. Of more, the last one of each size.
        embedding: the last layer before the network decides. It may put out maps, which are to be
            flattened, ``embedding.flatten(1)``, as the network does by itself.
        maps: all layers that put out maps, in the order in which they run: name, kind, ``(C, H,
            W)``.
        vectors: all layers that can be a latent space: the name, and how many numbers there are for
            each image.
        kernels: the names of the convolutions.
    """

    first_convolution: str | None
    stages: tuple[str, ...]
    embedding: str
    maps: tuple[tuple[str, str, tuple[int, int, int]], ...]
    vectors: tuple[tuple[str, int], ...]
    kernels: tuple[str, ...]


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

    @property
    def numbers(self) -> int:
        """How many numbers there are for each image."""
        return math.prod(self.output.shape[1:])


def watched_layers(model: nn.Module, sample: Tensor) -> Layers:
    """Find the layers to watch. The network is left as it was.

    Args:
        model: any network that tells images apart.
        sample: ``(N, C, H, W)``, images on the model's device; one is enough.

    Raises:
        ValueError: the network has no layers within, or does not put out a number for each class.
    """
    passed, output = _pass(model, sample)
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
    # Of a layer that runs several times, what it puts out in the end.
    last = {one.name: one for one in passed}
    kernels = [name for name, one in last.items() if isinstance(one.module, nn.Conv2d)]
    weighty = (nn.Linear, _ConvNd)
    decides = max((i for i, one in enumerate(passed) if isinstance(one.module, weighty)), default=0)
    embedding = passed[max(0, decides - 1)].name
    of_each = [one for one in last.values() if one.output.shape[:1] == sample.shape[:1]]
    return Layers(
        first_convolution=kernels[0] if kernels else None,
        stages=_stages(passed),
        embedding=embedding,
        maps=tuple(
            (one.name, type(one.module).__name__, _three(one.output))
            for one in of_each
            if one.output.ndim == 4 and (one.maps or one.name in kernels)
        ),
        vectors=tuple(
            (one.name, one.numbers)
            for one in of_each
            if one.name == embedding or (one.output.ndim > 1 and 2 <= one.numbers <= MOST_NUMBERS)
        ),
        kernels=tuple(kernels),
    )


def _three(output: Tensor) -> tuple[int, int, int]:
    channels, height, width = output.shape[1:]
    return channels, height, width


def _pass(model: nn.Module, sample: Tensor) -> tuple[list[_Passed], Tensor]:
    """Send images through; return what they passed, without what changes nothing in a test."""
    modules = {
        name: module
        for name, module in model.named_modules()
        if name and not isinstance(module, (_DropoutNd, nn.Identity))
    }
    passed: list[_Passed] = []

    def note(name: str, _inputs: tuple[Any, ...], output: object) -> None:
        if not isinstance(output, torch.Tensor):
            return
        # A container that only hands on what its last layer put out is not worth a name of its own.
        container = any(True for _ in modules[name].children())
        if not (container and passed and passed[-1].output is output):
            passed.append(_Passed(name, modules[name], output))

    output = send(model, sample, modules, note)
    if not isinstance(output, torch.Tensor):
        raise ValueError(  # noqa: TRY004 - the network is the wrong one, not the type of an argument
            f"The network must put out one tensor, not {type(output).__name__}."
        )
    return passed, output


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
