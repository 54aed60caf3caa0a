"""What can walk down a loss surface: optimizers of ``torch.optim``, Newton's method, schedules."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, optim
from torch.optim import Optimizer
from torch.optim.lr_scheduler import (
    CosineAnnealingLR,
    ExponentialLR,
    LinearLR,
    LRScheduler,
    OneCycleLR,
    StepLR,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class SingularError(ArithmeticError):
    """A Hessian is singular, so that Newton's method has no step."""


class Newton(Optimizer):
    """Newton's method: θ ← θ − η·H⁻¹·g with the Hessian H, by autograd.

    The closure leaves a gradient that can be differentiated again (``create_graph=True``).
    """

    def __init__(self, params: Iterable[Tensor], lr: float = 1.0) -> None:
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self, closure: Callable[[], Tensor]) -> Tensor:  # type: ignore[override]
        """Take one step; the state keeps the Hessian's rows and the direction."""
        with torch.enable_grad():
            loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                with torch.enable_grad():
                    rows = _slopes(p.grad, p)
                direction, failed = torch.linalg.solve_ex(torch.stack(rows), p.grad.detach())
                if failed:
                    raise SingularError
                state = {f"hessian_row_{i}": row for i, row in enumerate(rows, start=1)}
                self.state[p].update(state, direction=direction)
                p.sub_(direction, alpha=group["lr"])
        return loss


def _slopes(gradient: Tensor, p: Tensor) -> list[Tensor]:
    if not gradient.requires_grad:  # a plane
        return [torch.zeros_like(p) for _ in gradient]
    return [
        torch.autograd.grad(part, p, retain_graph=True, allow_unused=True, materialize_grads=True)[
            0
        ]
        for part in gradient
    ]


@dataclass(frozen=True)
class Shipped:
    """An optimizer that the lab names.

    Attributes:
        name: what it is called.
        optimizer: its class.
        learning_rate: a good one to begin with.
        options: what the class is given besides.
        sentence: what it does.
        source: where it comes from.

    """

    name: str
    optimizer: type[Optimizer]
    learning_rate: float
    options: Mapping[str, Any]
    sentence: str
    source: str


OPTIMIZERS = {
    shipped.name: shipped
    for shipped in (
        Shipped(
            "gradient descent",
            optim.SGD,
            0.1,
            {},
            "Steps straight downhill, in proportion to the slope.",
            "Cauchy 1847",
        ),
        Shipped(
            "momentum",
            optim.SGD,
            0.02,
            {"momentum": 0.9},
            "Keeps rolling: each step remembers most of the one before.",
            "Polyak 1964",
        ),
        Shipped(
            "nesterov",
            optim.SGD,
            0.02,
            {"momentum": 0.9, "nesterov": True},
            "Momentum that looks ahead: it brakes before the valley rises again.",
            "Nesterov 1983; Sutskever et al. 2013",
        ),
        Shipped(
            "adagrad",
            optim.Adagrad,
            0.5,
            {},
            "Gives each direction its own step, smaller the more slope it has seen so far.",
            "Duchi, Hazan and Singer 2011",
        ),
        Shipped(
            "rmsprop",
            optim.RMSprop,
            0.05,
            {},
            "Divides by the size of the recent gradients: steep and flat directions move alike.",
            "Hinton, lecture 6e, 2012",
        ),
        Shipped(
            "adam",
            optim.Adam,
            0.1,
            {},
            "Momentum, divided by the size of the recent gradients.",
            "Kingma and Ba 2015",
        ),
        Shipped(
            "adamw",
            optim.AdamW,
            0.1,
            {},
            "Adam that also pulls the parameters a little towards 0 at each step.",
            "Loshchilov and Hutter 2019",
        ),
        Shipped(
            "nadam",
            optim.NAdam,
            0.1,
            {},
            "Adam with Nesterov's look ahead.",
            "Dozat 2016",
        ),
        Shipped(
            "rprop",
            optim.Rprop,
            0.05,
            {},
            "Looks at the gradient's sign only: a step grows while the sign stays, and halves when "
            "it flips.",
            "Riedmiller and Braun 1993",
        ),
        Shipped(
            "lbfgs",
            optim.LBFGS,
            1.0,
            # one iteration a step, so that each can be watched; several evaluations to place it
            {"max_iter": 1, "max_eval": 25, "line_search_fn": "strong_wolfe"},
            "Learns the curvature from its last steps and searches along the line it chooses.",
            "Liu and Nocedal 1989",
        ),
        Shipped(
            "newton",
            Newton,
            1.0,
            {},
            "Jumps to where the curvature says that the slope is 0: a minimum, or a saddle.",
            "Nocedal and Wright 2006, ch. 2",
        ),
    )
}


@dataclass(frozen=True)
class Schedule:
    """How the learning rate changes over the steps.

    Attributes:
        name: what it is called.
        scheduler: its class in ``torch.optim.lr_scheduler``; ``None`` for a constant one.
        options: what the class is given, from the number of steps and the learning rate.
        sentence: what it does.

    """

    name: str
    scheduler: type[LRScheduler] | None
    options: Callable[[int, float], dict[str, Any]]
    sentence: str


SCHEDULES = {
    schedule.name: schedule
    for schedule in (
        Schedule("constant", None, lambda _n, _rate: {}, "The learning rate stays."),
        Schedule(
            "step",
            StepLR,
            lambda n, _rate: {"step_size": max(1, math.ceil(n / 4)), "gamma": 0.5},
            "Halves after each quarter of the steps.",
        ),
        Schedule(
            "exponential",
            ExponentialLR,
            lambda n, _rate: {"gamma": 0.01 ** (1 / max(1, n))},
            "Falls by the same factor at each step, down to a hundredth.",
        ),
        Schedule(
            "cosine",
            CosineAnnealingLR,
            lambda n, _rate: {"T_max": max(1, n)},
            "Falls along half a cosine, to 0 at the end.",
        ),
        Schedule(
            "warm-up",
            LinearLR,
            lambda n, _rate: {"start_factor": 0.1, "total_iters": max(1, n // 5)},
            "Rises from a tenth over the first fifth of the steps, then stays.",
        ),
        Schedule(
            "one cycle",
            OneCycleLR,
            lambda n, rate: {"max_lr": rate, "total_steps": max(10, n), "cycle_momentum": False},
            "Rises for a third of the steps, then falls to almost 0.",
        ),
    )
}
