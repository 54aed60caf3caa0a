"""MedMNIST files: what is in them is read, and damaged or lying ones are refused in a sentence."""

import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab.datasets import load
from lab.datasets.archives import open_archive
from lab.datasets.npz import read_array

MOST = 2**20
FUZZ = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)


def parts(*, colour=False, side=28, classes=2, columns=1):
    random = np.random.default_rng(0)
    arrays = {}
    for part, count in (("train", 12), ("val", 4), ("test", 6)):
        shape = (count, side, side, 3) if colour else (count, side, side)
        arrays[f"{part}_images"] = random.integers(0, 256, shape, dtype=np.uint8)
        labels = np.arange(count * columns).reshape(count, columns) % classes
        arrays[f"{part}_labels"] = labels.astype(np.uint8)
    return arrays


def save(folder, name="pneumoniamnist.npz", arrays=None, *, pack=True):
    folder.mkdir(parents=True, exist_ok=True)
    (np.savez_compressed if pack else np.savez)(folder / name, **(arrays or parts()))
    return folder


@pytest.mark.parametrize("pack", [False, True])
def test_grey_images_and_their_labels_are_read(tmp_path, pack):
    arrays = parts()
    data = load("pneumoniamnist", save(tmp_path, arrays=arrays, pack=pack))
    assert data.name == "pneumoniamnist"
    assert (data.train_images[:, 0] == arrays["train_images"]).all()
    assert (data.validation_images[:, 0] == arrays["val_images"]).all()
    assert (data.test_images[:, 0] == arrays["test_images"]).all()
    assert data.train_labels.tolist() == [0, 1] * 6
    assert data.validation_labels.tolist() == [0, 1, 0, 1]
    assert data.class_names == ("normal", "pneumonia")
    assert data.licence == "CC BY 4.0"
    assert data.warning == "Not for clinical use."


def test_colour_comes_first_and_the_licence_is_the_sets_own(tmp_path):
    arrays = parts(colour=True, side=64, classes=7)
    data = load("dermamnist_64", save(tmp_path, "dermamnist_64.npz", arrays))
    assert data.train_images.shape == (12, 3, 64, 64)
    assert (data.train_images[5, 2] == arrays["train_images"][5, :, :, 2]).all()
    assert data.class_names[4] == "melanoma"
    assert data.licence == "CC BY-NC 4.0"


@pytest.mark.parametrize("place", ["", "medmnist", ".medmnist"])
def test_the_file_is_found_in_usual_places(tmp_path, place):
    save(tmp_path / place, "organamnist.npz")
    assert load("organamnist", tmp_path).class_names[6] == "liver"


def test_the_file_itself_may_be_the_root(tmp_path):
    save(tmp_path, "renamed.npz")
    assert load("breastmnist.npz", tmp_path / "renamed.npz").class_names[0] == "malignant"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("chestmnist", "several findings at once.*pneumoniamnist"),
        ("organmnist3d", "holds volumes"),
        ("organamnist_32", "not of 32"),
    ],
)
def test_sets_that_are_not_images_with_one_class_are_refused(tmp_path, name, words):
    with pytest.raises(ValueError, match=words):
        load(name, tmp_path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no organamnist_64.npz in"):
        load("organamnist_64", tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"train_labels": np.zeros((12, 14), np.uint8)}, "14 labels for each image"),
        ({"train_labels": np.zeros((12, 1))}, "2-dimensional float64 values: expected whole"),
        ({"train_labels": np.zeros((11, 1), np.uint8)}, "12 training images but 11 labels"),
        ({"test_labels": np.full((6, 1), 2, np.uint8)}, "test label is 2, but there are 2 classes"),
        ({"val_labels": np.full((4, 1), 2**63, np.uint64)}, "validation label is"),
        ({"val_images": np.zeros((4, 9, 9), np.uint8)}, "validation images 9 x 9.*same size"),
        ({"train_images": np.zeros((12, 28, 28))}, "float64: expected"),
        ({"train_images": np.zeros((12, 28, 28, 28), np.uint8)}, "expected .number, height, width"),
        ({"train_images": np.empty((12, 28, 28), object)}, "object values: only plain numbers"),
        ({"train_images": np.zeros((0, 28, 28), np.uint8)}, "announces 0 x 28 x 28"),
        ({"train_images": np.array("a" * 9)}, "only plain numbers"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(tmp_path, change, words):
    with pytest.raises(ValueError, match=words):
        load("pneumoniamnist", save(tmp_path, arrays={**parts(), **change}))


def test_a_missing_array_is_named(tmp_path):
    arrays = parts()
    del arrays["val_labels"]
    with pytest.raises(ValueError, match=r"no array 'val_labels'; it holds 'train_images.npy'"):
        load("pneumoniamnist", save(tmp_path, arrays=arrays))


def npz(content, packing=zipfile.ZIP_DEFLATED):
    """Return an archive with the member a.npy."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        archive.writestr("a.npy", content)
    return file.getvalue()


def npy(header, numbers=b"", version=1):
    words = header if isinstance(header, bytes) else repr(header).encode()
    length = struct.pack("<H" if version == 1 else "<I", len(words))
    return b"\x93NUMPY" + bytes([version, 0]) + length + words + numbers


def read(content):
    with open_archive(content, "file") as archive:
        return read_array(archive, "a", MOST)


def refused(content, words=""):
    """Check that a file is refused in a sentence; return the most bytes that were asked for."""
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=rf"^(a.npy in|a in)? ?file .*{words}.*\.$"):
            read(content)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@st.composite
def arrays_of_numbers(draw):
    shape = draw(st.lists(st.integers(1, 5), min_size=0, max_size=4))
    dtype = np.dtype(draw(st.sampled_from(["<u1", ">u2", "<i4", ">i8", "<f4", ">f8", "?"])))
    content = draw(
        st.binary(min_size=(size := int(np.prod(shape)) * dtype.itemsize), max_size=size)
    )
    if dtype.kind == "b":
        content = bytes(byte & 1 for byte in content)
    return np.frombuffer(content, dtype).reshape(shape)


@FUZZ
@given(array=arrays_of_numbers(), fortran=st.booleans(), pack=st.booleans())
def test_what_numpy_wrote_is_read(array, fortran, pack):
    file = io.BytesIO()
    array = np.asfortranarray(array) if fortran else array
    (np.savez_compressed if pack else np.savez)(file, a=array)
    found = read(file.getvalue())
    assert found.shape == array.shape
    assert found.dtype == array.dtype.newbyteorder("=")
    assert found.tobytes() == array.astype(found.dtype).tobytes()


@FUZZ
@given(array=arrays_of_numbers(), pack=st.booleans(), cut=st.integers(1, 10_000))
def test_a_truncated_file_is_refused(array, pack, cut):
    file = io.BytesIO()
    (np.savez_compressed if pack else np.savez)(file, a=array)
    content = file.getvalue()
    refused(content[: -1 - cut % len(content)])


@FUZZ
@given(array=arrays_of_numbers(), pack=st.booleans(), data=st.data())
def test_flipped_bits_never_bring_other_numbers(array, pack, data):
    file = io.BytesIO()
    (np.savez_compressed if pack else np.savez)(file, a=array)
    content = bytearray(file.getvalue())
    for _ in range(data.draw(st.integers(1, 3))):
        bit = data.draw(st.integers(0, 8 * len(content) - 1))
        content[bit // 8] ^= 1 << bit % 8
    try:
        found = read(bytes(content))
    except ValueError as error:
        assert "file" in str(error)  # noqa: PT017 - either outcome is right
    else:
        # The checksum guards the member; the list of members may have been harmed harmlessly.
        assert found.tobytes() == array.astype(found.dtype).tobytes()


@FUZZ
@given(content=st.binary(max_size=200), inside=st.booleans())
def test_any_bytes_are_read_or_refused(content, inside):
    refused(npz(content) if inside else content)


@FUZZ
@given(
    header=st.one_of(
        st.text(max_size=40),
        st.builds(
            "{{'descr': {}, 'fortran_order': {}, 'shape': {}}}".format,
            st.sampled_from(
                ["'<u1'", "'|O'", "'<f8'", "'V9'", "[('a', '<u1')]", "7", "'nonsense'"]
            ),
            st.sampled_from(["True", "False", "1", "None"]),
            st.sampled_from(
                ["(3,)", "(-3,)", "(1.5,)", "(10**99,)", "(9" + "9" * 60 + ",)", "3", "()"]
            ),
        ),
    ),
    version=st.integers(0, 4),
    numbers=st.binary(max_size=30),
)
def test_any_header_is_read_or_refused(header, version, numbers):
    try:
        found = read(npz(npy(header.encode(), numbers, version)))
    except ValueError as error:
        assert "file" in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert found.tobytes() == numbers


def plain(shape, kind="|u1"):
    return {"descr": kind, "fortran_order": False, "shape": shape}


LIES = {
    "32 GiB of numbers": npz(npy(plain((2**15, 2**10, 2**10)), bytes(100))),
    "more than any memory": npz(npy(plain((2**62, 2**62), "<f8"), bytes(100))),
    "one number too many": npz(npy(plain((101,)), bytes(100))),
    "a header without end": npz(npy(b" " * 60_000)),
    "a header of gigabytes": npz(b"\x93NUMPY\2\0\xff\xff\xff\xff"),
    "deep brackets": npz(npy(b"(" * 4000)),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lying_array_is_refused_before_memory_is_spent(lie):
    assert refused(LIES[lie]) < 2**20


def lying_size(content, size):
    """Overwrite the unpacked size of the only member, in its header and in the list of members."""
    content = bytearray(content)
    for mark, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        place = content.index(mark) + offset
        content[place : place + 4] = struct.pack("<I", size)
    return bytes(content)


def test_a_bomb_is_not_unpacked():
    whole = npy(plain((10**8,)), bytes(10**8))
    assert refused(npz(whole), "announces 95.4 MiB; more than 1 MiB is not read") < 2**20
    # The same with a list of members that plays it down: no more than announced is unpacked.
    assert refused(lying_size(npz(whole), 1000)) < 2**20
    small = lying_size(npz(npy(plain((MOST - 200,)), bytes(50))), MOST)
    assert refused(small, "cannot hold that much") < 2**20


def test_locked_and_oddly_packed_members_are_refused():
    content = bytearray(npz(npy(plain((4,)), bytes(4))))
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(mark) + offset] |= 1
    refused(bytes(content), "locked with a password")
    refused(npz(npy(plain((4,)), bytes(4)), zipfile.ZIP_LZMA), "packed in a way")


def test_a_list_of_members_without_end_is_refused(tmp_path):
    file = tmp_path / "file"
    size = 2**26
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, size, 0, 0)
    with file.open("wb") as opened:
        opened.truncate(size)
        opened.seek(size)
        opened.write(end)
    tracemalloc.start()
    with (
        pytest.raises(ValueError, match="file lists so many files that the list takes 64 MiB"),
        open_archive(Path(file), "file"),
    ):
        pass
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()
