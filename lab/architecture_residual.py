"""The one module of the lab's networks that PyTorch does not have."""

from __future__ import annotations

from torch import Tensor, nn


class Residual(nn.Module):
    """Two convolutions whose result is added to what came in; the activation comes after it."""

    def __init__(
        self, before: int, after: int, stride: int = 1, activation: type[nn.Module] = nn.ReLU
    ) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(after),
            activation(),
            nn.Conv2d(after, after, 3, padding=1, bias=False),
            nn.BatchNorm2d(after),
        )
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1 or before != after:  # what comes in must have the shape of the result
            self.shortcut = nn.Sequential(
                nn.Conv2d(before, after, 1, stride=stride, bias=False), nn.BatchNorm2d(after)
            )

    def forward(self, maps: Tensor) -> Tensor:
        """Return ``(N, after, H / stride, W / stride)`` for ``(N, before, H, W)``."""
        return self.shortcut(maps) + self.body(maps)  # type: ignore[no-any-return]
