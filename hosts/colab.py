"""The notebooks in Colab: each has a badge that opens it there, and a cell that gets it ready.

``python -m hosts.colab https://github.com/OWNER/REPO`` says where the lab can be had, once and for
all notebooks; ``python -m hosts.colab`` alone gives a new notebook what the others have. The
address is kept in ``pyproject.toml``, under ``[project.urls]``. Until there is one, the badge leads
to Colab's own start page, where a notebook can be opened from a file.

Both cells bear a tag by which Voila leaves them out.
"""

from __future__ import annotations

import json
import re
import sys
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from hosts.settings import COLAB_TAG, HERE, NOTEBOOKS

if TYPE_CHECKING:
    from pathlib import Path

PYPROJECT = HERE.parent / "pyproject.toml"
COLAB = "https://colab.research.google.com/"
BRANCH = "main"
BADGE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="106" height="20" role="img">'
    '<rect width="106" height="20" rx="3" fill="#4a525c"/>'
    '<text x="53" y="14" fill="#fff" font-family="system-ui,sans-serif" font-size="11" '
    'text-anchor="middle">Open in Colab</text></svg>'
)
TRAINING = (
    "In Colab, train in a cell of its own: `for _ in run: pass`. Its stop button pauses; the "
    "widgets' buttons are heard when the cell has ended."
)
_TABLE = re.compile(r"^\[project\.urls\].*\n", re.MULTILINE)
_REPOSITORY = re.compile(r'^Repository = "(?P<address>.*)"\n', re.MULTILINE)
_ADDRESS = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+")


def repository(pyproject: str) -> str:
    """The address that a ``pyproject.toml`` names; empty where it names none."""
    found = _REPOSITORY.search(pyproject)
    return found["address"] if found else ""


def with_repository(pyproject: str, address: str) -> str:
    """The text of a ``pyproject.toml`` that names this address.

    Raises:
        ValueError: it is not one from which Colab opens notebooks.
    """
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"Write the address as https://github.com/OWNER/REPO, not {address!r}.")
    return _TABLE.sub(
        lambda found: f'{found[0]}Repository = "{address}"\n', _REPOSITORY.sub("", pyproject)
    )


def badge(address: str, name: str, *, trains: bool) -> str:
    """The cell with the badge, as Markdown."""
    picture = b64encode(BADGE.encode()).decode()
    place = f"{COLAB}github{address.removeprefix('https://github.com')}" if address else COLAB
    link = f"{place}/blob/{BRANCH}/notebooks/{name}" if address else place
    text = f"[![Open in Colab](data:image/svg+xml;base64,{picture})]({link})"
    return f"{text}\n\n{TRAINING}" if trains else text


def setup(address: str) -> str:
    """The cell that gets the lab ready, as Python."""
    source = (HERE / "setup_cell.py").read_text(encoding="utf-8")
    source = re.sub(r"  # noqa: \w+", "", source)
    return source.replace('REPOSITORY = ""', f'REPOSITORY = "{address}"').rstrip("\n")


def dressed(notebook: dict[str, Any], name: str, address: str) -> dict[str, Any]:
    """A notebook with both cells below its heading, in place of those that it had."""
    cells = [one for one in notebook["cells"] if COLAB_TAG not in one["metadata"].get("tags", [])]
    trains = any("run = Run(" in "".join(one["source"]) for one in cells)
    own: list[dict[str, Any]] = [
        {
            "cell_type": "markdown",
            "metadata": {"tags": [COLAB_TAG]},
            "source": badge(address, name, trains=trains).splitlines(keepends=True),
            "id": "colab-badge",
        },
        {
            "cell_type": "code",
            # folded away: by JupyterLab, by Colab
            "metadata": {
                "tags": [COLAB_TAG],
                "jupyter": {"source_hidden": True},
                "cellView": "form",
            },
            "source": setup(address).splitlines(keepends=True),
            "id": "colab-setup",
            "execution_count": None,
            "outputs": [],
        },
    ]
    return notebook | {"cells": [cells[0], *own, *cells[1:]]}


def written(notebook: dict[str, Any]) -> str:
    """A notebook as it stands in its file."""
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def main(addresses: list[str], notebooks: Path = NOTEBOOKS, pyproject: Path = PYPROJECT) -> None:
    """Note an address if one is given, and write both cells into all notebooks."""
    for address in addresses[:1]:
        text = with_repository(pyproject.read_text(encoding="utf-8"), address.rstrip("/"))
        pyproject.write_text(text, encoding="utf-8")
    address = repository(pyproject.read_text(encoding="utf-8"))
    for path in sorted(notebooks.glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(written(dressed(notebook, path.name, address)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
