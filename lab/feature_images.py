"""Images as an optimizer likes to hold them: waves instead of pixels, shaken before each look.

After Olah et al. 2017 (doi:10.23915/distill.00007): the same gradient leads to another picture when
it is followed along waves, each as strong as it is in photographs, and along colours that do not
depend on one another. What only works at one place, size and angle is shaken off.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

JITTER = 1 / 16
"""How far an image is shifted at most, as a share of its side."""

DEGREES = 8.0
"""How far it is turned at most."""

ZOOM = 1.1
"""How much larger or smaller it is made at most."""


def wave_scale(height: int, width: int) -> Tensor:
    """Return ``(H, W // 2 + 1)``, how strong each wave is: 1 / its frequency, as in photographs.

    Scaled so that an image of waves whose numbers have a mean square of 1 has a variance of 1,
    whatever its size: one learning rate suits all sizes.
    """
    rows, columns = torch.fft.fftfreq(height), torch.fft.rfftfreq(width)
    frequency = (rows[:, None].square() + columns.square()).sqrt()
    scale = 1 / frequency.clamp(min=1 / max(height, width))
    # The half that is kept stands for the other half, too: but for these columns, which are alone.
    times = torch.full((width // 2 + 1,), 2.0)
    times[0] = 1.0
    if width % 2 == 0:
        times[-1] = 1.0
    power = (scale.square() * times).sum() / (height * width)
    scaled: Tensor = scale / power.sqrt()
    return scaled


def colour_mixing(images: Tensor) -> Tensor:
    """Return ``(C, C)``, what makes colours as in some images from colours that are independent.

    The square root of their covariance, scaled so that the mean variance stays 1.

    Args:
        images: ``(N, C, H, W)``, from whichever black to whichever white.
    """
    channels = images.shape[1]
    pixels = images.double().movedim(1, 0).reshape(channels, -1)
    around = pixels - pixels.mean(dim=1, keepdim=True)
    covariance = around @ around.T / pixels.shape[1]
    mean = float(covariance.trace()) / channels
    if not mean > 0:
        return torch.eye(channels)  # all of one colour
    values, vectors = torch.linalg.eigh(covariance / mean)
    # A colour that the images lack must stay within reach.
    roots = values.clamp(min=1e-3).sqrt()
    mixing: Tensor = (vectors * roots) @ vectors.T
    return mixing.float()


def pixels_of(waves: Tensor, scale: Tensor, mixing: Tensor, width: int) -> Tensor:
    """Return images ``(N, C, H, W)`` between 0 (black) and 1 (white).

    Args:
        waves: ``(N, C, H, W // 2 + 1, 2)``, real and imaginary parts.
        scale: of ``wave_scale``.
        mixing: of ``colour_mixing``.
        width: of the images: the waves do not tell an odd one from an even one.
    """
    height = waves.shape[2]
    # The products by hand: complex numbers cost a CPU more than they save.
    spectrum = torch.view_as_complex(waves * scale[..., None])
    plain = torch.fft.irfft2(spectrum, s=(height, width), norm="ortho")
    coloured = plain if len(mixing) == 1 else torch.einsum("dc,nchw->ndhw", mixing, plain)
    return torch.sigmoid(coloured)


def shaking(chances: Tensor, height: int, width: int) -> Tensor:
    """Return ``(N, 2, 3)``, the matrices for ``affine_grid`` that shift, turn and zoom images.

    Args:
        chances: ``(N, 4)``, each from −1 to 1: of the shift to the right and downwards, of the
            angle, and of the zoom.
        height: of the images.
        width: of the images.
    """
    right, down, turn, zoom = chances.unbind(dim=1)
    angle = turn * math.radians(DEGREES)
    factor = ZOOM**zoom
    cos, sin = angle.cos() / factor, angle.sin() / factor
    # From -1 to 1 a grid goes over the whole side, whatever it is: a turn has to know the sides.
    rows = [
        torch.stack([cos, -sin * height / width, 2 * JITTER * right], dim=1),
        torch.stack([sin * width / height, cos, 2 * JITTER * down], dim=1),
    ]
    return torch.stack(rows, dim=1)


def shaken(images: Tensor, matrices: Tensor) -> Tensor:
    """Return images ``(N, C, H, W)`` as seen through ``matrices``; beyond their edges, mirrored."""
    grid = affine_grid(matrices, list(images.shape), align_corners=False)
    return grid_sample(images, grid, padding_mode="reflection", align_corners=False)
