"""What the maps of a network are pooled by before it decides: found by looking how it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn.modules.conv import _ConvNd

from lab.capture import listening

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from lab.asked_model import Asked

NEAR = 1e-4
"""How far two numbers may be apart to be the same, as a share of the largest one."""


@dataclass(frozen=True, eq=False)
class Head:
    """How a network with a global pooling decides.

    Attributes:
        layer: the name of the layer whose maps are pooled.
        maps: ``(N, C, h, w)``, what is pooled.
        weights: ``(classes, C)``, of the linear layer behind; ``None`` if the maps are the
            classes'.
    """

    layer: str
    maps: Tensor
    weights: Tensor | None = None


@dataclass(eq=False)
class Passed:
    """What images have passed in a network.

    Attributes:
        maps: what layers have put out, ``(N, C, h, w)`` of more than one pixel, in the order in
            which they have run at last.
        convolution: the name of the last layer among them that is a convolution.
        linear: the last linear layer.
        entered: what has entered it.
    """

    maps: dict[str, Tensor] = field(default_factory=dict)
    convolution: str = ""
    linear: nn.Linear | None = None
    entered: Tensor | None = None


def passed_maps(asked: Asked) -> Passed:
    """Send the images through, and note what they pass."""
    modules = {name: module for name, module in asked.model.named_modules() if name}
    passed = Passed()

    def note(name: str, inputs: tuple[Any, ...], output: object) -> None:
        module = modules[name]
        passed.maps.pop(name, None)  # of a layer that runs several times, the last run counts
        if isinstance(module, nn.Linear) and inputs:
            passed.linear, passed.entered = module, inputs[0].clone()
        if not isinstance(output, torch.Tensor) or output.ndim != 4:
            return
        if len(output) != len(asked.images) or output.shape[2:] == (1, 1):
            return
        passed.maps[name] = output.clone()  # the next layer may write into it
        if isinstance(module, _ConvNd):
            passed.convolution = name

    with listening(asked.model, modules, note):
        asked(asked.images)
    return passed


def pooled_head(asked: Asked, passed: Passed) -> Head | None:
    """Return how the network decides, if it does by the mean or the maximum of its last maps.

    The pooling may be a layer or a function: it is known by its numbers. Only whether a ReLU that
    is a function comes before a maximum cannot be told: a maximum above zero is the same with it.

    Args:
        asked: the network and the images.
        passed: what they have passed in it.
    """
    for layer, maps in _pooled_to(asked.logits, passed):
        return Head(layer, maps)
    linear, entered = passed.linear, passed.entered
    if linear is None or entered is None or linear.out_features != asked.logits.shape[1]:
        return None
    for layer, maps in _pooled_to(entered, passed):
        return Head(layer, maps, linear.weight.detach().to(maps.dtype))
    return None


def _pooled_to(vectors: Tensor, passed: Passed) -> Iterator[tuple[str, Tensor]]:
    """Find the maps that are pooled to some vectors, the last ones first."""
    for layer, maps in reversed(passed.maps.items()):
        if maps.shape[:2] != vectors.shape:
            continue
        # Some networks, DenseNet among them, call the ReLU before the pooling as a function.
        for pooled in (maps, maps.relu()):
            if any(_same(each, vectors) for each in (pooled.mean((2, 3)), pooled.amax((2, 3)))):
                yield layer, pooled
                break


def _same(some: Tensor, others: Tensor) -> bool:
    return bool((some - others).abs().max() <= NEAR * others.abs().max())
