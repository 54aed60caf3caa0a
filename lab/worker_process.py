"""The child process of a run: commands by standard input, messages by standard output."""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from lab.worker import work

if TYPE_CHECKING:
    from lab.messages import Message


def main() -> None:
    """Be the child process."""
    messages = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get among the messages
    source = os.fdopen(os.dup(0), "rb")
    try:
        settings = pickle.load(source)  # noqa: S301 - from our own parent
    except EOFError:
        return  # the parent has gone already
    commands: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
    threading.Thread(target=_listen, args=(source, commands), daemon=True).start()

    def send(message: Message) -> None:
        pickle.dump(message, messages, protocol=pickle.HIGHEST_PROTOCOL)
        messages.flush()

    with contextlib.suppress(BrokenPipeError):
        work(settings, commands, send, _give_way)
    sys.stderr.flush()
    os._exit(0)  # the listener still waits for a command


def _give_way() -> None:
    """Let the page go first from now on. Loading like this would take a busy machine for ever."""
    if hasattr(os, "SCHED_IDLE"):  # gives way at once, where a nice process ends its turn first
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    elif hasattr(os, "nice"):
        os.nice(10)


def _listen(source: Any, commands: SimpleQueue[tuple[Any, ...]]) -> None:  # noqa: ANN401 - any binary stream
    try:
        while True:
            commands.put(pickle.load(source))  # noqa: S301 - from our own parent
    finally:
        os._exit(0)  # the parent has closed the pipe or is gone: there is nothing to save
