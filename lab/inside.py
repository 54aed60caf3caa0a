"""Looking into a network and reaching into it, from the page's side: all is checked here first."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from lab.checks import number, whole
from lab.needs import Needs, needs_of
from lab.viewed import Viewed
from lab.wanted import FAR, Choices, Wanted, changed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lab.messages import Finding, Watched
    from lab.studies import Study

HANDS = ("edit", "switch", "undo")
"""The commands of a hand, which reaches into the network."""

LARGEST = 1e6
"""The largest weight that a hand can set: beyond, networks only make infinities."""


class Inside(Viewed):
    """A network whose views share one choice of what they look at, and into which hands reach.

    A hand changes the network itself, between two steps of a training or while it stands still.
    """

    def __init__(self) -> None:
        super().__init__()
        self._wanted = Wanted()
        self._chosen = False  # whether anybody has chosen it
        self._needs = Needs()
        self._told_needs = needs_of(self._wanted)  # what the worker knows of them
        self._choices: tuple[Watched, Choices] | None = None

    @property
    def wanted(self) -> Wanted:
        """What the views look at, as it was last chosen, with all that they need."""
        with self._lock:
            return self._needs.added_to(self._fitting)

    @property
    def _fitting(self) -> Wanted:
        choices = self._what_there_is()
        return self._wanted if choices is None else choices.fit(self._wanted)

    def watch(self, **changes: Any) -> None:  # noqa: ANN401 - each choice has a type of its own
        """Look at something else, in all views.

        All changes are checked first: if one cannot be, nothing changes.

        Args:
            changes: by the names of ``lab.wanted.Wanted``. Another layer drops the channel and the
                unit, a ``sample`` drops an image of one's own.

        Raises:
            ValueError, TypeError: what cannot be looked at.
        """
        with self._lock:
            after = changed(self._fitting, changes, self._what_there_is())
            self._tell(after)
            self._wanted, self._chosen = after, True

    def need(
        self,
        owner: object,
        *,
        lapses: float | None = None,
        **needs: Any,  # noqa: ANN401 - each need has a type of its own
    ) -> None:
        """Have something found out as long as somebody lives who needs it; it shows soon.

        ``watch`` has it found out for good. What several need is found out once.

        Args:
            owner: who needs it, in place of all that it needed before. It is not kept alive.
            lapses: seconds after which it is given back if it is not said again; ``None`` (default)
                is never.
            needs: by the names of ``lab.needs.NEEDS``; nothing gives all back.

        Raises:
            ValueError, TypeError: what cannot be needed.
        """
        with self._lock:
            self._needs.put(owner, needs, lapses)

    def request(self) -> None:
        """Ask for one more snapshot, as ``Viewed.request`` does, with what is needed by now."""
        with self._lock:
            # Only here: owners may vanish at any time, also while a command is being sent.
            if self._needs_are_others and not self._closed:
                with suppress(RuntimeError):  # it rests: told when it wakes
                    self._tell(self._wanted)
            super().request()

    @property
    def _needs_are_others(self) -> bool:
        return needs_of(self._needs.added_to(self._wanted)) != self._told_needs

    def _tell(self, wanted: Wanted) -> None:
        """Tell the worker what to look at, with what is needed."""
        after = self._needs.added_to(wanted)
        self._command("watch", after)
        self._told_needs = needs_of(after)

    def select(self, sample: int) -> None:
        """Look at a test image, by its place from 0 in ``Watched.test_images``."""
        watched = self.watched
        most = FAR if watched is None else len(watched.test_labels) - 1
        self.watch(sample=whole("sample", sample, 0, most), image=None, unit=None)

    def edit(
        self,
        layer: str,
        place: Sequence[int],
        value: float,
        *,
        bias: bool = False,
        drag: int | None = None,
    ) -> None:
        """Set one weight of the network.

        Args:
            layer: the name of its layer.
            place: where in the layer's weights, e.g. ``(channel, input, row, column)``.
            value: what it is to be.
            bias: whether it is one of the layer's biases, and place is ``(channel,)``.
            drag: a number for one gesture of a hand: all that a gesture does to a weight is one
                change, and undone at once.

        Raises:
            ValueError, TypeError: there is no such weight, or it cannot be that.
        """
        name = f"{layer}.{'bias' if bias else 'weight'}" if layer else "bias" if bias else "weight"
        where = tuple(whole("place", one, 0, FAR) for one in place)
        amount = number("value", value, least=-LARGEST, most=LARGEST)
        gesture = None if drag is None else whole("drag", drag, 0, 2**53)
        watched = self.watched
        if watched is not None:
            _check_weight(dict(watched.weights), name, where)
        self._command("edit", (name, where, amount, gesture))

    def switch(self, layer: str, channel: int, on: bool) -> None:
        """Switch a channel off: what it puts out is zero, in training too. Or on again.

        The network's weights stay as they are, and know nothing of it.

        Raises:
            ValueError, TypeError: there is no such layer or channel.
        """
        number_of = whole("channel", channel, 0, FAR)
        if not isinstance(on, bool):
            raise TypeError(f"on must be True or False, not {on!r:.60}.")
        choices = self._what_there_is()
        if choices is not None:
            choices.check_channel(layer, number_of)
        self._command("switch", (layer, number_of, on))

    def undo(self) -> None:
        """Take the last change by hand back, if there is one; see ``Snapshot.edits``."""
        self._command("undo")

    @property
    def findings(self) -> Mapping[str, Finding]:
        """What studies of this network have found out so far, by their keys."""
        return self._board.findings

    def study(self, study: Study) -> None:
        """Begin a longer look at the network as it is shown now; its ``findings`` come one by one.

        A training goes on meanwhile, at half its speed. Another study with the same key takes the
        place of the one before.
        """
        self._command("study", study)

    def end_study(self, key: str) -> None:
        """Give a study up; what it has found stays."""
        self._command("end study", key)

    def _what_there_is(self) -> Choices | None:
        watched = self.watched
        if watched is None:
            return None
        if self._choices is None or self._choices[0] is not watched:
            self._choices = watched, Choices.of(watched)
        return self._choices[1]


def _check_weight(shapes: dict[str, tuple[int, ...]], name: str, place: tuple[int, ...]) -> None:
    layer, _, kind = name.rpartition(".")
    if name not in shapes:
        kinds = "biases" if kind == "bias" else "weights"
        known = ", ".join(other.rpartition(".")[0] for other in shapes if other.endswith(kind))
        raise ValueError(
            f"There is no layer {layer!r:.60} with {kinds} to set: there are {known or 'none'}."
        )
    shape = shapes[name]
    if len(place) != len(shape) or any(i >= size for i, size in zip(place, shape, strict=True)):
        words = " x ".join(map(str, shape))
        raise ValueError(f"{name} is {words} numbers: it has no place {place}.")
