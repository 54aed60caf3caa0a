"""The transposed convolution widget without a browser: what it sends is what torch computes."""

import contextlib
import io
import json

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.nn.functional import conv2d, conv_transpose2d
from traitlets import TraitError

from tests.widgets.comm import Comm
from widgets.transposed_convolution import TransposedConvolution

INPUT = [[0.2, 0.2, 0.8], [0.2, 0.3, 0.1], [0.2, 1, 1]]
KERNEL = [[0.3, 0.2, 0.9], [-0.2, 0.3, 0.1], [0.1, -1, -1]]
SETTINGS = ("stride", "padding", "output_padding", "dilation")


def unpacked(packed):
    return np.frombuffer(packed["buffer"], packed["dtype"]).reshape(packed["shape"])


def tensor(table):
    return torch.tensor(table, dtype=torch.double)[None, None]


def by_torch(widget, x=None):
    x = tensor(widget.input) if x is None else x
    chosen = {name: getattr(widget, name) for name in SETTINGS}
    return conv_transpose2d(x, tensor(widget.kernel), **chosen)[:, 0].numpy()


def table(rows, columns, seed):
    return np.random.default_rng(seed).integers(-90, 91, (rows, columns)) / 10


@st.composite
def widgets(draw):
    sizes = [draw(st.integers(1, 5)) for _ in range(4)]
    seed = draw(st.integers(0, 1000))
    chosen = {
        "stride": draw(st.integers(1, 3)),
        "padding": draw(st.integers(0, 4)),
        "output_padding": draw(st.integers(0, 2)),
        "dilation": draw(st.integers(1, 3)),
    }
    try:
        return TransposedConvolution(
            table(*sizes[:2], seed).tolist(), table(*sizes[2:], seed + 1).tolist(), **chosen
        )
    except TraitError:
        assume(False)


def test_the_lectures_numbers_are_the_default():
    widget = TransposedConvolution()
    assert [list(row) for row in widget.input] == INPUT
    assert [list(row) for row in widget.kernel] == KERNEL
    expected = conv_transpose2d(tensor(INPUT), tensor(KERNEL))[0, 0].numpy()
    assert np.allclose(widget.output, expected, atol=1e-12)
    assert np.allclose(widget.picture["output"], expected, atol=1e-12)
    assert widget.picture["sentence"] == [
        "Rows and columns: (3 − 1)·1 − 2·0 + 1·(3 − 1) + 0 + 1 = 5"
    ]


@settings(max_examples=80)
@given(widgets())
def test_scatter_gather_and_matrix_give_what_torch_gives(widget):
    picture, expected = widget.picture, by_torch(widget)[0]
    assert np.allclose(picture["output"], expected, rtol=1e-10, atol=1e-10)
    assert picture["size"] == list(expected.shape)
    rows, columns = expected.shape
    height, width = np.shape(widget.input)
    kernel = np.array(widget.kernel)
    padding = widget.padding

    # Scatter: after each stamp what torch makes of the input with the later cells at 0.
    accumulated = unpacked(picture["accumulated"])
    count = height * width
    until = np.tri(count).reshape(count, height, width) * np.array(widget.input)
    so_far = by_torch(widget, torch.tensor(until)[:, None])
    whole = picture["whole"]
    assert accumulated.shape == (count, *whole)
    inner = accumulated[:, padding : padding + rows, padding : padding + columns]
    assert np.allclose(inner, so_far, rtol=1e-6, atol=1e-4)

    # Gather: the products that meet in a cell sum up to it.
    summed = np.zeros((rows, columns))
    for i, down in enumerate(picture["rows"]):
        for j, across in enumerate(picture["columns"]):
            block = np.reshape(picture["products"][i * width + j], kernel.shape)
            assert np.allclose(block, widget.input[i][j] * kernel)
            for u, r in enumerate(down):
                for v, c in enumerate(across):
                    assert -padding <= r < whole[0] - padding
                    assert -padding <= c < whole[1] - padding
                    if 0 <= r < rows and 0 <= c < columns:
                        summed[r, c] += block[u, v]
    assert np.allclose(summed, expected, rtol=1e-10, atol=1e-10)

    # Matrix: C is the convolution, its transpose the transposed one.
    matrix = unpacked(picture["matrix"]).astype(float)
    assert matrix.shape == (count, rows * columns)
    flat = matrix.T @ np.ravel(widget.input)
    assert np.allclose(flat.reshape(rows, columns), expected, rtol=1e-5, atol=1e-4)
    back = conv2d(
        torch.tensor(expected)[None, None],
        tensor(widget.kernel),
        stride=widget.stride,
        padding=padding,
        dilation=widget.dilation,
    )[0, 0].numpy()
    assert np.allclose(picture["again"], back[:height, :width], rtol=1e-10, atol=1e-8)
    assert np.allclose(matrix @ expected.ravel(), np.ravel(picture["again"]), rtol=1e-4, atol=1e-2)
    plain = {key: value for key, value in picture.items() if key not in ("accumulated", "matrix")}
    json.dumps(plain, allow_nan=False)


@settings(max_examples=20)
@given(widgets())
def test_the_code_gives_the_same_numbers(widget):
    scope = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(widget.code(), scope)
    assert np.allclose(scope["y"].numpy(), widget.output, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("kernels", [(3, 4), (2, 5), (1, 1)])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_hits_are_counted_by_stamping_ones(kernels, stride):
    widget = TransposedConvolution(mode="checkerboard", compared=kernels, compared_stride=stride)
    assert widget.comparison["kernels"] == list(kernels)
    for size, side in zip(kernels, widget.comparison["sides"], strict=True):
        ones = torch.ones(1, 1, 5, 5), torch.ones(1, 1, size, size)
        hits = conv_transpose2d(*ones, stride=stride)[0, 0]
        assert side["counts"] == hits.int().tolist()
        edge = size - 1
        inner = hits[edge : len(hits) - edge, edge : len(hits) - edge]
        even = len(inner.unique()) == 1
        assert even == (size % stride == 0)
        assert ("is a multiple" in side["sentence"]) == even
        if even:
            assert f" {int(inner[0, 0])} times" in side["sentence"] or inner[0, 0] <= 2
        larger = unpacked(side["larger"])
        assert larger.min() >= 0
        assert len(larger) > 50 * stride


def test_the_checkerboard_shows_in_the_picture_of_kernel_3_alone():
    three, four = (unpacked(s["larger"]) for s in TransposedConvolution(
        mode="checkerboard").comparison["sides"])  # fmt: skip

    def roughness(image):
        return np.abs(np.diff(image, axis=1)).mean() / image.mean()

    assert roughness(three) > 4 * roughness(four)
    assert three.mean() == pytest.approx(four.mean(), rel=0.05)


def test_what_compares_is_computed_only_when_it_is_looked_at():
    widget = TransposedConvolution()
    assert widget.comparison == {}
    widget.mode = "checkerboard"
    first = widget.comparison
    widget.mode = "scatter"
    widget.mode = "checkerboard"
    assert widget.comparison is first


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("stride", 0, "stride"),
        ("padding", 3, "nothing is left"),
        ("output_padding", 1, "smaller than the stride"),
        ("kernel", [[1, 2], [3]], "all be of one length"),
        ("kernel", [], "1 to 5 rows and columns"),
        ("input", [[0] * 6], "1 to 5 rows and columns"),
        ("input", [[float("nan")]], "input, row 1, column 1, must be a finite number"),
        ("input", [[1, 2], [3, 99]], "input, row 2, column 2, must lie between −9 and 9"),
        ("input", "ab", "rows of numbers"),
        ("mode", "sideways", "scatter"),
    ],
)
def test_what_does_not_fit_is_refused_and_the_old_state_stays(name, value, words):
    widget = TransposedConvolution()
    before = widget.state_text(), widget.picture
    with pytest.raises(TraitError, match=words):
        setattr(widget, name, value)
    assert (widget.state_text(), widget.picture) == before
    widget.set_state({name: value})
    assert words in widget.problem
    assert (widget.state_text(), widget.picture) == before


def test_several_settings_come_in_one_message_and_the_picture_is_drawn_once():
    widget = TransposedConvolution()
    seen = []
    widget.observe(lambda change: seen.append(change["new"]), "picture")
    widget.set_state({**widget.examples["stride 2: twice the size"], "stamp": 0})
    assert widget.problem == ""
    assert len(seen) == 1
    assert np.allclose(widget.picture["output"], by_torch(widget)[0])
    assert widget.picture["size"] == [6, 6]


def test_every_example_fits():
    widget = TransposedConvolution()
    for name, example in widget.examples.items():
        widget.set_state(example)
        assert widget.problem == "", name
        assert np.allclose(widget.output, by_torch(widget)[0])


def test_steps_stay_inside_when_the_grids_become_smaller():
    widget = TransposedConvolution()
    widget.stamp, widget.output_cell = 8, 24
    widget.set_state({"input": [[1, 2]], "kernel": [[1]]})
    assert (widget.stamp, widget.output_cell) == (1, 1)
    widget.stamp = 7
    assert widget.stamp == 1


def test_a_state_text_opens_again():
    widget = TransposedConvolution(stride=2, mode="gather")
    widget.kernel = [[1, -1], [0.25, 3]]
    widget.output_cell = 9
    other = TransposedConvolution()
    other.take_state(widget.state_text())
    assert other.state_text() == widget.state_text()
    assert np.allclose(other.output, widget.output)


@pytest.mark.parametrize("made", [np.array, torch.tensor])
def test_tables_of_numpy_and_torch_are_taken(made):
    widget = TransposedConvolution(made(INPUT), made(KERNEL))
    assert np.allclose(widget.output, by_torch(widget)[0])
    widget.kernel = made([[1, 2], [3, 4]])
    assert widget.kernel == ((1, 2), (3, 4))


def test_an_unknown_argument_is_refused():
    with pytest.raises(TypeError, match="Did you mean 'stride'"):
        TransposedConvolution(strides=2)


def test_stepping_sends_no_picture():
    widget = TransposedConvolution()
    widget.comm = Comm()
    widget.set_state({"stamp": 7})
    sent = [key for message in widget.comm.sent for key in message.get("state", {})]
    assert "picture" not in sent
