"""Class activation maps: where the last maps of a network speak for a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from captum.attr import LayerGradCam
from torch.nn import functional

from lab.pooled_head import passed_maps, pooled_head

if TYPE_CHECKING:
    from torch import Tensor, nn

    from lab.asked_model import Asked
    from lab.pooled_head import Passed


def cam(asked: Asked, targets: Tensor) -> Tensor:
    """Return the class activation maps, ``(N, 1, H, W)``, above and below zero.

    The maps that are pooled, each times its weight for the class; or the class's own map, if the
    maps are classes (a 1 x 1 convolution, then the pooling).

    Raises:
        ValueError: the network has no such head.
    """
    head = pooled_head(asked, passed_maps(asked))
    if head is None:
        raise ValueError(
            "CAM needs a network that ends in a global pooling and one linear layer, or in a "
            "1 x 1 convolution to the classes and a global pooling; this one does not. "
            "Grad-CAM does without."
        )
    if head.weights is None:
        return _enlarged(head.maps[torch.arange(len(targets)), targets][:, None], asked)
    weights = head.weights[targets][:, :, None, None]  # (N, C, 1, 1)
    return _enlarged((weights * head.maps).sum(1, keepdim=True), asked)


def grad_cam(
    asked: Asked, targets: Tensor, *, layer: str | None = None, relu: bool = True
) -> Tensor:
    """Return the maps of a layer, each times the mean gradient of the class, ``(N, 1, H, W)``.

    Args:
        asked: the network and the images.
        targets: the class of each image.
        layer: the name of a layer that puts out maps; ``None`` is the one of ``last_maps``.
        relu: whether what speaks against the class is left out, as in the paper.

    Raises:
        ValueError: there is no such layer, or none with maps.
    """
    module = _module(asked, layer)
    found: Tensor = LayerGradCam(asked, module).attribute(
        asked.images, targets, relu_attributions=relu
    )
    return _enlarged(found.detach(), asked)


def grad_cam_plus_plus(asked: Asked, targets: Tensor, *, layer: str | None = None) -> Tensor:
    """Return the maps of a layer, each times a weighted sum of its gradients, ``(N, 1, H, W)``.

    The gradients are those of exp(logit), as in the paper, but for the factor exp(logit) itself: it
    is the same for all places, and may be larger than any number.

    Args:
        asked: the network and the images.
        targets: the class of each image.
        layer: as for ``grad_cam``.

    Raises:
        ValueError: as of ``grad_cam``.
    """
    maps, g = _maps_and_gradients(asked, targets, _module(asked, layer))
    below = 2 * g**2 + (maps.sum((2, 3), keepdim=True) * g**3)
    shares = torch.where(below != 0, g**2 / below, 0.0)
    weights = (shares * g.relu()).sum((2, 3), keepdim=True)
    return _enlarged((weights * maps).sum(1, keepdim=True).relu(), asked)


def last_maps(asked: Asked, passed: Passed) -> str:
    """Return the name of the layer whose maps a network decides by.

    The maps that are pooled globally. In a network without such a pooling, those of the last
    convolution, after its normalisation and activation: a pooling behind would only blur them.

    Args:
        asked: the network and the images.
        passed: what they have passed in it.

    Raises:
        ValueError: the network has no convolution.
    """
    head = pooled_head(asked, passed)
    if head is not None:
        return head.layer
    if passed.convolution not in passed.maps:
        raise ValueError(
            "Class activation maps need a network with convolutions that put out maps; this one "
            "has none."
        )
    shape = passed.maps[passed.convolution].shape
    names = list(passed.maps)
    after = names[names.index(passed.convolution) :]
    return [name for name in after if passed.maps[name].shape == shape][-1]


def _module(asked: Asked, layer: str | None) -> nn.Module:
    passed = passed_maps(asked)
    name = last_maps(asked, passed) if layer is None else layer
    if name not in passed.maps:
        raise ValueError(
            f"There is no layer {name!r:.60} that puts out maps larger than one pixel; these do: "
            f"{', '.join(passed.maps) or 'none'}."
        )
    return asked.model.get_submodule(name)


def _maps_and_gradients(asked: Asked, targets: Tensor, module: nn.Module) -> tuple[Tensor, Tensor]:
    """Return what a layer puts out, and the gradients of the classes with respect to it."""
    put_out: list[Tensor] = []

    def note(_module: nn.Module, _inputs: tuple[Any, ...], output: Tensor) -> Tensor:
        if not output.requires_grad:  # the weights before it are frozen
            output.requires_grad_()
        put_out.append(output)
        return output.clone()  # the next layer may write into it, as ReLU(inplace=True) does

    hook = module.register_forward_hook(note)
    try:
        logits = asked(asked.images)
    finally:
        hook.remove()
    chosen = logits[torch.arange(len(targets)), targets].sum()
    (gradients,) = torch.autograd.grad(chosen, put_out[-1])
    return put_out[-1].detach(), gradients


def _enlarged(maps: Tensor, asked: Asked) -> Tensor:
    """Return maps in the size of the images, bilinearly; the corners are not aligned.

    So each number of a map stays in the middle of the part of the image that it stands for.
    """
    size = asked.images.shape[2:]
    return functional.interpolate(maps, size=size, mode="bilinear", align_corners=False)
