"""One walker on its way over a surface, and the path that it leaves."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor
from torch.optim.lr_scheduler import ReduceLROnPlateau

from lab.descent_ground import GroundError
from lab.optimizers import SingularError
from lab.walkers import Walker, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from lab.surfaces import Interval

    Floats = NDArray[np.float64]
    Box = tuple[Interval, Interval]

FAR = 1000.0
"""A walk has left for good when it is so many widths of the domain away."""
PAIR = torch.Size([2])
LARGEST = 1e18
"""Numbers beyond, and their squares, do not fit into the page's float32."""

STATES = {
    "momentum_buffer": "velocity",
    "exp_avg": "first moment",
    "exp_avg_sq": "second moment",
    "square_avg": "second moment",
    "max_exp_avg_sq": "largest second moment",
    "grad_avg": "first moment",
    "sum": "sum of squares",
    "step_size": "step size",
    "prev": "previous gradient",
    "prev_flat_grad": "previous gradient",
    "d": "direction",
    "hessian_row_1": "Hessian, first row",
    "hessian_row_2": "Hessian, second row",
}
"""The field's names of what ``torch.optim`` keeps; what is not here keeps its own name."""


@dataclass(frozen=True, eq=False)
class Path:
    """One walk of n steps.

    Attributes:
        positions: where it was, ``(n + 1, 2)``, the start included.
        losses: the loss there, ``(n + 1,)``.
        gradients: the full gradient there, ``(n + 1, 2)``.
        taken: the gradient that the optimizer was given in each step, of a batch and with noise
            where there are such, ``(n, 2)``.
        learning_rates: of each step, ``(n,)``.
        internals: what the optimizer remembers at each position, ``(n + 1, 2)``, by the names of
            the field; 0 where it remembers nothing yet.
        evaluations: how many gradients had been evaluated when it arrived there, ``(n + 1,)``.
        reason: why it ended early, in one sentence; empty when all steps were walked.
        diverged: whether it ended because it ran away.

    """

    positions: Floats
    losses: Floats
    gradients: Floats
    taken: Floats
    learning_rates: Floats
    internals: Mapping[str, Floats]
    evaluations: NDArray[np.int64]
    reason: str = ""
    diverged: bool = False

    @property
    def steps(self) -> int:
        """How many steps were walked."""
        return len(self.taken)


class Run:
    """One walker on its way, and what it has written down."""

    def __init__(self, walker: Walker, place: tuple[float, float], steps: int, box: Box) -> None:
        self.walker = walker
        self.parameter = torch.nn.Parameter(torch.tensor(place, dtype=torch.float64))
        self.optimizer, self._scheduler = walker.build(self.parameter, steps)
        self.evaluations = 0
        self.reason = ""
        self._diverged = False
        self._box = [(low - FAR * (high - low), high + FAR * (high - low)) for low, high in box]
        self._step: Callable[..., Any] = self.optimizer.step
        if isinstance(walker.optimizer, str) and not walker.needs_closure and not self._scheduler:
            # Without the wrappers for profilers and hooks, which take longer than the step itself;
            # the race has switched gradients off, as they would.
            self._step = partial(inspect.unwrap(walker.type.step), self.optimizer)
        self._places: list[list[float]] = []
        self._losses: list[float] = []
        self._full: list[list[float]] = []
        self._given: list[list[float]] = []
        self._rates: list[float] = []
        self._counts: list[int] = []
        self._states: list[dict[str, list[float]]] = []

    def arrive(
        self, place: list[float], loss: float, full: list[float], given: list[float]
    ) -> bool:
        """Write down where it is; say whether it may go on."""
        (x, y), (slope_x, slope_y), (given_x, given_y) = place, full, given
        size = abs(x) + abs(y) + abs(loss) + abs(slope_x) + abs(slope_y)
        if not size + abs(given_x) + abs(given_y) < LARGEST:  # nor is NaN
            self._stumble(place)
            return False
        state = self.optimizer.state.get(self.parameter, {})
        self._places.append(place)
        self._losses.append(loss)
        self._full.append(full)
        self._given.append(given)
        self._counts.append(self.evaluations)
        self._states.append(
            {
                name: value.tolist()
                for name, value in state.items()
                if isinstance(value, Tensor) and value.shape == PAIR
            }
        )
        (left, right), (bottom, top) = self._box
        if not (left < x < right and bottom < y < top):
            self.reason = (
                f"Step {len(self._places) - 1} ends more than {FAR:.0f} widths of the domain away, "
                "so the walk diverges: take a smaller learning rate."
            )
            self._diverged = True
        return not self.reason

    def _stumble(self, place: list[float]) -> None:
        step = len(self._places)
        if not step:
            raise ValueError(
                f"The surface has no finite loss and gradient at the start {written(place)}: "
                "start elsewhere."
            )
        self.reason = (
            f"Step {step} leads to where the loss or its gradient is no number, or too large: "
            "take a smaller learning rate."
        )
        self._diverged = True

    def step(self, *closure: Callable[[], Tensor]) -> None:
        """Let the optimizer and its schedule step once."""
        self._rates.append(float(self.optimizer.param_groups[0]["lr"]))
        try:
            self._step(*closure)
            if isinstance(self._scheduler, ReduceLROnPlateau):
                self._scheduler.step(self._losses[-1])
            elif self._scheduler is not None:
                self._scheduler.step()
        except (GroundError, SingularError):
            raise
        except Exception as error:
            raise ValueError(
                f"{self.walker.name} failed in step {len(self._rates)}: {said(error)}."
            ) from error

    def path(self) -> Path:
        """Return what was written down, up to the last place that has numbers."""
        steps = len(self._places) - 1
        names = dict.fromkeys(name for state in self._states for name in state)
        nothing = [0.0, 0.0]
        internals = {
            STATES.get(name, name): _pairs([state.get(name, nothing) for state in self._states])
            for name in names
        }
        if "step size" in internals:  # Rprop's first steps are as long as the learning rate
            internals["step size"][0] = self.walker.learning_rate
        return Path(
            _pairs(self._places),
            np.array(self._losses),
            _pairs(self._full),
            _pairs(self._given[:steps]),
            np.array(self._rates[:steps]),
            internals,
            np.array(self._counts),
            self.reason,
            self._diverged,
        )


def written(place: Sequence[float]) -> str:
    """Write a place down, with true minus signs."""
    return f"({', '.join(f'{number:.3g}' for number in place)})".replace("-", "−")


def _pairs(rows: list[list[float]]) -> Floats:
    return np.array(rows, dtype=np.float64).reshape(-1, 2)
