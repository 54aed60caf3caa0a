"""What an optimizer holds while it makes images: their waves, and how each is shaken next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor

CONTRAST = 0.3
"""The standard deviation of the first images, before the sigmoid: faint noise around grey."""

LOUDER, LOUDEST = 1.5, 4.0
"""While nothing excites a channel, each new noise has so many times the contrast of the last."""


class Waves:
    """The waves of K times D images. Those of a channel do not depend on the other channels.

    A ReLU at 0 is flat: an image that leaves its channel there has no gradient to follow. If the
    channel has answered to it before, it is back to that, shaken as then; else to other noise.

    Args:
        channels: K numbers; each has chances of its own.
        diversity: D, images for each channel.
        shape: channels, height and width of the images.
        steps: how often they will be shaken otherwise.
        seed: of all chances.
        device: where they are wanted.

    Attributes:
        numbers: ``(K, D, C, H, W // 2 + 1, 2)``, real and imaginary parts, to be optimised.
    """

    def __init__(
        self,
        channels: tuple[int, ...],
        diversity: int,
        shape: tuple[int, int, int],
        steps: int,
        *,
        seed: int,
        device: torch.device,
    ) -> None:
        self._shape = shape
        self._random = [torch.Generator().manual_seed(seed * 1_000_003 + one) for one in channels]
        self._chances = torch.stack(
            [2 * torch.rand(diversity, steps, 4, generator=one) - 1 for one in self._random]
        ).to(device)
        size = len(channels), diversity
        self._contrasts = torch.full(size, CONTRAST)
        noise = [self._noise(k, d) for k in range(size[0]) for d in range(size[1])]
        waves = torch.stack(noise).reshape(*size, *noise[0].shape)
        self.numbers: Tensor = waves.to(device, copy=True).requires_grad_()
        # The least and the most that each image has got out of its channel.
        self._low = torch.full(size, torch.inf, device=device)
        self._high = -self._low
        self._asleep = torch.ones(size, dtype=torch.bool, device=device)
        self._turns = torch.zeros(size, dtype=torch.long, device=device)
        # To which the channel answered last, and to which shaking of it.
        self._answered, self._answered_turns = waves.to(device), self._turns.clone()
        self._looks = 0

    @property
    def dead(self) -> Tensor:
        """``(K,)``, whether a channel has put out the same whatever it was shown."""
        return (self._low == self._high).all(dim=1)

    def chances(self, part: slice) -> Tensor:
        """Return ``(K D, 4)`` for some channels: how to shake the images, see ``shaking``."""
        turns = self._turns[part, :, None, None].expand(-1, -1, 1, 4)
        return self._chances[part].gather(2, turns).reshape(-1, 4)

    def note(self, part: slice, own: Tensor, slope: Tensor) -> None:
        """Note what images got out of their channels.

        Args:
            part: some channels.
            own: ``(K, D, units)``, what they put out.
            slope: the same, or what enters them: where it is not flat, there is a way up.
        """
        least, most = own.amin(dim=2), own.amax(dim=2)
        self._low[part] = torch.minimum(self._low[part], least)
        self._high[part] = torch.maximum(self._high[part], most)
        flat = slope.amin(dim=2) == slope.amax(dim=2)
        self._asleep[part] = flat & (least == most) & (most == self._low[part])

    def go_on(self) -> None:
        """Have the images shaken otherwise the next time, and give up those that lead nowhere."""
        self._looks += 1
        asleep = self._asleep & (self._looks > 1)  # a single number needs two looks to vary
        awake = ~asleep
        waves = self.numbers.detach()
        self._answered[awake], self._answered_turns[awake] = waves[awake], self._turns[awake]
        self._turns += 1
        for k, d in asleep.nonzero().tolist():
            if self._low[k, d] < self._high[k, d]:
                waves[k, d], self._turns[k, d] = self._answered[k, d], self._answered_turns[k, d]
            else:
                self._contrasts[k, d] = min(LOUDEST, LOUDER * float(self._contrasts[k, d]))
                waves[k, d] = self._noise(k, d).to(waves.device)

    def _noise(self, k: int, d: int) -> Tensor:
        channels, height, width = self._shape
        noise = torch.randn((channels, height, width // 2 + 1, 2), generator=self._random[k])
        contrast = float(self._contrasts[k, d])
        scaled: Tensor = noise * (contrast * 0.5**0.5)  # real and imaginary part: 1 together
        return scaled
