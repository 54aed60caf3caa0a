"""Which convolution makes the channels of a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lab.messages import Watched


def kernel_layer_of(watched: Watched, layer: str) -> str:
    """Return the convolution whose channels a layer of a run's network hands on, or ""."""
    return made_by(watched.map_layers, watched.kernel_layers, layer)


def made_by(
    map_layers: Iterable[tuple[str, str, tuple[int, ...]]],
    kernel_layers: tuple[str, ...],
    layer: str,
) -> str:
    """Return the convolution whose channels a layer hands on: itself, or one before it.

    An activation, a normalisation or a pooling keeps the channels of the last convolution before
    it.

    Args:
        map_layers: name, kind and ``(C, H, W)`` of all layers with maps, in the order in which
            they run.
        kernel_layers: the names of the convolutions.
        layer: the name of a layer with maps.

    Returns:
        The convolution's name; "" where there is none with as many channels.
    """
    found, channels = "", 0
    for name, _, shape in map_layers:
        if name in kernel_layers:
            found, channels = name, shape[0]
        if name == layer:
            return found if channels == shape[0] else ""
    return ""
