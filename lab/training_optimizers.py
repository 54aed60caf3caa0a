"""The optimizers of a run: PyTorch's own, without the compiler that they load."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, cast

from torch import optim

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import Tensor
    from torch.optim import Optimizer

    from lab.settings import Settings

CLASSES: dict[str, type[Optimizer]] = {
    "sgd": optim.SGD,
    "nesterov": optim.SGD,
    "adam": optim.Adam,
    "adamw": optim.AdamW,
    "rmsprop": optim.RMSprop,
    "adagrad": optim.Adagrad,
    "nadam": optim.NAdam,
}


def make_optimizer(settings: Settings, weights: Iterable[Tensor]) -> Optimizer:
    """Make the optimizer that the settings ask for. Call its ``step`` under ``torch.no_grad``."""
    options: dict[str, Any] = {"lr": settings.learning_rate, "foreach": True}
    if settings.optimizer == "nesterov":
        options["nesterov"] = True
    options |= changeable(settings)
    return _LEAN[settings.optimizer](weights, **options)


def change_optimizer(optimizer: Optimizer, settings: Settings) -> None:
    """Give it other settings between two steps."""
    for group in optimizer.param_groups:
        group.update(changeable(settings))
    if settings.optimizer == "sgd" and settings.momentum == 0:
        optimizer.state.clear()  # a velocity of long ago must not come back one day


def changeable(settings: Settings) -> dict[str, Any]:
    """Return what may change from step to step, by the names of ``torch.optim``."""
    options = {"weight_decay": settings.weight_decay}
    if CLASSES[settings.optimizer] is optim.SGD:
        options["momentum"] = settings.momentum
    return options


def lean(optimizer: type[Optimizer]) -> type[Optimizer]:
    """Return an optimizer without the wrappers around its methods.

    They load ``torch._dynamo``, which takes one or two seconds and 80 MB, and is for compiling
    networks, which is not done here. One of them switches the gradients off for ``step``: whoever
    calls it has to do that now. What the methods themselves do is untouched.
    """
    wrapped = ("add_param_group", "step", "zero_grad")
    methods = {name: inspect.unwrap(getattr(optimizer, name)) for name in wrapped}
    return cast("type[Optimizer]", type(optimizer.__name__, (optimizer,), methods))


_LEAN = {name: lean(optimizer) for name, optimizer in CLASSES.items()}
