"""The receptive field without a browser: its cells against gradients in PyTorch."""

import numpy as np
import pytest
from traitlets import TraitError

from widgets.receptive_field import ReceptiveField

STACKS = {
    "LeNet": None,
    "holes": [("convolution", 3, 2, 0, 3), ("convolution", 2, 1, 1, 2)],
    "pooled": [("convolution", 3, 1, 1), ("max pooling", 3, 2, 1), ("convolution", 5, 1, 2, 2)],
}


def stack(name):
    return ReceptiveField(STACKS[name]) if STACKS[name] else ReceptiveField()


@pytest.mark.parametrize("name", STACKS)
def test_what_a_cell_sees_is_where_the_gradient_goes(name):
    field = stack(name)
    planes = field.picture["planes"]
    rng = np.random.default_rng(1)
    for layer in range(1, len(planes)):
        for _ in range(4):
            field.at = (layer, *(int(rng.integers(count)) for count in planes[layer]))
            scope = {}
            exec(field.code(), scope)  # with every weight 1, in PyTorch alone
            rows, columns = field.picture["seen"][0]
            marked = np.zeros(planes[0], dtype=bool)
            marked[np.ix_(rows, columns)] = True
            assert np.array_equal(marked, scope["field"])
            assert list(scope["y"].shape[2:]) == planes[layer]


def test_the_numbers_of_lenet():
    """Of the table in Araujo et al. (2019), by the recursion worked out by hand."""
    picture = ReceptiveField().picture
    assert picture["planes"] == [[28, 28], [28, 28], [14, 14], [10, 10], [5, 5]]
    assert picture["reaches"] == [1, 5, 6, 14, 16]
    assert picture["strides"] == [1, 1, 2, 2, 4]
    assert picture["at"] == [4, 2, 2]
    assert picture["sentence"].startswith("The cell sees 16 × 16 pixels of the image: rows 7 to 22")
    assert picture["recursion"][-1] == "r₄ = r₃ + d(k − 1)·j₃ = 14 + 1·(2 − 1)·2 = 16"


def test_three_small_kernels_see_as_much_as_a_large_one():
    three = ReceptiveField([("convolution", 3)] * 3, 20)
    assert three.picture["reaches"][-1] == 7
    assert (
        "49 weights for each pair of channels; these layers have 27"
        in (three.picture["comparison"])
    )
    one = ReceptiveField([("convolution", 7)], 20)
    assert one.picture["reaches"][-1] == 7
    assert one.picture["planes"][-1] == three.picture["planes"][-1]


def test_at_the_border_less_is_seen():
    field = ReceptiveField(at=(1, 0, 0))
    assert field.picture["seen"][0] == [[0, 1, 2], [0, 1, 2]]
    assert field.picture["sentence"].endswith("Away from the border it would be 5 × 5.")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"layers": []}, "There can be 1 to 6 layers, but 0 came"),
        ({"layers": [["convolution", 3]] * 7}, "There can be 1 to 6 layers, but 7 came"),
        ({"layers": [["pooling", 3]]}, "Layer 1 is one of convolution, max pooling, not 'pooling'"),
        ({"layers": [["convolution", 3, 0]]}, "The stride of layer 1 must lie between 1 and 4"),
        ({"layers": [["convolution", 9, 1, 0, 4]]}, "Layer 1 does not fit. The kernel reaches"),
        ({"layers": [["max pooling", 2, 2, 2]]}, "at most half of the window"),
        ({"layers": 3}, "layers must be rows such as"),
        ({"size": 4}, "does not fit"),
        ({"size": 2.5}, "size must lie between 4 and 48"),
        ({"at": [0, 1, 1]}, "The first layer of at is 1"),
        ({"at": [1, 1]}, "must be a layer, a row and a column"),
        ({"image": "cat"}, "image"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(sent, sentence):
    field = ReceptiveField()
    before = field.picture
    field.set_state(sent)
    assert sentence in field.problem
    assert field.picture is before
    ((name, value),) = sent.items()
    with pytest.raises(TraitError, match=r"\w"):
        setattr(field, name, value)


def test_a_smaller_stack_is_looked_at_in_its_middle():
    field = ReceptiveField()
    field.set_state({"layers": [["convolution", 3, 4]], "at": [4, 99, 99], "chosen": 4})
    assert field.problem == ""
    assert field.at == (1, 3, 3)
    assert field.chosen == 1


def test_its_state_is_a_text():
    field = ReceptiveField(STACKS["holes"], 24, at=(1, 2, 3), image="temple")
    other = ReceptiveField()
    other.take_state(field.state_text())
    assert other.picture == field.picture
    assert other.image == "temple"


def test_each_example_can_be_taken_and_has_its_photograph():
    field = ReceptiveField()
    for name, settings in field.examples.items():
        field.set_state(settings)
        assert field.problem == "", name
        side = settings["size"]
        assert field.photo["pixels"]["shape"] == [3, side, side]
