"""The gallery shows every widget, and what it shows is true."""

import ast
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from PIL import Image

from hosts import gallery
from hosts.exhibits import EXHIBITS

WIDGETS = Path(__file__).parents[2] / "widgets"
KNOWN = {name: one for exhibits in EXHIBITS.values() for name, one in exhibits.items()}


@pytest.fixture
def brief():
    """Runs may begin to work here, but nobody waits for them."""
    before = psutil.Process().children()
    yield
    begun = [child for child in psutil.Process().children() if child not in before]
    for child in begun:
        with suppress(psutil.NoSuchProcess):
            child.kill()
    psutil.wait_procs(begun, timeout=20)


def test_every_widget_is_shown_once():
    assert sorted(KNOWN) == sorted(view.parent.name for view in WIDGETS.glob("*/view.ts"))
    assert len(KNOWN) == sum(map(len, EXHIBITS.values()))


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("name", KNOWN)
def test_at_most_five_lines_make_the_widget(name):
    code = KNOWN[name].code
    assert 1 < len([line for line in code.splitlines() if line.strip()]) <= 5
    assert max(map(len, code.splitlines())) <= 100
    *before, last = ast.parse(code).body
    scope = {}
    exec(compile(ast.Module(before, []), name, "exec"), scope)
    made = eval(compile(ast.Expression(last.value), name, "eval"), scope)
    assert isinstance(made, gallery.widget_class(name))
    made.close()


def test_the_page_is_what_the_table_says():
    assert gallery.PAGE.read_text(encoding="utf-8") == gallery.page(), (
        "widgets/README.md is an old one: python -m hosts.gallery NAME makes it anew, "
        "with the picture of that widget."
    )


def test_each_widget_has_a_picture_that_is_small_and_shows_something():
    pictures = {file.stem: file for file in gallery.PICTURES.iterdir()}
    assert set(pictures) == set(KNOWN)
    for name, file in pictures.items():
        assert file.stat().st_size <= 140_000, name
        image = Image.open(file)
        assert image.width <= gallery.WIDEST, name
        assert len(image.getcolors()) > 16, name  # not an empty frame
