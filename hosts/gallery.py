"""Make the gallery of the widgets: ``widgets/README.md`` and its pictures.

``python -m hosts.gallery [widget ...]`` writes the page, makes a notebook of each widget's lines
(or of those that are named), opens it in the lab, and takes a picture of the widget alone.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from inspect import getdoc
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

from hosts import chromium
from hosts.exhibits import EXHIBITS
from hosts.pictures import lab, opened, packed
from hosts.settings import NOTEBOOKS
from widgets._base import LabWidget

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from hosts.exhibits import Exhibit

WIDGETS = NOTEBOOKS.parent / "widgets"
PAGE, PICTURES = WIDGETS / "README.md", WIDGETS / "pictures"
HEIGHT = 900  # of the browser's window; a widget may be higher
ROUNDED = 4  # pixels by which heights may seem to be off
EDGE = 12  # pixels of the page around the widget
WIDEST = 1200  # pixels of a picture
PAUSE = 700  # milliseconds in which nothing has moved: then a page stands still

HEAD = """\
# The widgets

Each stands in a notebook of your own with the lines below its picture. How to bring your own
points, images and networks is in [the lab in your own notebook](../lab/README.md).

`python -m hosts.gallery` makes this page and its pictures of
[`hosts/exhibits.py`](../hosts/exhibits.py).
"""


def widget_class(name: str) -> type[LabWidget]:
    """The widget that a folder holds."""
    module = import_module(f"widgets.{name}")
    classes = [one for one in vars(module).values() if isinstance(one, type)]
    (found,) = (
        one for one in classes if issubclass(one, LabWidget) and one.__module__ == module.__name__
    )
    return found


def entry(name: str, exhibit: Exhibit) -> str:
    """A widget on the page: its name, its sentence, its picture and its lines."""
    widget = widget_class(name)
    sentence = (getdoc(widget) or "").partition("\n\n")[0].replace("\n", " ")
    picture = f"![{widget.__name__}]({PICTURES.name}/{name}.png)"
    code = f"```python\n{exhibit.code}\n```"
    return "\n\n".join([f"### {widget.__name__}", sentence, picture, code]) + "\n"


def page() -> str:
    """The whole page, as Markdown."""
    parts = [HEAD]
    for title, exhibits in EXHIBITS.items():
        parts.append(f"## {title}\n")
        parts += [entry(name, exhibit) for name, exhibit in exhibits.items()]
    return "\n".join(parts)


def write_notebook(path: Path, exhibit: Exhibit) -> None:
    """Write a notebook that shows the widget, after what makes it worth seeing."""
    code: dict[str, object] = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    cells = [code | {"source": source} for source in (exhibit.code, exhibit.then) if source]
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
    path.write_text(json.dumps(notebook), encoding="utf-8")


def shot(page: Page) -> bytes:
    """The widget alone, once it stands still."""
    # A hint or a focus is for the one who reads along, not for a picture.
    page.mouse.move(0, 0)
    page.evaluate("() => document.activeElement.blur()")
    widget = page.locator(".lab").first
    overflow = widget.evaluate("one => one.scrollHeight - one.clientHeight")
    if overflow > ROUNDED:
        raise RuntimeError(f"This widget, standing alone, is {overflow} pixels too low.")
    before, now = b"", b"-"
    while before != now:
        page.wait_for_timeout(PAUSE)
        box = widget.bounding_box()
        assert box is not None, "the page is complete"
        clip = {side: box[side] - EDGE for side in ("x", "y")}
        clip |= {side: box[side] + 2 * EDGE for side in ("width", "height")}
        before = now
        now = page.screenshot(clip=clip, full_page=True, animations="disabled")  # type: ignore[arg-type]
    image = Image.open(BytesIO(now)).convert("RGB")
    image.thumbnail((WIDEST, image.height))
    return packed(image)


def take(names: list[str]) -> None:
    """Take the pictures of these widgets."""
    known = {name: one for exhibits in EXHIBITS.values() for name, one in exhibits.items()}
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as place, sync_playwright() as playwright:
        for name in names or known:
            write_notebook(Path(place, f"{name}.ipynb"), known[name])
        with lab(Path(place)) as home:
            browser = chromium.launch(playwright)
            for name in names or known:
                address = f"{home}voila/render/{name}.ipynb"
                with opened(browser, address, known[name].width, HEIGHT) as shown:
                    pose = known[name].pose
                    if pose:
                        pose(shown)
                    file = PICTURES / f"{name}.png"
                    file.write_bytes(shot(shown))
                    print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB", flush=True)
            browser.close()


def main(names: list[str]) -> None:
    """Write the page, and take the pictures of all widgets, or of those that are named."""
    PAGE.write_text(page(), encoding="utf-8")
    take(names)


if __name__ == "__main__":
    main(sys.argv[1:])
