"""How far a network that stands still is to be believed: calibrated on its images, in pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from lab.calibration import ENOUGH, calibrate
from lab.capture import send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor, nn

    from lab.viewed_images import ViewedImages


class Calibrating:
    """Sends 2,000 images through at most, and finds the temperature of the network for them.

    Args:
        model: the network; it must stay as it is meanwhile.
        images: the images, all with their true classes.
    """

    def __init__(self, model: nn.Module, images: ViewedImages) -> None:
        self._model, self._images = model, images
        self._places = images.some(ENOUGH)
        self._logits: list[Tensor] = []

    def pieces(self) -> Iterator[None]:
        """Do it: each turn sends a chunk of images through."""
        for start in range(0, len(self._places), self._images.chunk):
            numbers = self._images.at(self._places[start : start + self._images.chunk])
            self._logits.append(send(self._model, numbers, {}, _ignore).float().cpu())
            yield

    def found(self) -> dict[str, Any]:
        """Return the fields of a ``Snapshot``; none if an image has outputs that are not finite."""
        logits = torch.cat(self._logits)
        if not bool(logits.isfinite().all()):
            return {}
        found = calibrate(logits.numpy(), self._images.labels[self._places])
        return {
            "temperature": found.temperature,
            "expected_calibration_errors": (found.before, found.after),
        }


def _ignore(_name: str, _inputs: tuple[Any, ...], _output: Any) -> None:  # noqa: ANN401
    """Hear nothing: there are only logits to be seen."""
