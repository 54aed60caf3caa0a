"""The learning curves of a run: loss and accuracy against steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from widgets._arrays import pack
from widgets._live import LiveWidget

if TYPE_CHECKING:
    from lab.training import Run, Snapshot


class LearningCurves(LiveWidget):
    """Training loss, test loss and test accuracy of a run, drawn in the page.

    Args:
        run: the run to watch.

    """

    def __init__(self, run: Run, **layout: Any) -> None:  # noqa: ANN401
        super().__init__(run, **layout)

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the curves so far."""
        return {
            "totalSteps": snapshot.total_steps,
            "epochs": snapshot.epochs,
            "lossSteps": pack(snapshot.loss_steps),
            "loss": pack(snapshot.loss),
            "testSteps": pack(snapshot.test_steps),
            "testLoss": pack(snapshot.test_loss),
            "testAccuracy": pack(snapshot.test_accuracy),
        }
