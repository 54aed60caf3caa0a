"""A view of a run that shows the same snapshot otherwise when the hand chooses so."""

from __future__ import annotations

import time

from widgets._live import LiveWidget


class RedrawnWidget(LiveWidget):
    """A view whose frames depend on what the hand holds besides the snapshot."""

    def redraw(self, _change: object = None) -> None:
        """Send the present snapshot anew, as the hand wants to see it now."""
        with self._sending:
            snapshot = self.run.latest
            frame = self.draw(snapshot)
            self._sent, self._sent_at = snapshot.sequence, time.monotonic()
            self.frame = {"sequence": snapshot.sequence, "state": snapshot.state, **frame}
