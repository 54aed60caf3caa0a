"""Own images: every usual way to lay them out is understood, and nothing in them is trusted."""

import io
import os
import struct
import tracemalloc
import warnings
import zipfile
import zlib
from pathlib import PurePosixPath

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from lab.datasets import check_options, load
from lab.datasets.folders import from_uploads, load_images
from lab.datasets.layouts import arrange, natural
from lab.datasets.pictures import MOST_PIXELS, read_picture

FUZZ = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
GREY = np.linspace(0, 255, 20 * 30).astype(np.uint8).reshape(20, 30)


def encoded(pixels, form="PNG", **options):
    file = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(file, form, **options)
    return file.getvalue()


def flat(grey, form="PNG"):
    return encoded(np.full((12, 10), grey, np.uint8), form)


def tree(**classes):
    """Return the paths and contents of so many flat images for each class."""
    return {
        f"{name}/{place}.png": flat(10 * place)
        for name, count in classes.items()
        for place in range(count)
    }


def lay(root, files):
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def packed(files, packing=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return file.getvalue()


def test_folders_are_classes_and_the_last_fifth_of_each_is_the_test(tmp_path):
    data = load("images", root=lay(tmp_path, tree(liver=12, kidneys=5)), size=8)
    assert data.class_names == ("kidneys", "liver")
    assert data.train_images.shape == (14, 1, 8, 8)
    assert data.train_images[:, 0, 4, 4].tolist() == [10 * n for n in [*range(4), *range(10)]]
    assert data.train_labels.tolist() == [0] * 4 + [1] * 10
    assert data.test_images[:, 0, 4, 4].tolist() == [40, 100, 110]  # 10 and 11 come after 9
    assert data.test_labels.tolist() == [0, 1, 1]
    assert data.validation_images is None
    assert data.licence == "your own"


def test_a_zip_holds_the_same_as_the_folder(tmp_path):
    files = tree(liver=7, kidneys=5)
    lay(tmp_path / "folder", files)
    (tmp_path / "own.zip").write_bytes(packed(files))
    folder, archive = (load("images", tmp_path / name) for name in ("folder", "own.zip"))
    assert folder.class_names == archive.class_names
    for part in ("train_images", "train_labels", "test_images", "test_labels"):
        assert (getattr(folder, part) == getattr(archive, part)).all()


def test_single_uploads_are_classes_too():
    pairs = [(name, flat(grey)) for grey in range(0, 50, 10) for name in ("train", ".b/c")]
    data = from_uploads(pairs, size=8)
    assert data.class_names == (".b/c", "train")  # names of classes, not of folders
    assert data.train_images[:, 0, 0, 0].tolist() == [0, 10, 20, 30] * 2
    assert data.test_images[:, 0, 0, 0].tolist() == [40, 40]


def paths(*names):
    return [PurePosixPath(name) for name in names]


def test_folders_for_parts_are_understood():
    files = paths("Train/a/1.png", "Train/b/1.png", "test/a/2.png", "test/b/2.png")
    layout = arrange([*files, *paths("val/a/3.png", "val/b/3.png")], [], "it")
    assert sorted(layout) == ["test", "train", "validation"]
    assert layout["train"]["a"] == paths("Train/a/1.png")
    layout = arrange([*files[:2], *paths("val/a/3.png", "val/b/3.png")], [], "it")
    assert layout["test"] == {"a": paths("val/a/3.png"), "b": paths("val/b/3.png")}


def test_folders_around_and_within_and_files_of_the_system_do_not_matter():
    files = paths("my/data/a/x/1.PNG", "my/data/a/2.jpg", "my/data/b/1.tif", "my/data/b/2.webp")
    junk = paths(
        "__MACOSX/my/data/a/._1.png",
        "my/.DS_Store",
        "my/data/a/.hidden.png",
        "my/data/a/Thumbs.db",
        "my/data/notes.txt",
        "readme.md",
    )
    layout = arrange([*files, *junk], [], "it")
    assert layout["train"] == {"a": [files[1]], "b": [files[2]]}
    assert layout["test"] == {"a": [files[0]], "b": [files[3]]}


@pytest.mark.parametrize(
    ("files", "folders", "words"),
    [
        ([], [], "no images in it: PNG, JPEG"),
        (["a/notes.txt", "b/1.dcm"], [], "no images in it"),
        (["a/1.png", "a/2.png"], [], "only one class, 'a': make a folder for each"),
        (["1.png", "2.png"], [], "1.png in it lies in no folder of a class"),
        (["a/1.png", "b/1.png", "3.png"], [], "3.png in it lies in no folder"),
        (["a/1.png", "a/2.png"], ["a", "b"], "no image of the class 'b'"),
        (["a/1.png", "a/2.png", "b/1.txt"], [], "no image of the class 'b'"),
        (["a/1.png", "a/2.png", "b/1.png"], [], "single image of the class 'b'"),
        (["train/a/1.png", "train/b/1.png", "test/a/1.png"], [], "class 'b' for test"),
        (["train/a/1.png", "train/b/1.png", "test/c/1.png"], [], "it has no image of the class"),
        (["train/a/1.png", "train/b/1.png", "else/a/1.png"], [], "folder 'else' beside"),
        (["train/a/1.png", "train/b/1.png", "test/1.png"], [], "test/1.png in it lies in no"),
        ([f"{n}/{k}.png" for n in range(101) for k in "ab"], [], "101 folders for classes"),
    ],
)
def test_folders_that_do_not_say_what_belongs_where_are_refused(files, folders, words):
    with pytest.raises(ValueError, match=words):
        arrange(paths(*files), paths(*folders), "it")


def test_a_training_folder_alone_is_split():
    layout = arrange(paths(*(f"train/{c}/{n}.png" for c in "ab" for n in range(5))), [], "it")
    assert layout["test"]["b"] == paths("train/b/4.png")
    assert len(layout["train"]["b"]) == 4


NAMES = st.lists(
    st.text(st.sampled_from("ab.T/1"), min_size=1, max_size=9).map(lambda name: f"a{name}.png"),
    max_size=12,
)


@FUZZ
@given(names=NAMES, more=NAMES)
def test_any_paths_are_arranged_or_refused_and_no_image_is_on_both_sides(names, more):
    files = paths(*names, *(f"train/{name}" for name in more))
    try:
        layout = arrange(files, [], "it")
    except ValueError as error:
        assert str(error).endswith(".")  # noqa: PT017 - either outcome is right
    else:
        found = [path for part in layout.values() for some in part.values() for path in some]
        assert len(found) == len(set(found))
        assert set(found) <= set(files)
        assert len({tuple(part) for part in layout.values()}) == 1  # the same classes


def test_names_are_sorted_as_people_do():
    names = ["b", "a10", "a9", "A01", "a", "a9b"]
    assert sorted(names, key=natural) == ["a", "A01", "a9", "a9b", "a10", "b"]


def test_sizes_and_formats_are_made_one(tmp_path):
    files = {}
    for name in ("a", "b"):
        for form, suffix in (("PNG", "png"), ("JPEG", "jpg"), ("BMP", "bmp"), ("GIF", "gif")):
            files[f"{name}/{form}.{suffix}"] = encoded(np.full((9, 30), 90, np.uint8), form)
        for form in ("TIFF", "WEBP", "PPM"):
            picture = Image.new("RGB", (40, 15), (90, 90, 90))
            files[f"{name}/{form}.{form.lower()}"] = encoded(picture, form)
    data = load("images", root=lay(tmp_path, files), size=16)
    assert data.train_images.shape == (12, 1, 16, 16)
    assert abs(data.train_images.astype(int) - 90).max() <= 1  # JPEG and WebP are not exact


def test_one_coloured_image_makes_all_of_them_coloured():
    files = tree(a=3, b=3)
    files["b/1.png"] = encoded(Image.new("RGB", (9, 9), (200, 100, 10)))
    assert load_images(packed(files)).train_images.shape == (4, 3, 48, 48)
    data = load_images(packed(files), colour="grey")
    assert data.train_images.shape == (4, 1, 48, 48)
    assert data.train_images[3, 0, 5, 5] == round(0.299 * 200 + 0.587 * 100 + 0.114 * 10)
    assert load_images(packed(tree(a=3, b=3)), colour="rgb").test_images.shape[1] == 3


def test_the_middle_is_cut_out():
    pixels = np.zeros((10, 30), np.uint8)
    pixels[:, 10:20] = 200
    assert (read_picture(encoded(pixels), "x", 10) == 200).all()


def test_what_is_transparent_becomes_black():
    picture = Image.new("RGBA", (8, 8), (250, 250, 250, 255))
    picture.paste((250, 250, 250, 0), (0, 0, 8, 4))
    found = read_picture(encoded(picture), "x", 8)
    assert (found[:, :4] == 0).all()
    assert (found[:, 4:] == 250).all()
    palette = Image.new("P", (8, 8), 0)
    palette.putpalette([7, 7, 7, 9, 9, 9])
    assert (read_picture(encoded(palette, "GIF", transparency=1), "x", 8) == 7).all()


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_an_x_ray_of_sixteen_bits_keeps_its_contrast(form):
    values = (1000 + 8 * GREY[:20, :20].astype(np.uint16)).copy()
    found = read_picture(encoded(values, form), "x", 20)[0]
    expected = (values - values.min()) / np.ptp(values) * 255
    assert abs(found - expected).max() <= 0.5
    assert (read_picture(encoded(np.full((9, 9), 700, np.uint16)), "x", 9) == 0).all()


def test_a_float_image_with_holes_is_read():
    values = np.full((9, 9), 2.0, np.float32)
    values[0] = np.nan
    found = read_picture(encoded(values, "TIFF"), "x", 9)
    assert found[0, 0, 0] == 0
    assert found[0, 5, 5] == 255


def test_a_photograph_is_turned_as_the_camera_was_held():
    pixels = np.zeros((40, 40), np.uint8)
    pixels[:20] = 255  # bright above
    notes = Image.Exif()
    notes[0x0112] = 6  # held on its side: the top is the right
    found = read_picture(encoded(pixels, "JPEG", exif=notes), "x", 8)[0]
    assert found[:, -1].min() > 200
    assert found[:, 0].max() < 50


def test_a_large_photograph_is_read():
    found = read_picture(encoded(np.kron(GREY, np.ones((60, 60), np.uint8)), "JPEG"), "x", 20)
    expected = Image.fromarray(GREY).crop((5, 0, 25, 20))
    assert abs(found[0].astype(int) - np.asarray(expected)).mean() < 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "x is empty"),
        (b"hello", "x is damaged or no image; PNG, JPEG"),
        (bytes(128) + b"DICM" + bytes(99), "x is a DICOM file.*save its image as PNG"),
        (encoded(GREY)[:-60], "x is a damaged image .*: copy it again"),
        (encoded(np.zeros((1, 500), np.uint8)), "500 x 1 pixels, a line"),
        (encoded(Image.new("L", (9, 9)), "ICO"), "x is damaged or no image"),
    ],
)
def test_what_is_no_image_is_refused(content, words):
    with pytest.raises(ValueError, match=words):
        read_picture(content, "x", 8)


FORMS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
WHOLE = {form: encoded(Image.fromarray(GREY).convert("RGB"), form) for form in FORMS}


def either_way(content):
    """Check that an image is read or refused in a sentence that names it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow speaks of what it mends
        try:
            assert read_picture(content, "x", 8).shape == (3, 8, 8)
        except ValueError as error:
            assert str(error).startswith("x ")  # noqa: PT017 - either outcome is right
            assert "\n" not in str(error)  # noqa: PT017


@FUZZ
@given(form=st.sampled_from(FORMS), cut=st.integers(1, 2000))
def test_a_truncated_image_is_read_or_refused(form, cut):
    either_way(WHOLE[form][: -1 - cut % len(WHOLE[form])])


@FUZZ
@given(form=st.sampled_from(FORMS), data=st.data())
def test_a_damaged_image_is_read_or_refused(form, data):
    content = bytearray(WHOLE[form])
    first = st.integers(0, min(99, len(content) - 1))  # the headers are the interesting part
    for place in data.draw(st.lists(first | st.integers(0, len(content) - 1), min_size=1)):
        content[place] = data.draw(st.integers(0, 255))
    either_way(bytes(content))


def chunk(kind, content):
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def png_of(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9)))


@pytest.mark.parametrize("side", [6000, 10_000, 60_000, 2**31 - 1])
def test_an_image_that_announces_too_much_is_refused_before_memory_is_spent(side):
    assert side**2 > MOST_PIXELS
    tracemalloc.start()
    with pytest.raises(ValueError, match="x has more than 34 million pixels: make it smaller"):
        read_picture(png_of(side, side), "x", 8)
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


def test_a_damaged_image_is_named(tmp_path):
    files = tree(a=3, b=3)
    files["b/1.png"] = files["b/1.png"][:40]
    with pytest.raises(ValueError, match=r"^b/1\.png is "):
        load("images", lay(tmp_path, files))
    with pytest.raises(ValueError, match=r"^b/1\.png is "):
        load_images(packed(files))
    with pytest.raises(ValueError, match=r"^a, image 2 is damaged or no image"):
        from_uploads([("a", flat(0)), ("a", b"?"), ("b", flat(0)), ("b", flat(0))])


@pytest.mark.parametrize(
    "name", ["../a/1.png", "/a/1.png", "a/../../1.png", "C:/a/1.png", "a\\..\\1.png"]
)
def test_paths_that_lead_out_of_the_archive_are_refused(name):
    with pytest.raises(ValueError, match="could lie outside its folder"):
        load_images(packed({**tree(a=3, b=3), name: flat(0)}))


def test_a_bomb_is_refused_before_it_is_unpacked():
    files = {**tree(a=3, b=3), "b/9.png": bytes(2**26 + 1)}
    content = packed(files)
    tracemalloc.start()
    with pytest.raises(ValueError, match="b/9.png in the archive announces 64 MiB; more than"):
        load_images(content)
    assert tracemalloc.get_traced_memory()[1] < 2**21
    tracemalloc.stop()


def test_a_locked_archive_is_refused():
    content = bytearray(packed(tree(a=2, b=2)))
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(mark) + offset] |= 1
    with pytest.raises(ValueError, match="a/0.png in the archive is locked with a password"):
        load_images(bytes(content))


@FUZZ
@given(data=st.data())
def test_a_damaged_archive_is_read_or_refused(data):
    content = bytearray(packed(tree(a=2, b=2), zipfile.ZIP_STORED))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.sampled_from([0, 0, 1, 20, 200]))
    try:
        assert load_images(bytes(content[: len(content) - cut]), size=8).scale == 255
    except ValueError as error:
        assert str(error).endswith((".", ")"))  # noqa: PT017 - either outcome is right


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder and no ZIP archive .*nowhere"):
        load("images", tmp_path / "nowhere")
    with pytest.raises(ValueError, match="'images' is read from a folder"):
        load("images")


def test_what_is_no_file_is_refused_and_links_out_are_not_followed(tmp_path):
    lay(tmp_path / "own", tree(a=3, b=3))
    lay(tmp_path / "else", tree(c=3))
    (tmp_path / "own" / "c").symlink_to(tmp_path / "else" / "c")
    with pytest.raises(ValueError, match="no image of the class 'c'"):
        load("images", tmp_path / "own")
    (tmp_path / "own" / "c").unlink()
    os.mkfifo(tmp_path / "own" / "a" / "9.png")
    with pytest.raises(ValueError, match=r"^a/9\.png is no file"):
        load("images", tmp_path / "own")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"side": 9}, "no option 'side'; choose of size, colour"),
        ({"size": 4}, "size must lie between 8 and 256, not 4"),
        ({"colour": "red"}, "colour must be one of 'auto', 'grey', 'rgb', not 'red'"),
    ],
)
def test_bad_options_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        check_options("images", options)


def test_too_many_pixels_in_all_are_refused(monkeypatch):
    monkeypatch.setattr("lab.datasets.folders.LARGEST", 100_000)
    with pytest.raises(ValueError, match=r"12 images of 64 x 64 .* choose a smaller size"):
        load_images(packed(tree(a=6, b=6)), size=64)


def test_more_files_than_anybody_means_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("lab.datasets.folders.MOST_FILES", 5)
    with pytest.raises(ValueError, match="more than 5 files: say the folder with the classes"):
        load("images", lay(tmp_path, tree(a=3, b=3)))
