"""Gradient descent: put a ball on a loss surface, and let several optimizers race from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from traitlets import TraitError, observe, validate

from lab.descent import Path, Walker, race
from lab.surfaces import Surface, SurfaceError, check_function, surface_of
from widgets._state import read_state
from widgets.descent import ground, pictures, tasks
from widgets.descent.racers import label, offers, racer_of, walker_of
from widgets.descent.relief import relief
from widgets.descent.state import DescentState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Descent", "relief"]

MOST_STEPS = 1000
RACERS = ("gradient descent", "momentum", "adam")
WAY = (
    "surface", "condition", "points", "start", "racers", "steps", "noise", "batch_size", "seed",
)  # fmt: skip


class Descent(DescentState):
    """A ball in the hand on a loss surface: every optimizer's walk from there follows.

    Args:
        surface: a name (``"bowl"`` (default), ``"elongated bowl"``, … ``"linear regression"``,
            ``"logistic regression"``), a ``lab.surfaces.Surface``, or any function
            ``(x, y) -> loss`` written with torch operations.
        racers: one to four optimizers: names out of ``lab.optimizers.OPTIMIZERS``, pairs such as
            ``("momentum", 0.02)``, classes of ``torch.optim``, or ``lab.descent.Walker``.
        start: where the ball is; default: the surface's own.
        steps: how many steps each walks, 1 to 1000; default 100.
        points: of the two regressions: pairs ``(x, y)``.
        condition: how much steeper than flat the elongated bowl is, 1 to 1000; default 10.
        noise: standard deviation of the noise on each part of the gradient; default 0.
        batch_size: how many samples each step sees; 0 (default) for all.
        seed: of noise and batches.
        step: the step that is on show; default 5.
        task: a name out of ``lab.descent_tasks``; default ``"none"``. What is not given besides
            is as the task begins.

    Raises:
        TypeError: for an argument that it does not know.
        traitlets.TraitError: for a value that it cannot take; the old value stays.

    """

    def __init__(
        self,
        surface: str | Surface | Callable[[Any, Any], Any] = "bowl",
        racers: Sequence[Any] = RACERS,
        *,
        start: Sequence[float] | None = None,
        steps: int = 100,
        points: Sequence[Sequence[float]] | None = None,
        condition: float = 10.0,
        noise: float = 0.0,
        batch_size: int = 0,
        seed: int = 0,
        step: int = 5,
        task: str = "none",
        **layout: Any,  # noqa: ANN401
    ) -> None:
        # One step is a handful of numbers: a second thread only waits for the first one.
        torch.set_num_threads(1)
        self._own: dict[str, Any] = {}
        self._own_surface: Surface | None = None
        self._drawn: Surface | None = None
        self._kept: dict[str, Any] = {}
        self._came: set[str] = set()
        self._samples = 0
        self._paths: tuple[Path, ...] = ()
        self._busy = True
        name = self._take_surface(surface)
        super().__init__(
            surface=name,
            points=ground.DATA.get(name, ()) if points is None else points,
            condition=condition,
            racers=[racer_of(one, self._own) for one in racers],
            steps=steps,
            noise=noise,
            batch_size=batch_size,
            seed=seed,
            **layout,
        )
        self.offers = {
            **offers(self._own),
            "surfaces": [[one, one] for one in self._names()],
            "tasks": tasks.NAMES,
        }
        self._landscape = self._find()
        self.logarithmic = self._landscape.logarithmic
        self.start = self._landscape.start if start is None else start
        self.step = min(step, steps)
        self._busy = False
        self._redraw()
        if task != "none":
            # These begin as every task does, unless they were given.
            self._came = {"steps", "condition", "noise", "points", *layout}
            others = {"surface": name != "bowl", "racers": racers is not RACERS, "start": start}
            self._came |= {trait for trait, given in others.items() if given}
            self.task = task

    @property
    def landscape(self) -> Surface:
        """The surface as ``lab.surfaces`` computes it."""
        return self._landscape

    @property
    def paths(self) -> tuple[Path, ...]:
        """What each racer walked, step by step."""
        return self._paths

    @property
    def names(self) -> tuple[str, ...]:
        """What each racer is called."""
        return tuple(label(racer["optimizer"]) for racer in self.racers)

    @property
    def walkers(self) -> tuple[Walker, ...]:
        """The racers as ``lab.descent`` walks them."""
        return tuple(walker_of(racer, self._own) for racer in self.racers)

    def code(self) -> str:
        """Return lines of PyTorch that walk the same way."""
        return pictures.code_of(self)

    def _take_surface(self, surface: object) -> str:
        """Return the name of a surface; keep it, if it is the learner's own."""
        if isinstance(surface, str):
            return surface
        if not isinstance(surface, Surface) and not callable(surface):
            raise TraitError(
                "surface must be a name, a Surface, or a function (x, y) -> loss; "
                f"it is {surface!r:.60}."
            )
        try:
            if isinstance(surface, Surface):
                check_function(surface.function, surface.domain)
                own = surface
            else:
                own = surface_of(surface)
        except SurfaceError as error:
            raise TraitError(str(error)) from None
        self._own_surface = own
        return ground.OWN

    def _names(self) -> tuple[str, ...]:
        return (*ground.NAMES, *((ground.OWN,) if self._own_surface else ()))

    def _find(self) -> Surface:
        if self.surface == ground.OWN and self._own_surface:
            return self._own_surface
        points = self.points or ground.DATA.get(self.surface, ())
        try:
            return ground.surface_named(self.surface, self.condition, points)
        except SurfaceError as error:
            raise TraitError(str(error)) from None

    @validate("surface")
    def _is_known(self, proposal: dict[str, Any]) -> str:
        name: str = proposal["value"]
        if name not in self._names():
            raise TraitError(
                f"There is no surface {name!r:.40}; the lab knows {', '.join(self._names())}."
            )
        return name

    @validate("racers")
    def _can_walk(self, proposal: dict[str, Any]) -> list[dict[str, Any]]:
        racers: list[dict[str, Any]] = proposal["value"]
        for racer in racers:
            walker_of(racer, self._own)
        return racers

    @validate("chosen", "steps", "step", "seed", "batch_size")
    def _in_range(self, proposal: dict[str, Any]) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        low, high = {
            "chosen": (0, len(self.racers) - 1),
            "steps": (1, MOST_STEPS),
            "step": (0, MOST_STEPS),
            "seed": (0, 2**31),
            "batch_size": (0, ground.MOST_SAMPLES),
        }[name]
        if not low <= value <= high:
            raise TraitError(f"{name} must lie between {low} and {high}, but it is {value}.")
        return int(value)

    @validate("task")
    def _is_a_task(self, proposal: dict[str, Any]) -> str:
        name: str = proposal["value"]
        known = ["none", *(one for one, _ in tasks.NAMES)]
        if name not in known:
            raise TraitError(f"task must be one of {', '.join(known)}; it is {name!r:.40}.")
        return name

    @observe(*WAY, "chosen", "step", "probe", "task", "guess", "revealed")
    def _redraw(self, _change: object = None) -> None:
        if self._busy:  # with these very changes, or with the constructor
            return
        self._busy = True
        found = self._landscape, self._samples, self._paths
        try:
            self._settle()
            self._draw()
        except (TraitError, ValueError) as error:
            self._landscape, self._samples, self._paths = found
            with self.hold_trait_notifications():
                for name, value in self._kept.items():
                    setattr(self, name, value)
            raise TraitError(str(error)) from None
        finally:
            self._busy = False

    def take_state(self, text: str) -> None:
        """Take over the state of a text or of a link, and not what its task began with."""
        self._came = set(read_state(self._kind, text, self.anchor))
        try:
            super().take_state(text)
        finally:
            self._came = set()

    def _settle(self) -> None:
        """Take over what another surface or task brings along, but for what came with it."""
        kept = {name: value for name, value in self._kept.items() if name not in self._came}
        self._came = set()
        begun = self._begun(kept)
        self._set(begun)
        other = self.surface != kept.get("surface") and self.points == kept.get("points")
        if other or bool(self.points) != (self.surface in ground.DATA):
            self.points = ground.DATA.get(self.surface, ())
        of_surface = ("surface", "condition", "points")
        if any(getattr(self, name) != kept.get(name) for name in of_surface):
            self._landscape = self._find()
            self._samples = ground.samples_of(self._landscape)
            self._set({**self._fitting(kept), **begun})
        if tasks.asks(self.task) and self.revealed and self.guess != kept.get("guess", self.guess):
            self.racers = tasks.guessed(self.racers, self.guess)
        self.chosen = min(self.chosen, len(self.racers) - 1)
        self.step = min(self.step, self.steps)

    def _begun(self, kept: dict[str, Any]) -> dict[str, Any]:
        """Return what a task begins with, where it is a new one."""
        if self.revealed or self.task in ("none", self._kept.get("task", "none")):
            return {}
        table = tasks.table_of(self.task)
        begun = {
            name: value for name, value in table.items() if getattr(self, name) == kept.get(name)
        }
        if begun.get("surface", self.surface) != table["surface"]:
            begun.pop("start", None)  # of a surface that is not there
        return begun

    def _fitting(self, kept: dict[str, Any]) -> dict[str, Any]:
        """Return what has to be another for this surface."""
        surface = self._landscape
        fitting: dict[str, Any] = {}
        if kept and self.batch_size > self._samples:
            fitting["batch_size"] = 0
        if self.start == kept.get("start"):
            clamped = zip(self.start, surface.domain, strict=True)
            fitting["start"] = tuple(min(high, max(low, x)) for x, (low, high) in clamped)
        if self.surface != kept.get("surface"):
            fitting["probe"] = ()
            if self.start == kept.get("start"):
                fitting["start"] = surface.start
            if self.logarithmic == kept.get("logarithmic"):
                fitting["logarithmic"] = surface.logarithmic
        return fitting

    def _set(self, traits: dict[str, Any]) -> None:
        with self.hold_trait_notifications():
            for name, value in traits.items():
                setattr(self, name, value)

    def _draw(self) -> None:
        """Walk and write anew what has changed since it was done last."""
        kept = self._kept
        now = {name: getattr(self, name) for name in self.keeps}
        changed = {name for name, value in now.items() if kept.get(name) != value}
        if changed & {*WAY}:
            self._paths = race(
                self._landscape,
                self.start,
                self.walkers,
                self.steps,
                noise=self.noise,
                batch_size=self.batch_size or None,
                seed=self.seed,
            )
        if self._landscape is not self._drawn:
            self._drawn = self._landscape
            self.ground = ground.ground_of(self.surface, self._landscape, self._samples)
        if changed & {*WAY, "chosen"}:
            self.walk = pictures.walk_of(self)
        if changed & {*WAY, "chosen", "step", "task", "guess", "revealed"}:
            self.picture = pictures.picture_of(self)
        self.probed = pictures.probed_of(self)
        self._kept = now
