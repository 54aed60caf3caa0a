"""Why a run's network decides as it does: heat maps over the image, methods side by side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Dict, Enum, TraitError, observe

from lab.explained import METHODS
from lab.wanted import Wanted
from widgets._arrays import pack
from widgets._base import hand, shown
from widgets._redrawn import RedrawnWidget
from widgets._traits import Number, Trait

if TYPE_CHECKING:
    from lab.explained import HeatMap
    from lab.training import Run, Snapshot

FULL = 0.99
"""From which quantile of the sizes on a colour is full: single pixels may be many times as large as
all others, and would leave those without colour."""

MOST_CLASSES = 10
"""Classes that are listed: of more, the most probable ones."""

COMPLETE = 0.01
"""How far a map's sum may be from what its method promises before that is said."""

LACKS = re.compile(r" needs? a network ")
"""How a method says that it does not apply to the network, in its own many words."""

USUAL = ["grad_cam", "saliency", "integrated_gradients", "occlusion"]

SCALES = ("own", "shared")


class Methods(Trait["list[str]", Any]):
    """Names of explanations, at least one, in the order of ``lab.explained.METHODS``."""

    def validate(self, obj: Any, value: Any) -> list[str]:  # noqa: ANN401, ARG002
        """Return the names in their order, each once, or say in a sentence what would be right."""
        try:
            names = Wanted(methods=value).methods
        except (TypeError, ValueError) as error:
            raise TraitError(str(error)) from None
        if not names:
            raise TraitError(f"methods needs at least one name, of {', '.join(METHODS)}.")
        return [name for name in METHODS if name in names]


class Explanation(RedrawnWidget):
    """The chosen image with a heat map of what speaks for a class, as several methods see it.

    Click another class and that one is explained. The image, and the class, are those of all views
    of the run.

    Args:
        run: the run to watch, or a ``Still``.
        traits: any of the traits below.

    """

    methods = hand(Methods(USUAL))
    """The explanations side by side, a list of names of ``lab.explained.METHODS``."""

    chosen = hand(Enum(list(METHODS), default_value=USUAL[0]))
    """The method whose heat map is shown large, if it is one of ``methods`` and applies to the
    network; else the first one that does."""

    opacity = hand(Number(0.5, 0, 1))
    """What is seen: 0 is the image alone, 0.5 the image with all of the colour, 1 the colour
    alone."""

    threshold = hand(Number(0.0, 0, 1))
    """From which share of the scale on a value is seen."""

    scale = hand(Enum(list(SCALES), default_value="own"))
    """Where a colour is full: for each map at what a hundredth of its pixels exceed (``"own"``), or
    for all at the same share of their sums, the largest one of those (``"shared"``)."""

    catalogue = shown(Dict())
    """What there is to be chosen: the title, the words and the source of each method by its
    name, and whether its values have a sign."""

    maps = shown(Dict())
    """The heat maps that were found last, and what is to be said of each; empty until then."""

    commands = ("explain", "select")

    def __init__(self, run: Run, **traits: Any) -> None:  # noqa: ANN401
        self._told: tuple[object, object] = None, None
        super().__init__(run, **traits)
        self.catalogue = {
            name: {
                "title": one.title,
                "words": one.words,
                "source": one.source,
                "signed": one.signed,
            }
            for name, one in METHODS.items()
        }

    def needs(self) -> dict[str, Any]:
        """Return the methods that are shown."""
        return {"methods": tuple(self.methods)}

    def explain(self, target: int = -1) -> None:
        """Explain a class, by its place in the list of classes; -1 is the most probable one.

        Raises:
            ValueError, TypeError: there is no such class.
            RuntimeError: the run is closed.

        """
        self.run.watch(target=target)

    def obey(self, name: str, value: object) -> None:
        """Do what the page asks for."""
        if name == "explain":
            self.run.watch(target=value)
        else:
            super().obey(name, value)

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the image, the classes with their probabilities, and which one is explained."""
        watched = self.run.watched
        if self._told != (snapshot.explanations, self.methods):
            self._told = snapshot.explanations, self.methods
            named = {one.method: one for one in snapshot.explanations}
            found = [named[name] for name in self.methods if name in named]
            self.maps = {"maps": [_told(one) for one in found]}
        fresh = bool(self.maps["maps"]) and _is_of(snapshot.explained, snapshot.wanted)
        return {
            "sample": snapshot.sample,
            "own": snapshot.wanted.image is not None,
            "count": len(watched.test_labels) if watched else 0,
            "image": pack(snapshot.image),
            "label": snapshot.label,
            "classNames": list(watched.class_names) if watched else [],
            "warning": watched.warning if watched else "",
            "fresh": fresh,
            "behind": snapshot.surveying,
            "untrained": _is_untrained(snapshot),
            **self._classes(snapshot),
        }

    def _classes(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the classes to list, and which one is explained, asked for, and most probable."""
        shares = snapshot.probabilities
        if not len(shares):
            return {"classes": [], "best": -1, "target": -1, "follows": True}
        best, wanted = int(shares.argmax()), snapshot.wanted.target
        target = best if wanted < 0 else wanted
        listed = set(range(len(shares)))
        if len(shares) > MOST_CLASSES:
            listed = {*np.argsort(-shares, kind="stable")[:MOST_CLASSES].tolist(), target}
            listed |= {snapshot.label} - {-1}
        return {
            "classes": [{"place": one, "share": float(shares[one])} for one in sorted(listed)],
            "best": best,
            "target": target,
            "follows": wanted < 0,
        }

    @observe("methods")
    def _look_at_others(self, _change: object = None) -> None:
        self.need()
        self.run.request()
        self.redraw()


def _is_of(explained: Wanted, wanted: Wanted) -> bool:
    """Whether what was explained is the image, and the class, that are looked at."""
    if (explained.sample, explained.target) != (wanted.sample, wanted.target):
        return False
    if explained.image is None or wanted.image is None:
        return explained.image is wanted.image
    return np.array_equal(explained.image, wanted.image)


def _is_untrained(snapshot: Snapshot) -> bool:
    """Whether the network of the moment that is looked at has learnt nothing yet."""
    moment = snapshot.looked_at if snapshot.looked_at >= 0 else snapshot.step
    return moment == 0 and snapshot.total_steps > 0


def _told(one: HeatMap) -> dict[str, Any]:
    """Return a heat map, its largest value, where its colour is full, and what is said of it."""
    sizes = np.abs(one.values, dtype=np.float64)
    most = float(sizes.max(initial=0))
    full = float(np.quantile(sizes, FULL)) if sizes.size else 0.0
    note, meaning = _note(one)
    return {
        "method": one.method,
        "values": pack(one.values),
        "most": most,
        "full": full or most,
        "sum": float(sizes.sum()),
        "note": note,
        "meaning": meaning,
        "problem": _refusal(one),
    }


def _refusal(one: HeatMap) -> str:
    """Return why there is no map, in short: a tile is small."""
    needs = METHODS[one.method].needs
    return needs if needs and LACKS.search(one.problem) else one.problem


def _note(one: HeatMap) -> tuple[str, str]:
    """Return how far a map is from what its method promises, in short and in a sentence."""
    if one.gap is None or one.gap <= COMPLETE or one.problem:
        return "", ""
    off = f"off by {100 * one.gap:.2g}\u00a0%"
    promised = "the difference between the logits of this image and of an empty one"
    return f"sum {off}", f"Together the values should be {promised}; their sum is {off}."
