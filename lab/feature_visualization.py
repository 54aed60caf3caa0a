"""Feature visualization: the images that excite the channels of a layer most, made for that.

::

    made = visualize(model, "conv2", (1, 28, 28))
    made.images  # (16, 1, 1, 28, 28), from 0 (black) to 1 (white)
    made.values  # (16, 1), what each channel puts out for its own image

All channels are optimised as one batch, in which each image climbs for its own channel; see
``lab.feature_images`` for what an image is meanwhile. After Olah et al. 2017.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from lab.capture import as_in_a_test
from lab.checks import number, one_of, whole
from lab.feature_images import colour_mixing, pixels_of, shaken, shaking, wave_scale
from lab.feature_waves import Waves
from lab.hearing import Ear

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OBJECTIVES = ("channel", "unit")
"""What is to be excited: the mean of a channel's map, or the unit in the middle of it."""

LEARNING_RATE = 0.1
STEPS = 128
MOST_STEPS = 2048
MOST_DIVERSE = 8

AT_ONCE_CPU, AT_ONCE = 2**16, 2**24
"""Numbers that are sent through the network in one go: on a CPU what its cache takes."""


@dataclass(frozen=True, eq=False)
class Visualization:
    """What was made for some channels.

    Attributes:
        channels: which ones, K of them.
        images: ``(K, D, C, H, W)`` float32, from 0 (black) to 1 (white), D for each channel.
        values: ``(K, D)`` float32, what each channel puts out for its own images.
        dead: ``(K,)`` bool, whether nothing was found that a channel answers to: whatever is shown,
            it puts out the same.
    """

    channels: tuple[int, ...]
    images: Tensor
    values: Tensor
    dead: Tensor


class Visualizer:
    """Images on their way to exciting some channels; each ``step`` betters all of them at once.

    The network is left as it is: it is heard as in a test, and nothing is kept in its gradients.
    The images of a channel do not depend on which other channels there are.

    Args:
        model: any network that takes images. One in half precision is copied.
        layer: the name of a layer, as in ``model.named_modules()``; ``""`` is the whole network,
            whose channels are the classes.
        shape: channels, height and width of the images.
        channels: which ones; ``None`` is all.
        objective: ``"channel"`` (default), the mean over the map, or ``"unit"``, its middle. Where
            a layer puts out one number a channel, that is it.
        diversity: how many images for each channel (default 1): more are driven apart.
        apart: how much it counts that they differ, against how much they excite (default 0.5).
        shake: how much the images are shifted, turned and zoomed before each look, as a share of
            what ``lab.feature_images`` says; 0 is not at all. ``None`` (default) is 1, and for a
            unit, which has its place, 0.5.
        steps: how many steps there will be at most.
        black: what the network takes for black: a number, or ``(1, C, 1, 1)``, or a whole image.
        white: the same for white.
        examples: ``(N, C, H, W)``, images of which the colours are learnt; ``None``: none.
        seed: the same seed makes the same images.
        learning_rate: the size of the steps.

    Raises:
        ValueError, TypeError: it cannot be done; the sentence says why.
    """

    def __init__(
        self,
        model: nn.Module,
        layer: str,
        shape: tuple[int, int, int],
        channels: Sequence[int] | None = None,
        *,
        objective: str = "channel",
        diversity: int = 1,
        apart: float = 0.5,
        shake: float | None = None,
        steps: int = STEPS,
        black: float | Tensor = 0.0,
        white: float | Tensor = 1.0,
        examples: Tensor | None = None,
        seed: int = 0,
        learning_rate: float = LEARNING_RATE,
    ) -> None:
        self._unit = one_of("objective", objective, OBJECTIVES) == "unit"
        self.diversity = whole("diversity", diversity, 1, MOST_DIVERSE)
        self._apart = number("apart", apart, least=0)
        usual = 0.5 if self._unit else 1.0
        self._shake = number("shake", usual if shake is None else shake, least=0, most=3)
        self.steps = whole("steps", steps, 1, MOST_STEPS)
        self._shape = _image_shape(shape)
        self._model = _in_single_precision(model)
        self._ear = Ear(self._model, layer)
        weight = next((p for p in model.parameters() if p.is_floating_point()), torch.empty(0))
        self._device = weight.device
        self._dtype = torch.float64 if weight.dtype == torch.float64 else torch.float32
        if examples is not None and examples.shape[1:] != self._shape:
            raise ValueError(
                f"The examples must be images of {self._shape} (channels, height, width), not "
                f"{tuple(examples.shape[1:])}."
            )
        mixing = torch.eye(self._shape[0]) if examples is None else colour_mixing(examples.cpu())
        self._mixing = mixing.to(self._device)
        self._scale = wave_scale(*self._shape[1:]).to(self._device)
        self._black, self._white = (_numbers(one, self._device) for one in (black, white))
        with as_in_a_test(self._model), torch.enable_grad():
            count = self._ear.first(self._numbers(torch.full((1, *self._shape), 0.5)))
        given = range(count) if channels is None else channels
        self.channels = tuple(whole("channels", one, 0, count - 1) for one in given)
        if not self.channels:
            raise ValueError("There must be a channel to excite, and none is given.")
        self._wanted = torch.tensor(self.channels, device=self._device)
        self._waves = Waves(
            self.channels,
            self.diversity,
            self._shape,
            self.steps,
            seed=whole("seed", seed, 0, 2**31),
            device=self._device,
        )
        rate = number("learning_rate", learning_rate, above=0)
        self._optimizer = torch.optim.Adam([self._waves.numbers], lr=rate)
        most = AT_ONCE_CPU if self._device.type == "cpu" else AT_ONCE
        each = max(1, most // (self.diversity * math.prod(self._shape)))
        self._parts = [slice(k, k + each) for k in range(0, len(self.channels), each)]
        self.done = 0

    def step(self) -> None:
        """Better all images a little.

        Raises:
            ValueError: the network puts out what is not finite.
            IndexError: all steps are done.
        """
        for _ in self.pieces():
            pass

    def pieces(self) -> Iterator[None]:
        """Do one ``step`` in pieces, each of so many images as a cache takes."""
        if self.done == self.steps:
            raise IndexError(f"All {self.steps} steps are done.")
        waves = self._waves.numbers
        gradient = torch.empty_like(waves)
        for part in self._parts:
            gradient[part] = self._climb(part)
            yield
        waves.grad = -gradient
        self._optimizer.step()
        self.done += 1
        self._waves.go_on()

    def _climb(self, part: slice) -> Tensor:
        """Return where the images of some channels are to go."""
        with as_in_a_test(self._model), torch.enable_grad():
            waves = self._waves.numbers[part].detach().requires_grad_()
            images = self._pixels(waves)
            if self._shake > 0:
                chances = self._shake * self._waves.chances(part)
                images = shaken(images, shaking(chances, *self._shape[1:]))
            maps = self._hear(images)
            own, before = self._own(maps, part), None
            if self._ear.before is not None:
                before = self._own(self._ear.before.reshape(maps.shape), part)
            if not bool(own.isfinite().all()):
                raise ValueError(
                    "What this network puts out is not finite (NaN or infinite), so no image can "
                    "be found for it."
                )
            (gradient,) = torch.autograd.grad(self._gain(maps, own, before), waves)
        flat = own if before is None else before
        self._waves.note(part, *(one.detach().reshape(*own.shape[:2], -1) for one in (own, flat)))
        return gradient

    def _gain(self, maps: Tensor, own: Tensor, before: Tensor | None) -> Tensor:
        values = self._values(own)
        if before is not None:
            # A ReLU at 0 is flat: there, what enters it leads on.
            floor = own.flatten(2).amin(dim=2) if own.ndim > 2 else torch.zeros_like(values)
            values = torch.where(values > floor, values, self._values(before))
        # By how much of itself each value grows: all layers, and the wish to differ, count alike.
        size = values.abs() + maps.flatten(2).abs().mean(dim=2)
        gain = (values / size.detach().clamp(min=1e-12)).mean(dim=1).sum()
        return gain - self._apart * similarity(maps).sum() if self.diversity > 1 else gain

    def made(self) -> Visualization:
        """Return the images as they are, and what they excite, seen without any shaking."""
        images, values = [], []
        for part in self._parts:
            with as_in_a_test(self._model), torch.no_grad():
                # As it will be seen: in 256 steps from black to white.
                pixels = (self._pixels(self._waves.numbers[part]) * 255).round() / 255
                values.append(self._values(self._own(self._hear(pixels), part)))
                images.append(pixels.reshape(-1, self.diversity, *self._shape))
        return Visualization(
            self.channels,
            torch.cat(images).cpu(),
            torch.cat(values).float().cpu(),
            self._waves.dead.cpu(),
        )

    def excited(self, numbers: Tensor) -> Tensor:
        """Return ``(N, K)``, how much images excite each channel: what all this is measured by.

        Args:
            numbers: ``(N, C, H, W)``, of the images, as the network takes them.
        """
        with as_in_a_test(self._model), torch.no_grad():
            maps = self._ear(numbers.to(self._device, self._dtype))
            everywhere = maps.expand(len(self.channels), *maps.shape)
            values: Tensor = self._values(self._own(everywhere, slice(None))).T.cpu()
        return values

    def _hear(self, images: Tensor) -> Tensor:
        maps: Tensor = self._ear(self._numbers(images))
        return maps.reshape(-1, self.diversity, *maps.shape[1:])

    def _own(self, maps: Tensor, part: slice) -> Tensor:
        """Return of ``(K, D, channels, ...)`` each image's own channel: ``(K, D, ...)``."""
        wanted = self._wanted[part]
        return maps[torch.arange(len(wanted), device=maps.device), :, wanted]

    def _values(self, own: Tensor) -> Tensor:
        """Return ``(K, D)``, what is to be excited of ``(K, D, ...)``."""
        if self._unit and own.ndim == 4:
            return own[:, :, own.shape[2] // 2, own.shape[3] // 2]
        return own.flatten(2).mean(dim=2) if own.ndim > 2 else own

    def _pixels(self, waves: Tensor) -> Tensor:
        return pixels_of(waves.flatten(0, 1), self._scale, self._mixing, self._shape[2])

    def _numbers(self, images: Tensor) -> Tensor:
        images = images.to(self._device)
        numbers: Tensor = self._black + images * (self._white - self._black)
        return numbers.to(self._dtype, memory_format=torch.channels_last)


def visualize(
    model: nn.Module,
    layer: str,
    shape: tuple[int, int, int],
    channels: Sequence[int] | None = None,
    **options: Any,  # noqa: ANN401 - as Visualizer takes them
) -> Visualization:
    """Return images that excite the channels of a layer most; see ``Visualizer``."""
    visualizer = Visualizer(model, layer, shape, channels, **options)
    for _ in range(visualizer.steps):
        visualizer.step()
    return visualizer.made()


def similarity(maps: Tensor) -> Tensor:
    """Return ``(K,)``, how alike D images each are: the mean cosine between their Gram matrices.

    A Gram matrix says which channels are active together, wherever in the image that is.

    Args:
        maps: ``(K, D, C, ...)``, what a layer makes of the images.
    """
    flat = maps.flatten(3) if maps.ndim > 3 else maps[..., None]
    gram = (flat @ flat.transpose(2, 3)).flatten(2)  # (K, D, C * C)
    unit = gram / gram.norm(dim=2, keepdim=True).clamp(min=1e-12)
    cosines = unit @ unit.transpose(1, 2)  # (K, D, D)
    count = maps.shape[1]
    pairs = torch.triu_indices(count, count, 1, device=maps.device)
    mean: Tensor = cosines[:, pairs[0], pairs[1]].mean(dim=1)
    return mean


def _in_single_precision(model: nn.Module) -> nn.Module:
    small = any(p.dtype in (torch.float16, torch.bfloat16) for p in model.parameters())
    return copy.deepcopy(model).float() if small else model


def _image_shape(shape: tuple[int, int, int]) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise ValueError(f"shape must be channels, height and width, not {shape!r:.60}.")
    channels, height, width = (
        whole(name, size, 1, 4096)
        for name, size in zip(("channels", "height", "width"), shape, strict=True)
    )
    return channels, height, width


def _numbers(colour: float | Tensor, device: torch.device) -> Tensor:
    return torch.as_tensor(colour, dtype=torch.float32, device=device)
