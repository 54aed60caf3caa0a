"""Training images that are never the same twice: a whole batch at a time, on the device."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from torch.nn.functional import affine_grid, grid_sample

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Generator, Tensor


def augment(
    images: Tensor,
    table: Mapping[str, Any],
    random: Generator,
    *,
    scale: float = 1.0,
    fill: float = 0.0,
) -> Tensor:
    """Return images that have been changed at random, each in its own way.

    In this order, and only what the table names:

    - ``flip``: each second image on average is mirrored, left to right.
    - ``rotate``: each is turned about its middle, by up to so many degrees either way;
      ``shift``: and moved, by up to that share of its side in each direction. Pixels are
      interpolated; what comes in from outside is black (0).
    - ``erase``: a square, that share of the shorter side wide, is filled in each image, anywhere
      within it.
    - ``noise``: each pixel gets normal noise of that standard deviation, in shares of the range.

    Args:
        images: ``(N, C, H, W)`` floating-point, 0 (black) to ``scale``. They are left as they are.
        table: see above; an empty one changes nothing and draws no random number.
        random: where the random numbers come from, on the images' device.
        scale: the pixel value that stands for white.
        fill: what an erased square is filled with.
    """
    if table.get("flip"):
        mirrored = _uniform(len(images), 1, random)[:, :, None, None] < 0
        images = torch.where(mirrored, images.flip(3), images)
    if table.get("rotate") or table.get("shift"):
        images = _move(images, table.get("rotate", 0.0), table.get("shift", 0.0), random)
    if table.get("erase"):
        images = _erase(images, table["erase"], fill, random)
    if table.get("noise"):
        noise = torch.empty_like(images).normal_(generator=random)
        images = images + noise * (table["noise"] * scale)
    return images


def _uniform(rows: int, columns: int, random: Generator) -> Tensor:
    """Return ``(rows, columns)`` numbers between -1 and 1."""
    return torch.rand(rows, columns, generator=random, device=random.device) * 2 - 1


def _move(images: Tensor, degrees: float, share: float, random: Generator) -> Tensor:
    height, width = images.shape[2:]
    turn, across, down = _uniform(len(images), 3, random).unbind(1)
    cos, sin = (turn * math.radians(degrees)).cos(), (turn * math.radians(degrees)).sin()
    # Where each pixel comes from, in coordinates from -1 to 1 along each side: so an image that is
    # not square has its sides as factors, and a shift by a share of the side is twice that share.
    x, y = across * 2 * share, down * 2 * share
    rows = [
        torch.stack([cos, -sin * (height / width), x], dim=1),
        torch.stack([sin * (width / height), cos, y], dim=1),
    ]
    grid = affine_grid(torch.stack(rows, dim=1), list(images.shape), align_corners=False)
    return grid_sample(images, grid, align_corners=False)


def _erase(images: Tensor, share: float, fill: float, random: Generator) -> Tensor:
    height, width = images.shape[2:]
    side = max(1, round(share * min(height, width)))
    places = torch.rand(len(images), 2, generator=random, device=random.device)
    top = (places[:, :1] * (height - side + 1)).floor()
    left = (places[:, 1:] * (width - side + 1)).floor()
    y, x = (torch.arange(length, device=images.device) for length in (height, width))
    rows, columns = (y >= top) & (y < top + side), (x >= left) & (x < left + side)
    return images.masked_fill((rows[:, :, None] & columns[:, None, :])[:, None], fill)
