"""What every widget of the lab shares."""

from __future__ import annotations

import os
import sys
from collections import Counter
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar

import anywidget
from traitlets import Int, List, TraitError, TraitType, Unicode, default

from lab.courtesy import hand_moved
from widgets._state import read_state, write_state


def hand(trait: TraitType[Any, Any]) -> TraitType[Any, Any]:
    """Mark a trait that the page sets: what the learner holds in hand.

    All of them together are the widget's state, which can be written as a text. The page is sent
    no echo of it: while a handle is dragged every message counts.
    """
    return trait.tag(sync=True, hand=True, echo_update=False)


def shown(trait: TraitType[Any, Any]) -> TraitType[Any, Any]:
    """Mark a trait that Python computes and the page only shows: the page cannot set it."""
    return trait.tag(sync=True, shown=True)


class LabWidget(anywidget.AnyWidget):
    """An AnyWidget that finds its bundle, refuses unknown arguments and keeps its state whole.

    A subclass lives in ``widgets/<name>/__init__.py`` beside ``view.ts`` and ``view.css``; the
    bundles made of them lie in ``static/``.
    """

    problem = shown(Unicode())
    """What was wrong with the last thing that the page asked for; empty when nothing was."""

    answered = shown(Int())
    """The last turn of the page's hand that is answered: all that follows from it is sent."""

    anchor = shown(Unicode())
    """Under which name a link to the page keeps this widget's state: ``neuron``, ``neuron-2``."""

    keeps = shown(List(Unicode()))
    """The traits that are the widget's state. A page that loses its Python keeps their values, and
    brings them to the next one."""

    _kind: ClassVar[str] = "widget"
    _made: ClassVar[Counter[str]] = Counter()

    def __init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401
        """Point the class to the bundles that lie beside its Python."""
        source = sys.modules[cls.__module__].__file__
        static = Path(str(source)).parent / "static"
        if "_esm" not in cls.__dict__ and (static.parent / "view.ts").exists():
            cls._kind = static.parent.name
            if not (static / "view.js").exists():
                raise FileNotFoundError(
                    f"The front end of {cls.__name__} is not built: "
                    "run `npm ci && npm run build` in the project's folder, or `pip install .`."
                )
            # Text and not a path: anywidget watches a path, and its watcher never lets a widget go.
            watch = os.environ.get("ANYWIDGET_HMR") == "1"
            for name, bundle in (("_esm", static / "view.js"), ("_css", static / "view.css")):
                setattr(cls, name, bundle if watch else bundle.read_text(encoding="utf-8"))
        super().__init_subclass__(**kwargs)

    def __init__(self, **traits: Any) -> None:  # noqa: ANN401
        for name in traits:
            if not self.has_trait(name):
                known = sorted(n for n in self.trait_names(shown=None) if not n.startswith("_"))
                close = get_close_matches(name, known, n=1)
                advice = f"Did you mean {close[0]!r}?" if close else f"It knows {', '.join(known)}."
                raise TypeError(f"{type(self).__name__} has no argument {name!r}. {advice}")
        super().__init__(**traits)
        self.on_msg(self._hear)

    @default("anchor")
    def _next_anchor(self) -> str:
        # A notebook makes its widgets in the same order each time: a link finds the same one.
        self._made[self._kind] += 1
        number = self._made[self._kind]
        return self._kind if number == 1 else f"{self._kind}-{number}"

    @default("keeps")
    def _state_names(self) -> list[str]:
        # Not a gesture that is over when the hand lets go.
        return self.trait_names(hand=True, transient=None)  # type: ignore[no-any-return]

    def state_text(self) -> str:
        """Return all that the hand holds as a short text; ``take_state`` opens it again."""
        return write_state(self._kind, self.get_state(self.keeps))

    def take_state(self, text: str) -> None:
        """Take over the state of a text, of a link or of a page: all of it, or nothing.

        What it does not name, because it is older than that trait, keeps its value.

        Raises:
            traitlets.TraitError: with a sentence that says what is wrong; the old state stays.

        """
        table = read_state(self._kind, text, self.anchor)
        for name in table:
            if name not in self.keeps:
                raise TraitError(f"This text sets {name!r:.40}, which this widget does not have.")
        with self.hold_sync(), self.hold_trait_notifications():
            for name, value in table.items():
                from_json = self.trait_metadata(name, "from_json", self._trait_from_json)
                self.set_trait(name, from_json(value, self))

    def _hear(self, _widget: object, content: object, _buffers: object) -> None:
        """Take over what the hand holds, in one answer with its turn; write or open a text."""
        match content:
            case {"hand": dict(state), "turn": int(turn)}:
                hand_moved()
                with self.hold_sync():
                    self.set_state(state)
                    self.answered = turn
            case {"share": "text", "turn": int(turn)}:
                self.send({"share": turn, "text": self.state_text()})
            case {"share": "open", "text": str(text), "turn": int(turn)}:
                self.problem = ""  # before: what follows from the state may say what is wrong
                try:
                    self.take_state(text)
                except TraitError as error:
                    self.problem = str(error)
                self.send({"share": turn, "problem": self.problem})

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what the page sends: all of it, or nothing with a sentence that says why."""
        asked = {key: value for key, value in sync_data.items() if not self._is_shown(key)}
        self.problem = ""  # before: what follows from the values may say what is wrong
        try:
            super().set_state(asked)
        except TraitError as error:
            self.problem = str(error)
            self.send_state(list(asked))  # the page returns to the values that Python kept

    def _is_shown(self, key: str) -> bool:
        return bool(self.trait_metadata(key, "shown")) if self.has_trait(key) else False
