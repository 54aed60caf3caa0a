"""Checkpoints: what is saved comes back; what was tampered with is refused in one sentence."""

import json
import struct
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as some

from lab.checkpoints import LIMIT_BYTES, Checkpoint, load, save, to_bytes

ROOT = Path(__file__).parents[2]
TABLE = {"dataset": "digits", "epochs": 3, "learning_rate": 0.02, "root": None, "model": {"a": [1]}}


def checkpoint(**parts):
    weights = {
        "conv1.weight": np.arange(50, dtype=np.float32).reshape(2, 1, 5, 5),
        "norm.num_batches_tracked": np.array(7),
    }
    given = {"weights": weights, "table": TABLE, "step": 12, "input_shape": (1, 8, 8)}
    return Checkpoint(**given | {"class_names": ("0", "ün")} | parts)


def same(one, other):
    assert one.weights.keys() == other.weights.keys()
    for name, array in one.weights.items():
        assert array.dtype == other.weights[name].dtype
        assert np.array_equal(array, other.weights[name])
    for part in ("table", "step", "input_shape", "class_names"):
        assert getattr(one, part) == getattr(other, part)


def raw(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def run(**parts):
    about = {"table": {}, "step": 0, "input_shape": [], "class_names": []} | parts
    return {"format": "deep-learning-lab 1", "run": json.dumps(about)}


def test_a_file_brings_back_what_was_saved(tmp_path):
    path = save(checkpoint(), tmp_path / "here")
    assert path == tmp_path / "here.safetensors"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["here.json", "here.safetensors"]
    same(load(path), checkpoint())
    same(load(path.read_bytes()), checkpoint())
    beside = json.loads((tmp_path / "here.json").read_text())
    assert beside["table"] == TABLE
    assert beside["weights"]["conv1.weight"] == {"shape": [2, 1, 5, 5], "type": "float32"}


def test_others_read_the_weights_too(tmp_path):
    path = save(checkpoint(), tmp_path / "x.safetensors")
    theirs = safetensors.torch.load_file(path)
    assert torch.equal(theirs["conv1.weight"], torch.arange(50.0).reshape(2, 1, 5, 5))


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,5}(\.[a-z]{1,5})?", fullmatch=True),
        some.arrays(
            st.sampled_from([np.float32, np.float64, np.float16, np.int64, np.uint8, np.bool_]),
            some.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
            elements={"allow_nan": False, "allow_infinity": False},
        ),
        max_size=4,
    ),
    st.dictionaries(
        st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.text(), max_size=3
    ),
    st.integers(0, 2**50),
)
def test_whatever_is_saved_comes_back(weights, table, step):
    one = Checkpoint(weights, table, step)
    back = load(to_bytes(one))
    assert back.table == table
    assert back.step == step
    assert back.weights.keys() == weights.keys()
    for name, array in weights.items():
        assert back.weights[name].dtype == array.dtype
        assert np.array_equal(back.weights[name], array)


def test_channels_last_weights_are_saved_in_their_own_order():
    weight = torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last)
    one = Checkpoint({"w": weight.numpy()})
    assert np.array_equal(load(to_bytes(one)).weights["w"], weight.numpy())


def test_what_it_holds_is_its_own_and_locked():
    mine = np.zeros(3, np.float32)
    one = Checkpoint({"w": mine})
    mine[:] = 1
    assert one.weights["w"].tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="read-only"):
        one.weights["w"][0] = 1


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"weights": {"w": np.array([np.nan])}}, "w hold a number that is not finite"),
        ({"weights": {"w": np.array(["a"])}}, "must be numbers"),
        ({"weights": {"../w": np.zeros(1)}}, "no name of a weight"),
        ({"step": -1}, "step must be"),
        ({"step": True}, "step must be"),
        ({"input_shape": 3}, "must be rows"),
        ({"input_shape": (1.5,)}, "input_shape must be"),
        ({"class_names": (1,)}, "must be texts"),
        ({"table": [1]}, "must be a table"),
        ({"table": {"x": float("inf")}}, "as JSON"),
        ({"table": {"x": object()}}, "as JSON"),
    ],
)
def test_what_cannot_be_saved_is_refused_at_once(parts, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        checkpoint(**parts)


F32 = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
META = {"__metadata__": run()}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "too short"),
        (b"short", "too short"),
        (struct.pack("<Q", 2**63) + b"{}", "part of it is missing"),
        (struct.pack("<Q", 2**21) + b" " * 2**21, "no safetensors file"),
        (raw(b"[" * 100_000), "header cannot be read"),
        (raw(b'{"a": NaN}'), "header cannot be read"),
        (raw(b'{"a": {}, "a": {}}'), "header cannot be read"),
        (raw(b"\xff\xfe{}"), "header cannot be read"),
        (raw([]), "no table"),
        (raw({"__metadata__": {"a": 1}}), "metadata"),
        (raw({}), "not saved by this lab"),
        (raw({"w": F32}, bytes(8)), "not saved by this lab"),
        (raw({"__metadata__": run() | {"run": "{}"}}), "which run"),
        (raw({"__metadata__": run() | {"run": "["}}), "header cannot be read"),
        (raw({"__metadata__": run(step=-1)}), "step must be"),
        (raw({"__metadata__": run(table=3)}), "must be a table"),
        (raw({"__metadata__": run(class_names="abc")}), "must be rows"),
        (raw(META | {"w": F32}, bytes(7)), "longer or shorter"),
        (raw(META | {"w": F32}, bytes(9)), "longer or shorter"),
        (raw(META | {"w": F32 | {"shape": [3]}}, bytes(8)), "cannot be"),
        (raw(META | {"w": F32 | {"shape": [2**40, 2**40]}}, bytes(8)), "cannot be"),
        (raw(META | {"w": F32 | {"shape": [True, 2]}}, bytes(8)), "cannot be"),
        (raw(META | {"w": F32 | {"shape": [-2]}}, bytes(8)), "cannot be"),
        (raw(META | {"w": F32 | {"shape": [1] * 9}}, bytes(8)), "cannot be"),
        (raw(META | {"w": F32 | {"shape": [0, 10**30], "data_offsets": [0, 0]}}), "damaged"),
        (raw(META | {"w": F32 | {"dtype": "O"}}, bytes(8)), "cannot be"),
        (raw(META | {"w": F32, "v": F32}, bytes(8)), "overlap"),
        (raw(META | {"w": F32 | {"data_offsets": [4, 12]}}, bytes(12)), "gap"),
        (raw(META | {"w": F32}, np.array([1, np.inf], "<f4").tobytes()), "not finite"),
        (raw(META | {"/etc": F32}, bytes(8)), "no name of a weight"),
        (b"\x80\x04\x95" + bytes(100), "no safetensors file"),  # a pickle
    ],
)
def test_a_file_that_lies_is_refused_in_one_sentence(content, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        load(content)
    assert str(caught.value).count("\n") == 0


@given(st.data())
def test_a_damaged_file_is_refused_or_read_as_something_whole(data):
    content = bytearray(to_bytes(checkpoint()))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        back = load(content)
    except ValueError:
        return
    assert all(np.isfinite(array).all() for array in back.weights.values())


@given(st.binary(max_size=200))
def test_noise_is_refused(content):
    with pytest.raises(ValueError, match="file"):
        load(content)


def test_a_lying_file_costs_no_memory(tmp_path):
    path = tmp_path / "huge.safetensors"
    shape = {"dtype": "F32", "shape": [2**26], "data_offsets": [0, 2**28]}
    with path.open("wb") as file:
        file.write(raw(META | {"w": shape}))
        file.truncate(LIMIT_BYTES - 1)  # a hole: no disk is spent
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="longer or shorter"):
            load(path)
        with pytest.raises(ValueError, match=r"too large: at most 10 MiB are read"):
            load(path, limit_bytes=10 * 2**20)
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    finally:
        tracemalloc.stop()


def test_a_missing_file_and_a_folder_are_no_checkpoints(tmp_path):
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(ValueError, match="does not exist"):
            load(path)


def test_weights_of_another_network_are_refused():
    one = checkpoint()
    good = {name: array.shape for name, array in one.weights.items()}
    one.check_fit(good)
    for shapes, sentence in [
        (good | {"x": (1,)}, "'x' is not among them"),
        (good | {"conv1.weight": (2, 1, 3, 3)}, "2 × 1 × 5 × 5, but this network needs 2 × 1 × 3"),
        ({"conv1.weight": (2, 1, 5, 5)}, "has no 'norm.num_batches_tracked'"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            one.check_fit(shapes)


def test_reading_needs_no_torch():
    code = "import sys, lab.checkpoints, lab.history; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.strip() == b"False"
