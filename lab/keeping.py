"""The weights of a run, now and at its past moments: looked at, handed out, kept through a rest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lab.checks import number, whole
from lab.observed import Observed

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from lab.checkpoints import Checkpoint
    from lab.messages import Kept

FAR = 10**12
"""More steps than any run has."""


class Keeping(Observed):
    """A run of which the weights can be had."""

    def look_at(self, step: int | None) -> None:
        """Choose the moment that the views show: the kept one nearest to a step, or now.

        The training goes on meanwhile. ``Snapshot.moments`` are the steps that are kept,
        ``Snapshot.looked_at`` is the one that is shown. Of a network too large for that none are;
        then the next snapshot's message says so.

        Args:
            step: ``None`` is now, from here on.
        """
        self._command("look", None if step is None else whole("step", step, 0, FAR))

    def checkpoint(self, step: int | None = None, timeout: float = 30.0) -> Checkpoint:
        """Return the weights of a moment with the settings of the run; waits for the worker.

        Args:
            step: the kept moment nearest to it is taken; ``None`` (default) is now. A run that
                rests has no moments any more.
            timeout: seconds.

        Raises:
            RuntimeError: the run has failed or is closed, or no moments are kept.
            TimeoutError: it took too long.
        """
        return self._ask(step, number("timeout", timeout, least=0)).checkpoint()

    def save(self, path: str | os.PathLike[str], step: int | None = None) -> Path:
        """Write the weights and the settings to a file; see ``lab.checkpoints``.

        Args:
            path: ``.safetensors`` is added.
            step: as in ``checkpoint``.

        Returns:
            The path of the file.
        """
        from lab.checkpoints import save  # noqa: PLC0415 - only for those who keep

        return save(self.checkpoint(step), path)

    def rest(self, message: str = "This run rests. Start goes on from its weights.") -> None:
        """End the worker and free its memory, and keep what is learnt; waits for the weights.

        ``start`` brings a new worker, which goes on from these weights and counts its steps from 0;
        ``reset`` and ``renew`` begin as ever. Until then the last snapshot stays.

        Args:
            message: what the views say meanwhile.

        Raises:
            RuntimeError, TimeoutError: as in ``checkpoint``; then nothing has changed.
        """
        kept = self._ask()
        with self._lock:
            self._check_open()
            self._kept = kept
            self._off = self.latest.switched_off
            self._let_worker_go()
            self._rests = True
            self._board.give_up("Given up: the run rests.")
            self._board.post(
                replace(
                    self.latest,
                    state="stopped",
                    message=message,
                    obeyed=self._sent,
                    surveying=False,
                )
            )

    def _ask(self, step: int | None = None, timeout: float = 30.0, *, module: bool = False) -> Kept:
        """Return the weights of a moment, and if wished a copy of a module of one's own.

        Raises:
            RuntimeError, TimeoutError: as in ``checkpoint``.
        """
        moment = None if step is None else whole("step", step, 0, FAR)
        with self._lock:
            self._check_open()
            if self._rests and self._kept is not None:
                if step is not None:
                    raise RuntimeError("This run rests: only its last weights are kept.")
                return self._kept
            ticket = next(self._tickets)
            self._board.expect(ticket)
            self._link.send(("keep", (ticket, moment, module)))
        kept = self._board.fetch(ticket, timeout)
        if kept is None:
            self._check_open()
            if self.latest.state == "failed":
                raise RuntimeError(self.latest.message)
            raise TimeoutError(f"The run did not hand over its weights in {timeout:g} seconds.")
        if kept.problem:
            raise RuntimeError(kept.problem)
        return kept
