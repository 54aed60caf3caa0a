"""A state as a text: it comes back exactly, or a sentence says why not."""

import base64
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from traitlets import TraitError

from lab.neurons import ACTIVATIONS
from lab.tasks import task_names
from tests.widgets.comm import Comm
from widgets._base import LabWidget
from widgets.neuron import Neuron

LETTERS = "abcXYZ0189-_=+/.#&%é\0\ud800"
HELD = ("weights", "bias", "inputs", "activation", "form", "task")


def held(neuron):
    return {name: getattr(neuron, name) for name in HELD}


def numbers(limit, count):
    return st.lists(st.floats(-limit, limit), min_size=count, max_size=count).map(tuple)


@st.composite
def states(draw):
    count = draw(st.integers(2, 5))
    return {
        "weights": draw(numbers(4, count)),
        "bias": draw(st.floats(-12, 12)),
        "inputs": draw(numbers(2, count)),
        "activation": draw(st.sampled_from(list(ACTIVATIONS))),
        "form": draw(st.sampled_from(["threshold", "bias"])),
        "task": draw(st.sampled_from(["none", *task_names(count)])),
    }


def text_of(plain, kind="neuron", version="1"):
    """Write a text without the lab's own code: checksum, raw deflate, letters for addresses."""
    packed = zlib.compress(plain)[2:-4]
    whole = zlib.crc32(packed).to_bytes(4, "big") + packed
    return f"{kind}.{version}.{base64.urlsafe_b64encode(whole).decode().rstrip('=')}"


@pytest.fixture(scope="module")
def here():
    return Neuron()


@pytest.fixture(scope="module")
def there():
    return Neuron([1, 2, 3, 4], task="input 4")


@given(state=states())
def test_any_state_comes_back_exactly(here, there, state):
    with here.hold_trait_notifications():
        for name, value in state.items():
            setattr(here, name, value)
    text = here.state_text()
    there.take_state(text)
    assert held(there) == held(here) == state
    assert there.state_text() == text
    assert there.picture["z"] == here.picture["z"]


@given(state=states(), data=st.data())
def test_a_damaged_text_is_refused_with_a_sentence_and_nothing_changes(here, state, data):
    text = Neuron(**state).state_text()
    place = data.draw(st.integers(0, len(text) - 1))
    kind = data.draw(st.sampled_from(["cut", "lost", "changed", "added"]))
    if kind == "cut":
        damaged = text[:place]
    else:
        letter = data.draw(st.sampled_from(LETTERS))
        instead = {"lost": "", "changed": letter, "added": text[place] + letter}[kind]
        damaged = text[:place] + instead + text[place + 1 :]
    before = held(here)
    if damaged == text:
        return
    with pytest.raises(TraitError, match=r"^(There is|This).*\S$"):
        here.take_state(damaged)
    assert held(here) == before


@given(text=st.text(LETTERS) | st.text("neuron.1=#&A \n"))
def test_any_other_text_is_refused_with_a_sentence(here, text):
    before = held(here)
    with pytest.raises(TraitError, match="neuron"):
        here.take_state(text)
    assert held(here) == before


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text("step1é\ud800"),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=6,
)


@given(table=st.dictionaries(st.sampled_from(HELD), values, min_size=1))
def test_a_well_formed_text_with_wrong_values_is_taken_whole_or_not_at_all(here, table):
    before = held(here)
    try:
        here.take_state(text_of(json.dumps(table).encode()))
    except TraitError as error:
        assert str(error)  # noqa: PT017
        assert held(here) == before
    else:
        assert {name: held(here)[name] for name in table} == {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in table.items()
        }
        here.take_state(text_of(json.dumps(before).encode()))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is no text. One for the neuron begins with neuron.1."),
        ("  \n", "There is no text"),
        ("hello", "This is not a text for the neuron"),
        ("neuron.1.{}", "holds only letters, digits"),
        ("neuron.1.", "damaged or cut off"),
        ("neuron.1.A", "damaged or cut off"),
        (
            text_of(b"{}", kind="latent_space"),
            "another widget, the latent space, not for the neuron",
        ),
        (text_of(b"{}", version="2"), "format 2, which this lab does not know"),
        (text_of(b"{}", version="9" * 9000), "which this lab does not know"),
        (text_of(b"[1]"), "holds no state of the neuron"),
        (text_of(b"{"), "holds no state of the neuron"),
        (text_of(b"\xff"), "holds no state of the neuron"),
        (text_of(b"[" * 100_000), "holds no state of the neuron"),
        (text_of(b'{"bias": 1' + b"0" * 400 + b"}"), "holds no state of the neuron"),
        (text_of(b'{"bias": ' + b"1" * 9000 + b"}"), "holds no state of the neuron"),
        (text_of(b" " * 50_000_000 + b"{}"), "holds no state of the neuron"),
        (text_of(b'{"wieghts": [1, 2]}'), "sets 'wieghts', which this widget does not have"),
        (text_of(b'{"picture": {}}'), "sets 'picture'"),
        (text_of(b'{"bias": 13}'), "bias must lie between −12 and 12, but it is 13"),
        (text_of(b'{"bias": NaN}'), "bias must be a finite number"),
        (text_of(b'{"bias": 2, "weights": [1, 2, 40]}'), "weights, number 3, must lie between"),
        (text_of(b'{"bias": 2, "weights": [1, 2]}'), "one weight for each input"),
        ('{"bias": 2, "weights": [1, 2]}', "one weight for each input"),
        ('{"bias": 2', "This page has kept a state of the neuron that is damaged"),
        ('{"bias": 1e999}', "bias must be a finite number"),
        ('{"bias": 2, "task": ' + '"a"' * 400_000 + "}", "that is damaged"),
        ('{"bias": ' + "[" * 100_000, "that is damaged"),
        ('{"bias": 2, "picture": {}}', "sets 'picture'"),
    ],
)
def test_the_sentence_says_what_is_wrong(text, sentence):
    neuron = Neuron(bias=-2)
    before, picture = held(neuron), neuron.picture
    with pytest.raises(TraitError, match=sentence):
        neuron.take_state(text)
    assert held(neuron) == before
    assert neuron.picture is picture


def test_the_form_is_that_of_the_written_rule():
    neuron = Neuron([0.1, -1e-7], -0.5)
    neuron.take_state(text_of(b'{"weights":[3,0.30000000000000004],"bias":1e-3}'))
    assert (neuron.weights, neuron.bias) == ((3, 0.1 + 0.2), 0.001)
    assert neuron.activation == "step"  # what the text does not name keeps its value


def test_white_space_and_the_link_around_a_text_do_not_matter():
    text = Neuron([0.25, 0.75], 3).state_text()
    link = f"https://lab.example/a.b/01_neuron.html?x=1.2#network=network.1.abc&neuron={text}"
    for written in (f" {text[:20]}\n  {text[20:]}\n", link):
        neuron = Neuron()
        neuron.take_state(written)
        assert neuron.weights == (0.25, 0.75)


def test_of_several_states_in_a_link_each_widget_takes_its_own():
    first, second = Neuron(bias=1), Neuron(bias=2)
    assert first.anchor != second.anchor
    link = "#" + "&".join(f"{neuron.anchor}={neuron.state_text()}" for neuron in (first, second))
    first.bias = second.bias = 0
    first.take_state(link)
    second.take_state(link)
    assert (first.bias, second.bias) == (1, 2)


def test_widgets_are_counted_by_their_kind(monkeypatch):
    monkeypatch.setattr(LabWidget, "_made", type(LabWidget._made)())
    assert [Neuron().anchor for _ in range(3)] == ["neuron", "neuron-2", "neuron-3"]


class Page:
    """Hears what a neuron says to its page."""

    def __init__(self, neuron):
        self.neuron, self.comm = neuron, Comm()
        neuron.comm = self.comm

    @property
    def sent(self):
        return self.comm.sent

    def say(self, content):
        self.sent.clear()
        self.neuron._hear(self.neuron, content, [])
        (answer,) = (m["content"] for m in self.sent if m["method"] == "custom")
        state = {k: v for m in self.sent if m["method"] == "update" for k, v in m["state"].items()}
        return answer, state


def test_the_page_asks_for_the_text_and_has_one_opened():
    neuron = Neuron(bias=-2)
    page = Page(neuron)
    answer, _ = page.say({"share": "text", "turn": 7})
    assert answer == {"share": 7, "text": neuron.state_text()}
    wish = {"share": "open", "text": Neuron([4, 3]).state_text(), "turn": 8}
    answer, state = page.say(wish)
    assert answer == {"share": 8, "problem": ""}
    assert state["weights"] == (4, 3)
    assert state["picture"]["weights"] == [4, 3]
    assert len(page.sent) == 2  # all that changed came in one message, before the answer


def test_the_page_hears_why_a_text_is_refused():
    neuron = Neuron(bias=-2)
    page = Page(neuron)
    answer, state = page.say({"share": "open", "text": "neuron.1.zzz", "turn": 9})
    assert answer["share"] == 9
    assert "damaged or cut off" in answer["problem"]
    assert state == {"problem": answer["problem"]}
    _, state = page.say({"share": "open", "text": neuron.state_text(), "turn": 10})
    assert state == {"problem": ""}
