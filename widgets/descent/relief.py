"""The same surface, walks and ball in three dimensions, made by Plotly when they are asked for."""

from __future__ import annotations

import asyncio
import importlib
from time import monotonic
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

if TYPE_CHECKING:
    from widgets.descent import Descent

PAUSE = 0.3
"""Seconds between two drawings: a Plotly surface is heavy."""

COLOURS = ("#bd1f01", "#3f90da", "#832db6", "#ffa90e")
GREY = "#7d8794"
"""Read on white and on black."""
AXIS = {"showbackground": False, "gridcolor": GREY, "zerolinecolor": GREY}
MARKS = ("circle", "square", "diamond", "cross")


def relief(descent: Descent) -> ipywidgets.VBox:
    """Return a box with the button "Show in 3-D"; Plotly is loaded when it is pressed."""
    return Relief(descent).box


class Relief:
    """A button, and below it the relief while it is shown."""

    def __init__(self, descent: Descent) -> None:
        self.descent = descent
        self.figure: Any = None
        self.button = ipywidgets.Button(description="Show in 3-D", layout={"width": "10em"})
        self.button.on_click(lambda _button: self.hide() if self.figure else self.show())
        self._drawn = 0.0
        self._ground: Any = None
        self._later: asyncio.TimerHandle | None = None
        self.box = ipywidgets.VBox([self.button])

    def show(self) -> None:
        """Make the figure, and let it follow the widget."""
        # A second and 5 MB, for those who ask.
        go = importlib.import_module("plotly.graph_objects")
        layout = {
            "height": 560,
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "uirevision": "keep",  # the view that was turned stays
            "showlegend": True,
            "legend": {"x": 0, "y": 1},
            # On the page's own paper, light or dark, which Plotly does not know.
            "paper_bgcolor": "rgba(0,0,0,0)",
            "font": {"color": GREY, "size": 14},
            "scene": {
                **dict.fromkeys(("xaxis", "yaxis", "zaxis"), AXIS),
                "aspectmode": "manual",
                "aspectratio": {"x": 1.2, "y": 1.2, "z": 0.6},
                # From above, or the near wall hides the ways behind it.
                "camera": {"eye": {"x": -1.0, "y": -1.6, "z": 1.5}, "center": {"z": -0.2}},
            },
        }
        self.figure = go.FigureWidget(layout=layout)
        self._ground = None
        self._draw()
        self.descent.observe(self._follow, ["walk", "ground", "step"])
        self.button.description = "Hide 3-D"
        self.box.children = [self.button, self.figure]

    def hide(self) -> None:
        """Drop the figure."""
        self.descent.unobserve(self._follow, ["walk", "ground", "step"])
        if self._later:
            self._later.cancel()
        figure, self.figure, self._later = self.figure, None, None
        self.button.description = "Show in 3-D"
        self.box.children = [self.button]
        figure.close()

    def _follow(self, _change: object) -> None:
        """Draw at most a few times a second; the last state always."""
        if self._later or not self.figure:
            return
        wait = self._drawn + PAUSE - monotonic()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no loop turns in this thread: nothing would come later
            self._draw()
            return
        self._later = loop.call_later(max(0.0, wait), self._draw)

    def _draw(self) -> None:
        self._later = None
        self._drawn = monotonic()
        if not self.figure:
            return
        with self.figure.batch_update():
            traces = self._traces()
            if len(self.figure.data) == len(traces):
                for old, new in zip(self.figure.data, traces, strict=True):
                    old.update(new)
            else:
                self.figure.data = ()
                self.figure.add_traces(traces)
            across, up = self.descent.landscape.axes
            self.figure.layout.scene.update(
                xaxis={"title": {"text": across}, "range": self.descent.landscape.domain[0]},
                yaxis={"title": {"text": up}, "range": self.descent.landscape.domain[1]},
                zaxis={"title": {"text": "loss"}},
            )

    def _traces(self) -> list[dict[str, Any]]:
        """Return the surface, each walk up to the present step, and the ball."""
        surface, step = self.descent.landscape, self.descent.step
        (left, right), (bottom, top) = surface.domain
        heights = surface.values(61)[::-1]
        low, high = float(np.nanmin(heights)), float(np.nanmax(heights))
        lift = 0.01 * (high - low)
        ground = {
            "type": "surface",
            "x": np.linspace(left, right, 61),
            "y": np.linspace(bottom, top, 61),
            "z": heights,
            "colorscale": "Cividis",
            "colorbar": {"title": {"text": "loss"}},
            "contours": {"z": {"show": True, "color": "rgba(0,0,0,0.3)"}},
        }
        walks = []
        for i, (path, name) in enumerate(zip(self.descent.paths, self.descent.names, strict=True)):
            x, y = path.positions[: step + 1].T
            inside = (left <= x) & (x <= right) & (bottom <= y) & (y <= top)
            z = np.where(inside, path.losses[: step + 1], np.nan) + lift
            walks.append(
                {
                    "type": "scatter3d",
                    "x": x,
                    "y": y,
                    "z": z,
                    "mode": "lines+markers",
                    "name": name,
                    "line": {"color": COLOURS[i], "width": 5},
                    "marker": {"color": COLOURS[i], "size": 3, "symbol": MARKS[i]},
                }
            )
        x, y = self.descent.start
        ball = {
            "type": "scatter3d",
            "x": [x],
            "y": [y],
            "z": [surface.value(x, y) + lift],
            "mode": "markers",
            "name": "start",
            "marker": {"color": "#1b1f24", "size": 8, "line": {"color": "white", "width": 2}},
        }
        return [ground, *walks, ball]
