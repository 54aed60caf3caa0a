"""Who walks down a surface, and how: an optimizer, its learning rate, options and schedule."""

from __future__ import annotations

import inspect
import math
from dataclasses import dataclass, field
from numbers import Real
from typing import TYPE_CHECKING, Any, cast

from torch.optim import Optimizer

from lab.optimizers import OPTIMIZERS, SCHEDULES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import torch
    from torch.optim.lr_scheduler import LRScheduler

ENGINE = ("foreach", "fused", "capturable", "differentiable")
"""Options about how PyTorch computes, which change no path."""


@dataclass(frozen=True)
class Walker:
    """Who walks, and how.

    Attributes:
        optimizer: a name out of ``OPTIMIZERS``, or any ``torch.optim.Optimizer`` class.
        learning_rate: a positive number.
        options: what the class is given besides, such as ``{"momentum": 0.9}``.
        schedule: a name out of ``SCHEDULES``, or what makes a scheduler for an optimizer.

    """

    optimizer: str | type[Optimizer]
    learning_rate: float
    options: Mapping[str, Any] = field(default_factory=dict)
    schedule: str | Callable[[Optimizer], LRScheduler] = "constant"

    def __post_init__(self) -> None:
        rate: Any = self.learning_rate
        number = isinstance(rate, Real) and rate is not True
        if not number or not 0 < rate < math.inf:
            raise ValueError(
                f"The learning rate must be a positive number, such as 0.1, but it is {rate!r}."
            )
        if isinstance(self.optimizer, str):
            _known(self.optimizer, OPTIMIZERS, "optimizer")
        elif not (inspect.isclass(self.optimizer) and issubclass(self.optimizer, Optimizer)):
            raise ValueError(
                f"The optimizer must be one of {', '.join(OPTIMIZERS)}, or a class made from "
                f"torch.optim.Optimizer, but it is {self.optimizer!r}."
            )
        if isinstance(self.schedule, str):
            _known(self.schedule, SCHEDULES, "schedule")
        elif not callable(self.schedule):
            raise ValueError(  # noqa: TRY004 - every refusal of a walker is one kind of error
                f"The schedule must be one of {', '.join(SCHEDULES)}, or a function that makes a "
                f"scheduler for an optimizer, but it is {self.schedule!r}."
            )
        taken, anything = self._parameters()
        for option in self.options:
            if option not in taken and not anything:
                known = ", ".join(taken) or "none"
                raise ValueError(f"{self.name} has no option {option!r}; its options are: {known}.")

    @property
    def name(self) -> str:
        """What the optimizer is called."""
        return self.optimizer if isinstance(self.optimizer, str) else self.optimizer.__name__

    @property
    def type(self) -> type[Optimizer]:
        """The optimizer's class."""
        if isinstance(self.optimizer, str):
            return OPTIMIZERS[self.optimizer].optimizer
        return self.optimizer

    @property
    def settings(self) -> dict[str, Any]:
        """What the class is given besides the learning rate: shipped options, then one's own."""
        shipped = OPTIMIZERS[self.optimizer].options if isinstance(self.optimizer, str) else {}
        return {**shipped, **self.options}

    @property
    def needs_closure(self) -> bool:
        """Whether its step wants to evaluate the loss itself."""
        closure = inspect.signature(self.type.step).parameters.get("closure")
        return closure is not None and closure.default is inspect.Parameter.empty

    def build(
        self, parameter: torch.nn.Parameter, steps: int
    ) -> tuple[Optimizer, LRScheduler | None]:
        """Return the optimizer of a parameter, and its scheduler where the rate changes."""
        make = cast("Callable[..., Optimizer]", self.type)
        # A few numbers are stepped fastest without PyTorch's lists of tensors.
        plain = {"foreach": False} if "foreach" in inspect.signature(make).parameters else {}
        if not isinstance(self.optimizer, str):
            plain = {}
        try:
            optimizer = make([parameter], lr=self.learning_rate, **plain, **self.settings)
        except Exception as error:
            raise ValueError(f"{self.name} cannot be built: {said(error)}.") from error
        try:
            return optimizer, self._scheduler(optimizer, steps)
        except Exception as error:
            raise ValueError(f"The schedule cannot be built: {said(error)}.") from error

    def _scheduler(self, optimizer: Optimizer, steps: int) -> LRScheduler | None:
        if not isinstance(self.schedule, str):
            return self.schedule(optimizer)
        schedule = SCHEDULES[self.schedule]
        if schedule.scheduler is None:
            return None
        return schedule.scheduler(optimizer, **schedule.options(steps, self.learning_rate))

    def _parameters(self) -> tuple[list[str], bool]:
        """Return the options that the class takes, and whether it takes any."""
        own = list(inspect.signature(self.type).parameters.values())[1:]
        names = [p.name for p in own if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
        hidden = {"lr", *(ENGINE if isinstance(self.optimizer, str) else ())}
        anything = any(p.kind == p.VAR_KEYWORD for p in own)
        return [name for name in names if name not in hidden], anything


def _known(name: str, names: Mapping[str, object], what: str) -> None:
    if name not in names:
        raise ValueError(f"There is no {what} {name!r}; the lab knows {', '.join(names)}.")


def said(error: Exception) -> str:
    """Return what an error says, as the end of a sentence."""
    text = (str(error).strip() or "no message").splitlines()[0].rstrip(".")
    return f"{type(error).__name__}: {text}"
