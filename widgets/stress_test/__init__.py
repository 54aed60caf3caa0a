"""A stress test of explanations: do they see that a network cheats, do they mind weights?"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from traitlets import Enum

from lab.stress import KEY, TRIED, Trial, check_methods, organ_trial
from lab.stress import StressTest as Study
from lab.training import Run
from widgets._base import hand
from widgets._presence import presence_of
from widgets._redrawn import RedrawnWidget
from widgets._traits import Whole
from widgets.stress_test.frames import (
    example,
    is_tested,
    methods_frame,
    order,
    progress,
    run_frame,
    stages,
    value_of,
)
from widgets.stress_test.pair import Both, Pair
from widgets.stress_test.words import said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lab.messages import Snapshot
    from lab.stress import Stressed

Occasion = tuple[str, int]
"""Why a network is studied: ``"glance"`` or ``"test"``, and at which epoch or step."""


class StressTest(RedrawnWidget):
    """Two networks, one of which could learn a marker instead of the organs, and why they decide.

    Both are trained side by side. After each epoch, and thoroughly when they stand still, several
    methods explain why an image with the marker is what it is: how much of it do they put on the
    marker, and do their maps change when layers of the network are drawn anew?

    Args:
        clean_run: of the organs without letters, ``Run("organs")``.
        planted_run: with letters, ``Run("organs", options={"shortcut": True})``.
        methods: which explanations are tried: some of ``lab.explained.METHODS``.
        trial: images with a marker that neither network has seen; ``None`` (default) draws organs
            as the second run has them.
        traits: any of the traits below.

    Raises:
        TypeError, ValueError: what cannot be tested; the sentence says why.

    """

    commands = ("start", "pause", "reset")

    stage = hand(Whole(0, 0, 1000))
    """How many layers are drawn anew, from the last one on; what is too many is all of them."""

    panel = hand(Enum(["scores", "correlation", "deletion", "insertion"], default_value="scores"))
    """What stands beside the maps: a table of scores; the rank correlation with the maps as learnt
    over the layers drawn anew; or the probability of the class while pixels are taken away, or put
    in."""

    network = hand(Enum(["clean", "planted"], default_value="planted"))
    """Of which network scores and curves are."""

    def __init__(
        self,
        clean_run: Run,
        planted_run: Run,
        methods: Iterable[str] = TRIED,
        trial: Trial | None = None,
        **traits: Any,  # noqa: ANN401
    ) -> None:
        for run in (clean_run, planted_run):
            if not isinstance(run, Run):
                raise TypeError(f"A stress test is of two runs, not of {run!r:.60}.")
        if clean_run is planted_run:
            raise ValueError("A stress test is of two runs: give another one for each.")
        self.methods = (methods,) if isinstance(methods, str) else tuple(methods)
        check_methods(self.methods)
        self.trial = _organs(planted_run) if trial is None else trial
        self.pair = Pair(clean_run, planted_run)
        self._order = self.methods
        self._occasions: dict[Run, Occasion] = {}
        self._known: list[Stressed | None] = [None, None]
        super().__init__(cast("Run", self.pair), **traits)  # it is followed in the same way
        self.observe(self.redraw, ["stage"])

    def offer(self, snapshot: Any) -> None:  # noqa: ANN401 - Both
        """Study what is new, and send it on."""
        with self._sending:
            for run in self.pair.runs:
                with suppress(RuntimeError):  # it is closed
                    self._study(run)
            super().offer(snapshot)

    def _study(self, run: Run) -> None:
        occasion = _occasion(run.latest)
        if occasion is None or occasion == self._occasions.get(run):
            return
        self._occasions[run] = occasion
        if occasion[0] == "test":
            run.study(Study(self.trial, self.methods))
        elif occasion[0] == "glance":
            run.study(Study(self.trial.only(1), self.methods, compared=0))
        else:
            run.end_study(KEY)

    def _hear(self, widget: object, content: object, buffers: object) -> None:
        super()._hear(widget, content, buffers)
        for run in self.pair.runs:  # whoever shows the two, shows each
            presence_of(run).seen()

    def draw(self, snapshot: Any) -> dict[str, Any]:  # noqa: ANN401 - Both
        """Return the frame of both runs and of what is known of them."""
        both: Both = snapshot
        runs, target = self.pair.runs, self.trial.target
        findings = [run.findings.get(KEY) for run in runs]
        present = [value_of(one) for one in findings]
        # What was known of a network stays on the screen until it is known anew.
        self._known = [new or old for new, old in zip(present, self._known, strict=True)]
        clean, planted = self._known
        if planted is not None and is_tested(planted):
            self._order = order(self.methods, planted)
        names = next((run.watched.class_names for run in runs if run.watched), ())
        name = names[target] if target < len(names) else f"class {target}"
        found = planted or clean
        groups = self.trial.groups
        return {
            **example(self.trial),
            "className": name,
            "message": self.presence.message(both),
            "problems": [one.problem if one else "" for one in findings],
            "runs": [
                {**run_frame(run, one, known, target), **progress(value)}
                for run, one, known, value in zip(
                    runs, both.snapshots, self._known, present, strict=True
                )
            ],
            "images": len(self.trial.images),
            "layers": list(found.layers) if found else [],
            # The maps keep their places while they are watched; a table goes by the ranks.
            "methods": methods_frame(self.methods, (clean, planted), self.stage),
            "ranked": list(self._order),
            "stages": stages((clean, planted)),
            "recognised": [
                {"title": group.title, "shares": [_share(clean, i), _share(planted, i)]}
                for i, group in enumerate(groups)
            ],
            "said": list(said(both.state, name, clean, planted)),
        }


def _share(found: Any, place: int) -> float | None:  # noqa: ANN401 - a Stressed, or none
    return found.recognised[place] if found and place < len(found.recognised) else None


def _occasion(snapshot: Snapshot) -> Occasion | None:
    """Return why the network is worth a look now; ``None`` if it is not known yet."""
    if snapshot.state in {"starting", "failed"}:
        return None
    if snapshot.state == "running":
        return ("glance", snapshot.epoch) if snapshot.epoch else ("none", 0)
    return ("test" if snapshot.step else "glance", -1 - snapshot.step)


def _organs(run: Run) -> Trial:
    if run.settings.dataset != "organs":
        raise ValueError(
            'A stress test draws images for runs of "organs" only: give a trial '
            f"for {run.settings.dataset!r:.40}."
        )
    return organ_trial(run.settings.options)
