"""The autoencoder as a PyTorch module, and its two losses. Lives in the worker.

The variational one is Kingma and Welling's (2013): an image x is encoded as a normal distribution
around a mean, a place z is drawn from it, and the decoder gives each pixel's probability. The loss
is an upper bound of −ln p(x); with ``beta`` other than 1 it is Higgins et al.'s (2017).
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from lab.autoencoder_code import layer_sizes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.checkpoints import Checkpoint


class Autoencoder(nn.Module):
    """Dense layers down to two numbers, and up again.

    Args:
        shape: channels, height and width of an image.
        variational: whether the encoder puts out a spread for each number too.
    """

    def __init__(self, shape: Sequence[int], *, variational: bool) -> None:
        super().__init__()
        self.variational = variational
        encoder, decoder = layer_sizes(shape, variational=variational)
        self.encoder, self.decoder = _dense(encoder), _dense(decoder)

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return means and log-variances, both ``(N, 2)``, of images ``(N, C, H, W)``.

        An autoencoder that is not variational has no spread: its log-variances are −∞.
        """
        numbers = self.encoder(images.flatten(1))
        if self.variational:
            mean, log_variance = numbers.chunk(2, dim=1)
            return mean, log_variance
        return numbers, torch.full_like(numbers, -math.inf)

    def forward(self, images: Tensor, noise: Tensor | None = None) -> tuple[Tensor, ...]:
        """Return the logits of the pixels ``(N, pixels)``, means and log-variances.

        Args:
            images: ``(N, C, H, W)`` from 0 to 1.
            noise: ``(N, 2)``, standard normal; without it the means are decoded.
        """
        mean, log_variance = self.encode(images)
        place = mean if noise is None else drawn(mean, log_variance, noise)
        return self.decoder(place), mean, log_variance


def drawn(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    """Return places drawn from normal distributions, so that gradients reach their parameters."""
    return mean + noise * torch.exp(0.5 * log_variance)


def reconstruction(logits: Tensor, images: Tensor) -> Tensor:
    """Return −ln p(x | z) of each image ``(N,)``: binary cross-entropy, summed over its pixels."""
    target = images.flatten(1)
    loss = functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    return loss.sum(dim=1)


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return the divergence of each distribution from the standard normal one ``(N,)``.

    KL(N(μ, σ²) ‖ N(0, 1)) = ½ (μ² + σ² − 1 − ln σ²), summed over the two numbers.
    """
    parts: Tensor = mean.square() + log_variance.exp() - 1 - log_variance
    return 0.5 * parts.sum(dim=1)


def decoder_layers(model: Autoencoder) -> tuple[tuple[Any, Any], ...]:
    """Return weights and biases of the decoder's layers, as arrays of their own."""
    return tuple(
        (layer.weight.detach().cpu().numpy().copy(), layer.bias.detach().cpu().numpy().copy())
        for layer in model.decoder
        if isinstance(layer, nn.Linear)
    )


def with_weights(model: Autoencoder, checkpoint: Checkpoint | None) -> Autoencoder:
    """Return an autoencoder with the weights of a checkpoint, if there is one.

    Raises:
        ValueError: the weights are those of another network.
    """
    if checkpoint is not None:
        state = model.state_dict()
        checkpoint.check_fit({name: tuple(value.shape) for name, value in state.items()})
        weights = {n: torch.from_numpy(np.array(a)) for n, a in checkpoint.weights.items()}
        model.load_state_dict(weights)
    return model


def _dense(sizes: Sequence[int]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.SiLU()]
    return nn.Sequential(*layers[:-1])
