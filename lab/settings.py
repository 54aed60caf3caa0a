"""The choices a run is made from, checked one by one.

Plain values only, so that whoever holds a run needs no PyTorch.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from lab.architecture import ARCHITECTURES, Architecture
from lab.checks import known_names, table

# Some modules still take these from here.
from lab.checks import number as number  # noqa: PLC0414
from lab.checks import one_of as one_of  # noqa: PLC0414
from lab.checks import whole as whole  # noqa: PLC0414
from lab.datasets import check_options, check_root

if TYPE_CHECKING:
    from lab.datasets import ImageDataset
    from lab.training_loop import TrainingLoop

DEVICES = ("auto", "cpu", "cuda", "mps")
WORKERS = ("process", "thread")

LEARNING_RATES = {
    "sgd": 0.02,
    "nesterov": 0.02,
    "adam": 0.001,
    "adamw": 0.001,
    "rmsprop": 0.001,
    "adagrad": 0.01,
    "nadam": 0.002,
}
"""The optimizers, each with a learning rate to begin with."""

OPTIMIZERS = tuple(LEARNING_RATES)
SCHEDULES = ("constant", "step", "exponential", "cosine", "warm-up", "one cycle")
LOSSES = ("cross_entropy", "nll", "label_smoothing", "focal")
CLASS_WEIGHTS = ("none", "balanced")
PRECISIONS = ("float32", "bfloat16")

AUGMENTATION: dict[str, float | bool] = {
    "shift": 0.5,
    "rotate": 180.0,
    "flip": True,
    "noise": 1.0,
    "erase": 0.8,
}
"""What an augmentation may do, and how much of it at most: see ``lab.augmentation``."""

LIVE = frozenset(
    {
        "learning_rate",
        "momentum",
        "weight_decay",
        "dropout",
        "augmentation",
        "batch_size",
        "epochs",
        "pace",
        "schedule",
        "loss",
        "label_smoothing",
        "focal_gamma",
        "class_weights",
    }
)
"""The settings that can be changed between two steps; the others need a new beginning."""


ALONE = "Batch normalisation needs at least 2 images in a batch: choose a larger batch_size."


@dataclass(frozen=True)
class Settings:
    """The choices a run is made from; ``Run`` explains them. Bad values are refused."""

    dataset: str = "digits"
    root: str | os.PathLike[str] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    model: Any = "lenet"
    epochs: int = 20
    batch_size: int = 32
    optimizer: str = "sgd"
    learning_rate: float = LEARNING_RATES["sgd"]
    momentum: float = 0.9
    weight_decay: float = 0.0
    schedule: str = "constant"
    loss: str = "cross_entropy"
    label_smoothing: float = 0.1
    focal_gamma: float = 2.0
    class_weights: str = "none"
    dropout: float | None = None
    augmentation: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    device: str = "auto"
    precision: str = "float32"
    threads: int = 1
    pace: float | None = None
    watched: int = 360
    checkpoint: Any = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Check every value, and turn numpy's numbers and paths into Python's."""
        dataset: object = self.dataset  # whatever its type should be
        root: object = self.root
        if not isinstance(dataset, str):
            raise TypeError(f"dataset must be a name such as 'digits', not {dataset!r}.")
        if root is not None and not isinstance(root, (str, os.PathLike)):
            raise TypeError(f"root must be the path of a folder, not {root!r}.")
        check_root(dataset, root)
        check_options(dataset, table("options", self.options))
        values: dict[str, Any] = {
            "root": None if root is None else os.fspath(root),
            "options": table("options", self.options),
            "model": _model(self.model),
            "epochs": whole("epochs", self.epochs, 1, 10_000),
            "batch_size": whole("batch_size", self.batch_size, 1, 100_000),
            "optimizer": one_of("optimizer", self.optimizer, OPTIMIZERS),
            "learning_rate": number("learning_rate", self.learning_rate, above=0, most=1000),
            "momentum": number("momentum", self.momentum, least=0, below=1),
            "weight_decay": number("weight_decay", self.weight_decay, least=0, most=1),
            "schedule": one_of("schedule", self.schedule, SCHEDULES),
            "loss": one_of("loss", self.loss, LOSSES),
            "label_smoothing": number("label_smoothing", self.label_smoothing, least=0, below=1),
            "focal_gamma": number("focal_gamma", self.focal_gamma, least=0, most=10),
            "class_weights": one_of("class_weights", self.class_weights, CLASS_WEIGHTS),
            "dropout": (
                None if self.dropout is None else number("dropout", self.dropout, least=0, below=1)
            ),
            "augmentation": _augmentation(self.augmentation),
            "seed": whole("seed", self.seed, 0, 2**63 - 1),
            "device": one_of("device", self.device, DEVICES),
            "precision": one_of("precision", self.precision, PRECISIONS),
            "threads": whole("threads", self.threads, 1, 1024),
            "pace": None if self.pace is None else number("pace", self.pace, above=0),
            "watched": whole("watched", self.watched, 1, 100_000),
        }
        if values["optimizer"] == "nesterov" and values["momentum"] == 0:
            raise ValueError("Nesterov's look ahead needs a momentum above 0.")
        for name, value in values.items():
            object.__setattr__(self, name, value)  # the way that frozen dataclasses leave open

    def trainer(self, data: ImageDataset, before: TrainingLoop | None) -> TrainingLoop:
        """Return what learns from the images; loads PyTorch.

        Args:
            data: the images.
            before: the trainer whose place it takes.
        """
        from lab.trainer import Trainer  # noqa: PLC0415 - the page's side needs no PyTorch

        return Trainer(self, data, before)

    def table(self) -> dict[str, Any]:
        """Return the settings as plain values for JSON, without the checkpoint."""
        table = {part.name: getattr(self, part.name) for part in fields(self)}
        del table["checkpoint"]
        if is_module(self.model):
            table["model"] = type(self.model).__name__
        return table


def chosen_rate(optimizer: str, rate: float | None) -> float:
    """Return a learning rate, or one that suits the optimizer if none is given."""
    if rate is not None:
        return rate
    return LEARNING_RATES.get(optimizer, LEARNING_RATES["sgd"])


def changed(before: Settings, changes: Mapping[str, Any], epochs_done: int) -> Settings:
    """Return other settings to go on with between two steps.

    Raises:
        ValueError, TypeError: one that cannot be, or that needs a new beginning.
    """
    _check_names(changes)
    for name in changes:
        if name not in LIVE:
            raise ValueError(f"Another {name} needs a new beginning: use renew({name}=...).")
    after = replace(before, **changes)
    if after.epochs < epochs_done:
        raise ValueError(
            f"{epochs_done} epochs are done already: epochs must be at least that, "
            f"not {after.epochs}."
        )
    return after


def renewed(before: Settings, changes: Mapping[str, Any]) -> Settings:
    """Return settings to begin anew with: what hangs on those that change goes with them.

    Raises:
        ValueError, TypeError: one that cannot be.
    """
    _check_names(changes)
    values = dict(changes)
    if values.get("dataset", before.dataset) != before.dataset:
        values = {"root": None, "options": {}, "checkpoint": None, **values}
    if values.get("model", before.model) != before.model:
        values.setdefault("checkpoint", None)
    if values.get("optimizer", before.optimizer) != before.optimizer:
        values.setdefault("learning_rate", None)
    if "learning_rate" in values:
        optimizer = values.get("optimizer", before.optimizer)
        values["learning_rate"] = chosen_rate(optimizer, values["learning_rate"])
    return replace(before, **values)


def same_data(one: Settings, other: Settings) -> bool:
    """Whether two runs have the same images."""
    names = ("dataset", "root", "options")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _check_names(changes: Mapping[str, Any]) -> None:
    known_names("A run has no setting", changes, [part.name for part in fields(Settings)])


def is_module(model: object) -> bool:
    """Whether a model is a PyTorch module; loads no PyTorch to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(model, torch.nn.Module)


def _model(value: object) -> object:
    """Return a name, a table, or a module."""
    if is_module(value):
        return value
    if isinstance(value, str):
        return one_of("model", value, tuple(ARCHITECTURES))
    if isinstance(value, Mapping):
        value = Architecture.from_table(value)
    if isinstance(value, Architecture):
        return value.table()  # goes through pipes and into files
    raise TypeError(
        f"model must be a name such as 'lenet', a table of layers, or a PyTorch module, "
        f"not {value!r:.60}."
    )


def _augmentation(value: object) -> dict[str, Any]:
    """Return what an augmentation does, without what it leaves alone."""
    wished = table("augmentation", value)
    for name in wished:
        if name not in AUGMENTATION:
            raise ValueError(
                f"An augmentation has {', '.join(map(repr, AUGMENTATION))}, not {name!r:.40}."
            )
    checked: dict[str, Any] = {}
    for name, most in AUGMENTATION.items():
        amount = wished.get(name, False)
        if most is True:
            if amount not in (False, True):
                raise TypeError(f"{name} is True or False, not {amount!r:.40}.")
            checked[name] = bool(amount)
        elif amount is not False:
            checked[name] = number(name, amount, least=0, most=most)
    return {name: amount for name, amount in checked.items() if amount}
