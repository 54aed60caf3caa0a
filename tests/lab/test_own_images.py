"""Drawings and files become images as the data are: size, place, channels, bright on dark."""

import io

import numpy as np
import pytest
from PIL import Image

from lab.datasets import load
from lab.own_images import Usual, draw, fit_drawing, fit_picture, is_dark

SEVEN = [[(0.4, 0.3), (0.6, 0.3), (0.5, 0.6)]]


@pytest.fixture(scope="module")
def digits():
    data = load("digits")
    return (data.test_images * (255 / data.scale)).astype(np.uint8)


def squares(side, at, size, count=12):
    images = np.zeros((count, 1, side, side), np.uint8)
    images[:, :, at : at + size, at : at + size] = 200
    return images


def png(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_it_sees_how_large_things_are_and_where():
    usual = Usual.of(squares(20, 4, 10))
    assert (usual.height, usual.width, usual.row, usual.column) == (10, 10, 8.5, 8.5)
    assert Usual.of(np.zeros((3, 1, 6, 4), np.uint8)).height == 6


def test_a_drawing_becomes_as_tall_as_the_digits(digits):
    for scale in (0.5, 1.5):  # small or large, in whatever corner
        strokes = [[(0.1 + scale * (x - 0.3), 0.05 + scale * (y - 0.2)) for x, y in SEVEN[0]]]
        image = fit_drawing(draw(strokes), digits)
        assert image.shape == (1, 8, 8)
        assert image.dtype == np.uint8
        rows = np.flatnonzero(image[0].max(axis=1) > 40)
        assert rows[0] == 0
        assert rows[-1] == 7
        assert image.max() == 255


def test_a_drawing_keeps_its_ink_and_its_shape():
    data = squares(32, 8, 16)
    ink = np.zeros((256, 256))
    ink[40:168, 100:164] = 255  # twice as high as wide
    image = fit_drawing(ink, data)[0]
    assert image[8:24, 12:20].min() == 255
    assert image.sum() == 255 * 16 * 8


def test_an_empty_paper_is_an_empty_image(digits):
    assert not fit_drawing(draw([]), digits).any()
    assert (fit_drawing(draw([]), 255 - digits) == 255).all()


def test_dark_on_bright_data_get_dark_strokes(digits):
    assert is_dark(digits)
    assert not is_dark(255 - digits)
    bright = fit_drawing(draw(SEVEN), 255 - digits)
    assert np.array_equal(255 - bright, fit_drawing(draw(SEVEN), digits))
    assert fit_drawing(draw(SEVEN), np.repeat(digits, 3, axis=1)).shape == (3, 8, 8)


def test_a_photograph_of_a_digit_on_paper_is_turned_bright_on_dark(digits):
    page = np.full((64, 64), 230, np.uint8)
    page[16:48, 28:36] = 20
    image, said = fit_picture(png(page), "seven.png", digits)
    assert image.shape == (1, 8, 8)
    assert image[0, 1:7, 3:5].min() > 200  # as tall as digits are
    assert image[0, :, 0].max() == image[0, :, 7].max() == 0
    assert said.startswith("seven.png: taken for dark ink on paper")


def test_a_coloured_picture_stays_coloured_where_the_data_are():
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[..., 0] = 250
    image, said = fit_picture(png(pixels), "red.png", np.zeros((4, 3, 16, 16), np.uint8))
    assert image.shape == (3, 16, 16)
    assert image.reshape(3, -1).mean(axis=1).tolist() == [250, 0, 0]
    assert "grey" not in said


def test_images_that_are_not_square():
    image, _ = fit_picture(png(np.eye(30, dtype=np.uint8)), "a", np.zeros((2, 1, 10, 14), np.uint8))
    assert image.shape == (1, 10, 14)


def test_what_is_no_picture_is_refused_in_a_sentence(digits):
    with pytest.raises(ValueError, match=r"notes\.txt is damaged or no image"):
        fit_picture(b"hello", "notes.txt", digits)
