"""The learning curves of a run: loss, accuracy and learning rate against steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Bool

from widgets._arrays import pack
from widgets._base import hand
from widgets._live import LiveWidget
from widgets._traits import Number

if TYPE_CHECKING:
    from lab.training import Run, Snapshot


class LearningCurves(LiveWidget):
    """Training loss, test loss, test accuracy and a changing learning rate, drawn in the page.

    Args:
        run: the run to watch.

    """

    logarithmic = hand(Bool(default_value=False))
    """Whether the loss is drawn on a logarithmic scale."""

    smoothing = hand(Number(0.0, 0.0, 0.99))
    """How much of the average so far each point of the training loss takes over; 0 draws it as it
    is, else the raw curve lies pale behind."""

    def __init__(
        self,
        run: Run,
        *,
        logarithmic: bool = False,
        smoothing: float = 0.0,
        **layout: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(run, logarithmic=logarithmic, smoothing=smoothing, **layout)

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the curves so far."""
        return {
            "totalSteps": snapshot.total_steps,
            "lookedAt": snapshot.looked_at,
            "lossSteps": pack(snapshot.loss_steps),
            "loss": pack(snapshot.loss),
            "rates": pack(snapshot.rates),
            "testSteps": pack(snapshot.test_steps),
            "testLoss": pack(snapshot.test_loss),
            "testAccuracy": pack(snapshot.test_accuracy),
        }
