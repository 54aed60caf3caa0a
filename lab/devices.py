"""Where a network is trained: the device, its memory, and its random numbers."""

from __future__ import annotations

import contextlib
import gc
import threading
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType


def choose_device(name: str, threads: int) -> tuple[torch.device, str]:
    """Return a device and what it is in words.

    Raises:
        ValueError: there is no such device here.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda":
        if not torch.cuda.is_available():
            msg = 'PyTorch finds no CUDA GPU here: choose device="cpu" or "auto".'
            raise ValueError(msg)
        return torch.device("cuda"), torch.cuda.get_device_name()
    if name == "mps":
        if not torch.backends.mps.is_available():
            msg = 'PyTorch finds no Apple GPU here: choose device="cpu" or "auto".'
            raise ValueError(msg)
        return torch.device("mps"), "Apple GPU"
    torch.set_num_threads(threads)
    return torch.device("cpu"), f"CPU, {threads} thread{'s' if threads > 1 else ''}"


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that the memory of the device, or of the machine, is used up."""
    if isinstance(error, (MemoryError, torch.cuda.OutOfMemoryError)):
        return True
    words = ("not enough memory", "can't allocate memory", "out of memory")
    return isinstance(error, RuntimeError) and any(word in str(error) for word in words)


def free_memory() -> None:
    """Give back what nobody holds any more."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


GLOBAL_RANDOM = threading.RLock()
"""Held by whoever draws from PyTorch's global random numbers: several runs may be threads."""


@contextlib.contextmanager
def leave_global_random(devices: Iterable[torch.device] = ()) -> Iterator[None]:
    """Leave PyTorch's global random numbers as they were, whatever is drawn in the block."""
    with GLOBAL_RANDOM, torch.random.fork_rng(devices=list(devices)):
        yield


class OwnRandom:
    """PyTorch's global random numbers, in a ``with`` block, as if nobody else drew from them.

    Dropout draws from there. So a run repeats whatever else happens in its process.
    """

    def __init__(self, device: torch.device) -> None:
        """Begin where the global random numbers are now."""
        self._device = device if device.type == "cuda" else None
        self._mine = self._get()
        self._theirs = self._mine

    def __enter__(self) -> None:
        """Take the global random numbers over."""
        GLOBAL_RANDOM.acquire()
        self._theirs = self._get()
        self._set(self._mine)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give them back."""
        self._mine = self._get()
        self._set(self._theirs)
        GLOBAL_RANDOM.release()

    def _get(self) -> list[torch.Tensor]:
        states = [torch.get_rng_state()]
        if self._device is not None:
            states.append(torch.cuda.get_rng_state(self._device))
        return states

    def _set(self, states: list[torch.Tensor]) -> None:
        torch.set_rng_state(states[0])
        if self._device is not None:
            torch.cuda.set_rng_state(states[1], self._device)
