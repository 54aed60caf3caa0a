"""Turned, moved and noisy images against SciPy, and against what must hold of any image."""

import numpy as np
import pytest
from scipy import ndimage

from lab.image_changes import border, change

RANDOM = np.random.default_rng(3)
IMAGE = RANDOM.integers(0, 256, (3, 9, 9), dtype=np.uint8)


def on_black(height=9, width=9):
    image = np.zeros((1, height, width), np.uint8)
    image[:, 2:-2, 2:-2] = RANDOM.integers(0, 256, (1, height - 4, width - 4))
    return image


def test_nothing_changes_nothing():
    assert np.array_equal(change(IMAGE), IMAGE)
    assert change(IMAGE) is not IMAGE


@pytest.mark.parametrize("quarters", [1, 2, 3, -1])
def test_a_quarter_turn_moves_every_pixel_just_so(quarters):
    assert np.array_equal(change(IMAGE, rotate=90 * quarters), np.rot90(IMAGE, quarters, (1, 2)))


@pytest.mark.parametrize(("right", "down"), [(2, 0), (0, -3), (-1, 2)])
def test_whole_pixels_are_moved_as_they_are(right, down):
    image = on_black(11, 9)
    moved = change(image, right=right, down=down)
    assert np.array_equal(moved[0], ndimage.shift(image[0], (down, right), order=0))


@pytest.mark.parametrize("degrees", [10, -37.5, 200])
def test_any_turn_is_that_of_scipy(degrees):
    image = on_black(12, 9)
    turned = ndimage.rotate(image[0].astype(float), degrees, order=1, reshape=False)
    assert np.abs(change(image, rotate=degrees)[0] - turned).max() <= 0.5 + 1e-6


def test_part_of_a_pixel_is_interpolated():
    image = on_black()
    moved = ndimage.shift(image[0].astype(float), (0.3, -0.75), order=1)
    assert np.abs(change(image, right=-0.75, down=0.3)[0] - moved).max() <= 0.5 + 1e-6


def test_what_comes_in_from_outside_has_the_colour_of_the_edge():
    image = np.full((3, 8, 8), 200, np.uint8)
    image[1] = 30
    image[:, 3:5, 3:5] = 90
    assert border(image).tolist() == [200, 30, 200]
    moved = change(image, right=8)
    assert np.array_equal(moved, np.broadcast_to([[[200]], [[30]], [[200]]], (3, 8, 8)))


def test_noise_has_its_strength_and_keeps_its_pattern():
    flat = np.full((1, 100, 100), 128, np.uint8)
    weak, strong = (change(flat, noise=n).astype(int) - 128 for n in (0.05, 0.1))
    assert weak.std() == pytest.approx(0.05 * 255, rel=0.05)
    assert abs(weak.mean()) < 1
    assert np.corrcoef(weak.ravel(), strong.ravel())[0, 1] > 0.99
    assert not np.array_equal(change(flat, noise=0.1, seed=1), change(flat, noise=0.1))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rotate": float("nan")}, "rotate must be a finite number"),
        ({"right": "far"}, "right must be a number"),
        ({"noise": -0.1}, "noise must be a finite number at least 0"),
        ({"noise": 2}, "noise must be a finite number"),
    ],
)
def test_what_cannot_be_is_refused(changes, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        change(IMAGE, **changes)
