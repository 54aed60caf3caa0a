"""A network that is asked why: as in a test, in float32 at least, and afterwards as it was."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch.func import functional_call

from lab.capture import as_in_a_test

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor, nn

HALF = (torch.float16, torch.bfloat16)
"""The precisions in which gradients are too coarse to be looked at."""


class Asked:
    """Puts images through a network and checks what comes out.

    The images are copied first: a network may begin with an in-place ReLU, which would write into
    them and which no gradient could pass. Numbers in half precision are taken as float32 ones; they
    stay what they are in the network.

    Args:
        model: any network that puts out a number for each class.
        images: ``(N, C, H, W)``, what is asked about.

    Raises:
        ValueError: the images are none for this network, or what it puts out; the sentence says
            why.
    """

    def __init__(self, model: nn.Module, images: Tensor) -> None:
        self.model = model
        tensors = {**dict(model.named_parameters()), **dict(model.named_buffers())}
        self._exact = {name: each.float() for name, each in tensors.items() if each.dtype in HALF}
        first = next((each for each in tensors.values() if each.is_floating_point()), None)
        self.images = as_it_takes_them(images, first)
        self.logits = self._first_look()

    def __call__(self, images: Tensor) -> Tensor:
        """Return the logits, ``(N, classes)``."""
        given: Any = images.clone()
        logits: Tensor = (
            functional_call(self.model, self._exact, (given,)) if self._exact else self.model(given)
        )
        return logits

    def targets(self, target: int | Tensor | None) -> Tensor:
        """Return the class to explain of each image; ``None`` is the most probable one.

        Raises:
            ValueError: there is no such class.
        """
        count, classes = self.logits.shape
        if target is None:
            return self.logits.argmax(dim=1)
        given = torch.as_tensor(target)
        if given.is_floating_point() or given.is_complex() or given.dtype == torch.bool:
            raise ValueError(f"A class is a whole number, not {target}.")
        if given.ndim > 1 or (given.ndim == 1 and len(given) != count):
            raise ValueError(
                f"target must be one class, or {count}, one for each image, not an array of the "
                f"shape {tuple(given.shape)}."
            )
        wrong = given[(given < 0) | (given >= classes)].reshape(-1)
        if len(wrong):
            raise ValueError(
                f"There is no class {int(wrong[0])}: this network tells {classes} classes apart, "
                f"0 to {classes - 1}."
            )
        return given.long().expand(count).to(self.logits.device)

    def _first_look(self) -> Tensor:
        with torch.no_grad():
            try:
                logits: object = self(self.images)
            except (RuntimeError, TypeError, ValueError, IndexError) as error:
                size = " x ".join(map(str, self.images.shape[1:]))
                raise ValueError(
                    f"This network cannot take images of {size} (channels, height, width): {error}"
                ) from error
        if not isinstance(logits, torch.Tensor) or logits.shape[:-1] != self.images.shape[:1]:
            what = (
                tuple(logits.shape) if isinstance(logits, torch.Tensor) else type(logits).__name__
            )
            raise ValueError(
                f"The network must put out a number for each class, (images, classes): for "
                f"{len(self.images)} it puts out {what}."
            )
        if not bool(logits.isfinite().all()):
            raise ValueError("What this network puts out is not finite (NaN or infinite).")
        return logits


@contextmanager
def asked(model: nn.Module, images: Tensor) -> Iterator[Asked]:
    """Ask a network about images, with gradients; afterwards it is as it was.

    Not by another thread than the one that trains it.

    Raises:
        ValueError: as of ``Asked``.
    """
    with as_in_a_test(model), torch.inference_mode(mode=False), torch.enable_grad():
        yield Asked(model, images)


def as_it_takes_them(images: Tensor, like: Tensor | None) -> Tensor:
    """Return a copy of images where a network is, and in its precision, float32 at least.

    Args:
        images: ``(N, C, H, W)`` finite numbers.
        like: some numbers of the network.

    Raises:
        ValueError: they are no images.
    """
    if not isinstance(images, torch.Tensor) or images.ndim != 4 or 0 in images.shape:
        raise ValueError(
            f"images must be a tensor (images, channels, height, width), none of them 0, "
            f"not {_shape(images)}."
        )
    if not images.is_floating_point():
        raise ValueError(
            f"images must be numbers as the network takes them, such as float32, "
            f"not {images.dtype}."
        )
    if not bool(images.isfinite().all()):
        raise ValueError("An image holds a number that is not finite (NaN or infinite).")
    dtype = torch.float32 if like is None or like.dtype in HALF else like.dtype
    where = images.device if like is None else like.device
    return images.detach().to(where, dtype, copy=True).contiguous()


def _shape(given: object) -> object:
    return tuple(given.shape) if isinstance(given, torch.Tensor) else type(given).__name__
