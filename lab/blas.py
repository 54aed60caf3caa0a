"""How many threads numpy's matrix products take."""

from __future__ import annotations

import functools
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_counting = threading.Lock()
_inside = 0
"""How many multiply with one thread at the moment: the number belongs to the whole process."""
_limit: Any = None


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
    global _inside, _limit  # noqa: PLW0603 - of the process, as the number of threads is
    with _counting:
        if not _inside:
            _limit = _blas().limit(limits=1, user_api="blas")
        _inside += 1
    try:
        yield
    finally:
        with _counting:
            _inside -= 1
            if not _inside:
                _limit.restore_original_limits()
