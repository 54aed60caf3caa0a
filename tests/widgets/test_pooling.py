"""The pooling widget without a browser: its numbers against PyTorch, what it refuses."""

import numpy as np
import pytest
import torch
from torch.nn import functional
from traitlets import TraitError

from widgets.pooling import Pooling

WORKSHOP = [[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]
KINDS = ["max", "average", "global max", "global average"]


def pooled(x, *, kind, kernel_size, stride, padding, ceil_mode, count_include_pad):
    """What PyTorch makes of an input."""
    if kind == "global max":
        return functional.adaptive_max_pool2d(x, 1)
    if kind == "global average":
        return functional.adaptive_avg_pool2d(x, 1)
    if kind == "max":
        return functional.max_pool2d(x, kernel_size, stride, padding, ceil_mode=ceil_mode)
    return functional.avg_pool2d(x, kernel_size, stride, padding, ceil_mode, count_include_pad)


def any_settings(seed):
    """Settings that fit together, and an input."""
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(2, 9, 2)
    size = int(rng.integers(1, min(rows, columns) + 1))
    return rng.integers(-9, 10, (rows, columns)).astype(float).tolist(), {
        "kind": KINDS[seed % 4],
        "kernel_size": size,
        "stride": int(rng.integers(1, 5)),
        "padding": int(rng.integers(0, size // 2 + 1)),
        "ceil_mode": bool(rng.integers(2)),
        "count_include_pad": bool(rng.integers(2)),
    }


def test_the_workshops_table():
    pooling = Pooling()
    assert pooling.picture["values"] == [[6, 8], [3, 4]]
    assert pooling.picture["winners"] == [[1, 1], [1, 3], [2, 0], [3, 3]]
    assert pooling.picture["sentences"][0] == "max(1, 1, 5, 6) = 6"
    assert np.array_equal(pooling.output, [[6, 8], [3, 4]])


@pytest.mark.parametrize("seed", range(60))
def test_numbers_and_gradients_are_those_of_pytorch(seed):
    table, settings = any_settings(seed)
    pooling = Pooling(table, **settings)
    x = torch.tensor(table, dtype=torch.float64)[None, None].requires_grad_()
    y = pooled(x, **settings)
    assert np.allclose(pooling.picture["values"], y[0, 0].detach())
    assert pooling.picture["outputs"] == list(y.shape[2:])
    chosen = np.random.default_rng(seed).normal(size=y.shape[2:]).round(2)
    pooling.gradient = chosen.tolist()
    y.backward(torch.tensor(chosen)[None, None])
    assert np.allclose(pooling.picture["gradient_in"], x.grad[0, 0])
    scope = {}
    exec(pooling.code(), scope)
    assert np.allclose(scope["y"][0], y[0, 0].detach())


def test_where_no_gradient_is_chosen_it_is_one():
    pooling = Pooling(gradient=[[5]])
    assert pooling.picture["gradient_out"] == [[5, 1], [1, 1]]
    assert np.array(pooling.picture["gradient_in"])[1].tolist() == [0, 5, 0, 1]


def test_a_moved_input_says_which_results_stayed():
    pooling = Pooling(shift=[0, -1])
    assert pooling.picture["input"][0] == [1, 2, 4, 4]
    assert pooling.picture["values"] == [[7, 8], [3, 4]]
    assert pooling.picture["stayed"] == [[False, True], [True, True]]
    assert "11 of 16 cells hold another number" in pooling.picture["shift_sentence"]
    assert "3 of 4 results stayed" in pooling.picture["shift_sentence"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_task_knows_which_cells_may_fall(kind):
    settings = {"kind": kind, "kernel_size": 2, "stride": 3}
    before = Pooling(WORKSHOP, **settings).output
    pooling = Pooling(WORKSHOP, **settings, task="may change", picked=range(16))
    for pick in pooling.picture["task"]["picks"]:
        lower = np.array(WORKSHOP, dtype=float)
        lower.flat[pick["cell"]] -= 50
        stays = np.array_equal(Pooling(lower, **settings).output, before)
        assert pick["right"] == stays, pick
    found = sum(pick["right"] for pick in pooling.picture["task"]["picks"])
    said = pooling.picture["task"]["score"]
    assert said == (f"{found} of {found} found" if found else "")


@pytest.mark.parametrize(("kind", "function"), [("max", "max"), ("average", "avg")])
def test_the_photograph_is_pooled_alike(kind, function):
    photo = Pooling(kind=kind, kernel_size=3, stride=2, padding=1).photo
    pixels, made = (
        np.frombuffer(photo[name]["buffer"], np.uint8).reshape(photo[name]["shape"])
        for name in ("pixels", "pooled")
    )
    x = torch.tensor(pixels.astype(np.float64))[None, None]
    expected = getattr(functional, f"{function}_pool2d")(x, 3, 2, 1)[0, 0]
    assert np.abs(made - expected.numpy()).max() <= 1  # both are rounded to bytes


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (
            {"kernel_size": 5},
            "5 × 5 cells does not fit on an input of 4 × 4: take a",
        ),
        ({"kernel_size": 2.5}, "kernel_size must be a whole number from 1 to 8, not 2.5"),
        ({"stride": 0}, "stride must lie between 1 and 8, but it is 0"),
        ({"padding": 2}, "at most half of the window"),
        ({"input": [[1, float("nan")], [1, 1]]}, "input, row 1, column 2, must be a finite number"),
        ({"input": [[1, 2], [3]]}, "must all be of one length"),
        ({"input": [[1]]}, "must have 2 to 8 rows and columns, but it has 1 × 1"),
        ({"input": "1234"}, "must be rows of numbers"),
        ({"shift": [1]}, "shift must hold 2 whole numbers, but 1 came"),
        ({"picked": [64]}, "picked must lie between 0 and 63"),
        ({"kind": "min"}, "kind"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(sent, sentence):
    pooling = Pooling()
    before, held = pooling.picture, pooling.settings
    pooling.set_state(sent)
    assert sentence in pooling.problem
    assert pooling.picture is before
    assert pooling.settings == held
    ((name, value),) = sent.items()
    with pytest.raises(TraitError, match=r"\w"):
        setattr(pooling, name, value)


def test_a_window_too_large_for_its_padding_too_is_said_with_it():
    pooling = Pooling(kernel_size=2, padding=1)
    pooling.set_state({"kernel_size": 7})
    assert "7 × 7 cells does not fit on an input of 4 × 4 with a padding of 1:" in pooling.problem
    pooling.set_state({"kind": "global max", "kernel_size": 7})
    assert pooling.problem == ""


@pytest.mark.parametrize(
    ("kind", "advice"), [("max", "Try a larger window."), ("average", "Try max pooling.")]
)
def test_where_no_cell_may_change_it_says_what_would_help(kind, advice):
    pooling = Pooling(kind=kind, kernel_size=1, task="may change")
    hint = pooling.picture["task"]["hint"]
    assert "no cell may change" in hint
    assert hint.endswith(advice)


@pytest.mark.parametrize("made", [np.array, torch.tensor])
def test_tables_of_numpy_and_torch_are_taken(made):
    pooling = Pooling(made(WORKSHOP))
    pooling.gradient = made([[2.0, 0.5]])
    assert pooling.picture["input"] == WORKSHOP
    assert pooling.picture["gradient_out"] == [[2, 0.5], [1, 1]]


def test_a_step_beyond_the_last_window_is_the_last():
    pooling = Pooling(kernel_size=1, step=15)
    assert pooling.step == 15
    pooling.set_state({"kernel_size": 2, "stride": 2})
    assert pooling.step == 3


def test_its_state_is_a_text():
    pooling = Pooling(kind="average", shift=[1, 0], task="may change", picked=[3])
    other = Pooling()
    other.take_state(pooling.state_text())
    assert other.settings == pooling.settings
    assert (other.task, other.picked) == ("may change", (3,))
    assert other.picture["values"] == pooling.picture["values"]


def test_each_example_can_be_taken():
    pooling = Pooling()
    for name, settings in pooling.examples.items():
        pooling.set_state(settings)
        assert pooling.problem == "", name
