"""Specifications of networks: shapes and parameters are PyTorch's; what does not fit says so."""

import json
import pickle

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lab.architecture import (
    ACTIVATIONS,
    ARCHITECTURES,
    MOST_BLOCKS,
    POOLINGS,
    Architecture,
    Convolution,
    Dense,
    GlobalAveragePooling,
    LocalisationHead,
    Misfit,
    Residual,
    architecture,
)
from lab.architecture_rows import MOST_PARAMETERS
from lab.capture import capture
from lab.model_code import model_code
from lab.models import build

NAMES = st.sampled_from(list(ACTIVATIONS))
SHARES = st.sampled_from([0.0, 0.0, 0.3])
CONVOLUTIONS = st.builds(
    Convolution,
    channels=st.integers(1, 5),
    kernel=st.integers(1, 6),
    stride=st.integers(1, 3),
    padding=st.none() | st.integers(0, 3),
    batch_norm=st.booleans(),
    activation=NAMES,
    pooling=st.sampled_from(list(POOLINGS)),
    pool_size=st.integers(2, 3),
    dropout=SHARES,
)
RESIDUALS = st.builds(
    Residual,
    channels=st.integers(1, 5),
    stride=st.integers(1, 3),
    activation=NAMES,
    dropout=SHARES,
)
DENSE = st.builds(
    Dense, neurons=st.integers(1, 9), batch_norm=st.booleans(), activation=NAMES, dropout=SHARES
)
HEADS = st.builds(LocalisationHead, pooling=st.sampled_from(["max", "average"]), dropout=SHARES)
SHAPES = st.tuples(st.integers(1, 3), st.integers(4, 20), st.integers(4, 20))


@st.composite
def architectures(draw):
    maps = draw(st.lists(CONVOLUTIONS | RESIDUALS, max_size=4))
    if draw(st.booleans()):
        return Architecture(*maps, draw(HEADS))
    middle = draw(st.sampled_from([[], [GlobalAveragePooling()]]))
    return Architecture(*maps, *middle, *draw(st.lists(DENSE, max_size=2)))


@settings(max_examples=60, deadline=None)
@given(architectures(), SHAPES, st.integers(2, 5))
def test_every_layer_is_as_pytorch_has_it(spec, shape, classes):
    try:
        rows = spec.rows(shape, classes)
    except Misfit as misfit:
        spec = Architecture(*spec.blocks[: misfit.block])  # what comes before it fits
        rows = spec.rows(shape, classes)
    network = build(spec, shape, classes)
    layers = dict(network.named_children())
    assert list(layers) == [row.name for row in rows]
    seen = capture(network, torch.zeros(2, *shape), layers)
    for row in rows:
        assert tuple(seen[row.name].shape) == (2, *row.shape), row
        count = sum(weight.numel() for weight in layers[row.name].parameters())
        assert count == row.parameters, row
    assert rows[-1].shape == (classes,)
    assert [row.block for row in rows] == sorted(row.block for row in rows)
    assert rows[-1].block == len(spec.blocks)


@settings(max_examples=20, deadline=None)
@given(architectures(), SHAPES, st.integers(0, 1000))
def test_the_code_makes_the_same_network(spec, shape, seed):
    try:
        torch.manual_seed(seed)
        ours = build(spec, shape, 4)
    except Misfit:
        assume(False)
    scope = {}
    torch.manual_seed(seed)
    exec(model_code(spec, shape, 4), scope)
    theirs = scope["model"]
    images = torch.rand(3, *shape)
    torch.manual_seed(1)
    expected = ours.train()(images)
    torch.manual_seed(1)
    assert torch.equal(theirs.train()(images), expected)
    ours_again = build(spec, shape, 4)
    theirs.load_state_dict(ours_again.state_dict())
    assert torch.allclose(theirs.eval()(images), ours_again.eval()(images), atol=1e-6)


@given(architectures())
def test_a_table_brings_back_the_same(spec):
    table = json.loads(json.dumps(spec.table(), allow_nan=False))
    assert Architecture.from_table(table) == spec
    assert pickle.loads(pickle.dumps(spec)) == spec


@given(architectures(), st.data())
def test_a_table_may_leave_out_what_is_as_usual(spec, data):
    table = spec.table()
    for block in table["blocks"]:
        block.pop("activation", None) if data.draw(st.booleans()) else None
    again = Architecture.from_table(table)
    assert len(again.blocks) == len(spec.blocks)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "channels", "kernel", "blocks", "padding"]) | st.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


VALUES = ("channels", "neurons", "kernel", "stride", "dropout", "pooling")


@settings(max_examples=100)
@given(
    st.dictionaries(st.just("blocks"), st.lists(JSON, max_size=3))
    | JSON
    | st.fixed_dictionaries(
        {
            "blocks": st.lists(
                st.fixed_dictionaries(
                    {"kind": st.sampled_from(["convolution", "dense layer", "residual block"])},
                    optional=dict.fromkeys(VALUES, JSON),
                ),
                max_size=2,
            )
        }
    )
)
def test_whatever_comes_is_an_architecture_or_refused(table):
    try:
        spec = Architecture.from_table(table)
    except (TypeError, ValueError) as error:
        sentence = str(error)
    else:
        sentence = f"{spec.blocks}."
        assert Architecture.from_table(spec.table()) == spec
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("blocks", "block", "sentence"),
    [
        (
            [
                Convolution(4, kernel=5, padding=0, pooling="max"),
                Convolution(4, kernel=5, padding=1),
            ],
            1,
            "conv2 looks at 5 × 5 pixels, but pool1 leaves maps of 2 × 2, 4 × 4 with padding",
        ),
        ([Convolution(4, kernel=9, padding=0)], 0, "but the images have 8 × 8. Choose a smaller"),
        (
            [Convolution(4, stride=4, pooling="max"), Convolution(4, pooling="max", pool_size=3)],
            1,
            "pool2 takes 3 × 3 pixels together, but relu2 leaves maps of 1 × 1",
        ),
        ([Dense(20), Convolution(4)], 1, "conv1 needs maps, but relu1 leaves 20 numbers in a row"),
        ([GlobalAveragePooling(), Residual(4)], 1, "Put it before global average pooling"),
        ([Dense(4), GlobalAveragePooling()], 1, "global average pooling needs maps"),
        (
            [Dense(4), LocalisationHead()],
            1,
            "class_maps needs maps, but relu1 leaves 4 numbers in a row",
        ),
        ([LocalisationHead(), Dense(4)], 1, "Nothing can follow the localisation head"),
        ([Dense(4096), Dense(4096), Dense(4096)], 2, "With dense3 the network would have"),
        ([Convolution(512), Dense(4096)], 1, f"it may have {MOST_PARAMETERS:,}"),
    ],
)
def test_two_layers_that_do_not_fit_are_named(blocks, block, sentence):
    with pytest.raises(Misfit) as caught:
        Architecture(*blocks).rows((1, 8, 8), 10)
    assert sentence in str(caught.value)
    assert caught.value.block == block
    rows = []
    with pytest.raises(Misfit):
        rows.extend(Architecture(*blocks).each_row((1, 8, 8), 10))


def test_a_network_that_would_fill_the_memory_is_refused():
    with pytest.raises(Misfit, match="numbers for one image"):
        Architecture(Convolution(512)).rows((3, 64, 64), 10)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Convolution(0), "channels of a convolution must lie between 1 and 512, not 0"),
        (lambda: Convolution(2.5), "channels of a convolution must be a whole number, not 2.5"),
        (lambda: Convolution(4, kernel="3"), "kernel of a convolution must be a whole number"),
        (lambda: Convolution(4, activation="step"), "must be one of relu, leaky_relu"),
        (lambda: Convolution(4, batch_norm=1), "batch_norm of a convolution must be True or False"),
        (lambda: Dense(4, dropout=float("nan")), "dropout of a dense layer must lie between"),
        (
            lambda: LocalisationHead(pooling="none"),
            "pooling of a localisation head must be one of max, average",
        ),
        (lambda: Architecture("conv"), "made of blocks such as Convolution"),
        (lambda: Architecture(*[Dense(1)] * (MOST_BLOCKS + 1)), f"up to {MOST_BLOCKS} blocks"),
        (lambda: Architecture.from_table({"blocks": [{"kind": "conv"}]}), "Block 1: kind must be"),
        (
            lambda: Architecture.from_table({"blocks": [{"kind": "dense layer"}]}),
            "Block 1: A dense layer needs its neurons",
        ),
        (
            lambda: Architecture.from_table({"blocks": [{"kind": "convolution", "width": 3}]}),
            "has no 'width'; it has channels, kernel",
        ),
        (lambda: Architecture.from_table({"layers": []}), "a table with the blocks alone"),
        (lambda: architecture("resnet-50", (1, 8, 8)), "one of lenet, small cnn"),
        (lambda: architecture(3, (1, 8, 8)), "a name such as 'lenet'"),
        (lambda: Architecture().rows((1, 8, 8), 1), "2 classes"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(make, sentence):
    with pytest.raises((TypeError, ValueError)) as caught:
        make()
    assert sentence in str(caught.value)


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("shape", [(1, 8, 8), (1, 28, 28), (3, 32, 32), (3, 64, 64)])
def test_those_with_a_name_take_small_and_large_images(name, shape):
    spec = architecture(name, shape)
    rows = spec.rows(shape, 7)
    assert build(name, shape, 7)(torch.rand(2, *shape)).shape == (2, 7)
    assert sum(row.parameters for row in rows) < 2_500_000
    assert architecture(spec.table(), shape) == architecture(spec, shape) == spec


@pytest.mark.parametrize("name", ["lenet", "small cnn", "tiny vgg"])
def test_images_that_are_too_small_are_refused(name):
    with pytest.raises(ValueError, match=r"too small|leaves maps of"):
        architecture(name, (1, 2, 2)).rows((1, 2, 2), 10)


@pytest.mark.parametrize("pooling", ["max", "average"])
def test_of_each_class_map_one_number_is_what_the_network_says(pooling):
    network = build(Architecture(Convolution(3), LocalisationHead(pooling)), (1, 9, 7), 4).eval()
    images = torch.rand(2, 1, 9, 7)
    maps = capture(network, images, ["class_maps"])["class_maps"]
    assert maps.shape == (2, 4, 9, 7)
    of_each = maps.flatten(2)
    expected = of_each.mean(2) if pooling == "average" else of_each.max(2).values
    assert torch.allclose(network(images), expected, atol=1e-6)


def test_the_localisation_network_keeps_a_quarter_of_the_sides():
    rows = {
        row.name: row for row in architecture("localisation cnn", (1, 48, 48)).rows((1, 48, 48), 5)
    }
    assert rows["class_maps"].shape == (5, 12, 12)
    assert [row.module for row in rows.values()][-2:] == ["AdaptiveMaxPool2d", "Flatten"]


def test_tiny_vgg_has_the_maps_of_cnn_explainer():
    rows = architecture("tiny vgg", (3, 64, 64)).rows((3, 64, 64), 10)
    sides = [row.shape[1] for row in rows if row.kind in ("convolution", "max pooling")]
    assert sides == [62, 60, 30, 28, 26, 13]
    assert {row.shape[0] for row in rows if row.kind == "convolution"} == {10}
