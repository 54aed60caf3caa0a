"""A network at its past moments: kept on the way, looked at, and gone back to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from lab.history import History

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor, nn

HISTORY_BYTES = 2**26
"""What the kept moments of a run may take: 64 MiB."""

KEEP_FACTOR = 1.25
"""How much further the next moment to keep lies: with each epoch's end, these are kept."""


class Moments:
    """The past of a network that is being trained.

    Args:
        model: the network.
        copied: makes a copy of it.
    """

    def __init__(self, model: nn.Module, copied: Callable[[], nn.Module]) -> None:
        self.history = History(HISTORY_BYTES)
        self._model, self._copied = model, copied
        self._next = 1
        self.trust()
        self._mirror = model  # another one, as soon as a moment is looked at
        self._mirrored = -1

    def due(self, step: int) -> bool:
        """Whether the weights after so many steps are to be kept, in the middle of an epoch, too.

        Then the next ones are due some steps later.
        """
        if step < self._next:
            return False
        self._next = max(step + 1, math.ceil(step * KEEP_FACTOR))
        return True

    def keep(self, step: int) -> None:
        """Keep the present weights as those after so many steps."""
        self.history.keep(step, self._model.state_dict())

    def trust(self) -> None:
        """Note the present weights as the last good ones."""
        state = self._model.state_dict()
        self._good: dict[str, Tensor] = {n: v.detach().clone() for n, v in state.items()}

    def bring_back(self) -> None:
        """Give the network its last good weights."""
        self._model.load_state_dict(self._good)

    def at(self, step: int) -> tuple[int, nn.Module]:
        """Return the kept step nearest to this one, and a network as it was then.

        One that is looked at stays, even if the history needs its room for others.

        Raises:
            LookupError: nothing is kept.
        """
        if step != self._mirrored:
            step = self.history.nearest(step)
            if self._mirrored < 0:
                self._mirror = self._copied()
            self._mirror.load_state_dict(self.history.at(step))
            self._mirrored = step
        return step, self._mirror

    def weights(self, step: int | None) -> dict[str, NDArray[Any]]:
        """Return the weights of a kept step, None is now, as arrays of their own.

        Raises:
            LookupError: nothing is kept.
        """
        state = self._model.state_dict() if step is None else self.history.at(step)
        return {n: value.detach().cpu().numpy().copy("C") for n, value in state.items()}
