"""Has a run make images for the channels of some layers, and keeps what was made."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lab.visualizing import Visualize, Visualized

if TYPE_CHECKING:
    from lab.messages import Finding
    from lab.training import Run, Snapshot, Watched

CLASSES = ""
"""The name of the layer that is the whole network: its channels are the classes."""

PATIENCE = 30.0
"""Seconds: if it took longer, it is not done again before somebody asks for it."""

ROUGH = 16
"""Steps of a first picture: enough to see something of all layers before one of them is done."""

MOST_KEPT = 60
"""Grids that are kept: a moment of the past to which one comes back shows them at once."""


@dataclass(frozen=True)
class Wish:
    """The images that are wanted of a layer."""

    layer: str
    channels: tuple[int, ...]
    steps: int
    diversity: int
    objective: str


@dataclass(frozen=True)
class Version:
    """Of which network something is: after how many steps, and as hands have left it."""

    step: int
    edits: int
    switched_off: tuple[tuple[str, int], ...]


def version_of(snapshot: Snapshot) -> Version:
    """Return which network is looked at."""
    step = snapshot.step if snapshot.looked_at < 0 else snapshot.looked_at
    return Version(step, snapshot.edits, snapshot.switched_off)


class Making:
    """Asks a run for images, one layer after the other, and knows which ones are there.

    Args:
        run: the run.
        name: another one for each view of it.

    Attributes:
        grids: the last images of each layer, on their way or done, of this network or one before.
        steps: of the training, of which they are.
        problems: why there are none.
    """

    def __init__(self, run: Run, name: str) -> None:
        self._run, self._name = run, name
        self._turn = 0
        self._watched: Watched | None = None
        self._forget()

    def _forget(self) -> None:
        self.grids: dict[str, Visualized] = {}
        self.steps: dict[str, int] = {}
        self.problems: dict[str, str] = {}
        self._kept: OrderedDict[tuple[Version, Wish], Visualized] = OrderedDict()
        self._under_way: dict[str, tuple[int, Version, Wish]] = {}
        self._plan: tuple[Version, tuple[Wish, ...]] | None = None
        self._rough = self._cancelled = False

    @property
    def busy(self) -> bool:
        """Whether images are being made."""
        return bool(self._under_way)

    def busy_with(self, layer: str) -> bool:
        """Whether images of that layer are being made, or will be."""
        return layer in self._under_way

    def done(self, layer: str) -> int:
        """Return how many steps are done: of those under way, if there are any."""
        grid = self.grids.get(layer)
        if grid is None or self._under_way.get(layer, (grid.turn,))[0] != grid.turn:
            return 0
        return grid.done

    def up_to_date(self, version: Version) -> bool:
        """Whether the images are, or are going to be, of that network, and all of them."""
        return self._plan is not None and self._plan[0] == version and not self._cancelled

    def tend(
        self, watched: Watched, snapshot: Snapshot, wishes: tuple[Wish, ...], *, follow: bool
    ) -> None:
        """Take in what was made, and ask for what is wanted if it is time for that.

        Args:
            watched: what the network consists of.
            snapshot: how it stands.
            wishes: the images that are wanted.
            follow: whether it is time while the network learns, too: for rough images.
        """
        if watched is not self._watched:
            self._give_up()
            self._forget()
            self._watched = watched
        self._take_in()
        plan = version_of(snapshot), wishes
        learns = snapshot.state == "running" and snapshot.looked_at < 0
        if self._plan is None or self._plan[1] != wishes:
            self._begin(plan, rough=sum(wish.layer not in self.grids for wish in wishes) > 1)
        elif self._cancelled:
            return
        elif self._plan != plan and (follow or not learns):
            took = sum(grid.seconds for grid in self.grids.values())
            if not self.busy if learns else took <= PATIENCE:
                self._begin(plan, rough=learns)
        elif self._rough and not self.busy:
            self._begin(self._plan)

    def again(self) -> None:
        """Make the images as soon as the network is seen again."""
        self._plan, self._cancelled = None, False

    def cancel(self) -> None:
        """Give up what is under way; what is there stays."""
        self._cancelled = self._cancelled or self.busy
        self._give_up()

    def _give_up(self) -> None:
        for layer in list(self._under_way):
            with suppress(RuntimeError):  # the run may be closed
                self._run.end_study(self._key(layer))
        self._under_way = {}

    def _begin(self, plan: tuple[Version, tuple[Wish, ...]], *, rough: bool = False) -> None:
        self._give_up()
        self._plan, self._rough, self._cancelled = plan, rough, False
        version, wishes = plan
        self.problems = {}
        for wish in wishes:
            found = self._kept.get((version, wish))
            if found is not None:
                self._kept.move_to_end((version, wish))
                self.grids[wish.layer], self.steps[wish.layer] = found, version.step
                continue
            self._turn += 1
            study = Visualize(
                self._key(wish.layer),
                wish.layer,
                wish.channels,
                steps=min(wish.steps, ROUGH) if rough else wish.steps,
                diversity=wish.diversity,
                objective=wish.objective,
                turn=self._turn,
            )
            with suppress(RuntimeError):  # the run may be closed
                self._run.study(study)
                self._under_way[wish.layer] = self._turn, version, wish

    def _take_in(self) -> None:
        findings = self._run.findings
        for layer, (turn, version, wish) in list(self._under_way.items()):
            finding = findings.get(self._key(layer))
            if finding is None or not _answers(finding, turn):
                continue
            found = finding.value
            if isinstance(found, Visualized) and self._worth_seeing(found, finding):
                self.grids[layer] = found
                self.steps[layer] = version.step if finding.step < 0 else finding.step
            if not finding.done:
                continue
            del self._under_way[layer]
            self.problems[layer] = finding.problem
            whole = isinstance(found, Visualized) and found.steps == wish.steps
            if isinstance(found, Visualized) and whole and not finding.problem:
                step = self.steps[layer]  # while it learnt, the network may have gone on a step
                self._kept[replace(version, step=step), wish] = found
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)

    def _worth_seeing(self, found: Visualized, finding: Finding) -> bool:
        """Whether images are more than noise, where there are others."""
        return finding.done or found.layer not in self.grids or found.done >= ROUGH

    def _key(self, layer: str) -> str:
        return f"{self._name}: {layer}"


def _answers(finding: Finding, turn: int) -> bool:
    """Whether a finding is of the study that was asked for last."""
    if isinstance(finding.value, Visualized):
        return finding.value.turn == turn
    return finding.problem != ""
