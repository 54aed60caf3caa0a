"""How far an explanation is to be believed: four questions to a heat map, each with a number.

- Does it point where the reason is known to be? The share of what speaks for the class that lies in
  a mask, whether the highest value does (the pointing game, Zhang et al., 2018, arXiv:1608.00507),
  and how far the highest values and the mask overlap.
- Does the network need what it points at? The probability of the class while the pixels are taken
  away in its order, or put in (Petsiuk et al., 2018, arXiv:1806.07421).
- Does it depend on what was learnt? Its rank correlation with the map of a network whose layers are
  drawn anew, from the last to the first (Adebayo et al., 2018, arXiv:1810.03292).
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn.functional import avg_pool2d, pad

from lab.devices import leave_global_random

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray
    from torch import Tensor, nn

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

STEPS = 24
"""Into how many parts the pixels are divided for a deletion or an insertion curve."""


def share_in_mask(values: ArrayLike, mask: ArrayLike) -> float:
    """Return which share of what speaks for the class lies in a mask: 0 to 1.

    Args:
        values: ``(H, W)``, a heat map. What is below zero speaks against the class and is left out.
        mask: ``(H, W)`` bool, the pixels in question.

    Returns:
        0 if nothing speaks for the class.
    """
    heat, inside = _both(values, mask)
    positive = heat.clip(min=0)
    total = positive.sum()
    return float(positive[inside].sum() / total) if total > 0 else 0.0


def points_at(values: ArrayLike, mask: ArrayLike) -> float:
    """Return 1 if the highest value lies in a mask, else 0; of several that are equal, their share.

    Args:
        values: ``(H, W)``, a heat map.
        mask: ``(H, W)`` bool, the pixels in question.
    """
    heat, inside = _both(values, mask)
    return float(inside[heat == heat.max()].mean())


def overlap(values: ArrayLike, mask: ArrayLike) -> float:
    """Return how far the highest values and a mask overlap: intersection over union, 0 to 1.

    Args:
        values: ``(H, W)``, a heat map. As many pixels of it are taken as the mask has.
        mask: ``(H, W)`` bool, the pixels in question.
    """
    heat, inside = _both(values, mask)
    chosen = np.zeros(heat.size, bool)
    chosen[_order(heat)[: np.count_nonzero(inside)]] = True
    both = np.count_nonzero(chosen & inside.ravel())
    return both / (2 * np.count_nonzero(inside) - both)


def _both(values: ArrayLike, mask: ArrayLike) -> tuple[Floats, Mask]:
    heat, inside = _heat(values), np.asarray(mask, bool)
    if heat.shape != inside.shape:
        raise ValueError(
            f"The mask must have the shape of the heat map, {heat.shape}, not {inside.shape}."
        )
    if not inside.any():
        raise ValueError("The mask must hold at least one pixel.")
    return heat, inside


def _heat(values: ArrayLike) -> Floats:
    heat = np.asarray(values, np.float64)
    if heat.ndim != 2 or not heat.size:
        raise ValueError(f"A heat map has the shape (H, W), not {heat.shape}.")
    if not np.isfinite(heat).all():
        raise ValueError("A heat map must hold finite numbers only.")
    return heat


def _order(heat: Floats) -> NDArray[np.int64]:
    """Return the places of the values, flat: the highest first, equal ones as they lie."""
    return np.argsort(-heat, axis=None, kind="stable")


def rank_correlation(values: ArrayLike, others: ArrayLike) -> float:
    """Return the Spearman rank correlation of the sizes of two heat maps: −1 to 1.

    Args:
        values: ``(H, W)``, a heat map. Only how large its values are counts: of random weights
            the sign is one of chance.
        others: another one of the same shape.

    Returns:
        1 where both rank the pixels alike; 0 if one of them says the same of all pixels.
    """
    from scipy.stats import spearmanr  # noqa: PLC0415 - half a second, only for those who ask

    first, second = np.abs(_heat(values)), np.abs(_heat(others))
    if first.shape != second.shape:
        raise ValueError(f"Two heat maps of one shape, not of {first.shape} and {second.shape}.")
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(spearmanr(first, second, axis=None).statistic)


def area(curve: ArrayLike) -> float:
    """Return the area under a deletion or an insertion curve, whose pixels go from none to all."""
    heights = np.asarray(curve, np.float64)
    return float((heights[1:] + heights[:-1]).mean() / 2)


def deletion(
    model: nn.Module,
    image: Tensor,
    values: ArrayLike,
    target: int,
    *,
    empty: Tensor | None = None,
    steps: int = STEPS,
) -> Floats:
    """Return the probability of a class while the pixels are taken away, the highest values first.

    A good explanation names those that the network needs: the curve falls at once.

    Args:
        model: the network, in evaluation mode.
        image: ``(1, C, H, W)``, as the network takes it.
        values: ``(H, W)``, the heat map.
        target: the class.
        empty: what stands in the place of the pixels, an image as ``image``; zeros by default.
        steps: in how many parts.

    Returns:
        ``(steps + 1,)``, from the whole image to the empty one.
    """
    end = torch.zeros_like(image) if empty is None else empty
    return _way(model, (image, end), values, target, steps)


def insertion(
    model: nn.Module,
    image: Tensor,
    values: ArrayLike,
    target: int,
    *,
    empty: Tensor | None = None,
    steps: int = STEPS,
) -> Floats:
    """Return the probability of a class while the pixels are put in, the highest values first.

    A good explanation names those that are enough for the network: the curve rises at once.

    Args:
        model: the network, in evaluation mode.
        image: ``(1, C, H, W)``, as the network takes it.
        values: ``(H, W)``, the heat map.
        target: the class.
        empty: what is begun with, an image as ``image``; by default the image, blurred, which has
            no hard edges that the network might take for something.
        steps: in how many parts.

    Returns:
        ``(steps + 1,)``, from the empty image to the whole one.
    """
    start = blurred(image) if empty is None else empty
    return _way(model, (start, image), values, target, steps)


def blurred(image: Tensor, passes: int = 3) -> Tensor:
    """Return images ``(N, C, H, W)`` as seen from far: each pixel the mean around it, repeatedly.

    Three means in a row are almost a Gaussian. Their window is a fifth of the smaller side.
    """
    reach = max(1, min(image.shape[-2:]) // 10)
    for _ in range(passes):
        framed = pad(image, (reach, reach, reach, reach), mode="replicate")
        image = avg_pool2d(framed, 2 * reach + 1, stride=1)
    return image


def _way(
    model: nn.Module, way: tuple[Tensor, Tensor], values: ArrayLike, target: int, steps: int
) -> Floats:
    """Return the probabilities on the way from one image to another one, in one batch."""
    start, end = way
    heat = _heat(values)
    if start.shape != end.shape or start.shape[0] != 1 or start.shape[-2:] != heat.shape:
        raise ValueError(
            f"One image (1, C, H, W) with a heat map of its size, not {tuple(end.shape)} and "
            f"{heat.shape}."
        )
    when = np.empty(heat.size)  # of each pixel the share of all that go before it
    when[_order(heat)] = np.arange(heat.size) / heat.size
    moments = torch.linspace(0, 1, steps + 1)
    gone = (torch.as_tensor(when.reshape(heat.shape)) < moments[:, None, None]).to(end.device)
    with torch.no_grad():
        logits = model(torch.where(gone[:, None], end, start))
        probabilities = logits.cpu().double().softmax(1)[:, target]
    return np.asarray(probabilities.numpy())


def randomized(model: nn.Module, seed: int = 0) -> Iterator[tuple[str, nn.Module]]:
    """Yield the network with its last layer drawn anew, then its last two, and so on to the first.

    A layer is one with weights; what only scales and shifts, such as a normalisation, is drawn anew
    with the layer before it. PyTorch's random numbers stay as they are.

    Args:
        model: the network; it stays as it is.
        seed: where the random numbers begin.

    Yields:
        The name of the layer that was drawn anew, and one and the same copy of the network.

    Raises:
        ValueError: the network has no layer with weights.
    """
    drawn = copy.deepcopy(model)
    layers = _layers(drawn)
    if not layers:
        raise ValueError("This network has no layer with weights to draw anew.")
    for place, group in enumerate(reversed(layers)):
        for name, layer in group:
            _draw_anew(layer, name, [seed, place])
        yield group[0][0] or "layer", drawn


def drawn_anew(model: nn.Module) -> tuple[str, ...]:
    """Return the names of the layers in the order in which ``randomized`` draws them anew."""
    return tuple(group[0][0] or "layer" for group in reversed(_layers(model)))


def _layers(model: nn.Module) -> list[list[tuple[str, nn.Module]]]:
    """Return the layers with weights, each with those after it that only scale and shift."""
    layers: list[list[tuple[str, nn.Module]]] = []
    for name, layer in model.named_modules():
        own = list(layer.parameters(recurse=False))
        if any(one.ndim > 1 for one in own) or (own and not layers):
            layers.append([(name, layer)])
        elif own:
            layers[-1].append((name, layer))
    return layers


def _draw_anew(layer: nn.Module, name: str, seed: list[int]) -> None:
    start = int(np.random.default_rng([*seed, *name.encode()]).integers(2**62))
    here = copy.deepcopy(layer).cpu()  # so that it is the same on every device
    with leave_global_random(), torch.no_grad():
        torch.default_generator.manual_seed(start)  # those of GPUs stay as they are
        reset = getattr(here, "reset_parameters", None)
        if callable(reset):
            reset()
        else:  # nobody says how it is drawn: its own numbers in another order are as good
            for one in here.parameters(recurse=False):
                one.copy_(one.flatten()[torch.randperm(one.numel())].view_as(one))
    layer.load_state_dict(here.state_dict())
