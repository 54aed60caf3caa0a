"""What a heat map, and a good score, do not prove: each with a number of the run at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Enum, List, observe

from lab.explained import METHODS
from lab.map_limits import KEY, Limits, alarms
from lab.map_limits import MapLimits as Study
from widgets._arrays import pack
from widgets._base import hand, shown
from widgets._live import LiveWidget
from widgets.map_limits.words import clinic_words, words

if TYPE_CHECKING:
    from lab.training import Run, Snapshot

OFFERED = ("input_x_gradient", "saliency", "grad_cam", "integrated_gradients")
"""The methods to choose from."""

MANY = 12
"""Over so many images the means go at most."""

RARE = 0.01
"""How many people have what is looked for: one in a hundred."""


class MapLimits(LiveWidget):
    """Three things that a heat map does not prove and one that a score does not, measured.

    Args:
        run: the run to watch. Its maps are looked at when it has finished.
        traits: any of the traits below.

    """

    method = hand(Enum(list(OFFERED), default_value=OFFERED[0]))
    """The explanation that is tried: a name of ``lab.explained.METHODS``."""

    methods = shown(List())
    """What can be chosen: of each method its name, its title and whether it has a sign."""

    def __init__(self, run: Run, **traits: Any) -> None:  # noqa: ANN401
        self._number = 0  # of the study that was asked for
        self._asked: tuple[object, ...] = ()  # what it is about
        self._places: tuple[list[int], list[int]] = [], []  # of images right and wrong
        self._tested: Snapshot | None = None  # that it is about
        self._shown: dict[str, Any] = {}  # the last complete picture
        methods = [
            {"key": key, "title": METHODS[key].title, "signed": METHODS[key].signed}
            for key in OFFERED
        ]
        super().__init__(run, methods=methods, **traits)

    @observe("method")
    def _ask_again(self, _change: object) -> None:
        with self._sending:
            self._ask(self.run.latest)

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the maps, the numbers and what they say."""
        self._ask(snapshot)
        finding = self.run.findings.get(KEY)
        mine = finding is not None and self._number > 0
        if finding is not None and mine and finding.problem:
            return {**self._shown, "old": True, "problem": finding.problem}
        limits, fresh = finding.value if finding is not None and mine else None, False
        if isinstance(limits, Limits) and limits.number == self._number and self._tested:
            self._shown = self._picture(limits, self._tested)
            fresh = snapshot.state == "finished"
        return {**self._shown, "old": not fresh, "problem": ""}

    def _ask(self, snapshot: Snapshot) -> None:
        """Have the maps looked at, if the run has finished and they were not yet."""
        watched, said = self.run.watched, snapshot.test_predictions
        if snapshot.state != "finished" or watched is None:
            return
        labels = watched.test_labels
        if len(labels) != len(said):
            return
        asked = (self.method, snapshot.test_confidences.tobytes(), said.tobytes(), watched)
        if asked == self._asked:
            return
        self._asked, self._number, self._tested = asked, self._number + 1, snapshot
        surest = np.argsort(-snapshot.test_confidences, kind="stable")
        hits = said[surest] == labels[surest]
        self._places = surest[hits][:MANY].tolist(), surest[~hits][:MANY].tolist()
        right, wrong = map(tuple, self._places)
        self.run.study(Study(self.method, right, wrong, self._number))

    def _picture(self, limits: Limits, snapshot: Snapshot) -> dict[str, Any]:
        """Return what is shown of a finding about the network as it was in a snapshot."""
        watched = self.run.watched
        assert watched is not None, "its test was looked at"
        right, wrong = self._places
        names = watched.class_names
        clinic = alarms(snapshot.confusion, RARE)
        mistake: dict[str, Any] | None = None
        sure = float(snapshot.test_confidences[wrong[0]]) if wrong else 0.0
        if wrong and limits.wrong_map.size:
            place = wrong[0]
            mistake = {
                "image": pack(watched.test_images[place]),
                "map": pack(limits.wrong_map),
                "said": names[snapshot.test_predictions[place]],
                "label": names[watched.test_labels[place]],
            }
        return {
            "method": self.method,
            "image": pack(watched.test_images[right[0]]),
            "maps": [pack(one) for one in limits.maps],
            "classes": [names[one] for one in limits.targets],
            "mistake": mistake,
            "cards": [*words(limits, sure), clinic_words(clinic, names)],
            "found": clinic.found,
            "false": clinic.false,
        }
