"""Data sets: what they hold, and that a damaged file is refused in one sentence."""

import gzip
import hashlib
import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab.datasets import ImageDataset, load
from lab.datasets.idx import DTYPES, read_idx

CODES = {np.dtype(name).newbyteorder("="): code for code, name in DTYPES.items()}
SAME_FOLDER = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200
)


def idx_bytes(array):
    header = bytes([0, 0, CODES[array.dtype], array.ndim])
    sizes = np.array(array.shape, ">u4").tobytes()
    return header + sizes + array.astype(array.dtype.newbyteorder(">")).tobytes()


def test_digits_are_those_of_scikit_learn():
    from sklearn.datasets import load_digits

    digits, original = load("digits"), load_digits()
    assert digits.train_images.shape[1:] == digits.test_images.shape[1:] == (1, 8, 8)
    assert digits.train_images.dtype == np.uint8
    assert digits.train_labels.dtype == np.int64
    assert digits.scale == digits.train_images.max() == 16
    ours = np.concatenate([digits.train_images, digits.test_images]).reshape(-1, 64)
    labels = np.concatenate([digits.train_labels, digits.test_labels])
    rows = sorted(zip(ours.tolist(), labels.tolist(), strict=True))
    theirs = zip(original.data.astype(int).tolist(), original.target.tolist(), strict=True)
    assert rows == sorted(theirs)  # each image once, in the training or in the test


def test_digits_keep_a_fifth_of_each_class_for_the_test():
    digits = load("digits")
    test = np.bincount(digits.test_labels)
    share = test / (test + np.bincount(digits.train_labels))
    assert ((share > 0.18) & (share <= 0.2)).all()


def test_without_scikit_learn_the_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(FileNotFoundError, match="pip install scikit-learn"):
        load("digits")


@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize("folder", ["MNIST/raw", "raw", "."])
def test_mnist_is_found_in_torchvisions_layout_and_in_the_folder_itself(
    tmp_path, save_set, folder, pack
):
    save_set(tmp_path / folder, pack=pack)
    data = load("mnist", root=tmp_path)
    assert data.train_images.shape == (20, 1, 12, 12)
    assert data.test_labels.tolist() == [0, 1, 2, 0, 1, 2, 0, 1, 2, 0]
    assert data.class_names == tuple("0123456789")
    assert data.scale == 255


def test_fashion_mnist_has_its_names_and_another_set_has_numbers(tmp_path, save_set):
    save_set(tmp_path / "FashionMNIST" / "raw")
    save_set(tmp_path / "kuzushiji" / "raw", classes=4)
    assert load("fashion_mnist", root=tmp_path).class_names[9] == "Ankle boot"
    assert load("kuzushiji", root=tmp_path).class_names == ("0", "1", "2", "3")


def test_a_folder_is_asked_for_where_one_is_needed_and_only_there():
    with pytest.raises(ValueError, match=r"'mnist' is read from a folder.*root="):
        load("mnist")
    with pytest.raises(ValueError, match="leave root away"):
        load("digits", root=".")
    with pytest.raises(ValueError, match="The organs are drawn by the lab: leave root away"):
        load("organs", root=".")


@pytest.mark.parametrize("name", ["digits", "mnist", "pneumoniamnist"])
def test_sets_without_options_refuse_them(name):
    with pytest.raises(ValueError, match=f"'{name}' has no options; leave 'size' away"):
        load(name, root=None if name == "digits" else ".", size=9)


@pytest.fixture
def published(tmp_path, save_set, monkeypatch):
    """Return a folder whose files count as the published ones of MNIST."""
    save_set(tmp_path)
    files = sorted(tmp_path.iterdir())
    digests = {file.name: hashlib.md5(file.read_bytes()).hexdigest() for file in files}
    monkeypatch.setattr("lab.datasets.idx.PUBLISHED", {"mnist": digests})
    monkeypatch.setattr("lab.datasets.idx.PUBLISHED_COUNT", {"train": 20, "t10k": 10})
    return tmp_path


@pytest.mark.parametrize("pack", [False, True])
def test_files_of_the_published_size_must_have_the_published_checksum(published, pack):
    file = published / "t10k-images-idx3-ubyte"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    if pack:
        file.unlink()
        file = file.with_name(file.name + ".gz")
    file.write_bytes(gzip.compress(content) if pack else content)
    with pytest.raises(ValueError, match="not the published file of 'mnist', its checksum"):
        load("mnist", root=published)
    assert load("another", root=published).test_images.shape == (10, 1, 12, 12)


def test_published_files_and_selections_of_them_are_read(published, save_set):
    assert load("mnist", root=published).train_images.shape == (20, 1, 12, 12)
    save_set(published, train=19, test=9)
    assert load("mnist", root=published).train_images.shape == (19, 1, 12, 12)


def data_set(**changes):
    images, labels = np.zeros((4, 1, 6, 5), np.uint8), np.array([0, 1, 0, 1])
    parts = {"train_images": images, "train_labels": labels}
    parts |= {"test_images": images, "test_labels": labels, **changes}
    return ImageDataset(name="x", class_names=("a", "b"), scale=255, licence="", source="", **parts)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"validation_images": np.zeros((2, 1, 6, 5), np.uint8)}, "both its images and their"),
        ({"validation_labels": np.zeros(2, np.int64)}, "both its images and their"),
        ({"train_marker": np.zeros((4, 5, 6), bool)}, "marker of the training images"),
        ({"test_marker": np.zeros((3, 6, 5), bool)}, "marker of the test images"),
    ],
)
def test_a_data_set_refuses_parts_that_do_not_fit(changes, words):
    assert data_set().warning == ""
    with pytest.raises(ValueError, match=words):
        data_set(**changes)


def test_a_validation_part_is_checked_like_the_others():
    images, labels = np.zeros((3, 1, 6, 5), np.uint8), np.array([0, 1, 2])
    with pytest.raises(ValueError, match="A validation label is 2, but there are 2 classes"):
        data_set(validation_images=images, validation_labels=labels)


def test_missing_files_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"train-images-idx3-ubyte nor .*\.gz") as error:
        load("mnist", root=tmp_path)
    assert str(tmp_path / "MNIST" / "raw") in str(error.value)


def spoil(folder, name, array):
    (folder / name).write_bytes(idx_bytes(array))


@pytest.mark.parametrize(
    ("name", "array", "words"),
    [
        ("train-labels-idx1-ubyte", np.zeros(19, np.uint8), "20 training images but 19 labels"),
        ("t10k-labels-idx1-ubyte", np.full(10, 200, np.uint8), "label is 200, but there are 10"),
        ("t10k-images-idx3-ubyte", np.zeros((10, 9, 12), np.uint8), "must have the same size"),
        ("train-images-idx3-ubyte", np.zeros(20, np.uint8), "expected 3-dimensional uint8"),
        ("train-labels-idx1-ubyte", np.zeros(20, np.int32), "expected 1-dimensional uint8"),
    ],
)
def test_parts_that_do_not_fit_are_refused(tmp_path, save_set, name, array, words):
    spoil(save_set(tmp_path), name, array)
    with pytest.raises(ValueError, match=words):
        load("mnist", root=tmp_path)


@st.composite
def arrays(draw):
    shape = draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
    dtype = draw(st.sampled_from(sorted(CODES, key=str)))
    count = int(np.prod(shape)) * dtype.itemsize
    content = draw(st.binary(min_size=count, max_size=count))
    return np.frombuffer(content, dtype).reshape(shape)


@SAME_FOLDER
@given(array=arrays(), pack=st.booleans())
def test_what_was_written_is_read(tmp_path, array, pack):
    content = idx_bytes(array)
    (tmp_path / "file").write_bytes(gzip.compress(content) if pack else content)
    read = read_idx(tmp_path / "file")
    assert read.dtype == array.dtype
    assert read.shape == array.shape
    assert read.tobytes() == array.tobytes()  # NaN included


@SAME_FOLDER
@given(array=arrays(), pack=st.booleans(), cut=st.integers(1, 10_000))
def test_a_truncated_file_is_refused(tmp_path, array, pack, cut):
    content = gzip.compress(idx_bytes(array)) if pack else idx_bytes(array)
    (tmp_path / "file").write_bytes(content[: -1 - cut % len(content)])
    with pytest.raises(ValueError, match=r"^file .*\.$"):
        read_idx(tmp_path / "file")


@SAME_FOLDER
@given(array=arrays(), pack=st.booleans(), extra=st.binary(min_size=1).filter(any))
def test_trailing_bytes_are_refused(tmp_path, array, pack, extra):
    content = gzip.compress(idx_bytes(array)) if pack else idx_bytes(array)
    (tmp_path / "file").write_bytes(content + extra)
    with pytest.raises(ValueError, match=r"^file .*\.$"):
        read_idx(tmp_path / "file")


@SAME_FOLDER
@given(array=arrays(), pack=st.booleans(), data=st.data())
def test_a_flipped_bit_gives_what_the_file_says_or_is_refused(tmp_path, array, pack, data):
    content = bytearray(gzip.compress(idx_bytes(array)) if pack else idx_bytes(array))
    bit = data.draw(st.integers(0, 8 * len(content) - 1))
    content[bit // 8] ^= 1 << bit % 8
    (tmp_path / "file").write_bytes(content)
    try:
        read = read_idx(tmp_path / "file")
    except ValueError as error:
        assert str(error).startswith("file ")  # noqa: PT017 - either outcome is right
    else:
        # The checksum guards an archive; a plain file means what it says.
        assert idx_bytes(read) == (idx_bytes(array) if pack else bytes(content))


@SAME_FOLDER
@given(header=st.binary(max_size=24), pack=st.booleans())
def test_any_bytes_are_read_or_refused(tmp_path, header, pack):
    (tmp_path / "file").write_bytes(gzip.compress(header) if pack else header)
    try:
        read_idx(tmp_path / "file")
    except ValueError as error:
        assert str(error).startswith("file ")  # noqa: PT017 - either outcome is right


LIES = {
    "32 GiB": bytes([0, 0, 8, 3]) + np.array([2**15, 2**10, 2**10], ">u4").tobytes(),
    "more than any memory": bytes([0, 0, 14, 4]) + b"\xff" * 16,
    "nothing": bytes([0, 0, 8, 3]) + np.array([0, 28, 28], ">u4").tobytes(),
    "a gigabyte in 100 bytes": bytes([0, 0, 8, 1]) + np.array([2**30], ">u4").tobytes(),
}


@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize("lie", LIES)
def test_a_lying_header_is_refused_before_memory_is_spent(tmp_path, lie, pack):
    content = LIES[lie] + bytes(100)
    (tmp_path / "file").write_bytes(gzip.compress(content) if pack else content)
    assert peak_of_refusal(tmp_path / "file", "announces") < 2**20


def test_a_gzip_bomb_is_unpacked_no_further_than_announced(tmp_path):
    content = bytes([0, 0, 8, 1]) + np.array([1000], ">u4").tobytes() + bytes(10**8)
    (tmp_path / "file").write_bytes(gzip.compress(content))
    assert peak_of_refusal(tmp_path / "file", "goes on after the 1,000 bytes") < 2**20


def peak_of_refusal(file, words):
    """Return the most bytes that were asked for until the file was refused."""
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=words):
            read_idx(file)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
