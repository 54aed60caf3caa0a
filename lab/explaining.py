"""Why the network decides as it does about the chosen image: one method after the other."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor, nn

    from lab.explained import HeatMap
    from lab.wanted import Wanted


@dataclass(frozen=True)
class Why:
    """What is to be explained.

    Attributes:
        methods: how.
        target: the class; -1 is the most probable one.
        sample: the place of the image.
        image: the bytes of an image of one's own instead.
    """

    methods: tuple[str, ...]
    target: int
    sample: int
    image: bytes

    @classmethod
    def of(cls, wanted: Wanted) -> Why | None:
        """Return what the views want to know; ``None`` if they do not ask."""
        if not wanted.methods:
            return None
        image = b"" if wanted.image is None else wanted.image.tobytes()
        return cls(wanted.methods, wanted.target, wanted.sample, image)


class Explaining:
    """Explains one image by all methods that are wanted.

    Args:
        model: the network; it must stay as it is meanwhile.
        numbers: ``(1, C, H, W)``, the image as the network takes it.
        black: ``(1, C, H, W)``, an empty image as the network takes it.
        wanted: by which methods, and which class.
    """

    def __init__(self, model: nn.Module, numbers: Tensor, black: Tensor, wanted: Wanted) -> None:
        self._model, self._numbers, self._black, self._wanted = model, numbers, black, wanted
        self._maps: list[HeatMap] = []

    def pieces(self) -> Iterator[None]:
        """Do it: each turn is one method, once all that they need is loaded.

        What is not complete then gets more steps, when all others are there.
        """
        loading = _loading()
        while loading.is_alive():
            loading.join(0.005)
            yield
        from lab.attribution import COMPLETE, MOST_STEPS  # noqa: PLC0415 - only for those who ask why
        from lab.explanation import heat_map  # noqa: PLC0415

        explain = partial(heat_map, self._model, self._numbers, baseline=self._black)
        for method in self._wanted.methods:
            self._maps.append(explain(method, self._wanted.target))
            yield
        for place, found in enumerate(self._maps):
            if found.gap is not None and found.gap > COMPLETE:
                more: dict[str, Any] = {"steps": MOST_STEPS, "most_steps": MOST_STEPS}
                self._maps[place] = explain(found.method, found.target, **more)
                yield

    def found(self) -> dict[str, Any]:
        """Return the fields of a ``Snapshot``."""
        return {"explanations": tuple(self._maps), "explained": self._wanted}


@cache
def _loading() -> threading.Thread:
    """Load the methods, and Captum: a second or two, in which commands are to be heard."""
    thread = threading.Thread(target=import_module, args=("lab.explanation",), daemon=True)
    thread.start()
    return thread
