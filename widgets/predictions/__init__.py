"""What a run's network says of the chosen image, and how far it is to be believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Bool, Enum

from lab.calibration import softmax
from widgets._arrays import pack
from widgets._base import hand
from widgets._live import LiveWidget

if TYPE_CHECKING:
    from lab.training import Run, Snapshot, Watched

NOT_YET = "Its calibration is known after the first test."
NOBODY_KNOWS = "Its calibration needs labels, and there are none."


class Predictions(LiveWidget):
    """The probability of each class for the chosen image, or what they are made of: the logits.

    Args:
        run: the run to watch, or a ``Still``.
        traits: any of the traits below.

    """

    values = hand(Enum(["probabilities", "logits"], default_value="probabilities"))
    """What the bars show."""

    calibrated = hand(Bool(False))
    """Whether the logits are divided by the temperature that makes the network as sure as it is
    right."""

    def __init__(self, run: Run, **traits: Any) -> None:  # noqa: ANN401
        super().__init__(run, **traits)

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return logits and probabilities as they are and with the temperature, and the words."""
        watched = self.run.watched
        logits = snapshot.logits.astype(np.float64)
        cooler = logits / snapshot.temperature
        return {
            "classNames": list(watched.class_names) if watched else [],
            "label": snapshot.label,
            "logits": pack(logits),
            "probabilities": pack(snapshot.probabilities),
            "calibratedLogits": pack(cooler),
            "calibratedProbabilities": pack(softmax(cooler[None])[0] if len(logits) else logits),
            **_words(watched, snapshot),
        }


def _words(watched: Watched | None, snapshot: Snapshot) -> dict[str, str]:
    """Return what is said of its calibration, in short and at length."""
    temperature, errors = snapshot.temperature, snapshot.expected_calibration_errors
    words = {"trust": trust(temperature, errors), "meaning": meaning(temperature, errors)}
    if watched is None or watched.dataset:
        return words
    if errors[0] < 0:  # a network that nobody trains is never tested
        return dict.fromkeys(words, NOBODY_KNOWS if (watched.test_labels < 0).any() else "")
    return {
        "trust": f"{words['trust']}, on these same images",
        "meaning": f"{words['meaning']} That was found on these same images: on others, the error "
        "is a little larger.",
    }


def trust(temperature: float, errors: tuple[float, float]) -> str:
    """Say how far confidence and accuracy are apart, and what the temperature makes of it."""
    before, after = errors
    if before < 0:
        return NOT_YET
    now = f"Calibration error {100 * before:.2g} %"
    if after >= before or round(temperature, 2) == 1:
        return f"{now}; no temperature helps"
    return f"{now}; with temperature {temperature:.2f}: {100 * after:.2g} %"


def meaning(temperature: float, errors: tuple[float, float]) -> str:
    """Say what that means."""
    if errors[0] < 0:
        return NOT_YET
    apart = (
        "Over the whole test, how sure it says it is and how often it is right are "
        f"{100 * errors[0]:.1f} % apart."
    )
    if errors[1] >= errors[0] or round(temperature, 2) == 1:
        return apart
    how = "surer than it is right" if temperature > 1 else "less sure than it could be"
    return f"{apart} It is {how}: logits divided by {temperature:.2f} make up for that."
