"""Racers as the learner names them, and as ``lab.descent`` walks them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from torch.optim import Optimizer
from traitlets import TraitError

from lab.optimizers import OPTIMIZERS, SCHEDULES
from lab.walkers import Walker
from widgets._traits import row_of

if TYPE_CHECKING:
    from widgets.descent.traits import Racer

    Own = dict[str, Any]


class Momentum(NamedTuple):
    """The one number of an optimizer, besides its learning rate, that is turned on the page."""

    label: str
    default: float
    option: str
    options: Callable[[float], dict[str, Any]]


_BETA1 = Momentum("Momentum β₁", 0.9, "betas", lambda value: {"betas": (value, 0.999)})
MOMENTA = {
    "momentum": Momentum("Momentum β", 0.9, "momentum", lambda value: {"momentum": value}),
    "nesterov": Momentum(
        "Momentum β",
        0.9,
        "momentum",
        # PyTorch refuses Nesterov without momentum, where it is gradient descent.
        lambda value: {"momentum": value} if value else {"momentum": 0.0, "nesterov": False},
    ),
    "rmsprop": Momentum("Smoothing α", 0.99, "alpha", lambda value: {"alpha": value}),
    "adam": _BETA1,
    "adamw": _BETA1,
    "nadam": _BETA1,
}
LABELS = {"lbfgs": "L-BFGS", "adamw": "AdamW", "rmsprop": "RMSprop", "nadam": "NAdam"}


def label(name: str) -> str:
    """Return an optimizer's name as people write it."""
    if name not in OPTIMIZERS:
        return name
    return LABELS.get(name, name[0].upper() + name[1:])


def racer_of(given: object, own: Own) -> Racer:
    """Return the table of a racer that is named in any of the ways a learner may.

    Args:
        given: an optimizer's name or class, a pair of that and a learning rate, a ``Walker``, or a
            table.
        own: takes up the classes and schedules that the lab has no name for.

    """
    if isinstance(given, Mapping):
        return {**_fresh(_name(given.get("optimizer"), own)), **_named(given, own)}
    if isinstance(given, Walker):
        name = _name(given.optimizer, own)
        schedule = given.schedule
        if not isinstance(schedule, str):
            schedule = getattr(schedule, "__name__", "my schedule")
            own[schedule] = given.schedule
        options = dict(given.options)
        return {
            "optimizer": name,
            "learning_rate": given.learning_rate,
            "momentum": _taken_out(options, name),
            "schedule": schedule,
            "options": options,
        }
    if isinstance(given, str) or inspect.isclass(given):
        return _fresh(_name(given, own))
    pair = row_of(given, "A racer is an optimizer such as 'adam', or a pair such as ('adam', 0.1)")
    if len(pair) != 2:
        raise TraitError(f"A racer is an optimizer and its learning rate, not {given!r:.60}.")
    return {**_fresh(_name(pair[0], own)), "learning_rate": pair[1]}


def walker_of(racer: Racer, own: Own) -> Walker:
    """Return a racer as ``lab.descent`` walks it; raise a TraitError that says what is wrong."""
    name = racer["optimizer"]
    optimizer: Any = own.get(name, name)
    schedule: Any = own.get(racer["schedule"], racer["schedule"])
    options = dict(racer["options"])
    if name in MOMENTA and racer["momentum"] != MOMENTA[name].default:
        options = {**MOMENTA[name].options(racer["momentum"]), **options}
    try:
        return Walker(
            optimizer,
            racer["learning_rate"],
            {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()},
            schedule,
        )
    except ValueError as error:
        raise TraitError(str(error)) from None


def offers(own: Own) -> dict[str, Any]:
    """Return the optimizers and schedules that the page lets choose."""
    shipped = [
        {
            "name": one.name,
            "label": label(one.name),
            "learning_rate": one.learning_rate,
            "momentum": MOMENTA[one.name].label if one.name in MOMENTA else "",
            "momentum_default": MOMENTA[one.name].default if one.name in MOMENTA else 0.0,
            "momentum_option": MOMENTA[one.name].option if one.name in MOMENTA else "",
            "sentence": one.sentence,
        }
        for one in OPTIMIZERS.values()
    ]
    foreign = [
        {
            "name": name,
            "label": name,
            "learning_rate": 0.01,
            "momentum": "",
            "momentum_default": 0.0,
            "momentum_option": "",
            "sentence": "",
        }
        for name, thing in own.items()
        if inspect.isclass(thing)
    ]
    schedules = [*SCHEDULES, *(name for name, thing in own.items() if not inspect.isclass(thing))]
    return {
        "optimizers": shipped + foreign,
        "schedules": [[name, name] for name in schedules],
    }


def _fresh(name: str) -> Racer:
    shipped = OPTIMIZERS.get(name)
    return {
        "optimizer": name,
        "learning_rate": shipped.learning_rate if shipped else 0.01,
        "momentum": MOMENTA[name].default if name in MOMENTA else 0.0,
        "schedule": "constant",
        "options": {},
    }


def _taken_out(options: dict[str, Any], name: str) -> float:
    """Return the number that is turned on the page; Adam's pair of two stays an option."""
    fresh: float = _fresh(name)["momentum"]
    option = MOMENTA[name].option if name in MOMENTA else "betas"
    return fresh if option == "betas" else options.pop(option, fresh)


def _named(given: Mapping[str, Any], own: Own) -> dict[str, Any]:
    return {**given, "optimizer": _name(given.get("optimizer"), own)}


def _name(optimizer: object, own: Own) -> str:
    if isinstance(optimizer, str):
        if optimizer not in OPTIMIZERS and optimizer not in own:
            raise TraitError(
                f"There is no optimizer {optimizer!r:.40}; the lab knows {', '.join(OPTIMIZERS)}."
            )
        return optimizer
    if not (inspect.isclass(optimizer) and issubclass(optimizer, Optimizer)):
        raise TraitError(
            f"A racer is one of {', '.join(OPTIMIZERS)}, or a class made from "
            f"torch.optim.Optimizer; it is {optimizer!r:.60}."
        )
    own[optimizer.__name__] = optimizer
    return optimizer.__name__
