"""What the views of a network need besides what they look at, each as long as it lives.

What a single view needs costs time in each look, and nobody else may see it: so it is wanted as
long as a view of it is shown, and no longer.
"""

from __future__ import annotations

import time
import weakref
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from lab.explained import METHODS
from lab.wanted import Wanted, changed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NEEDS = ("all_layers", "strongest", "gradients", "methods")
"""What a view can need, by the names of ``Wanted``."""


class Needs:
    """Who needs what, and until when.

    Args:
        clock: seconds, as ``time.monotonic`` counts them.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._of: weakref.WeakKeyDictionary[object, tuple[Wanted, float | None]]
        self._of = weakref.WeakKeyDictionary()  # nobody lives longer because of what it needs

    def put(self, owner: object, needs: Mapping[str, Any], lapses: float | None) -> None:
        """Note all that somebody needs from now on, in place of what it needed before.

        Args:
            owner: who needs it.
            needs: by the names of ``NEEDS``; nothing gives all back.
            lapses: seconds after which it is given back if it is not said again; ``None`` is never.

        Raises:
            ValueError, TypeError: what cannot be needed; the sentence says what can.
        """
        for name in needs:
            if name not in NEEDS:
                close = get_close_matches(name, NEEDS, n=1)
                advice = (
                    f"did you mean {close[0]!r}?" if close else f"there are {', '.join(NEEDS)}."
                )
                raise TypeError(f"A view cannot need {name!r}: {advice}")
        until = None if lapses is None else self._clock() + lapses
        if needs:
            self._of[owner] = changed(Wanted(), needs, None), until
        else:
            self._of.pop(owner, None)

    def added_to(self, wanted: Wanted) -> Wanted:
        """Return a choice with all that is needed now."""
        now = self._clock()
        needed = [one for one, until in self._of.values() if until is None or now < until]
        if not needed:
            return wanted
        methods = {method for one in (wanted, *needed) for method in one.methods}
        more = methods.difference(wanted.methods)
        return replace(
            wanted,
            all_layers=wanted.all_layers or any(one.all_layers for one in needed),
            strongest=wanted.strongest or any(one.strongest for one in needed),
            gradients=wanted.gradients or any(one.gradients for one in needed),
            methods=tuple(m for m in METHODS if m in methods) if more else wanted.methods,
        )


def needs_of(wanted: Wanted) -> tuple[object, ...]:
    """Return what of a choice can be needed, to be compared."""
    return tuple(getattr(wanted, name) for name in NEEDS)
