"""How many threads numpy's matrix products take."""

from __future__ import annotations

import functools
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_one_at_a_time = threading.RLock()
"""The number of threads belongs to the whole process: two at once could leave it changed."""


@functools.cache
def _blas() -> Any:  # noqa: ANN401 - a ThreadpoolController, which has no types
    import threadpoolctl  # type: ignore[import-untyped] # noqa: PLC0415 - used here only

    return threadpoolctl.ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """Multiply matrices with one thread.

    OpenBLAS gives matrices as small as the lab's to a thread for each core, and the threads then
    spin and wait for more. On two busy cores a projection took 126 ms that takes 2 ms with one
    thread, and the maps of a small network 59 ms instead of 26.
    """
    with _one_at_a_time, _blas().limit(limits=1, user_api="blas"):
        yield
