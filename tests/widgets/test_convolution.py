"""The convolution's widget: its numbers are PyTorch's, and what is wrong is said."""

import io
import itertools

import numpy as np
import pytest
import torch
from PIL import Image
from traitlets import TraitError

from lab.kernels import KERNELS
from tests.widgets.comm import Comm
from widgets.convolution import WORKSHOP, Convolution, images
from widgets.convolution.verdicts import TASKS

RESULT = [[2.75, 2.5, 2.875], [3.625, 2.875, 3.75], [4.1875, 3.75, 3.4375]]


@pytest.fixture
def convolution():
    return Convolution(image="none")


def array(packed):
    values = np.frombuffer(packed["buffer"], packed["dtype"])
    return values.reshape(packed["shape"])


def with_torch(state):
    """The same with PyTorch: padded input, z and values."""
    x, kernel = (torch.tensor(state[name], dtype=torch.float64) for name in ("input", "kernel"))
    layer = torch.nn.Conv2d(
        x.shape[0],
        kernel.shape[0],
        tuple(kernel.shape[2:]),
        stride=state["stride"],
        padding=state["padding"],
        dilation=state["dilation"],
        padding_mode=state["padding_mode"],
        bias=False,
        dtype=torch.float64,
    )
    layer.weight = torch.nn.Parameter(kernel, requires_grad=False)
    z = layer(x[None])[0]
    if state["normalise"]:
        z = z / kernel.sum((1, 2, 3))[:, None, None]
    z = z + torch.tensor(state["bias"])[:, None, None]
    functions = {"identity": lambda v: v, "leaky_relu": torch.nn.functional.leaky_relu}
    name = state["activation"]
    return z, functions.get(name, getattr(torch, name, None))(z)


def any_state(rng):
    channels, filters = int(rng.choice([1, 3])), int(rng.integers(1, 4))
    height, width = (int(n) for n in rng.integers(5, 11, 2))
    stride = int(rng.integers(1, 4))
    mode = str(rng.choice(["zeros", "reflect", "replicate", "circular"]))
    return {
        "input": rng.integers(-3, 10, (channels, height, width)).tolist(),
        "kernel": rng.integers(-4, 5, (filters, channels, *rng.integers(1, 4, 2))).tolist(),
        "bias": rng.integers(-3, 4, filters).tolist(),
        "stride": stride,
        "padding": "same" if stride == 1 and rng.random() < 0.3 else int(rng.integers(0, 4)),
        "dilation": int(rng.integers(1, 3)),
        "padding_mode": mode,
        "normalise": False,
        "activation": str(rng.choice(["identity", "relu", "leaky_relu", "sigmoid", "tanh"])),
        "chosen": int(rng.integers(filters)),
    }


def test_the_workshops_table_comes_out(convolution):
    assert convolution.input == (WORKSHOP,)
    assert array(convolution.picture["values"]).tolist() == [RESULT]
    assert array(convolution.picture["sums"])[0, 0].tolist() == [44, 40, 46]
    assert convolution.picture["divisors"] == [16]
    assert convolution.picture["sizes"] == ["⌊(5 + 2·0 − 1·(3 − 1) − 1) / 1⌋ + 1 = 3"] * 2
    assert "16" in convolution.picture["preset"]


def test_a_hundred_settings_give_what_pytorch_gives(convolution):
    rng = np.random.default_rng(5)
    for _ in range(100):
        state = any_state(rng)
        convolution.set_state(state)
        assert convolution.problem == ""
        z, values = with_torch(state)
        picture = convolution.picture
        assert np.allclose(array(picture["z"]), z, atol=1e-5)
        assert np.allclose(array(picture["values"]), values, atol=1e-5)
        assert picture["outputs"] == list(z.shape[1:])
        products = array(picture["products"])
        bias = state["bias"][state["chosen"]]
        assert np.allclose(products.sum((0, 3, 4)) + bias, z[state["chosen"]], atol=1e-4)
        assert np.allclose(array(picture["parts"]), products.sum((3, 4)), atol=1e-4)


def test_padded_cells_are_those_of_pytorch(convolution):
    x = torch.tensor(WORKSHOP, dtype=torch.float64)[None, None]
    for mode, name in (("reflect", "reflect"), ("replicate", "replicate"), ("zeros", "constant")):
        convolution.set_state({"padding": 2, "padding_mode": mode})
        padded = torch.nn.functional.pad(x, (2, 2, 2, 2), mode=name)[0]
        assert np.array_equal(array(convolution.picture["cells"]), padded)
        assert convolution.picture["before"] == [2, 2]


@pytest.mark.parametrize(
    ("state", "shape"),
    [
        ({}, (254, 254)),
        ({"stride": 2, "padding": 1}, (128, 128)),
        ({"kernel": [[[[1, -1]]]], "normalise": False, "activation": "relu"}, (256, 255)),
    ],
)
def test_the_whole_picture_goes_through_the_same_kernel(state, shape):
    convolution = Convolution(image="organs")
    convolution.set_state(state)
    packed = convolution.picture["response"]
    assert packed["pixels"]["dtype"] == "uint8"
    low, high = packed["scale"]
    pixels = array(convolution.photo["pixels"])
    assert pixels.shape == (1, 256, 256)
    names = ("kernel", "bias", "stride", "padding", "dilation", "padding_mode", "normalise")
    wish = {name: getattr(convolution, name) for name in (*names, "activation")}
    _, values = with_torch(wish | {"input": pixels / 255})
    shown = low + array(packed["pixels"]) / 255 * (high - low)
    assert shown.shape == shape
    assert np.abs(shown - np.clip(values[0].numpy(), low, high)).max() <= (high - low) / 255


def test_photographs_have_colours_when_the_input_has():
    convolution = Convolution(np.ones((3, 4, 4)), "sharpen", image="flower")
    pixels = array(convolution.photo["pixels"])
    assert pixels.shape == (3, 256, 256)
    assert np.ptp(pixels.astype(int), 0).max() > 100
    convolution.set_state({"image": "none"})
    assert convolution.photo["pixels"] is convolution.picture["response"] is None


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"kernel": [[[[1] * 7] * 7]]}, "reaches over 7 rows, but the input has only 5"),
        ({"stride": 0}, "stride must lie between 1 and 12"),
        ({"stride": 1.5}, "stride must be a whole number"),
        ({"padding": "some"}, "padding is a number, 'same' or 'valid'"),
        ({"padding": "same", "stride": 2}, "padding 'same' keeps the size"),
        ({"padding": 6, "padding_mode": "reflect"}, "can add at most 4"),
        ({"input": [[[1, 2]], [[1, 2]]]}, "input must have 1 or 3 channels, but it has 2"),
        ({"input": [[[1, 2, 3]] * 3] * 3}, "The input has 3 channels, so each filter needs 3"),
        ({"input": [[[1, float("nan")]]]}, "Each number of input must be a finite number"),
        ({"input": [[[1, 2], [1]]]}, "The rows of input must all be of one length"),
        ({"input": "12"}, "input must be rows of numbers"),
        ({"input": [[[1, None]]]}, "Each number of input must be a finite number such as 2"),
        ({"kernel": [[[[500]]]]}, "between −99 and 99, but it is 500"),
        ({"kernel": [[[[1, -1]]]]}, "sum to 0"),
        ({"kernel": [[[[100]]]]}, "between −99 and 99"),
        ({"bias": [1, 2]}, "one bias for each filter"),
        ({"task": "predict", "guess": "much"}, "Your prediction must be a finite number"),
        ({"at": [1]}, "at must hold 2 whole numbers"),
    ],
)
def test_what_is_wrong_is_said_and_the_grids_stay(convolution, sent, sentence):
    before = convolution.picture, convolution.get_state()
    convolution.set_state(sent)
    assert sentence in convolution.problem
    state = convolution.get_state()
    assert {k: v for k, v in state.items() if k != "problem"} == {
        k: v for k, v in before[1].items() if k != "problem"
    }
    assert convolution.picture is before[0]
    convolution.set_state({"stride": 2})
    assert convolution.problem == ""


def test_unknown_kernels_and_arguments_are_refused():
    with pytest.raises(TraitError, match="There is no kernel 'gaus'; choose one of gaussian, box"):
        Convolution(kernel="gaus")
    with pytest.raises(TraitError, match="must all be of one length"):
        Convolution([[1, 2], [3]])
    with pytest.raises(TypeError, match="Did you mean 'padding'"):
        Convolution(pading=1)


def test_a_kernel_may_be_named_or_given_as_a_tensor():
    assert not Convolution(kernel="sobel x", image="none").normalise
    given = Convolution(torch.ones(4, 4), torch.ones(2, 1, 2, 2), image="none", padding=1)
    assert array(given.picture["values"]).shape == (2, 5, 5)
    assert given.bias == (0, 0)


@pytest.mark.parametrize("name", KERNELS)
def test_the_code_gives_the_same_numbers(name):
    convolution = Convolution(kernel=name, image="none", activation="relu", bias=[0.5])
    for padding, mode in itertools.product((0, 1, "same"), ("zeros", "reflect")):
        convolution.set_state({"padding": padding, "padding_mode": mode})
        scope = {}
        exec(convolution.code(), scope)
        assert np.allclose(scope["a"].numpy(), array(convolution.picture["values"]), atol=1e-5)


def test_the_code_keeps_every_digit(convolution):
    convolution.set_state(
        {
            "kernel": [[[[-0.05, -0.0, 3], [-0.075, 10.0, -0.001]]]],
            "input": [[[-0.02, 1.5, -0.0]] * 4],
            "bias": [-0.05],
            "normalise": False,
        }
    )
    scope = {}
    exec(convolution.code(), scope)
    assert "-0.0," not in convolution.code()
    assert scope["kernel"].tolist() == torch.tensor(convolution.kernel).tolist()
    assert scope["bias"].tolist() == torch.tensor([-0.05]).tolist()
    assert np.allclose(scope["a"].numpy(), array(convolution.picture["values"]), atol=1e-6)


def test_what_a_preset_does_is_true_of_the_settings(convolution):
    assert "mask's sum, 16." in convolution.picture["preset"]
    convolution.set_state({"normalise": False})
    assert "Blurs" in convolution.picture["preset"]
    assert "sum" not in convolution.picture["preset"]
    gaussian = KERNELS["gaussian"].cells
    convolution.set_state({"kernel": [[(gaussian / 16).tolist()]]})
    assert "Blurs" in convolution.picture["preset"]
    colours = Convolution(np.ones((3, 4, 4)), "gaussian", image="none")
    assert "mask's sum, 48." in colours.picture["preset"]
    colours.set_state({"kernel": [[(gaussian / 48).tolist()] * 3], "normalise": False})
    assert "Blurs" in colours.picture["preset"]
    same = Convolution(kernel="identity", image="none")
    assert "changes nothing" in same.picture["preset"]
    for state in ({"bias": [1]}, {"activation": "tanh"}, {"stride": 2}):
        changed = Convolution(kernel="identity", image="none", **state)
        assert "changes nothing" not in changed.picture["preset"]
    three = Convolution(np.ones((3, 4, 4)), "identity", image="none")
    assert three.picture["preset"] == "Only the cell in the middle counts, once."


def test_a_divisor_that_is_nearly_0_divides_the_photograph_too():
    convolution = Convolution(image="organs")
    convolution.set_state({"kernel": [[[[99, -98.99999]]]]})
    assert convolution.problem == ""
    assert array(convolution.picture["values"])[0, 0, 0] == pytest.approx(
        (99 * 1 - 98.99999 * 2) / 1e-5, rel=1e-4
    )
    assert array(convolution.picture["response"]["pixels"]).shape == (256, 255)


@pytest.mark.parametrize("fill", [0.1, 1])
def test_what_is_0_but_for_a_floats_dust_is_drawn_as_0(fill):
    convolution = Convolution(np.full((4, 4), fill), [[0.1, 0.2, -0.3]], image="none")
    assert 0 < np.abs(array(convolution.picture["values"])).max() < 1e-14  # or nothing is tested
    assert convolution.picture["scales"]["output"] == [0, 1]
    send(convolution, file_of(np.full((300, 300), 90, np.uint8)))
    packed = convolution.picture["response"]
    assert packed["scale"] == [0, 1]
    assert array(packed["pixels"]).max() == 0


def test_all_filters_share_a_scale():
    convolution = Convolution(kernel=[[[[1]]], [[[-3]]]], image="none")
    assert convolution.picture["scales"]["output"] == [-30, 30]
    convolution.set_state({"chosen": 1})
    assert convolution.picture["scales"]["output"] == [-30, 30]


def test_arrays_and_tensors_can_be_set(convolution):
    convolution.input = np.ones((5, 5))
    assert convolution.input == (((1.0,) * 5,) * 5,)
    convolution.kernel = torch.ones(2, 2)
    assert convolution.picture["outputs"] == [4, 4]
    with pytest.raises(TraitError, match="input must have 1 or 3 channels, but it has 2"):
        convolution.input = np.ones((2, 5, 5))


def test_stepping_asks_for_no_new_picture(convolution):
    before = convolution.picture
    convolution.set_state({"at": [2, 2], "channel": 0})
    assert convolution.picture is before


def test_a_turn_is_answered_in_one_message(convolution):
    convolution.comm = Comm()
    convolution._hear(convolution, {"hand": {"bias": [2]}, "turn": 7}, [])
    (message,) = convolution.comm.sent
    assert set(message["state"]) == {"answered", "picture"}


def test_the_state_travels_as_a_text(convolution):
    convolution.set_state({"padding": "same", "kernel": [[[[0, 1], [2, 3]]]], "at": [1, 2]})
    other = Convolution(image="none")
    other.take_state(convolution.state_text())
    assert (other.padding, other.kernel, other.at) == ("same", convolution.kernel, (1, 2))
    assert other.picture["outputs"] == [5, 5]


def test_the_prediction_of_a_cell_is_looked_at(convolution):
    convolution.set_state({"task": "predict", "at": [0, 1]})
    assert not convolution.verdict.solved
    convolution.set_state({"guess": 40})
    assert "divide by the mask's sum" in convolution.picture["verdict"]["hint"]
    convolution.set_state({"guess": 2.5})
    assert convolution.picture["verdict"]["solved"]
    convolution.set_state({"at": [0, 0], "guess": None})
    assert not convolution.picture["verdict"]["solved"]


def test_edges_and_sizes_are_looked_at(convolution):
    assert TASKS[0] == "none"
    convolution.set_state({"task": "vertical edges"})
    assert not convolution.picture["verdict"]["trials"][0]["right"]
    sobel = KERNELS["sobel x"].cells.tolist()
    convolution.set_state({"kernel": [[sobel]], "normalise": False})
    assert convolution.picture["verdict"]["solved"]
    convolution.set_state({"task": "keep size"})
    assert not convolution.verdict.solved
    convolution.set_state({"padding": 1})
    assert convolution.verdict.solved
    convolution.set_state({"padding": "same", "kernel": [[[[1, 2]]]]})
    assert convolution.verdict.solved


def test_two_settings_of_one_size(convolution):
    convolution.set_state({"task": "same size"})
    assert "Keep them as the first" in convolution.picture["verdict"]["hint"]
    convolution.set_state({"first": convolution.picture["numbers"]})
    assert convolution.first == (3, 3, 1, 0, 1)
    assert "the same settings twice" in convolution.verdict.hint
    convolution.set_state({"stride": 2, "padding": 1})
    assert convolution.verdict.solved


def test_a_random_kernel_keeps_the_size(convolution):
    before = convolution.kernel
    convolution._hear(convolution, {"random": 3}, [])
    assert convolution.kernel != before
    assert np.shape(convolution.kernel) == np.shape(before)
    assert not convolution.normalise
    assert convolution.picture["kernel"] == np.array(convolution.kernel)[0].tolist()


def test_a_random_kernel_leaves_what_other_filters_make(convolution):
    convolution.set_state({"kernel": [convolution.kernel[0]] * 2, "bias": [0, 0], "chosen": 1})
    convolution._hear(convolution, {"random": 3}, [])
    assert array(convolution.picture["values"])[0] == pytest.approx(np.array(RESULT))
    tiny = [[[[99, -98.99999]]], [[[1, 1]]]]
    convolution.set_state({"kernel": tiny, "normalise": True})
    convolution._hear(convolution, {"random": 3}, [])
    assert "between −99 and 99" in convolution.problem
    assert convolution.kernel[1] == (((1.0, 1.0),),)


def file_of(array, kind="PNG"):
    held = io.BytesIO()
    Image.fromarray(array).save(held, kind)
    return held.getvalue()


def send(convolution, data, name="mine.png", size=None):
    wish = {"upload": name, "size": len(data) if size is None else size}
    convolution._hear(convolution, wish, [memoryview(data)])


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_file_is_shown(convolution, kind):
    wide = np.zeros((300, 500, 3), np.uint8)
    wide[:, 100:400] = (255, 0, 0)
    send(convolution, file_of(wide, kind))
    assert (convolution.image, convolution.problem) == ("upload", "")
    pixels = array(convolution.photo["pixels"])
    assert abs(int(pixels[0, 128, 128]) - 76) <= 2  # how bright red is
    assert convolution.photo["said"] == "mine.png, its middle"
    before = convolution.photo["turn"]
    send(convolution, file_of(255 - wide, kind), "other.png")
    assert convolution.photo["turn"] > before
    assert array(convolution.photo["pixels"])[0, 128, 128] > 150


def test_other_kinds_of_pixels_are_shown():
    deep = np.full((40, 40), 40_000, np.uint16)
    assert abs(int(images.read(file_of(deep)).mean()) - 155) <= 1
    clear = np.zeros((40, 40, 4), np.uint8)  # transparent: on white
    assert images.read(file_of(clear)).min() == 255


@pytest.mark.parametrize(
    ("data", "size", "sentence"),
    [
        (b"GIF89a" + b"\0" * 50, None, "is no picture that can be read"),
        (b"", None, "is no picture that can be read"),
        (file_of(np.zeros((50, 50), np.uint8))[:60], None, "is no picture that can be read"),
        (b"", 30_000_000, "mine.png has 30.0 MB, but a file of at most 8 MB"),
        (file_of(np.zeros((10_000, 10_000), np.uint8)), None, "mine.png has 100 megapixels"),
    ],
)
def test_a_file_that_cannot_be_shown_gets_a_sentence(convolution, data, size, sentence):
    before = convolution.photo
    send(convolution, data, size=size)
    assert sentence in convolution.problem
    assert convolution.photo is before
    assert convolution.image == "none"


def test_a_link_to_a_picture_that_is_elsewhere_opens(convolution):
    send(convolution, file_of(np.zeros((20, 20), np.uint8)))
    other = Convolution(image="organs")
    other.take_state(convolution.state_text())
    assert other.image == "upload"
    assert other.photo["pixels"] is other.picture["response"] is None
