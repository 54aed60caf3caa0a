"""The narrow door between a run and its worker, which is a process or a thread.

Commands go in, messages come out.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.messages import Message, Settings

Command = tuple[Any, ...]
"""A name and its arguments, e.g. ``("step", 1)``. ``worker.py`` lists them."""

SECONDS_TO_END = 2.0
"""How long a worker may take to end before it is ended."""

START = """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
from lab.worker_process import main
main()
"""
"""What the child runs. Ctrl+C is meant for the kernel and reaches the whole process group, so the
child looks away from the first line on.
"""


if sys.platform == "win32":
    FLAGS = subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
else:
    FLAGS = 0  # the child lowers its own priority


class Link(Protocol):
    """What a run needs of its worker."""

    def send(self, command: Command) -> None:
        """Hand a command over; never waits, and is no error if the worker has gone."""

    def close(self) -> None:
        """End the worker. After this it is gone, and nothing more is posted."""


class ProcessLink:
    """A worker in a process of its own: PyTorch's memory and threads stay out of the kernel.

    The child ends as soon as its end of the pipe is closed, which the system does even if this
    process is killed. It is started by ``subprocess`` and not by ``multiprocessing``, which would
    run the user's script again in the child, and fail for scripts without ``if __name__ ==
    "__main__"``.
    """

    def __init__(
        self,
        settings: Settings,
        post: Callable[[Message], None],
        ended: Callable[[str], None],
    ) -> None:
        """Start the child.

        Args:
            settings: what to train on.
            post: called with each message, from a thread of the link's own.
            ended: called with the reason if the child ends without being asked to.
        """
        threads = str(settings.threads)
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            # Before the libraries are loaded: each would make a thread for each core.
            "OMP_NUM_THREADS": threads,
            "MKL_NUM_THREADS": threads,
            "OPENBLAS_NUM_THREADS": threads,
            "OMP_WAIT_POLICY": "PASSIVE",  # several threads must not spin while they wait
            # What a step gives back is wanted by the next one. glibc would hand it to the system,
            # which clears each page of it anew.
            "MALLOC_MMAP_THRESHOLD_": str(2**25),  # the most that glibc takes
            "MALLOC_TRIM_THRESHOLD_": str(2**27),
        }
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, a constant command
            [sys.executable, "-c", START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            creationflags=FLAGS,
        )
        self._closing = False
        self._lock = threading.Lock()
        self._post, self._ended = post, ended
        self.send(settings)
        self._reader = threading.Thread(target=self._read, name="lab-run-reader", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The child's process number."""
        return self._process.pid

    def send(self, command: Command | Settings) -> None:
        """Hand a command over."""
        stdin = self._process.stdin
        assert stdin is not None, "asked for with PIPE"
        # If the child has gone, the reader notices and says so.
        with self._lock, contextlib.suppress(OSError, ValueError):
            pickle.dump(command, stdin)
            stdin.flush()

    def close(self) -> None:
        """End the child: it ends by itself when its pipe closes, or is killed."""
        self._closing = True
        stdin = self._process.stdin
        assert stdin is not None, "asked for with PIPE"
        with self._lock, contextlib.suppress(OSError):
            stdin.close()
        try:
            self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if threading.current_thread() is not self._reader:
            self._reader.join(SECONDS_TO_END)

    def _read(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None, "asked for with PIPE"
        with stdout, contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                message = pickle.load(stdout)  # noqa: S301 - from our own child
                if not self._closing:
                    self._post(message)
        code = self._process.wait()
        if not self._closing:
            self._ended(f"signal {-code}" if code < 0 else f"exit code {code}")


class ThreadLink:
    """A worker in a thread of this process, which then needs PyTorch and shares its time.

    PyTorch's number of threads is set for the whole process.
    """

    def __init__(
        self,
        settings: Settings,
        post: Callable[[Message], None],
        ended: Callable[[str], None],
    ) -> None:
        """Start the thread; the arguments are those of ``ProcessLink``."""
        self._commands: SimpleQueue[Command] = SimpleQueue()
        self._closing = False
        self._post, self._ended = post, ended
        self._thread = threading.Thread(
            target=self._work, args=(settings,), name="lab-run-worker", daemon=True
        )
        self._thread.start()

    def send(self, command: Command) -> None:
        """Hand a command over."""
        self._commands.put(command)

    def close(self) -> None:
        """End the thread after the step it is at."""
        self._closing = True
        self._commands.put(("close",))
        if threading.current_thread() is not self._thread:
            self._thread.join(SECONDS_TO_END)

    def _work(self, settings: Settings) -> None:
        from lab.worker import work  # noqa: PLC0415 - only the worker's thread loads PyTorch

        work(settings, self._commands, self._send)
        if not self._closing:
            self._ended("end of the thread")

    def _send(self, message: Message) -> None:
        if not self._closing:
            self._post(message)
