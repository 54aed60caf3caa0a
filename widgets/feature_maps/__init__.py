"""What a run's network makes of one image, layer by layer, and how a single unit comes about."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Bool, Dict, Enum, TraitError, observe, validate

from lab.kernel_layers import kernel_layer_of
from widgets._arrays import pack
from widgets._base import hand, shown
from widgets._redrawn import RedrawnWidget
from widgets._traits import Whole
from widgets.feature_maps.excited import excited
from widgets.feature_maps.unit import told

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.training import Run, Snapshot, Watched

SIDE = 64
"""Samples a side of a tile at most: of larger maps it shows every second one, every third…"""

SCALES = ("map", "layer", "all")
LAYERS = ("stages", "all", "one")


class FeatureMaps(RedrawnWidget):
    """The chosen image, its feature maps layer by layer, and what the network says it is.

    Args:
        run: the run to watch, or a ``Still``. ``run.select(sample)`` chooses the image, in every
            view of the run.
        detail: whether the chosen map is shown large, with what a unit of it sees and adds up, and
            the images that excite its channel most. The image and the prediction are left to
            ``ImageSource`` and ``Predictions`` then.
        traits: any of the traits below.

    """

    detail = shown(Bool())
    """Whether a single map is looked at: see above."""

    scale = hand(Enum(list(SCALES), default_value="layer"))
    """What shares a scale: nothing (each ``"map"`` has its own), each ``"layer"``, or ``"all"``."""

    layers = hand(Enum(list(LAYERS), default_value="stages"))
    """Which layers are shown: the ``"stages"`` and the chosen one, ``"all"``, or that ``"one"``."""

    opened = hand(Whole(-1, -1, 10**6))
    """Which of the maps that the unit looks at is opened in the stepper, counted from 0; -1 is the
    one that counts most."""

    pointed = hand(Dict()).tag(transient=True)
    """The ``layer``, ``channel`` and ``unit`` (row and column) that the hand points at, and the
    ``turn``: to point at the same once more is something new."""

    strongest = shown(Dict())
    """The test images that excite the chosen channel most, with where in them and how much."""

    commands = ("select",)

    def __init__(self, run: Run, *, detail: bool = False, **traits: Any) -> None:  # noqa: ANN401
        self._excited: object = None
        super().__init__(run, detail=detail, **traits)
        if detail:
            with suppress(ValueError, RuntimeError):  # it may be closed, and is still looked at
                if run.wanted.channel < 0 and (run.watched is None or run.watched.map_layers):
                    run.watch(channel=0)

    def needs(self) -> dict[str, Any]:
        """Return whether the strongest images are to be seen, and the maps of all layers."""
        needs = {"strongest": self.detail, "all_layers": self.layers == "all"}
        return {name: True for name, wanted in needs.items() if wanted}

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the image, its maps and the probabilities of the classes."""
        watched = self.run.watched
        frame = {
            "sample": sample_of(watched, snapshot),
            "own": snapshot.wanted.image is not None,
            "count": len(watched.test_labels) if watched else 0,
            "image": pack(snapshot.image),
            "label": snapshot.label,
            "classNames": list(watched.class_names) if watched else [],
            "probabilities": pack(snapshot.probabilities),
            "layer": snapshot.layer,
            "mapLayers": [name for name, _, _ in watched.map_layers] if watched else [],
            "channel": snapshot.channel,
            "stages": [self._stage(snapshot, *one) for one in self._chosen(watched, snapshot)],
        }
        if self.detail:
            self._point_somewhere(snapshot)
            frame["unit"] = told(watched, snapshot, self.opened)
            frame["map"] = pack(_chosen_map(snapshot))
            found = excited(watched, snapshot, self._excited)
            if found:
                self._excited, self.strongest = found
        return frame

    def _chosen(
        self, watched: Watched | None, snapshot: Snapshot
    ) -> list[tuple[str, NDArray[np.float32]]]:
        """Return the layers to show, each with its maps, in the order in which they run."""
        named = dict(snapshot.feature_maps)
        if watched is None or not named:
            return []
        if self.layers == "one":
            names = [snapshot.layer]
        elif self.layers == "all":
            names = list(named)
        else:
            own = {snapshot.layer} if self.detail else set()
            names = [name for name in named if name in own.union(watched.stages)]
        order = [name for name, _, _ in watched.map_layers]
        names.sort(key=lambda name: order.index(name) if name in order else len(order))
        return [(name, named[name]) for name in names if name in named]

    def _point_somewhere(self, snapshot: Snapshot) -> None:
        """Point at the strongest unit of the chosen map, where nobody points at one."""
        maps, wanted = dict(snapshot.feature_maps).get(snapshot.layer), self.run.wanted
        known = maps is not None and 0 <= snapshot.channel < len(maps)
        same = (wanted.layer, wanted.channel) == (snapshot.wanted.layer, snapshot.wanted.channel)
        if maps is None or not known or not same or wanted.unit is not None:
            return
        one = np.abs(maps[snapshot.channel])
        row, column = divmod(int(one.argmax()), one.shape[1])
        # By now the run may be closed, or have another network.
        with suppress(ValueError, RuntimeError):
            self.run.watch(unit=(row, column))

    def _stage(self, snapshot: Snapshot, name: str, maps: NDArray[np.float32]) -> dict[str, Any]:
        watched, dead = self.run.watched, dict(snapshot.dead).get(name, ())
        made_by = kernel_layer_of(watched, name) if watched else ""
        of_chosen = watched is not None and (
            name == snapshot.layer
            or (made_by != "" and made_by == kernel_layer_of(watched, snapshot.layer))
        )
        step = max(1, -(-max(maps.shape[1:]) // SIDE))
        off = {channel for layer, channel in snapshot.switched_off if layer in {name, made_by}}
        return {
            "name": name,
            "maps": pack(maps[:, ::step, ::step]),
            "size": list(maps.shape[1:]),
            "step": step,
            "low": float(maps.min(initial=0.0)),
            "most": float(np.abs(maps).max(initial=0.0)),
            "chosen": snapshot.channel if of_chosen else -1,
            "dead": [bool(one) for one in dead],
            "off": [channel in off for channel in range(len(maps))],
        }

    @validate("pointed")
    def _point(self, proposal: dict[str, Any]) -> dict[str, Any]:
        """Choose what the hand points at, in every view, or say why that cannot be."""
        pointed = proposal["value"]
        choice = {name: pointed[name] for name in ("layer", "channel", "unit") if name in pointed}
        try:
            self.run.watch(**choice)
        except (ValueError, TypeError, RuntimeError) as error:
            raise TraitError(str(error)) from error
        return dict(pointed)

    @observe("opened")
    def _open_another(self, _change: object = None) -> None:
        self.redraw()

    @observe("layers")
    def _look_at_others(self, _change: object = None) -> None:
        self.need()
        self.run.request()
        self.redraw()


def _chosen_map(snapshot: Snapshot) -> NDArray[np.float32]:
    """Return the map of the chosen channel, ``(H, W)``; empty where there is none."""
    maps = dict(snapshot.feature_maps).get(snapshot.layer)
    if maps is None or not 0 <= snapshot.channel < len(maps):
        return np.empty((0, 0), np.float32)
    chosen: NDArray[np.float32] = maps[snapshot.channel]
    return chosen


def sample_of(watched: Watched | None, snapshot: Snapshot) -> int:
    """Return the place of the chosen image in the test set."""
    if snapshot.wanted.sample >= 0 or watched is None:
        return snapshot.wanted.sample
    return int(watched.watched[0]) if len(watched.watched) else 0
