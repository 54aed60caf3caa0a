"""Kernels that are warm before their page is asked for: which notebooks have them, and how many.

Voila starts such a kernel, runs the notebook in it and keeps the page until somebody comes; then
it warms the next one. What it does not do is done here: a notebook that was edited is run anew,
a warm kernel that died is replaced, and the time that a kernel waited does not count as idle.
"""

from __future__ import annotations

import time
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.ioloop import PeriodicCallback

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable

LOOKS_EVERY = 1.0
"""Seconds between two looks at the notebooks and at the kernels that wait."""

TRIES_AGAIN = 30.0
"""Seconds until a notebook whose warm kernel died is warmed again: memory may be what it lacks."""


def pools(folder: Path, names: Iterable[str], size: int = 1) -> dict[str, dict[str, int]]:
    """Return what Voila is told (``kernel_pools_config``): so many kernels for these notebooks.

    Args:
        folder: The served folder.
        names: Paths of notebooks below it; ``.ipynb`` may be left out.
        size: Warm kernels for each of them.

    Raises:
        ValueError: there is no such notebook; the sentence names those that there are.
    """
    if size < 1:
        raise ValueError(f"A pool keeps one warm kernel or more, not {size}.")
    found: dict[str, dict[str, int]] = {"default": {"pool_size": 0}}
    for name in names:
        path = Path(name.removesuffix(".ipynb") + ".ipynb")
        if not (folder / path).is_file():
            known = ", ".join(sorted(one.stem for one in folder.glob("*.ipynb"))) or "none"
            raise ValueError(
                f"There is no notebook {name!r} in {folder} that could be preheated; "
                f"there are: {known}."
            )
        found[path.as_posix()] = {"pool_size": size}
    return found


class PageKernels(AsyncMappingKernelManager):
    """The kernels of pages, some of which have waited for theirs.

    Voila spares the kernels of its pools when it ends idle ones. But one that a page has just taken
    has been idle for as long as it waited, and would be ended while its page still loads.
    """

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        self._asked_for: WeakSet[Any] = WeakSet()

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel that has been idle for too long since it was first looked at here."""
        kernel: Any = self.get_kernel(kernel_id)
        if kernel not in self._asked_for:
            self._asked_for.add(kernel)
            kernel.last_activity = datetime.now(timezone.utc)
        await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]


class Freshness:
    """Keeps the kernels of Voila's pools as good as new ones.

    Args:
        kernels: Voila's kernel manager, with its pools.
        folder: The served folder.
    """

    def __init__(self, kernels: Any, folder: Path) -> None:  # noqa: ANN401
        self._kernels = kernels
        self._folder = folder
        self._edits = {name: self._edit(name) for name in self._pools()}
        self._old: WeakSet[asyncio.Task[dict[str, Any]]] = WeakSet()
        self._not_before = dict.fromkeys(self._edits, 0.0)

    def start(self) -> None:
        """Look again and again from now on."""
        PeriodicCallback(self.look, 1000 * LOOKS_EVERY).start()

    async def look(self) -> None:
        """Replace what an edit has made old, and what has died."""
        for name, pool in self._pools().items():
            edit = self._edit(name)
            if edit != self._edits[name]:
                self._edits[name], self._not_before[name] = edit, 0.0
                self._old.update(pool)  # one that is still starting may have read the old notebook
            for waiting in [one for one in pool if one.done()]:
                if waiting not in pool:
                    continue  # a page has come for it meanwhile
                kernel = self._kernel(waiting)
                if kernel is None:
                    pool.remove(waiting)
                    if waiting not in self._old:  # what was edited since may have its remedy
                        self._not_before[name] = time.monotonic() + TRIES_AGAIN
                elif waiting in self._old:
                    pool.remove(waiting)
                    await ensure_async(self._kernels.shutdown_kernel(kernel))
            if edit is not None and time.monotonic() >= self._not_before[name]:
                self._kernels.fill_if_needed(delay=0, notebook_name=name)

    def _pools(self) -> dict[str, list[asyncio.Task[dict[str, Any]]]]:
        """What waits, by the notebook's name: tasks whose results name their kernels."""
        chosen = self._kernels.kernel_pools_config
        return {name: pool for name, pool in self._kernels._pools.items() if name in chosen}  # noqa: SLF001

    def _edit(self, name: str) -> int | None:
        """The time at which a notebook was written last; None for one that is gone."""
        try:
            return (self._folder / name).stat().st_mtime_ns
        except OSError:
            return None

    def _kernel(self, waiting: asyncio.Task[dict[str, Any]]) -> str | None:
        """The kernel of one that waits; None where it failed to start, or has died."""
        if waiting.cancelled() or waiting.exception():
            return None
        kernel = str(waiting.result()["kernel_id"])
        return kernel if kernel in self._kernels else None
