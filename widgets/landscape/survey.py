"""What is known of a landscape: where the weights went, what is drawn, what is at the ball."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.blas import one_thread
from lab.parameters import flatten
from widgets._arrays import pack
from widgets.landscape.charts import Chart, Wish, lay
from widgets.landscape.ground import filled
from widgets.landscape.subjects import NetworkSubject, Subject
from widgets.landscape.walk import Walk
from widgets.landscape.words import sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.landscapes import Landscape, Progress
    from lab.parameters import Parameters

    Floats = NDArray[np.float64]

REMEMBERED = 4
"""Planes that a hand may still hold the ball on, after a newer one has been laid."""

NEAR = 1e-6
"""Weights this near to a plane, as a share of their length, lie on it."""


@dataclass(frozen=True, eq=False)
class Job:
    """A picture to be drawn.

    Attributes:
        chart: what to draw.
        landscape: its losses.
        key: what it depends on besides the weights.
        live: whether it replaces a picture of the same kind: then only the whole one is shown.

    """

    chart: Chart
    landscape: Landscape
    key: tuple[Any, ...]
    live: bool


class Survey:
    """What is known of a subject. Only ``note`` may be called without the widget's lock."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.walk = Walk()
        self.chart: Chart | None = None
        self.at = (0.0, 0.0)
        self._key: tuple[Any, ...] = ()
        self._landscape: Landscape | None = None
        self._charts: dict[int, Chart] = {}
        self._seen: tuple[Chart, tuple[int, int]] | None = None
        self._drawn_way: dict[str, Any] = {}
        self._steps = 0
        self._noting = threading.Lock()
        self._news: list[tuple[int | None, Floats]] = []
        if isinstance(subject, NetworkSubject):
            self.note(subject.widget.picture["steps"])
            self.hear()
        else:
            self.begin()

    def note(self, steps: int | None) -> None:
        """Note the network's weights, and after how many steps; None for amid a training."""
        assert isinstance(self.subject, NetworkSubject)
        widget = self.subject.widget
        pairs = zip(widget.weights, widget.biases, strict=True)
        arrays = [np.array(part, dtype=np.float64) for pair in pairs for part in pair]
        with self._noting:
            self._news.append((steps, flatten(arrays)))

    def hear(self) -> None:
        """Take over what was noted: a training goes on, a hand jumps, a reset begins anew."""
        with self._noting:
            news, self._news = self._news, []
        between: list[Floats] = []
        for steps, row in news:
            if steps is None:
                between.append(row)
                continue
            last = self.walk.last
            if last is None or len(row) != len(last) or steps < self._steps:
                self.walk.begin(row)
            elif steps > self._steps:
                for one in [*(r for r in between if len(r) == len(row)), row]:
                    if not np.array_equal(one, self._row()):
                        self.walk.go(one)
            elif not np.array_equal(row, last):
                self.walk.jump(row)
            self._steps = steps
            between = []
        if between:  # the rest of a training that is under way
            with self._noting:
                self._news[:0] = [(None, row) for row in between]

    def begin(self) -> None:
        """Take over the way of a model that has been trained."""
        self.chart, self.at, self.walk = None, (0.0, 0.0), Walk()
        for number, row in enumerate(getattr(self.subject, "rows", [])):
            if number:
                self.walk.go(row)
            else:
                self.walk.begin(row)

    def is_current(self, wish: Wish) -> bool:
        """Whether what is drawn is what is wished, and goes through the present weights."""
        chart, row = self.chart, self._row()
        if chart is None or chart.wish != wish or self._key != self.subject.key:
            return False
        if not isinstance(self.subject, NetworkSubject):
            return True
        plane = chart.plane
        if len(row) != len(plane.centre):
            return False
        place = plane.project(row)
        inside = all(
            abs(2 * at - low - high) <= high - low
            for at, (low, high) in zip(place, plane.extents, strict=True)
        )
        off = float(np.linalg.norm(plane.point(*place) - row))
        return inside and off <= NEAR * (1 + float(np.linalg.norm(row)))

    def job(self, wish: Wish) -> Job | None:
        """Return the picture that is wished; None while the network gets another size."""
        parameters = self._parameters()
        count = parameters.flat.size
        if parameters.starts[-1] != count:
            return None
        if not wish.first != wish.second or max(wish.first, wish.second) >= count:
            raise ValueError(f"Choose two different weights, from 0 to {count - 1}.")
        chart = lay(wish, parameters, self.walk, self.chart)
        live = (
            isinstance(self.subject, NetworkSubject)
            and self.chart is not None
            and self.chart.wish == wish
        )
        key = self.subject.key  # before: whoever changes the points meanwhile is drawn next
        landscape = self.subject.landscape(chart.plane)
        if landscape is None:
            return None
        return Job(chart, landscape, key, live)

    def take(self, job: Job) -> None:
        """Make a picture the one that is shown."""
        if self.chart is job.chart:
            return
        self.chart, self._landscape, self._key = job.chart, job.landscape, job.key
        self._charts[job.chart.number] = job.chart
        while len(self._charts) > REMEMBERED:
            del self._charts[min(self._charts)]
        self.at = (0.0, 0.0)
        if not isinstance(self.subject, NetworkSubject):
            self.at = job.chart.plane.project(self._row())

    def put(self, a: float, b: float, number: int) -> None:
        """Put the ball at a place of the plane with this number."""
        chart = self._charts.get(number)
        if chart is None:
            return  # of a picture that is long gone
        if isinstance(self.subject, NetworkSubject):
            if len(chart.plane.centre) == len(self._row()):
                self.subject.put(chart.plane.weights(a, b))
                self.hear()
        else:
            self.at = (a, b)

    def picture(self) -> dict[str, Any] | None:
        """Return what the page shows on the ground; None while nothing fits together."""
        chart, row = self.chart, self._row()
        if chart is None or len(chart.plane.centre) != len(row):
            return None
        landscape = self._landscape
        if isinstance(self.subject, NetworkSubject):
            place, landscape = self._through(chart, row)
        else:
            place = self.at
        if landscape is None:
            return None
        with np.errstate(all="ignore"):
            loss, slope = landscape.value(*place), landscape.gradient(*place)
        return {
            "ball": list(place),
            "loss": loss if np.isfinite(loss) else None,
            "slope": [float(s) if np.isfinite(s) else 0.0 for s in slope],
            "ended": self.subject.ended(),
            **self._way(chart),
        }

    def _way(self, chart: Chart) -> dict[str, Any]:
        """Return the walk as it is seen on a plane; long rows are looked at once only."""
        seen = (chart, self.walk.version)
        if self._seen != seen:
            self._seen = seen
            with one_thread():
                held, path = self.walk.held_by(chart.plane), self.walk.on(chart.plane)
            self._drawn_way = {
                "path": pack(path),
                "starts": self.walk.starts,
                "sentence": sentence(chart, held, len(self.walk)),
            }
        return self._drawn_way

    def ground(self, job: Job, progress: Progress) -> dict[str, Any]:
        """Return a picture as the page draws it, complete or not."""
        plane = job.chart.plane
        return {
            "values": pack(filled(progress)),
            "domain": [list(side) for side in plane.extents],
            "axes": list(plane.axes),
            "number": job.chart.number,
            "complete": progress.complete == len(progress.losses),
        }

    def _through(self, chart: Chart, row: Floats) -> tuple[tuple[float, float], Landscape | None]:
        """Return the ball's place, and the losses of the same plane through the weights.

        Between two pictures a training leaves the plane; the numbers at the ball are its own. There
        are none without points, or while the network gets another size.
        """
        plane = chart.plane
        a, b = plane.project(row)
        flat = row - a * plane.first - b * plane.second
        moved = replace(plane, parameters=replace(plane.parameters, flat=flat))
        assert isinstance(self.subject, NetworkSubject)
        there_are = self.subject.points is not None
        return (a, b), self.subject.landscape(moved) if there_are else None

    def _parameters(self) -> Parameters:
        return replace(self.subject.parameters(), flat=self._row())

    def _row(self) -> Floats:
        last = self.walk.last
        return np.empty(0) if last is None else last
