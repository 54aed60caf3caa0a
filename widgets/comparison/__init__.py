"""Two runs side by side: predict what one difference will do, train both, and see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from traitlets import Enum, List, TraitError, Unicode, validate

from lab.experiment_pairs import PAIRS, Pair
from lab.experiment_plan import MOST_REPEATS, Plan
from lab.experiments import Experiment
from lab.training import Run
from widgets._base import hand, shown
from widgets._live import LiveWidget
from widgets._presence import presence_of
from widgets._traits import Whole
from widgets.comparison.frames import frame_of, shared_words

if TYPE_CHECKING:
    from lab.experiment_report import Report

OWN = "own"
"""The name of a pair that is none of those to teach with."""

RESTS = (
    "No page has shown this comparison for half an hour, so its memory is free again. "
    "Pairs that are complete are kept; press go on to train the one at work from its beginning."
)

CARRIED = ("dataset", "root", "options", "device", "threads", "worker", "seed")
"""What a given experiment's other pairs share with it: the images and the machine."""


class Comparison(LiveWidget):
    """Two runs that differ in one thing, their curves in one picture and their numbers in a table.

    Args:
        what: the name of a pair to teach with, a key of ``lab.experiment_pairs.PAIRS`` (default
            ``"optimizer"``); an ``Experiment`` of one's own; or a run, which is compared with
            ``other``.
        other: the second run, for example a fork of the first.
        repeats: how many pairs are trained, 1 to 100 (default: the experiment's own, else 1).
        epochs: how long, 1 to 200 (default: the experiment's own, else the pair's).
        curve: ``"training"`` or ``"test"``: which loss is drawn (default: what the pair is about).
        scale: ``"linear"`` (default) or ``"log"``: how the loss is drawn.

    Raises:
        TypeError, ValueError: what cannot be compared.
        traitlets.TraitError: a value that it cannot take.

    """

    commands = ("start", "pause", "stop", "reset")

    pair = hand(Unicode("optimizer"))
    """What is compared: a key of ``lab.experiment_pairs.PAIRS``, or ``"own"``."""

    epochs = hand(Whole(20, 1, 200))
    """How many epochs each run is trained; another number begins anew."""

    repeats = hand(Whole(1, 1, MOST_REPEATS))
    """How many pairs are trained, each with another seed; another number begins anew."""

    prediction = hand(Enum(["", "a", "same", "b"], default_value=""))
    """Who is expected to do better: the first, neither, the second; empty before."""

    curve = hand(Enum(["training", "test"], default_value="test"))
    """Which loss is drawn."""

    scale = hand(Enum(["linear", "log"], default_value="linear"))
    """How the axis of the loss is divided."""

    pairs = shown(List())
    """What can be chosen: of each pair its key, title, epochs and the loss that it is about."""

    def __init__(
        self,
        what: Experiment | Run | str = "optimizer",
        other: Run | None = None,
        *,
        repeats: int | None = None,
        epochs: int | None = None,
        curve: str | None = None,
        scale: str = "linear",
        **layout: Any,  # noqa: ANN401
    ) -> None:
        self._base: dict[str, Any] = {}
        self._own: Plan | None = None
        experiment, pair = self._experiment_of(what, other, repeats, epochs)
        self.experiment = experiment
        super().__init__(
            cast("Run", experiment),  # it is started, paused and told of in the same way
            pair=pair,
            epochs=experiment.epochs,
            repeats=experiment.repeats,
            curve=_curve_of(PAIRS[pair]) if curve is None and pair in PAIRS else curve or "test",
            scale=scale,
            pairs=self._pairs(),
            **layout,
        )
        self.presence.rests = RESTS

    def _experiment_of(
        self,
        what: Experiment | Run | str,
        other: Run | None,
        repeats: int | None,
        epochs: int | None,
    ) -> tuple[Experiment, str]:
        if isinstance(what, Run):
            if other is None:
                raise TypeError("A run is compared with another one: Comparison(run, run.fork()).")
            return Experiment.of(what, other), OWN
        if other is not None:
            raise TypeError("Only a run can be compared with another run.")
        if isinstance(what, Experiment):
            if what.plan is not None:
                if repeats is not None or epochs is not None:
                    what.renew(
                        what.plan.base,
                        what.plan.difference,
                        repeats=repeats or what.repeats,
                        epochs=epochs or what.epochs,
                    )
                self._own = what.plan
                self._base = {n: what.plan.base[n] for n in CARRIED if n in what.plan.base}
            return what, OWN
        if not isinstance(what, str) or what not in PAIRS:
            raise TraitError(_unknown(what, tuple(PAIRS)))
        plan = self._plan(what, repeats or 1, epochs or PAIRS[what].epochs)
        return Experiment(
            plan.base, plan.difference, repeats=plan.repeats, epochs=plan.epochs
        ), what

    def _plan(self, name: str, repeats: int, epochs: int) -> Plan:
        if name == OWN:
            assert self._own is not None, "checked before"
            return Plan(self._own.base, self._own.difference, repeats, epochs)
        pair = PAIRS[name]
        # Other images have a folder and options of their own.
        data = ("dataset", "root", "options") if "dataset" in pair.base else ()
        carried = {k: v for k, v in self._base.items() if k not in (*data, *pair.difference)}
        return Plan({**carried, **pair.base}, pair.difference, repeats, epochs)

    def _pairs(self) -> list[dict[str, Any]]:
        own: list[dict[str, Any]] = []
        if self._own is not None or self.experiment.plan is None:
            title = " or ".join(self._own.labels if self._own else self.experiment.labels)
            epochs = self._own.epochs if self._own else self.experiment.epochs
            own = [{"key": OWN, "title": title, "epochs": epochs, "curve": "test"}]
        if self.experiment.plan is None:
            return own
        taught = (
            {"key": key, "title": pair.title, "epochs": pair.epochs, "curve": _curve_of(pair)}
            for key, pair in PAIRS.items()
        )
        return [*own, *taught]

    @property
    def lesson(self) -> Pair:
        """The pair that is compared, with its question; one of one's own has a plain one."""
        if self.pair in PAIRS:
            return PAIRS[self.pair]
        a, b = self.experiment.labels
        return Pair(
            title=f"{a} or {b}",
            difference={},
            question="Which one recognises more after {epochs} epochs?",
            answers=(a, "hardly any difference", b),
            lesson="",
        )

    @validate("pair", "epochs", "repeats")
    def _take(self, proposal: dict[str, Any]) -> Any:  # noqa: ANN401 - a name or a number
        """Begin anew with what is asked for: all of it, or nothing and a sentence."""
        name, value = proposal["trait"].name, proposal["value"]
        asked = {"pair": self.pair, "epochs": self.epochs, "repeats": self.repeats, name: value}
        known = [one["key"] for one in self._pairs()]
        if asked["pair"] not in known:
            raise TraitError(_unknown(asked["pair"], known))
        if self.experiment.plan is None:
            if name != "pair" and value != getattr(self.experiment, name):
                raise TraitError(f"These two runs were given: their {name} cannot be changed here.")
        elif self._sent >= 0:  # else it is being made
            self._renew(asked["pair"], asked["repeats"], asked["epochs"])
        return value

    def _renew(self, pair: str, repeats: int, epochs: int) -> None:
        try:
            plan = self._plan(pair, repeats, epochs)
            if plan != self.experiment.plan:
                self.experiment.renew(plan.base, plan.difference, repeats=repeats, epochs=epochs)
        except (ValueError, TypeError, RuntimeError) as error:
            raise TraitError(str(error)) from error

    def _hear(self, widget: object, content: object, buffers: object) -> None:
        super()._hear(widget, content, buffers)
        if self.experiment.plan is None and isinstance(content, dict):
            for run in self.experiment.runs:  # whoever shows the two, shows each
                presence_of(run).seen()

    def draw(self, snapshot: Any) -> dict[str, Any]:  # noqa: ANN401 - a report: see frame_of
        """Return the frame of a report: curves, table and words."""
        report: Report = snapshot
        plan = self.experiment.plan
        settings = self.experiment.runs[0].settings
        seed = settings.seed if plan is None else plan.seed
        shared = shared_words(
            settings,
            "" if plan is None else plan.name,
            range(seed, seed + self.experiment.repeats),
        )
        return {
            **frame_of(report, self.lesson),
            "message": report.message or self.presence.message(report),
            "given": plan is None,
            "shared": shared,
        }


def _curve_of(pair: Pair) -> str:
    return "training" if pair.measure == "training loss" else "test"


def _unknown(name: object, known: Any) -> str:  # noqa: ANN401 - any row of names
    return f"pair must be one of {', '.join(known)}, not {name!r:.40}."
