"""Switches for what can be wrong with data, and the F1 that moves with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Dict, TraitError

from lab.class_scores import class_scores
from lab.data_flaws import (
    FLAWS,
    LEARNT,
    TESTED,
    Trial,
    beginning,
    example,
    named,
    verdict,
    with_flaws,
)
from widgets._arrays import pack
from widgets._base import hand, shown
from widgets._live import LiveWidget
from widgets._traits import Trait, Whole, row_of

if TYPE_CHECKING:
    from lab.class_scores import ClassScores, Estimate
    from lab.training import Run, Snapshot

MOST_TRIALS = 7
"""As many rows as stand on the stage; the first one stays, for the others are compared with it."""

Key = tuple[tuple[str, ...], int]


class Flaws(Trait["tuple[str, ...]", Any]):
    """Some of the flaws that there are, each once, in their order."""

    def validate(self, obj: Any, value: Any) -> tuple[str, ...]:  # noqa: ANN401, ARG002
        """Return the names in their order, or say in a sentence what would be right."""
        advice = f"flaws must be some of {', '.join(FLAWS)}"
        names = row_of(value, advice)
        for name in names:
            if name not in FLAWS:
                raise TraitError(f"{advice}, not {name!r:.40}.")
        return tuple(name for name in FLAWS if name in names)


class DataFlaws(LiveWidget):
    """Imbalance, an artefact, domain shift and noise as switches, and what becomes of the F1.

    Each switch has the run begin anew with other data, and its F1 comes to those before it.

    Args:
        run: a run of the organs. It begins to learn when a page first shows this.
        traits: any of the traits below.

    Raises:
        ValueError: the run has other images.

    """

    flaws = hand(Flaws(()))
    """What is wrong with the data: some of ``lab.data_flaws.FLAWS``."""

    seed = hand(Whole(0, 0, 10**9))
    """Where the run's random numbers begin: its first weights and the order of the images."""

    choices = shown(Dict())
    """The images and numbers of images as they should be, and of each flaw these and its words."""

    commands = ("forget",)

    def __init__(self, run: Run, **traits: Any) -> None:  # noqa: ANN401
        if run.settings.dataset != "organs":
            raise ValueError(
                "Only the organs can be given flaws: DataFlaws(Run('organs')), "
                f"not a run of {run.settings.dataset!r:.40}."
            )
        self._trials: dict[Key, ClassScores] = {}
        self._counted: tuple[bytes, ClassScores] | None = None
        self._present: Key | None = None  # the trial at work
        self._asked = -1  # the command with which it began; -1 before the first one
        options = run.settings.options
        choices = {
            "learnt": LEARNT,
            "tested": TESTED,
            "sound": _example(options, ()),
            "flaws": [
                {"key": key, "title": one.title, "words": one.words, **_example(options, (key,))}
                for key, one in FLAWS.items()
            ],
        }
        super().__init__(run, choices=choices, **{"seed": run.settings.seed, **traits})
        self.observe(self._begin_once, ["flaws", "seed"])

    def begin(self) -> None:
        """Train anew with the flaws and the seed that the hand holds."""
        run, settings = self.run, self.run.settings
        options = with_flaws(settings.options, self.flaws)
        learnt = run.latest.step > 0 or self._asked >= 0
        try:
            if learnt or (options, self.seed) != (settings.options, settings.seed):
                run.renew(options=options, seed=self.seed)
            run.start()
        except (ValueError, TypeError, RuntimeError) as error:
            self.problem = str(error)
        self._asked, self._present = run.asked, self._key

    def _begin_once(self, _change: object) -> None:
        if self._key != self._present:  # both may have changed at once, and each of them tells
            self.begin()

    def forget(self) -> None:
        """Forget all trials but the present one."""
        self._trials = {key: one for key, one in self._trials.items() if key == self._key}

    @property
    def _key(self) -> Key:
        return self.flaws, self.seed

    def obey(self, name: str, value: object) -> None:  # noqa: ARG002 - a command has a value
        """Do what the page asks for."""
        getattr(self, name)()
        self._sent = -1  # the same snapshot is to be drawn anew
        self.offer(self.run.latest)

    def _hear(self, widget: object, content: object, buffers: object) -> None:
        super()._hear(widget, content, buffers)
        if self._asked < 0 and isinstance(content, dict) and "alive" in content:
            with self._sending:
                self.begin()

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the trials as rows of a forest plot, and what they say."""
        watched = self.run.watched
        names = list(watched.class_names) if watched else []
        # The first test is that of a network that has learnt nothing.
        begun = 0 <= self._asked <= snapshot.obeyed and len(snapshot.test_steps) > 1
        trials, said = dict(self._trials), []
        if begun and len(snapshot.confusion) == len(names):
            trials[self._key] = self._scores(snapshot)
        if begun and snapshot.state == "finished":
            self._keep(trials)
            trials = dict(self._trials)
            now = Trial(*self._key, trials[self._key])
            said = verdict([Trial(*key, one) for key, one in trials.items()], now, names)
        return {
            "classNames": names,
            "epoch": snapshot.epoch if begun else 0,
            "epochs": snapshot.epochs,
            "message": self._message(snapshot),
            "rows": [self._row(key, scores, snapshot.state) for key, scores in trials.items()],
            "said": said,
            "learns": beginning(self._key, [key for key in self._trials if key != self._key]),
        }

    def _message(self, snapshot: Snapshot) -> str:
        """Return why it does not learn, if it should."""
        if snapshot.state in ("paused", "stopped", "diverged", "failed"):
            return self.presence.message(snapshot) or snapshot.message
        return ""

    def _scores(self, snapshot: Snapshot) -> ClassScores:
        key = snapshot.confusion.tobytes()  # a new one only with a test: no bootstrap is done twice
        if self._counted is None or self._counted[0] != key:
            self._counted = key, class_scores(snapshot.confusion)
        return self._counted[1]

    def _keep(self, trials: dict[Key, ClassScores]) -> None:
        """Keep the newest ones and the first."""
        keys = list(trials)
        for key in keys[1 : 1 + max(0, len(keys) - MOST_TRIALS)]:
            if key != self._key:
                del trials[key]
        self._trials = trials

    def _row(self, key: Key, scores: ClassScores, state: str) -> dict[str, Any]:
        (flaws, seed), now = key, key == self._key
        return {
            "name": named(flaws),
            "seed": seed,
            "now": now,
            "done": not now or state == "finished",
            "mean": _estimate(scores.macro["f1"]),
            "classes": _estimate(scores.f1),
        }


def _example(options: Any, flaws: tuple[str, ...]) -> dict[str, Any]:  # noqa: ANN401 - of any run
    one = example(options, flaws)
    return {
        "learns": pack(one.learnt),
        "tests": pack(one.tested),
        "counts": one.counts.tolist(),
        "testCounts": one.test_counts.tolist(),
    }


def _estimate(estimate: Estimate) -> dict[str, Any]:
    """Write an estimate as the page reads it: None where there is no number."""
    pairs = zip(("value", "low", "high"), estimate, strict=True)
    return {name: _plain(np.asarray(end).tolist()) for name, end in pairs}


def _plain(numbers: Any) -> Any:  # noqa: ANN401 - a number, or a list of them
    if isinstance(numbers, list):
        return [_plain(number) for number in numbers]
    return None if np.isnan(numbers) else numbers
