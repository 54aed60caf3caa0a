"""What an experiment compares: two ways to train that differ in one thing."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from typing import Any

from lab.checks import one_of, whole
from lab.settings import WORKERS, Settings, chosen_rate, is_module

MOST_REPEATS = 100

FEW = 2
"""How many images are looked at if nothing is said: at each turn's end the other run waits for it.
"""

SHARED = {
    "seed": "both runs of a pair begin with the same weights, and each repeat brings another seed",
    "epochs": "both are trained for the same epochs: Experiment(..., epochs=20)",
    "pace": "a slower pace is no other training",
    "watched": "how many images are looked at changes nothing that is learnt",
    "root": "it belongs to the data set: compare two values of options instead",
    "worker": "where a run lives changes nothing that is learnt",
}
"""What cannot be what differs, and why."""

WORDS = {
    "sgd": "SGD",
    "adam": "Adam",
    "adamw": "AdamW",
    "rmsprop": "RMSprop",
    "adagrad": "Adagrad",
    "nadam": "NAdam",
    "cross_entropy": "cross-entropy",
    "nll": "NLL",
    "label_smoothing": "label smoothing",
    "lenet": "LeNet",
    "mlp": "MLP",
    "tiny vgg": "Tiny VGG",
    "cpu": "CPU",
    "cuda": "GPU",
    "mps": "GPU",
}
"""Names as people write them."""

NOTHING = {
    "augmentation": "no augmentation",
    "class_weights": "no class weights",
    "dropout": "no dropout",
    "momentum": "no momentum",
    "options": "plain images",
    "weight_decay": "no weight decay",
}
"""What a setting is called where it does nothing."""


@dataclass(frozen=True)
class Plan:
    """Two ways to train that differ in one thing; bad values are refused.

    Attributes:
        base: the settings that both share, by the names that ``Run`` knows.
        difference: the one setting that differs, with its two values.
        repeats: how many pairs are trained, each with another seed.
        epochs: how long each run is trained.
    """

    base: Mapping[str, Any] = field(default_factory=dict)
    difference: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    repeats: int = 1
    epochs: int = 20

    def __post_init__(self) -> None:
        """Check that just one thing differs, and that both ways can be trained."""
        for name, value in (("base", self.base), ("difference", self.difference)):
            _check_table(name, value)
        if len(self.difference) != 1:
            raise ValueError(self._not_one())
        whole("repeats", self.repeats, 1, MOST_REPEATS)
        whole("epochs", self.epochs, 1, 10_000)
        (values,) = self.difference.values()
        if isinstance(values, (str, bytes)) or not isinstance(values, Sequence) or len(values) != 2:
            raise ValueError(
                f"{self.name} needs two values to compare, such as (0.01, 0.1), not {values!r}."
            )
        known = [*(one.name for one in fields(Settings)), "worker"]
        for name in (*self.base, self.name):
            if name not in known:
                raise ValueError(f"A run has no setting {name!r}. {_advice(name, known)}")
        if self.name in SHARED:
            raise ValueError(f"{self.name} cannot be what differs: {SHARED[self.name]}.")
        if self.name in self.base:
            raise ValueError(
                f"{self.name} is what differs, so base must not set it too: leave it out there."
            )
        if "epochs" in self.base:
            raise ValueError(f"base must not set epochs: {SHARED['epochs']}.")
        one_of("worker", self.base.get("worker", "process"), WORKERS)
        self.settings(0)

    def _not_one(self) -> str:
        example = "for example {'momentum': (0, 0.9)}"
        if not self.difference:
            return f"Name the one thing in which the two runs shall differ, {example}."
        names = ", ".join(self.difference)
        return (
            f"Two runs can be compared only if one thing differs, but here {len(self.difference)} "
            f"do: {names}. Put those that both shall share into base."
        )

    @property
    def name(self) -> str:
        """The setting that differs."""
        (name,) = self.difference
        return name

    @property
    def seed(self) -> int:
        """The seed of the first pair."""
        return int(self.base.get("seed", 0))

    def arms(self, repeat: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the arguments of the two ``Run`` of a repeat, which counts from 0."""
        shared = {**self.base, "epochs": self.epochs, "seed": self.seed + repeat}
        ((name, (a, b)),) = self.difference.items()
        shared.setdefault("watched", FEW)
        # Two optimizers would bring two learning rates: both take that of the first one.
        shared.setdefault(
            "learning_rate", chosen_rate(str({**shared, name: a}.get("optimizer", "sgd")), None)
        )
        return own_model({**shared, name: a}), own_model({**shared, name: b})

    @property
    def labels(self) -> tuple[str, str]:
        """What the two are called."""
        ((name, (a, b)),) = self.difference.items()
        return two_labels(label(name, a), label(name, b))

    def settings(self, repeat: int) -> tuple[Settings, Settings]:
        """Return the checked settings of the two runs of a repeat, which counts from 0."""
        a, b = (
            Settings(**{key: value for key, value in arm.items() if key != "worker"})
            for arm in self.arms(repeat)
        )
        return a, b


def own_model(arm: dict[str, Any]) -> dict[str, Any]:
    """Give a run a copy of a module that was passed: a run trains its module in place."""
    if is_module(arm.get("model")):
        arm["model"] = copy.deepcopy(arm["model"])
    return arm


def two_labels(a: str, b: str) -> tuple[str, str]:
    """Return two labels that can be told apart."""
    return (a, b) if a != b else (f"{a} (A)", f"{b} (B)")


def same_model(a: Any, b: Any) -> bool:  # noqa: ANN401 - names, tables or modules
    """Whether two runs train alike networks: each has a copy of its own of a module."""
    if not (is_module(a) and is_module(b)):
        return bool(a == b)
    shapes = [[(n, p.shape) for n, p in module.named_parameters()] for module in (a, b)]
    return type(a) is type(b) and repr(a) == repr(b) and shapes[0] == shapes[1]


def same_settings(a: Settings, b: Settings) -> bool:
    """Whether two runs train alike networks in the same way."""
    return same_model(a.model, b.model) and replace(a, model=b.model) == b


def difference_of(a: Settings, b: Settings) -> tuple[str, tuple[Any, Any]] | None:
    """Return the one setting in which two given runs differ; ``None`` if they do not.

    Raises:
        ValueError: they differ in several.
    """
    ignored = ("checkpoint", "pace", "threads", "watched")  # no other training
    differing = [
        (one.name, (getattr(a, one.name), getattr(b, one.name)))
        for one in fields(Settings)
        if one.name not in ignored and getattr(a, one.name) != getattr(b, one.name)
    ]
    if same_model(a.model, b.model):
        differing = [one for one in differing if one[0] != "model"]
    if len(differing) > 1:
        names = ", ".join(name for name, _ in differing)
        raise ValueError(
            f"Two runs can be compared only if one thing differs, but these differ in "
            f"{len(differing)}: {names}. Fork one of them, or make two that differ in one."
        )
    return differing[0] if differing else None


def label(name: str, value: object) -> str:
    """Return what a setting is called with this value: "Adam", "momentum 0.9", "no dropout"."""
    words = name.replace("_", " ")
    if name in NOTHING and value in (None, "none", 0, {}):
        return NOTHING[name]
    if isinstance(value, str):
        return WORDS.get(value, value.replace("_", " "))
    if isinstance(value, Mapping):
        if name == "model":
            return f"network of {len(value.get('blocks', ()))} blocks"
        return ", ".join(
            key.replace("_", " ") if part is True else label(key, part)
            for key, part in value.items()
        )
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{words} {value:g}"
    return words if value is None else type(value).__name__


def _check_table(name: str, value: object) -> None:
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a table such as {{'batch_size': ...}}, not {value!r:.60}.")


def _advice(name: object, known: list[str]) -> str:
    close = get_close_matches(str(name), known, n=1)
    return f"Did you mean {close[0]!r}?" if close else f"It knows {', '.join(sorted(known))}."
