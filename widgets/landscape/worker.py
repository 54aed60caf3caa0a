"""A thread that draws while the page stays in the hand."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSE = 0.05
"""Seconds between two rounds: what comes meanwhile is drawn at once, by the next."""


class Worker:
    """Calls a method again and again, on a thread of its own, whenever it is woken.

    It ends when it is closed, when nobody holds the method's object any more, and with Python.

    Args:
        work: the method; it returns whether it wants to be called again without being woken.

    """

    def __init__(self, work: Callable[[], bool]) -> None:
        self._woken, self._over = threading.Event(), threading.Event()
        arguments = (weakref.WeakMethod(work), self._woken, self._over)
        thread = threading.Thread(target=_go_on, args=arguments, daemon=True, name="landscape")
        self.close = weakref.finalize(self, _end, thread, self._woken, self._over)
        thread.start()

    @property
    def over(self) -> bool:
        """Whether it has been closed."""
        return self._over.is_set()

    def wake(self) -> None:
        """Have the method called soon."""
        self._woken.set()


def _go_on(
    work: weakref.WeakMethod[Callable[[], bool]], woken: threading.Event, over: threading.Event
) -> None:
    again = False
    while not over.is_set():
        if not again:
            woken.wait()
        woken.clear()
        call = work()
        if over.is_set() or call is None:
            return
        again = call()
        del call
        over.wait(PAUSE)


def _end(thread: threading.Thread, woken: threading.Event, over: threading.Event) -> None:
    over.set()
    woken.set()
    if thread is not threading.current_thread():
        thread.join(2.0)
