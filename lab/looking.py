"""What the views of a run show of a network: its filters, maps, embeddings and predictions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from lab.capture import WHOLE, capture, layer_rows
from lab.messages import Watched
from lab.models import watched_layers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray
    from torch import Tensor, nn

    from lab.datasets import ImageDataset

MOST_TEST_BYTES = 2**25
"""The most bytes of test images that are sent for drawing: 32 MiB."""


class NotFiniteError(ArithmeticError):
    """A weight or an output is not a finite number."""


class Looker:
    """Looks at a network, and at others of the same kind, as the views do.

    Args:
        model: the network, of any kind.
        images: ``(M, C, H, W)``, the test images on the model's device.
        watched: ``(N,)``, the places of those that are watched.
        chunk: how many images to look at in one go.
        numbers: makes of images the numbers that the network takes.

    Raises:
        ValueError: the network is none that tells images apart; the sentence says why.
    """

    def __init__(
        self,
        model: nn.Module,
        images: Tensor,
        watched: Tensor,
        chunk: int,
        numbers: Callable[[Tensor], Tensor],
    ) -> None:
        self._images, self._watched = images, watched
        self._chunk, self._numbers = chunk, numbers
        one = numbers(images[:1])
        self.layers = watched_layers(model, one)
        self.rows = layer_rows(model, one)
        self.classes = capture(model, one, [WHOLE])[WHOLE].shape[1]

    def look(self, model: nn.Module, sample: int) -> dict[str, Any]:
        """Return what the views show: the fields ``sample`` to ``predictions`` of a ``Snapshot``.

        Raises:
            NotFiniteError: a number is not finite.
        """
        layers = self.layers
        chosen = self._numbers(self._images[self._watched[sample : sample + 1]])
        stages = capture(model, chosen, [*layers.stages, WHOLE])
        embeddings, logits = [], []
        for part in torch.split(self._watched, self._chunk):
            captured = capture(model, self._numbers(self._images[part]), [layers.embedding, WHOLE])
            embeddings.append(captured[layers.embedding].flatten(1))
            logits.append(captured[WHOLE])
        wanted = {
            "probabilities": stages[WHOLE][0].float().softmax(dim=0),
            "embeddings": torch.cat(embeddings),
        }
        if layers.first_convolution is not None:
            filters = model.get_submodule(layers.first_convolution).weight
            assert isinstance(filters, torch.Tensor), "a convolution has weights"
            wanted["filters"] = filters
        seen = dict(zip(wanted, arrays(wanted.values()), strict=True))
        maps = arrays(stages[name][0] for name in layers.stages)
        if not all(np.isfinite(each).all() for each in [*seen.values(), *maps]):
            raise NotFiniteError
        predictions = torch.cat(logits).argmax(dim=1).cpu().numpy()
        named = tuple(zip(layers.stages, maps, strict=True))
        return {"sample": sample, "feature_maps": named, "predictions": predictions, **seen}

    def watched(self, data: ImageDataset, parameters: int) -> Watched:
        """Return what is sent once: the images, and what the network consists of."""
        chosen = self._watched.cpu().numpy()
        tested = drawn_part(data)
        return Watched(
            images=_bytes(data.test_images[chosen], data.scale),
            labels=data.test_labels[chosen],
            class_names=data.class_names,
            layers=tuple((name, shape) for name, _, shape, _ in self.rows),
            parameters=parameters,
            train_count=len(data.train_labels),
            test_count=len(data.test_labels),
            dataset=data.name,
            licence=data.licence,
            source=data.source,
            warning=data.warning,
            test_images=_bytes(data.test_images[tested], data.scale),
            test_labels=data.test_labels[tested],
            train_counts=np.bincount(data.train_labels, minlength=len(data.class_names)),
            stages=self.layers.stages,
            rows=tuple(self.rows),
        )


def drawn_part(data: ImageDataset) -> NDArray[np.int64]:
    """Return the places of the test images that are sent for drawing: all, or a fair part."""
    size = math.prod(data.test_images.shape[1:])
    return choose(data.test_labels, max(1, MOST_TEST_BYTES // size))


def choose(labels: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return the places of ``count`` labels, each class in its share, in ascending order."""
    share = np.empty(len(labels))
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        # How far through its class each one is, from 0 to 1: the smallest ones of all hold each
        # class's share.
        share[places] = (np.arange(len(places)) + 0.5) / len(places)
    return np.sort(np.argsort(share, kind="stable")[:count])


def arrays(tensors: Iterable[Tensor]) -> list[NDArray[np.float32]]:
    """Copy tensors into arrays of their own: the weights go on changing."""
    here = [tensor.detach().float().to("cpu", non_blocking=True) for tensor in tensors]
    if torch.cuda.is_available():
        torch.cuda.synchronize()  # once for all copies
    return [np.array(tensor.numpy(), dtype=np.float32, order="C") for tensor in here]


def _bytes(images: NDArray[np.uint8], scale: int) -> NDArray[np.uint8]:
    return np.asarray(np.rint(images * (255 / scale)), dtype=np.uint8)
