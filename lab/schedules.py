"""How the learning rate changes over a run: the schedules of ``torch.optim``, as factors.

A factor depends on the step alone, so that a hand can change the learning rate, the batch size or
the number of epochs in the middle of a run, and the schedule goes on as if it had always been so.
"""

from __future__ import annotations

import math


def factor(schedule: str, step: int, steps: int) -> float:
    """Return by how much the learning rate is multiplied in a step.

    Args:
        schedule: ``"constant"``; ``"step"`` (halved after each quarter); ``"exponential"`` (down to
            a hundredth); ``"cosine"`` (half a cosine, down to 0); ``"warm-up"`` (up from a tenth
            over the first fifth); ``"one cycle"`` (Smith 2018: up from 1/25 over three tenths, down
            to almost 0).
        step: counts from 0.
        steps: of the whole run, at least 1.
    """
    if schedule == "step":
        return 0.5 ** (step // math.ceil(steps / 4))
    if schedule == "exponential":
        return float(0.01 ** (step / steps))
    if schedule == "cosine":
        return (1 + math.cos(math.pi * min(step / steps, 1))) / 2
    if schedule == "warm-up":
        return 0.1 + 0.9 * min(step / max(1, steps // 5), 1)
    if schedule == "one cycle":
        return _one_cycle(step, max(10, steps))
    return 1.0


def _one_cycle(step: int, steps: int) -> float:
    lowest, top = 1 / 25, 0.3 * steps - 1
    if step <= top:
        return _half_cosine(lowest, 1, step / top)
    return _half_cosine(1, lowest / 10_000, min((step - top) / (steps - 1 - top), 1))


def _half_cosine(start: float, end: float, way: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * way)) / 2
