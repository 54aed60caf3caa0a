"""Attribution: which pixels decide, by gradients or by covering them.

Captum does what Captum has. It is loaded with this module, and matplotlib with it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from captum.attr import InputXGradient, IntegratedGradients, Occlusion, Saliency

from lab.asked_model import as_it_takes_them

if TYPE_CHECKING:
    from torch import Tensor

    from lab.asked_model import Asked

COMPLETE = 0.01
"""How far integrated gradients may be from complete, as a share, before more steps are taken."""

MOST_STEPS = 400
"""The most steps that integrated gradients take to become complete, if nobody waits."""

MOST_NUMBERS = 2**21
"""The most numbers that are sent through in one batch: 8 MiB, 50 RGB images of 118 x 118."""


def saliency(asked: Asked, targets: Tensor) -> Tensor:
    """Return the size of the gradient of the class at each number of the images."""
    found: Tensor = Saliency(asked).attribute(_leaf(asked), targets, abs=True)
    return found


def input_x_gradient(asked: Asked, targets: Tensor) -> Tensor:
    """Return each number of the images, times the gradient of the class there."""
    found: Tensor = InputXGradient(asked).attribute(_leaf(asked), targets)
    return found


def smooth_grad(
    asked: Asked, targets: Tensor, *, samples: int = 32, noise: float = 0.15, seed: int = 0
) -> Tensor:
    """Return the size of the mean gradient of noisy copies, all copies of an image in one batch.

    Captum's ``NoiseTunnel`` draws from the global random numbers; these are numbers of its own, the
    same ones on every device.

    Args:
        asked: the network and the images.
        targets: the class of each image.
        samples: how many noisy copies.
        noise: the standard deviation of the noise, as a share of the range of an image's values.
        seed: of the noise.
    """
    _at_least("samples", samples, 1)
    if not 0 <= noise < math.inf:
        raise ValueError(f"noise is a share of the range of values, 0 or above, not {noise}.")
    generator = torch.Generator().manual_seed(seed)
    gradient = Saliency(asked)
    found = []
    for image, target in zip(asked.images, targets, strict=True):
        size = noise * (image.max() - image.min())
        drawn = torch.randn((samples, *image.shape), generator=generator).to(image)
        mean = torch.zeros_like(image)
        for some in (image + size * drawn).split(max(1, MOST_NUMBERS // image.numel())):
            mean += gradient.attribute(some.requires_grad_(), target, abs=False).sum(0) / samples
        found.append(mean.abs())
    return torch.stack(found)


def integrated_gradients(
    asked: Asked,
    targets: Tensor,
    *,
    baseline: Tensor | None = None,
    steps: int = 50,
    most_steps: int = MOST_STEPS,
) -> Tensor:
    """Return the gradients on the straight way from an empty image, times that way.

    All points of the way are one batch, unless the images are large. Where the sum is further than
    1 % from the difference of the logits, it is done again with more steps, as many as allowed.

    Args:
        asked: the network and the images.
        targets: the class of each image.
        baseline: the empty image, as the network takes it, ``(C, H, W)`` or what can be made so;
            ``None`` is all zeros, which is black only where the images were not normalised.
        steps: how many points of the way at first (Gauss-Legendre).
        most_steps: how many at most, where it is done again.
    """
    _at_least("steps", steps, 1)
    method, empty = IntegratedGradients(asked), baseline_of(asked, baseline)
    found = []
    for image, target in zip(asked.images, targets, strict=True):
        some = max(1, MOST_NUMBERS // image.numel())
        count = steps
        while True:
            values = method.attribute(
                image[None],
                empty,
                target,
                n_steps=count,
                internal_batch_size=None if count <= some else some,
            )
            if count >= most_steps or gap(asked, values, empty, image[None], target) <= COMPLETE:
                break
            count = min(4 * count, most_steps)
        found.append(values)
    return torch.cat(found)


def gap(asked: Asked, values: Tensor, empty: Tensor, image: Tensor, target: Tensor) -> float:
    """Return how far the sum of an attribution is from what the class gains over an empty image.

    Args:
        asked: the network.
        values: ``(1, C, H, W)``, the attribution.
        empty: ``(1, C, H, W)``, the empty image.
        image: ``(1, C, H, W)``, the image.
        target: the class.

    Returns:
        A share of the gain; infinite if there is none.
    """
    with torch.no_grad():
        with_image, without = asked(torch.cat([image, empty]))[:, target].cpu().double()
    gain, total = float(with_image - without), float(values.cpu().double().sum())
    return abs(total - gain) / abs(gain) if gain else math.inf


def occlusion(
    asked: Asked,
    targets: Tensor,
    *,
    baseline: Tensor | None = None,
    patch: int | None = None,
    stride: int | None = None,
) -> Tensor:
    """Return what the class loses when a square patch is covered; ``(N, 1, H, W)``.

    A pixel that several patches cover has the mean of what these take away.

    Args:
        asked: the network and the images.
        targets: the class of each image.
        baseline: what the patch shows, as for ``integrated_gradients``.
        patch: the side of the patch in pixels; ``None`` is a fifth of the image's shorter side.
        stride: how many pixels it is moved by; ``None`` is a third of its side.
    """
    channels, height, width = asked.images.shape[1:]
    side = max(1, round(min(height, width) / 5)) if patch is None else patch
    step = max(1, round(side / 3)) if stride is None else stride
    if not 1 <= side <= min(height, width):
        raise ValueError(
            f"patch must fit into the image of {width} x {height}: 1 to {min(height, width)} "
            f"pixels, not {side}."
        )
    if not 1 <= step <= side:
        raise ValueError(
            f"stride must lie between 1 and the patch's side of {side}, else pixels are left out, "
            f"not {step}."
        )
    at_once = max(1, MOST_NUMBERS // asked.images.numel())
    with torch.no_grad():
        found: Tensor = Occlusion(asked).attribute(
            asked.images,
            (channels, side, side),
            (channels, step, step),
            baseline_of(asked, baseline).expand_as(asked.images),
            targets,
            perturbations_per_eval=at_once,
        )
    return found[:, :1]  # the patch covers all channels: they all have the same


def baseline_of(asked: Asked, baseline: Tensor | None) -> Tensor:
    """Return the empty image, ``(1, C, H, W)``.

    Raises:
        ValueError: it does not fit the images.
    """
    shape = (1, *asked.images.shape[1:])
    if baseline is None:
        return asked.images.new_zeros(shape)
    try:
        whole = torch.as_tensor(baseline).detach().expand(shape)
    except RuntimeError:
        raise ValueError(
            f"baseline must be an empty image of the shape {shape[1:]}, not "
            f"{tuple(torch.as_tensor(baseline).shape)}."
        ) from None
    return as_it_takes_them(whole, asked.images)


def _leaf(asked: Asked) -> Tensor:
    return asked.images.clone().requires_grad_()


def _at_least(name: str, value: int, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{name} must be a whole number, {least} or more, not {value!r}.")
