"""Three kinds of answers that a loss compares with the truth: numbers, yes or no, one of many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from widgets._traits import finite, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    Row = tuple[float, ...]

ORGANS = ("liver", "lung", "colon", "stomach", "kidneys")
"""What the classes are called, as many as there are."""


@dataclass(frozen=True)
class Kind:
    """What the answers of a kind may be, and with which ones it starts.

    Attributes:
        name: ``"numbers"``, ``"yes or no"`` or ``"classes"``.
        low, high: the range of a prediction.
        shortest, longest: how many predictions there may be.
        predictions, targets: with which ones it starts.

    """

    name: str
    low: float
    high: float
    shortest: int
    longest: int
    predictions: Row
    targets: Row

    def check_predictions(self, row: Sequence[float]) -> None:
        """Refuse predictions that this kind cannot have."""
        if not self.shortest <= len(row) <= self.longest:
            raise ValueError(
                f"predictions must hold {self.shortest} to {self.longest} numbers with this loss, "
                f"but {len(row)} came."
            )
        for i, value in enumerate(row, start=1):
            finite(value, f"predictions, number {i},", self.low, self.high)

    def check_targets(self, row: Sequence[float], predictions: int) -> None:
        """Refuse targets that do not fit to that many predictions."""
        if self.name == "classes":
            if len(row) != 1 or row[0] not in range(predictions):
                raise ValueError(
                    f"targets must hold the number of the true class, one of 0 to "
                    f"{predictions - 1}; it is {[float(value) for value in row]}."
                )
            return
        if len(row) != predictions:
            raise ValueError(
                f"There must be one target for each prediction: {predictions} predictions cannot "
                f"go with {len(row)} targets. Set both together, "
                "inside `with widget.hold_trait_notifications():`."
            )
        for i, value in enumerate(row, start=1):
            if self.name == "numbers":
                finite(value, f"targets, number {i},", self.low, self.high)
            elif value not in (0, 1):
                raise ValueError(
                    f"targets, number {i}, must be 0 (healthy) or 1 (sick), but it is "
                    f"{signed(value)}."
                )


# Diameters in cm: one prediction is far off, and its square outweighs all others.
NUMBERS = Kind("numbers", 0, 6, 1, 6, (1.8, 1.5, 3.4, 2.0, 4.6), (1.2, 2.0, 3.1, 4.0, 5.0))
# Sick or healthy: the third patient is healthy, and the network is sure of the contrary.
YES_OR_NO = Kind("yes or no", -6, 6, 1, 5, (2.2, -1.6, 4.0, 0.4), (1.0, 0.0, 0.0, 1.0))
# One image, three organs: the network says lung, and it is the liver.
CLASSES = Kind("classes", -6, 6, 2, 5, (0.6, 3.0, -1.0), (0.0,))

KINDS = {
    "mse_loss": NUMBERS,
    "half_squared_error": NUMBERS,
    "binary_cross_entropy_with_logits": YES_OR_NO,
    "cross_entropy": CLASSES,
}
"""What each loss of the widget compares."""
