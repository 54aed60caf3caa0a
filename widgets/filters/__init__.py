"""The filters of a run's network: looked at while it learns, and changed by hand."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Dict, Enum, TraitError, observe, validate

from widgets._base import hand, shown
from widgets._redrawn import RedrawnWidget
from widgets._traits import Whole
from widgets.filters.pictures import Bench
from widgets.filters.verdicts import TASKS, Judge

if TYPE_CHECKING:
    from lab.training import Run, Snapshot

VALUES = ("weights", "gradients", "change")
KERNELS = ("each", "mean")


class Filters(RedrawnWidget):
    """Every kernel of a convolution as a tile, on one signed scale; a click chooses its channel.

    Args:
        run: the run to watch, or a ``Still``.
        hands: whether its layer can be chosen, gradients and changes be looked at, and weights be
            changed by hand in the network itself. Without it, there are just the tiles.
        traits: any of the traits below.

    """

    hands = shown(Bool())
    """Whether there is more than the tiles: see above."""

    values = hand(Enum(list(VALUES), default_value="weights"))
    """What the tiles show: the weights, the gradients of the last step, or what has changed since
    a moment that the learner marks."""

    kernels = hand(Enum(list(KERNELS), default_value="each"))
    """What is shown of a layer with several inputs: ``"each"`` kernel, in a table with a row for
    each filter and a column for each input, or of each filter the ``"mean"`` over its inputs."""

    opened = hand(Whole(0, 0, 10**6))
    """Which of the chosen filter's kernels lies open, counted from 0: one for each input."""

    edit = hand(Dict()).tag(transient=True)
    """The weight that the hand holds: ``layer``, ``place``, ``value``, whether it is a ``bias``,
    and the number of the ``drag``: one step to undo."""

    task = hand(Enum(list(TASKS), default_value="none"))
    """What is to be done."""

    commands = ("choose", "switch", "undo", "mark")

    def __init__(self, run: Run, *, hands: bool = False, **traits: Any) -> None:  # noqa: ANN401
        self._bench = Bench()
        self._judge = Judge()
        super().__init__(run, hands=hands, **traits)
        known = run.watched is None or run.watched.map_layers
        if hands and known and run.wanted.channel < 0:
            with suppress(ValueError, RuntimeError):  # it may be closed, and is still looked at
                run.watch(channel=0)

    def needs(self) -> dict[str, Any]:
        """Return whether gradients are to be seen."""
        return {"gradients": True} if self.values == "gradients" else {}

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the tiles of the layer, the chosen filter's kernels, and how far the task is."""
        self._bench.look(self.run.watched, snapshot)
        self._judge.look(self.run.watched, snapshot)
        frame = self._bench.tiles(self.values)
        if self.kernels == "each" and frame["inputs"] > 1:
            frame["kernels"] = self._bench.table(self.values)
        if self.hands:
            frame |= self._bench.chosen(self.values, self.opened)
            frame["verdict"] = self._judge.verdict(self.task, self._bench)
            frame["switchedOff"] = len(snapshot.switched_off)
            frame["edits"] = snapshot.edits
        return frame

    @validate("edit")
    def _do_edit(self, proposal: dict[str, Any]) -> dict[str, Any]:
        """Hand a weight on to the network, or refuse it with the run's sentence."""
        match proposal["value"]:
            case {"layer": str(layer), "place": list(place), "value": value, "drag": int(drag)}:
                bias = proposal["value"].get("bias") is True
            case _:
                raise TraitError("edit must name a layer, a place in it, a value and a drag.")
        try:
            self.run.edit(layer, tuple(place), value, bias=bias, drag=drag)
        except (ValueError, TypeError, RuntimeError) as error:
            raise TraitError(str(error)) from error
        return dict(proposal["value"])

    def obey(self, name: str, value: object) -> None:
        """Choose a layer or a channel, switch a channel on or off, undo, or mark the moment."""
        match name, value:
            case "choose", dict(choice):
                self.run.watch(**choice)
            case "switch", [str(layer), int(channel), bool(on)]:
                self.run.switch(layer, channel, on)
            case "undo", None:
                self.run.undo()
            case "mark", None:
                self._bench.mark()
                self.redraw()
            case _:
                raise ValueError(f"{name} cannot be done with {value!r:.60}.")

    @observe("values")
    def _look_at_others(self, _change: object = None) -> None:
        self.need()
        self.run.request()
        self.redraw()

    @observe("kernels", "opened", "task")
    def _look_again(self, _change: object = None) -> None:
        self.redraw()
