"""The moments of a run that can be looked at again: states of a network, within bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    State = dict[str, Tensor]


class History:
    """Keeps states of a network, never more of them and of their bytes than allowed.

    The first moment and the last one always stay. When room is needed, that moment goes whose
    absence is felt least: the hole it leaves is the smallest, measured by how far it lies from the
    nearer end. So the moments lie close together at the beginning, where a network changes the
    fastest, and just before now, where one looks the most; between them the distances grow in
    proportion, and the number of moments that a run needs grows with the logarithm of its length.

    Args:
        limit_bytes: the most that all kept states together may take. A state of which no two find
            room is kept alone, as the last; one that finds none at all is not kept.
        most: the most moments, at least 2: more of them than a line on the page can tell apart
            would only take memory.
    """

    def __init__(self, limit_bytes: int, most: int = 100) -> None:
        self.limit_bytes, self.most = limit_bytes, most
        self._states: dict[int, State] = {}  # by step, in ascending order
        self._sizes: dict[int, int] = {}
        self._bytes = 0

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps whose states are kept, in ascending order."""
        return tuple(self._states)

    @property
    def bytes(self) -> int:
        """What the kept states take."""
        return self._bytes

    def keep(self, step: int, state: Mapping[str, Tensor]) -> None:
        """Keep a copy of a state, on the device where it is.

        Moments at this step or after it are forgotten: the run has gone back and lives them anew.
        """
        for later in [kept for kept in self._states if kept >= step]:
            self._drop(later)
        size = sum(tensor.nbytes for tensor in state.values())
        if size > self.limit_bytes:
            return
        # before the copy is made: never above
        while self._bytes + size > self.limit_bytes or len(self._states) >= self.most:
            self._drop(_least_missed([*self._states, step]))
        self._states[step] = {name: tensor.detach().clone() for name, tensor in state.items()}
        self._sizes[step] = size
        self._bytes += size

    def nearest(self, step: int) -> int:
        """Return the kept step that is nearest to a step.

        Raises:
            LookupError: nothing is kept.
        """
        if not self._states:
            raise LookupError("No moment of this run has been kept.")
        return min(self._states, key=lambda kept: abs(kept - step))

    def at(self, step: int) -> State:
        """Return the state at the kept step that is nearest; it is not to be changed.

        Raises:
            LookupError: nothing is kept.
        """
        return self._states[self.nearest(step)]

    def clear(self) -> None:
        """Forget everything."""
        self._states.clear()
        self._sizes.clear()
        self._bytes = 0

    def _drop(self, step: int) -> None:
        del self._states[step]
        self._bytes -= self._sizes.pop(step)


def _least_missed(steps: list[int]) -> int:
    """Return the step between the first and the last that can go; of two, the first has to."""
    first, last = steps[0], steps[-1]

    def hole(i: int) -> float:
        before, after = steps[i - 1], steps[i + 1]
        # The hole's own ends count from 1, so that the first and the last step are no division by 0
        return (after - before) / (1 + min(after - first, last - before))

    return steps[min(range(1, len(steps) - 1), key=hole, default=0)]
