"""Images that excite the channels of a run's network most, beside the test images that do."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Dict, Enum, TraitError, observe, validate

from lab.kernel_layers import kernel_layer_of
from lab.wanted import NO_VALUE
from widgets._base import hand, shown
from widgets._redrawn import RedrawnWidget
from widgets._traits import Whole
from widgets.feature_visualization.making import CLASSES, Making, Wish, version_of
from widgets.feature_visualization.pictures import made_pictures, real_pictures

if TYPE_CHECKING:
    from lab.training import Run, Snapshot, Watched

MOST_IN_A_ROW = 16
"""Channels of each layer when several layers are shown: as many as stand side by side."""

MORE = 32
"""Channels of one layer that are shown at first, and more at a press."""

_NUMBERS = count()


class FeatureVisualization(RedrawnWidget):
    """What the channels of a network look for: images made for them, beside real ones.

    The images are made where the network is, step by step, while a training goes on. Whenever the
    network stands still and is another one, by training, by the time line or by hand, they are made
    anew.

    Args:
        run: the run to watch, or a ``Still``.
        traits: any of the traits below.

    """

    layers = hand(Enum(["all", "one"], default_value="all"))
    """Which layers: the main ones, one below the other, and the classes; or one."""

    classes = hand(Bool(False))
    """Whether the ``"one"`` is what the whole network puts out; else it is the chosen layer."""

    objective = hand(Enum(["channel", "unit"], default_value="channel"))
    """What is to be excited: a channel everywhere in the image (the mean of its map), or its unit
    in the middle."""

    diversity = hand(Whole(1, 1, 4))
    """How many images are made for each channel; more are driven apart."""

    steps = hand(Whole(128, 16, 1024))
    """How many steps of the optimizer: more make stronger images."""

    many = hand(Whole(MORE, 1, 4096))
    """The most channels of one layer."""

    follow = hand(Bool(False))
    """Whether the images are made anew again and again while the network learns."""

    pointed = hand(Dict()).tag(transient=True)
    """The ``layer`` and ``channel``, or the class to explain (``target``), that the hand points at,
    and the ``turn``: to point at the same once more is something new."""

    pictures = shown(Dict())
    """Of each layer: its ``channels``, their ``images`` (K, D, C, H, W), what these excite
    (``values``) and which channels are ``dead``."""

    strongest = shown(Dict())
    """Of each layer: the test images that excite each channel most, (K, R, C, H, W), their
    ``places``, ``values`` and ``labels``."""

    commands = ("select", "make", "cancel")

    def __init__(self, run: Run, **traits: Any) -> None:  # noqa: ANN401
        self._making = Making(run, f"feature visualization {next(_NUMBERS)}")
        self._packed: dict[str, Any] = {}  # the grids that the page has
        super().__init__(run, **traits)

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return what is said of the layers; the images stand in ``pictures``."""
        watched = self.run.watched
        wishes = () if watched is None else tuple(self._wishes(watched, snapshot))
        if watched is not None and snapshot.state not in ("starting", "failed"):
            self._making.tend(watched, snapshot, wishes, follow=self.follow)
        if watched is not None:
            self._show_pictures(watched, wishes)
        rows = [self._row(watched, snapshot, wish) for wish in wishes]
        return {
            "classNames": list(watched.class_names) if watched else [],
            "mapLayers": [name for name, _, _ in watched.map_layers] if watched else [],
            "layer": CLASSES if self.classes else snapshot.layer,
            "step": snapshot.step if snapshot.looked_at < 0 else snapshot.looked_at,
            "trained": watched is not None and watched.train_count > 0,
            "rows": rows,
            "busy": self._making.busy,
            "others": any(row["made"] for row in rows)
            and not self._making.up_to_date(version_of(snapshot)),
        }

    def _wishes(self, watched: Watched, snapshot: Snapshot) -> list[Wish]:
        sizes = {name: shape[0] for name, _, shape in watched.map_layers}
        sizes[CLASSES] = len(watched.class_names)
        if self.layers == "one":
            name = CLASSES if self.classes or snapshot.layer not in sizes else snapshot.layer
            names, most = [name], self.many
        else:
            names, most = [*main_layers(watched), CLASSES], MOST_IN_A_ROW
        return [
            Wish(
                name,
                tuple(range(min(most, sizes[name]))),
                self.steps,
                self.diversity,
                # What the whole network puts out has no middle.
                "channel" if name == CLASSES else self.objective,
            )
            for name in names
        ]

    def _row(self, watched: Watched | None, snapshot: Snapshot, wish: Wish) -> dict[str, Any]:
        assert watched is not None, "wishes are about what is watched"
        grid = self._making.grids.get(wish.layer)
        kinds = {name: kind for name, kind, _ in watched.map_layers}
        sizes = {name: shape[0] for name, _, shape in watched.map_layers}
        maker = kernel_layer_of(watched, wish.layer) if wish.layer else ""
        same = wish.layer == snapshot.layer or (
            maker != "" and maker == kernel_layer_of(watched, snapshot.layer)
        )
        chosen = snapshot.channel if same else NO_VALUE
        if wish.layer == CLASSES:
            chosen = snapshot.wanted.target
        return {
            "layer": wish.layer,
            "kind": kinds.get(wish.layer, ""),
            "channels": len(wish.channels),
            "all": sizes.get(wish.layer, len(watched.class_names)),
            "chosen": chosen,
            "made": grid is not None,
            "step": -1 if grid is None else self._making.steps.get(wish.layer, -1),
            "done": self._making.done(wish.layer),
            "steps": wish.steps if grid is None else grid.steps,
            "busy": self._making.busy_with(wish.layer),
            "problem": self._making.problems.get(wish.layer, ""),
        }

    def _show_pictures(self, watched: Watched, wishes: tuple[Wish, ...]) -> None:
        names = [wish.layer for wish in wishes]
        grids = {name: grid for name, grid in self._making.grids.items() if name in names}
        if {name: id(grid) for name, grid in grids.items()} == self._packed:
            return
        known = len(watched.test_images)
        grids = {name: g for name, g in grids.items() if g.places.max(initial=0) < known}
        self.pictures = {name: made_pictures(grid) for name, grid in grids.items()}
        real = {name: real_pictures(grid, watched) for name, grid in grids.items()}
        if {name: one["key"] for name, one in real.items()} != {
            name: one["key"] for name, one in self.strongest.items()
        }:
            self.strongest = real
        self._packed = {name: id(grid) for name, grid in grids.items()}

    def obey(self, name: str, value: object) -> None:
        """Make the images anew, give them up, or do to the run what the page asks for."""
        if name not in ("make", "cancel"):
            super().obey(name, value)
            return
        with self._sending:
            if name == "make":
                self._making.again()
            else:
                self._making.cancel()
        self.redraw()

    @validate("pointed")
    def _point(self, proposal: dict[str, Any]) -> dict[str, Any]:
        """Choose what the hand points at, in every view, or say why that cannot be."""
        pointed = proposal["value"]
        names = ("layer", "channel", "target")
        try:
            self.run.watch(**{name: pointed[name] for name in names if name in pointed})
        except (ValueError, TypeError, RuntimeError) as error:
            raise TraitError(str(error)) from error
        return dict(pointed)

    @observe("layers", "classes", "objective", "diversity", "steps", "many", "follow")
    def _make_others(self, _change: object = None) -> None:
        with suppress(RuntimeError):  # the run may be closed
            self.redraw()


def main_layers(watched: Watched) -> list[str]:
    """Return the layers that tell how an understanding builds up: the stages before poolings."""
    kinds = {name: kind for name, kind, _ in watched.map_layers}
    stages = [name for name in watched.stages if name in kinds]
    return [name for name in stages if "Pool" not in kinds[name]] or stages
