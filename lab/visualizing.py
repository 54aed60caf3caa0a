"""Feature visualization of one layer as a study; no PyTorch until the worker does it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.studies import Study

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from torch import nn

    from lab.feature_visualization import Visualizer
    from lab.viewed_images import ViewedImages

STRONGEST = 4
"""Real images beside each that was made."""

REAL = 1000
"""Real images among which the strongest are sought, at most."""

SHOWN = 0.1
"""Seconds of work between two looks at the images on their way at least."""

LOOKING = 9
"""Times as long as a look takes it goes on until the next: looks cost a tenth at most."""


@dataclass(frozen=True, eq=False)
class Visualized:
    """The images that were made for some channels of a layer, on their way or done.

    Attributes:
        layer: its name; "" is what the whole network puts out, whose channels are the classes.
        channels: which channels, K of them.
        images: ``(K, D, C, H, W)`` uint8, D for each channel.
        values: ``(K, D)`` float32, how much each excites its channel.
        dead: ``(K,)`` bool, whether nothing was found that a channel answers to: neither on the way
            nor among the real images.
        places: ``(K, R)`` int64, the real images that excite a channel most, the first one most:
            their places among ``Watched.test_images``.
        real_values: ``(K, R)`` float32, how much they do.
        real_count: how many real images were tried.
        done: how many steps are done.
        steps: how many there will be.
        seconds: of a processor, so far.
        turn: of the ``Visualize`` that made them.
    """

    layer: str
    channels: tuple[int, ...]
    images: NDArray[np.uint8]
    values: NDArray[np.float32]
    dead: NDArray[np.bool_]
    places: NDArray[np.int64]
    real_values: NDArray[np.float32]
    real_count: int
    done: int
    steps: int
    seconds: float
    turn: int = 0


@dataclass(frozen=True)
class Visualize(Study):
    """Make the images that excite some channels of a layer most.

    Attributes:
        key: names the study.
        layer: the name of the layer; "" is the whole network.
        channels: which channels.
        steps: of the optimizer.
        diversity: images for each channel.
        objective: "channel" or "unit"; see ``lab.feature_visualization``.
        seed: the same seed makes the same images.
        turn: a number that comes back with what is made: who asks again knows which is which.
    """

    key: str
    layer: str
    channels: tuple[int, ...]
    steps: int = 128
    diversity: int = 1
    objective: str = "channel"
    seed: int = 0
    turn: int = 0

    def pieces(self, model: nn.Module, images: ViewedImages) -> Iterator[Visualized | None]:
        """Find the strongest real images, then make others, step by step."""
        from lab.feature_visualization import Visualizer  # noqa: PLC0415 - loads PyTorch

        clock = _Clock()
        visualizer = Visualizer(
            model,
            self.layer,
            images.shape,  # type: ignore[arg-type] # channels, height, width
            self.channels,
            objective=self.objective,
            diversity=self.diversity,
            steps=self.steps,
            black=images.black,
            white=images.own(np.full(images.shape, 255, np.uint8)),
            examples=_colours(images),
            seed=self.seed,
        )
        clock.stop()
        yield None
        tried, excited = images.some(REAL), []
        for start in range(0, len(tried), images.chunk):
            clock.start()
            numbers = images.at(tried[start : start + images.chunk])
            excited.append(visualizer.excited(numbers).numpy())
            clock.stop()
            yield None
        real = _strongest(tried, np.concatenate(excited))
        yield self._made(visualizer, real, clock)
        shown = clock.seconds
        while visualizer.done < self.steps:
            pieces = visualizer.pieces()
            while True:
                clock.start()
                more = next(pieces, self) is not self
                clock.stop()
                if not more:
                    break
                yield None
            if clock.seconds >= shown and visualizer.done < self.steps:
                before = clock.seconds
                found = self._made(visualizer, real, clock)
                shown = clock.seconds + max(SHOWN, LOOKING * (clock.seconds - before))
                yield found
        yield self._made(visualizer, real, clock)

    def _made(self, visualizer: Visualizer, real: dict[str, Any], clock: _Clock) -> Visualized:
        clock.start()
        made = visualizer.made()
        clock.stop()
        real_dead = real["real_dead"]
        return Visualized(
            layer=self.layer,
            channels=made.channels,
            images=np.rint(made.images.numpy() * 255).astype(np.uint8),
            values=made.values.numpy(),
            dead=made.dead.numpy() & real_dead & (visualizer.done > 0),
            places=real["places"],
            real_values=real["real_values"],
            real_count=real["real_count"],
            done=visualizer.done,
            steps=self.steps,
            seconds=clock.seconds,
            turn=self.turn,
        )


class _Clock:
    """Adds up how long pieces keep a processor busy, and not what lies between."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.start()

    def start(self) -> None:
        self._since = time.thread_time()

    def stop(self) -> None:
        self.seconds += time.thread_time() - self._since


def _colours(images: ViewedImages) -> Any:  # noqa: ANN401 - a tensor, and PyTorch is not loaded here
    """Return the images from which the colours are learnt, if there are colours."""
    if images.shape[0] == 1:
        return None
    import torch  # noqa: PLC0415 - loads PyTorch

    return torch.from_numpy(images.bytes(images.watched))


def _strongest(places: NDArray[np.int64], excited: NDArray[np.float32]) -> dict[str, Any]:
    """Return of ``(N, K)`` the places that excite each channel most, ``(K, R)``, and how much."""
    order = np.argsort(-excited, axis=0, kind="stable")[:STRONGEST].T
    return {
        "places": places[order],
        "real_values": np.take_along_axis(excited.T, order, axis=1),
        "real_dead": excited.max(axis=0) == excited.min(axis=0),
        "real_count": len(places),
    }
