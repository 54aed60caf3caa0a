"""A run of an autoencoder as one plain PyTorch script that gives the same losses on a CPU.

Text only: whoever holds a run can have it without PyTorch.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from lab.run_files import data_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.autoencoder import AutoencoderSettings

LATENT = 2
"""Numbers that an image is encoded in: the latent space is a plane."""

SCRIPT = '''\
"""Train an autoencoder: the same steps as the run in the lab, in plain PyTorch on a CPU.

A setting that was changed while the run went on counts here from the beginning.
"""

{imports}
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads({threads})  # another number rounds sums a little differently

{data}
images = torch.tensor(train_images).float() / float(scale)  # (N, C, H, W), from 0 to 1
images = images.flatten(1)

torch.manual_seed({seed})
encoder = {encoder}
decoder = {decoder}
weights = [*encoder.parameters(), *decoder.parameters()]
optimizer = torch.optim.Adam(weights, lr={rate}, foreach=True)

order, noise = torch.Generator().manual_seed({seed}), torch.Generator().manual_seed({seed})
losses = []  # of each step, in nats an image
for epoch in range({epochs}):
    for batch in torch.randperm(len(images), generator=order).split({batch_size}):
        x = images[batch]
{loss}
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    print(f"epoch {{epoch + 1}}: {{losses[-1]:.2f}}")


def decode(z1, z2):
    """Return the image of a place in the latent space."""
    with torch.no_grad():
        return torch.sigmoid(decoder(torch.tensor([z1, z2]))).reshape({shape})
'''

VARIATIONAL = """\
        mean, log_variance = encoder(x).chunk(2, dim=1)
        z = mean + torch.randn(len(x), 2, generator=noise) * torch.exp(0.5 * log_variance)
        fit = F.binary_cross_entropy_with_logits(decoder(z), x, reduction="none").sum(1).mean()
        apart = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
        loss = fit + {beta} * apart"""

PLAIN = """\
        z = encoder(x)
        loss = F.binary_cross_entropy_with_logits(decoder(z), x, reduction="none").sum(1).mean()"""


def layer_sizes(shape: Sequence[int], *, variational: bool) -> tuple[list[int], list[int]]:
    """Return how many numbers go through the encoder, from layer to layer, and the decoder.

    Args:
        shape: channels, height and width of an image.
        variational: whether the encoder puts out a spread for each number too.
    """
    pixels = math.prod(shape)
    first = 128 if pixels <= 256 else 256
    hidden = [first, first // 2]
    return [pixels, *hidden, LATENT * (1 + variational)], [LATENT, *reversed(hidden), pixels]


def autoencoder_code(settings: AutoencoderSettings, shape: Sequence[int], epochs: int) -> str:
    """Return the script.

    Args:
        settings: of the run.
        shape: channels, height and width of an image.
        epochs: for how many epochs the script trains.
    """
    encoder, decoder = layer_sizes(shape, variational=settings.variational)
    imports, data = data_code(settings)
    loss = VARIATIONAL.format(beta=settings.beta) if settings.variational else PLAIN
    return SCRIPT.format(
        imports="\n".join(imports),
        threads=settings.threads,
        data=data,
        seed=settings.seed,
        encoder=_dense(encoder),
        decoder=_dense(decoder),
        rate=settings.learning_rate,
        epochs=epochs,
        batch_size=settings.batch_size,
        loss=loss,
        shape=", ".join(map(str, shape)),
    )


def _dense(sizes: Sequence[int]) -> str:
    layers = [f"    nn.Linear({a}, {b})," for a, b in itertools.pairwise(sizes)]
    return "nn.Sequential(\n" + "\n    nn.SiLU(),\n".join(layers) + "\n)"
