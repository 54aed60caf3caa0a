"""What the controls offer: the settings of a run as plain values, and what each may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lab.architecture import ARCHITECTURES
from lab.datasets import WITHOUT_ROOT
from lab.datasets.organs import Options
from lab.settings import (
    AUGMENTATION,
    CLASS_WEIGHTS,
    DEVICES,
    LIVE,
    LOSSES,
    OPTIMIZERS,
    PRECISIONS,
    SCHEDULES,
)
from widgets._uploads import is_gone

if TYPE_CHECKING:
    from lab.settings import Settings
    from lab.training import Run, Snapshot
    from lab.wanted import Wanted

SETTINGS = (
    "learning_rate",
    "momentum",
    "weight_decay",
    "batch_size",
    "epochs",
    "pace",
    "dropout",
    "augmentation",
    "optimizer",
    "schedule",
    "loss",
    "class_weights",
    "model",
    "dataset",
    "root",
    "options",
    "seed",
    "device",
    "precision",
)
"""The settings that the page shows; the others are for whoever writes ``Run(...)``."""

OWN = "own"
"""Stands for a network that has no name: a table of ``"blocks"``, or a module of one's own."""

LOOKS = ("sample", "layer", "channel", "unit", "vectors_of", "vectors", "target")
"""What is chosen in a view and holds for all of them; what they need, they say themselves."""

USUAL = ("Ready. Press start and watch it learn.", "It is learning.")
"""What a run says where there is nothing to say."""

OPTIONS: dict[str, dict[str, Any]] = {
    "organs": {name: getattr(Options, name) for name in ("noise", "imbalance", "shift", "shortcut")}
}
"""What a data set can be told besides, and what it is told where nothing is said."""


def table_of(settings: Settings) -> dict[str, Any]:
    """Return the settings that the page shows, as JSON has them, nothing left out."""
    table = {name: getattr(settings, name) for name in SETTINGS}
    table["model"] = settings.model if isinstance(settings.model, str) else OWN
    table["blocks"] = settings.model["blocks"] if isinstance(settings.model, Mapping) else []
    nothing = {name: False if most is True else 0.0 for name, most in AUGMENTATION.items()}
    table["augmentation"] = nothing | dict(settings.augmentation)
    table["options"] = OPTIONS.get(settings.dataset, {}) | dict(settings.options)
    return table


def changes(asked: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a page's settings mean for a run: those that differ, by the run's own names."""
    differing = {k: v for k, v in asked.items() if k not in present or v != present[k]}
    blocks = differing.pop("blocks", None)
    if asked.get("model") == OWN and (blocks or "model" in differing):
        differing["model"] = {"blocks": asked.get("blocks", [])}
    if is_gone(differing.get("root")):  # with the Python to which it was uploaded
        for name in ("dataset", "root", "options"):
            differing.pop(name, None)
    return differing


def looks_of(wanted: Wanted) -> dict[str, Any]:
    """Return what all views look at, as JSON has it; an image of one's own is not among it."""
    looks = {name: getattr(wanted, name) for name in LOOKS}
    looks["unit"] = None if wanted.unit is None else list(wanted.unit)
    if wanted.image is not None:
        del looks["sample"]
    return looks


def offers() -> dict[str, Any]:
    """Return what may be chosen for each setting, and which ones change while it runs."""
    return {
        "choices": {
            "optimizer": list(OPTIMIZERS),
            "schedule": list(SCHEDULES),
            "loss": list(LOSSES),
            "class_weights": list(CLASS_WEIGHTS),
            "model": list(ARCHITECTURES),
            "dataset": [*WITHOUT_ROOT, "mnist", "fashion_mnist", "images"],
            "device": list(DEVICES),
            "precision": list(PRECISIONS),
        },
        "options": OPTIONS,
        "withoutRoot": list(WITHOUT_ROOT),
        "live": [name for name in SETTINGS if name in LIVE],
    }


def notable(message: str) -> str:
    """Return what a run says, but not what its state says already."""
    return "" if message in USUAL else message


def about(run: Run, snapshot: Snapshot) -> str:
    """Return what learns what, and where, in a sentence or three."""
    watched = run.watched
    if watched is None or snapshot.state == "starting":
        return ""
    model = run.settings.model
    name = {"lenet": "LeNet", "mlp": "MLP"}.get(model, model) if isinstance(model, str) else ""
    network = name[:1].upper() + name[1:] or "Your own network"
    return (
        f"{network}, {watched.parameters:,} weights, learns {watched.dataset} from "
        f"{watched.train_count:,} images. {snapshot.device}. {watched.warning}"
    ).strip()
