"""What a worker hands over of its trainer: the weights of a moment, and what they belong to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lab.advice import NO_MOMENTS
from lab.messages import Kept

if TYPE_CHECKING:
    from lab.training_loop import TrainingLoop


def hand_over(trainer: TrainingLoop, ticket: int, step: int | None, module: bool) -> Kept:
    """Return the weights of a moment, or why there are none. Called between two steps.

    Args:
        trainer: of the run.
        ticket: comes back with the weights.
        step: the moment; None is now.
        module: whether a copy of a module of one's own is wanted, which nobody trains now.

    Raises:
        Diverged: a loss is beyond all bounds. The last good weights are back.
    """
    kept = Kept(ticket, replace(trainer.settings, checkpoint=None))
    try:
        at, weights = trainer.weights(step)
    except LookupError:
        return replace(kept, problem=NO_MOMENTS)
    try:
        copied = trainer.own_copy() if module else None
    except Exception as error:  # noqa: BLE001 - a module may hold anything
        return replace(kept, problem=f"This module cannot be copied: {error}")
    return replace(
        kept,
        step=at,
        weights=weights,
        input_shape=trainer.data.train_images.shape[1:],
        class_names=trainer.data.class_names,
        module=copied,
        began=trainer.own,
    )
