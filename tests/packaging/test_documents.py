"""What is written about the lab leads somewhere, and names whose work it carries."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import mistune
import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("hosts", "lab", "notebooks", "tests", "widgets")
DOCUMENTS = [
    path
    for path in sorted([*ROOT.glob("*.md"), *(p for f in FOLDERS for p in (ROOT / f).rglob("*.*"))])
    if path.suffix in (".md", ".ipynb") and ".ipynb_checkpoints" not in path.parts
]

# Links as they are written: a badge may carry its own picture.
HTML = mistune.create_markdown(
    renderer=mistune.HTMLRenderer(escape=False, allow_harmful_protocols=True)
)


class Page(HTMLParser):
    """Where a page's links lead, and the names of its headings as GitHub makes them."""

    def __init__(self, text):
        super().__init__()
        self.links, self.names, self._heading = [], set(), None
        self.feed(HTML(text))

    def handle_starttag(self, tag, attributes):
        self.links += [value for key, value in attributes if key in ("href", "src")]
        if re.fullmatch("h[1-6]", tag):
            self._heading = ""

    def handle_data(self, data):
        if self._heading is not None:
            self._heading += data

    def handle_endtag(self, tag):
        if re.fullmatch("h[1-6]", tag):
            self.names.add(re.sub(r"[^\w\- ]", "", self._heading.lower()).replace(" ", "-"))
            self._heading = None


def page_of(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        prose = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        text = "\n\n".join(prose)
    return Page(text)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_link_is_dead(path):
    for link in page_of(path).links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        if parts.fragment:
            assert parts.fragment in page_of(target).names, link


def test_the_documents_are_found():
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= {path.name for path in DOCUMENTS}


def test_the_bundles_hold_no_code_whose_notice_is_not_carried():
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for source in ROOT.glob("widgets/*/*.ts"):
        imports = re.findall(
            r'^import (?!type\b)[^;]*?"([^"]+)";', source.read_text(), re.MULTILINE | re.DOTALL
        )
        for foreign in (one for one in imports if not one.startswith(".")):
            assert foreign in notice, f"{source.relative_to(ROOT)}: {foreign}"
