"""What the house knows about its dashboards, read from the notebooks themselves.

A dashboard is called what its first heading says, and its card on the home page shows the
first sentence below that heading: the words stand in the notebook and nowhere else.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_server.utils import url_path_join

TREE = "voila/tree"  # where home pages are, below the address of a server
PICTURES = "pictures"  # the folder beside the notebooks; one PNG a notebook and theme
_HEADING = re.compile(r"^#\s+(?P<title>.+?)\s*#*$", re.MULTILINE)
_LINK = re.compile(r"!?\[(?P<text>[^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"(\*\*|__|\*|`|(?<!\w)_|_(?!\w))")
_SENTENCE = re.compile(r"^.+?[.!?](?=\s|$)", re.DOTALL)


@dataclass(frozen=True)
class Card:
    """A dashboard as the home page shows it.

    Attributes:
        path: The notebook's path below the served folder, ``01_neuron.ipynb``.
        title: Plain text.
        sentence: Plain text; may be empty.
        light: Path of its picture below the served folder; empty where there is none.
        dark: The same in the dark theme.
    """

    path: str
    title: str
    sentence: str
    light: str
    dark: str


def plain(markdown: str) -> str:
    """Markdown's words without its marks, on one line."""
    return " ".join(_MARKS.sub("", _LINK.sub(r"\g<text>", markdown)).split())


def title_and_sentence(notebook: dict[str, Any], otherwise: str) -> tuple[str, str]:
    """The first heading of a notebook, and the first sentence of the paragraph below it."""
    for cell in notebook.get("cells", []):
        source = cell.get("source", "")
        text = source if isinstance(source, str) else "".join(source)
        heading = _HEADING.search(text) if cell.get("cell_type") == "markdown" else None
        if heading:
            below = text[heading.end() :].strip().split("\n\n")[0]
            prose = "" if below.startswith(("#", "-", "|", "<", "$$")) else plain(below)
            sentence = _SENTENCE.match(prose)
            return plain(heading["title"]), sentence[0] if sentence else prose
    return otherwise, ""


def card(folder: Path, notebook: Path) -> Card:
    """The card of one notebook. A file that cannot be read keeps its place, by its name."""
    name = re.sub(r"^\d+[_-]", "", notebook.stem).replace("_", " ").capitalize()
    try:
        content = json.loads(notebook.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = {}
    title, sentence = title_and_sentence(content if isinstance(content, dict) else {}, name)
    pictures = [
        notebook.parent / PICTURES / f"{notebook.stem}{ending}.png" for ending in ("", "-dark")
    ]
    light, dark = (p.relative_to(folder).as_posix() if p.is_file() else "" for p in pictures)
    return Card(notebook.relative_to(folder).as_posix(), title, sentence, light, dark or light)


def cards(root: Path, below: str = "") -> list[Card]:
    """The dashboards of a folder in teaching order, which is the order of their names."""
    return [card(root, path) for path in sorted((root / below).glob("*.ipynb"))]


def page_config(
    current: dict[str, Any],
    *,
    base_url: str,
    settings: dict[str, Any],
    notebook_path: str,
    files: str = "voila/files",
    **_: object,
) -> dict[str, Any]:
    """Tell the page templates what the house knows (Voila's ``page_config_hook``).

    ``house.cards`` are the dashboards of the folder that is shown, ``house.home`` is the address
    of the page that shows them, and pictures are below ``house.files``; on a dashboard's own page
    ``house.here`` is its card, with ``house.before`` and ``house.after`` its neighbours.

    Args:
        current: What Voila tells them.
        base_url: The address of the server.
        settings: The server's.
        notebook_path: The notebook or the folder that is shown, below the served folder.
        files: Where the served folder's files are, below the server's address.
    """
    # Formulas are set by the MathJax that comes with Voila. Where a Jupyter server says nothing of
    # another one, Voila would ask a server far away for it.
    current["fullMathjaxUrl"] = current["mathjaxConfig"] = None
    root = Path(settings["contents_manager"].root_dir)
    path = notebook_path.strip("/")
    is_notebook = path.endswith(".ipynb")
    folder = path.rpartition("/")[0] if is_notebook else path
    known = cards(root, folder)
    house: dict[str, Any] = {
        "cards": [asdict(one) for one in known],
        "home": url_path_join(base_url, TREE, quote(folder)),
        "files": url_path_join(base_url, files),
    }
    for index, one in enumerate(known):
        if is_notebook and one.path == path:
            house["here"] = asdict(one)
            house["before"] = asdict(known[index - 1]) if index else None
            house["after"] = asdict(known[index + 1]) if index + 1 < len(known) else None
    current["house"] = house
    return current
