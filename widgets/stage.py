"""One stage a dashboard: widgets side by side that fill the window, stacked on a phone."""

from __future__ import annotations

from ipywidgets import DOMWidget, GridBox, Layout


def stage(*rows: list[DOMWidget], columns: str, heights: str, wide: bool = False) -> GridBox:
    """Put widgets into rows that together fill the window below the prose.

    Args:
        rows: lists of widgets, from top to bottom. A row of one widget takes the whole width; the
            others hold one widget for each column. A widget named in several rows fills them all.
        columns: the columns' widths as CSS, for example ``"1fr 2fr 1fr"``.
        heights: the rows' heights as CSS, for example ``"auto 1fr"``.
        wide: its widgets need room: they are stacked in windows below 1250 pixels, not 900.

    Raises:
        ValueError: a row that has neither one widget nor one for each column.

    """
    widest = max(len(row) for row in rows)
    children = list(dict.fromkeys(widget for row in rows for widget in row))
    lines = []
    for y, row in enumerate(rows, start=1):
        if len(row) not in (1, widest):
            raise ValueError(f"A row must hold 1 or {widest} widgets, but row {y} has {len(row)}.")
        names = [f"w{children.index(widget)}" for widget in row]
        lines.append('"' + " ".join(names * (widest // len(row))) + '"')
    for index, widget in enumerate(children):
        widget.layout.grid_area = f"w{index}"
    layout = Layout(
        grid_template_columns=columns,
        grid_template_rows=heights,
        grid_template_areas=" ".join(lines),
    )
    box = GridBox(children, layout=layout)
    box.add_class("lab-stage")
    if wide:
        box.add_class("wide")
    return box
