"""The course of a run: the loss and the rate of each step, and the tests on the way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from lab.curves import MOST_POINTS, Record, bin_means

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from lab.calibration import Calibration
    from lab.evaluation import Outcome


@dataclass(frozen=True)
class Test:
    """A test on the way: after which step and epoch, loss, accuracy, and seconds of training."""

    step: int
    epoch: int
    loss: float
    accuracy: float
    seconds: float


class Course:
    """What a run has gone through; losses are noted on the device that they are computed on."""

    def __init__(self, device: torch.device) -> None:
        self.losses, self._rates = Record(device), Record(torch.device("cpu"))
        self.tests: list[Test] = []

    def note(self, step: int, loss: Tensor, rate: float) -> None:
        """Note what a step, which counts from 0, was like."""
        self.losses.note(step, loss)
        self._rates.note(step, rate)

    def tested(self, test: Test, outcome: Outcome, calibrate: Callable[[], Calibration]) -> None:
        """Note a test, what it said of the images that are drawn, and how to calibrate it."""
        self.tests.append(test)
        self._outcome = outcome
        self._calibrated = cache(calibrate)  # done only if somebody looks

    def fields(self, count: int) -> dict[str, Any]:
        """Return the fields of a ``Snapshot`` about the steps, so many of them, and the tests."""
        steps, losses = bin_means(self.losses.array(count), MOST_POINTS)
        _, rates = bin_means(self._rates.array(count), MOST_POINTS)
        last, calibration = self._outcome, self._calibrated()
        return {
            "loss_steps": steps,
            "loss": losses,
            "rates": rates,
            "test_steps": np.array([test.step for test in self.tests], np.int64),
            "test_loss": np.array([test.loss for test in self.tests], np.float32),
            "test_accuracy": np.array([test.accuracy for test in self.tests], np.float32),
            "test_seconds": np.array([test.seconds for test in self.tests], np.float32),
            "confusion": last.confusion,
            "test_predictions": last.predictions,
            "test_confidences": last.confidences,
            "test_true": last.true,
            "temperature": calibration.temperature,
            "expected_calibration_errors": (calibration.before, calibration.after),
        }
