"""What every widget owes: a bundle, docstrings, and a view that knows the same traits."""

import importlib
import re
from pathlib import Path

import pytest

from lab.activations import ACTIVATIONS
from widgets._base import LabWidget

ROOT = Path(__file__).parents[2] / "widgets"
NAMES = sorted(p.parent.name for p in ROOT.glob("*/view.ts"))


def widget_of(name):
    module = importlib.import_module(f"widgets.{name}")
    (found,) = (
        c
        for c in vars(module).values()
        if isinstance(c, type) and issubclass(c, LabWidget) and c.__module__ == module.__name__
    )
    return found


def own_synced(widget):
    foreign = set(LabWidget.__mro__[1].class_trait_names(sync=True))
    return set(widget.class_trait_names(sync=True)) - foreign


def interface(name, text):
    found = re.search(rf"interface {name}(?: extends ([\w, ]+))? {{(.*?)\n}}", text, re.DOTALL)
    assert found, f"no interface {name}"
    keys = set(re.findall(r"^  (\w+)\??:", found[2], re.MULTILINE))
    bases = found[1].split(", ") if found[1] else []
    return keys.union(*(interface(base, text) for base in bases))


@pytest.mark.parametrize("name", NAMES)
def test_the_view_knows_just_the_traits_that_python_syncs(name):
    sources = [*sorted((ROOT / name).glob("*.ts")), ROOT / "_front" / "host.ts"]
    text = "\n".join(p.read_text() for p in sources if p.exists())
    assert interface("Model", text) == own_synced(widget_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_bundle_is_small_and_complete(name):
    bundle = (ROOT / name / "static" / "view.js").read_bytes()
    assert 1_000 < len(bundle) <= 40_000
    assert b"https://" not in bundle
    assert (ROOT / name / "static" / "view.css").stat().st_size > 100


@pytest.mark.parametrize("name", NAMES)
def test_every_trait_has_a_docstring(name):
    widget = widget_of(name)
    source = (ROOT / name / "__init__.py").read_text()
    for trait in sorted(own_synced(widget) & set(vars(widget))):
        assert re.search(rf'^    {trait} = .*?\n    """\S', source, re.MULTILINE | re.DOTALL), trait
    assert widget.__doc__


def test_the_page_offers_just_the_activations_that_there_are():
    text = (ROOT / "_front" / "activations.ts").read_text()
    assert re.findall(r'"(\w+)"', text) == list(ACTIVATIONS)
