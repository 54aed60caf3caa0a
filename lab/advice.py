"""What a run says to the learner: how it stands, what went wrong, and what to try."""

from __future__ import annotations

READY = "Ready. Press start and watch it learn."

NO_DROPOUT = "Ready. This network has no dropout layers, so that dropout changes nothing."

NO_MOMENTS = "This network is too large for its moments to be kept: only how it is now can be had."

NO_MEMORY = "There is not enough memory for these images and this network."

NO_MORE_MEMORY = "There is not enough memory for that; the run is as it was."


def diverged(step: int, epoch: int, rate: float, *, by_hand: bool = False) -> str:
    """Say that a step made the loss too large, and which epoch's weights are back.

    Args:
        step: which one.
        epoch: after which the weights that are back were learnt.
        rate: the learning rate.
        by_hand: whether weights were set by hand, which may be the reason.
    """
    back = "initial weights" if epoch == 0 else f"weights of epoch {epoch}"
    if by_hand:
        return (
            f"In step {step} the loss grew beyond all bounds: a weight that was set by hand, or "
            f"the learning rate of {rate:g}, is too large. The {back} are back. Press start."
        )
    return (
        f"In step {step} the loss grew beyond all bounds. "
        f"The learning rate of {rate:g} makes steps that are too long. "
        f"The {back} are back. "
        f"Try {rate / 10:.3g}, then press start."
    )


def out_of_memory(batch_size: int) -> str:
    """Say that a step needs more memory than there is."""
    advice = (
        f"Try a batch size of {batch_size // 2}, then press start."
        if batch_size > 1
        else "Choose a smaller network, then press start."
    )
    return (
        f"There is not enough memory for {batch_size} image{'s' if batch_size > 1 else ''} "
        f"at a time. The weights are kept. {advice}"
    )


def more_epochs(count: int) -> str:
    """Say that a run that was at its end can go on."""
    return f"{count} more epoch{'s' if count > 1 else ''}: press start."


def too_few_epochs(begun: int, epochs: int) -> str:
    """Say why a run cannot have so few epochs: the last test belongs to the last step."""
    return f"{begun} epochs are done or under way: epochs must be at least that, not {epochs}."
