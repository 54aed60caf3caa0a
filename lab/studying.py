"""The studies of a network that are under way in its worker, one after the other."""

from __future__ import annotations

import time
import traceback
from typing import TYPE_CHECKING

from lab import courtesy
from lab.messages import Finding
from lab.pieces import PATIENCE, go_on

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from torch import nn

    from lab.edits import Edits
    from lab.messages import Message
    from lab.studies import Study
    from lab.viewed_images import ViewedImages

SHORTEST = 0.1
"""Seconds between two findings of a study at least: ten a second are enough for the eye."""


class Studying:
    """Does studies piece by piece, so that steps and commands get their turn, and tells of them.

    Args:
        send: is given each finding.
    """

    def __init__(self, send: Callable[[Message], None]) -> None:
        self._send = send
        self._under_way: dict[str, Generator[None, None, None]] = {}
        self._wake = 0.0  # until then nothing is done, for a hand moves

    @property
    def wait(self) -> float | None:
        """Seconds until there is something to do; ``None`` if no study is under way."""
        return max(0.0, self._wake - time.perf_counter()) if self._under_way else None

    def begin(
        self, study: Study, model: nn.Module, images: ViewedImages, edits: Edits, step: int = -1
    ) -> None:
        """Begin a study; one of the same name is given up.

        Args:
            study: the study.
            model: the copy of the network that it may keep.
            images: by which the network is viewed.
            edits: what hands have changed in the network: the same channels are off in the copy.
            step: of which the weights are.
        """
        self.end(study.key)
        self._send(Finding(study.key, step=step))  # what was found before is of yesterday
        edits.copy_to(model.eval().requires_grad_(requires_grad=False))
        self._under_way[study.key] = self._do(study, model, images, step)

    def refuse(self, study: Study, problem: str) -> None:
        """Tell why a study cannot be done."""
        self.end(study.key)
        self._send(Finding(study.key, done=True, problem=problem))

    def end(self, key: str | None = None) -> None:
        """Give a study up, or all of them."""
        for name in list(self._under_way) if key is None else [key]:
            pieces = self._under_way.pop(name, None)
            if pieces is not None:
                pieces.close()

    def go_on(self, seconds: float = PATIENCE) -> None:
        """Go on with the oldest one for some seconds, if there is one and no hand moves."""
        began = time.perf_counter()
        if not self._under_way or began < self._wake:
            return
        key, pieces = next(iter(self._under_way.items()))
        if go_on(pieces, min(seconds, PATIENCE)):
            del self._under_way[key]
        ended = time.perf_counter()
        self._wake = ended + courtesy.rest(ended - began)

    def _do(
        self, study: Study, model: nn.Module, images: ViewedImages, step: int
    ) -> Generator[None, None, None]:
        value, problem, told = None, "", 0.0
        try:
            for found in study.pieces(model, images):
                value = value if found is None else found
                now = time.perf_counter()
                if found is not None and now >= told + SHORTEST:
                    told = now
                    self._send(Finding(study.key, value, step))
                yield
        except ValueError as error:
            problem = str(error)
        except Exception as error:  # noqa: BLE001 - a network may be anything; the training goes on
            traceback.print_exc()
            problem = _words(error)
        self._send(Finding(study.key, value, step, done=True, problem=problem))


def _words(error: Exception) -> str:
    from lab.devices import free_memory, is_out_of_memory  # noqa: PLC0415 - loads PyTorch

    if is_out_of_memory(error):
        free_memory()
        return "There is not enough memory for that."
    return f"This network cannot be studied like that: {type(error).__name__}: {error}"
