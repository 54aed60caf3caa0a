"""The controls of a run: start, pause, one step, stop, reset, speed, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from widgets._live import LiveWidget

if TYPE_CHECKING:
    from lab.training import Run, Snapshot


class RunControls(LiveWidget):
    """Buttons, progress and the state of a run in words.

    Args:
        run: the run to control.

    """

    commands = ("start", "pause", "step", "stop", "reset", "pace", "learning_rate")

    def __init__(self, run: Run, **layout: Any) -> None:  # noqa: ANN401
        super().__init__(run, **layout)

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the state in numbers and words."""
        watched = self.run.watched
        return {
            "message": snapshot.message,
            "step": snapshot.step,
            "totalSteps": snapshot.total_steps,
            "epoch": snapshot.epoch,
            "epochs": snapshot.epochs,
            "seconds": snapshot.seconds,
            "secondsLeft": snapshot.seconds_left,
            "imagesPerSecond": snapshot.images_per_second,
            "accuracy": float(snapshot.test_accuracy[-1]) if snapshot.test_accuracy.size else None,
            "pace": snapshot.pace,
            "learningRate": snapshot.learning_rate,
            "about": ""
            if watched is None
            else f"LeNet, {watched.parameters:,} weights, learns {watched.dataset} from "
            f"{watched.train_count:,} images. {snapshot.device}.",
        }
