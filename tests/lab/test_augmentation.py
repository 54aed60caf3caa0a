"""Augmentation against what the words say, one image at a time."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from lab.augmentation import augment


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def images(count=8, height=12, width=12, channels=1, seed=5):
    return torch.rand(count, channels, height, width, generator=generator(seed))


def test_an_empty_table_changes_nothing_and_draws_nothing():
    random, x = generator(), images()
    before = random.get_state()
    assert augment(x, {}, random) is x
    assert torch.equal(random.get_state(), before)


TABLES = st.fixed_dictionaries(
    {},
    optional={
        "shift": st.floats(0.01, 0.5),
        "rotate": st.floats(1, 180),
        "flip": st.just(value=True),
        "noise": st.floats(0.01, 1),
        "erase": st.floats(0.05, 0.8),
    },
)


@settings(max_examples=40, deadline=None)
@given(table=TABLES, channels=st.sampled_from([1, 3]), height=st.integers(2, 15))
def test_whatever_is_done_keeps_the_shape_and_the_originals_and_repeats(table, channels, height):
    x = images(4, height, 9, channels)
    before = x.clone()
    first, again = (augment(x, table, generator(3)) for _ in range(2))
    assert first.shape == x.shape
    assert first.dtype == x.dtype
    assert torch.equal(x, before)
    assert torch.equal(first, again)
    assert torch.isfinite(first).all()


def test_half_of_the_images_are_mirrored():
    x = images(1000, 4, 4)
    y = augment(x, {"flip": True}, generator())
    same = (y == x).all(dim=(1, 2, 3))
    mirrored = (y == x.flip(3)).all(dim=(1, 2, 3))
    assert (same ^ mirrored).all()
    assert 420 < mirrored.sum() < 580


def test_noise_is_normal_and_of_the_size_that_was_asked_for():
    x = torch.full((50, 1, 30, 30), 8.0)
    noise = augment(x, {"noise": 0.25}, generator(), scale=16.0) - 8
    assert noise.mean().item() == pytest.approx(0, abs=0.05)
    assert noise.std().item() == pytest.approx(4, rel=0.02)
    assert (noise.abs() < 4).float().mean().item() == pytest.approx(0.6827, abs=0.01)


@pytest.mark.parametrize(("height", "width"), [(10, 10), (10, 16), (16, 10)])
def test_a_square_is_erased_within_each_image_anywhere(height, width):
    x = images(3000, height, width) + 1
    y = augment(x, {"erase": 0.3}, generator(), fill=0.5)
    gone = (y != x)[:, 0]
    assert (y[gone[:, None]] == 0.5).all()
    assert (gone.sum(dim=(1, 2)) == 9).all()  # 0.3 of 10 pixels, squared
    rows, columns = gone.any(dim=2), gone.any(dim=1)
    assert (rows.sum(1) == 3).all()
    assert (columns.sum(1) == 3).all()
    for first, length in ((rows.int().argmax(1), height), (columns.int().argmax(1), width)):
        counts = torch.bincount(first, minlength=length - 2)
        assert len(counts) == length - 2  # at each place, and equally often
        assert counts.min() > 0.7 * 3000 / (length - 2)


def moments(x):
    """Return where the middle of the light of each image is, from the image's middle, in pixels."""
    height, width = x.shape[2:]
    light = x.sum(dim=(1, 2, 3))
    rows = torch.arange(height) - (height - 1) / 2
    columns = torch.arange(width) - (width - 1) / 2
    return (x[:, 0].sum(2) @ rows) / light, (x[:, 0].sum(1) @ columns) / light


@pytest.mark.parametrize(("height", "width"), [(40, 40), (40, 60)])
def test_a_shift_is_a_share_of_the_side_and_equally_often_each(height, width):
    x = torch.zeros(2000, 1, height, width)
    x[:, :, height // 2 - 2 : height // 2 + 2, width // 2 - 2 : width // 2 + 2] = 1
    y = augment(x, {"shift": 0.2}, generator())
    for place, side in zip(moments(y), (height, width), strict=True):
        most = 0.2 * side
        assert place.abs().max() <= most + 1e-3
        assert place.abs().max() > 0.98 * most
        assert place.mean().item() == pytest.approx(0, abs=0.05 * most)
        assert place.std().item() == pytest.approx(most / 3**0.5, rel=0.05)  # uniform


def test_a_shift_by_whole_pixels_moves_them_and_black_comes_in(monkeypatch):
    x = images(2, 8, 8)
    monkeypatch.setattr(
        "lab.augmentation._uniform", lambda *_: torch.tensor([[0.0, 0.5, -1.0]] * 2)
    )
    y = augment(x, {"shift": 0.25}, generator())  # 2 pixels at most: across by 1, down by 2
    expected = torch.zeros_like(x)
    expected[:, :, 2:, :-1] = x[:, :, :-2, 1:]
    torch.testing.assert_close(y, expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("turn", [-1.0, -0.4, 0.7, 1.0])
@pytest.mark.parametrize(("height", "width"), [(21, 21), (21, 31)])
def test_a_rotation_is_that_of_scipy(monkeypatch, turn, height, width):
    y, x = np.mgrid[:height, :width]
    picture = np.exp(-((y - 7) ** 2 + (x - 12) ** 2) / 18) + np.exp(
        -((y - 13) ** 2 + (x - 9) ** 2) / 8
    )
    monkeypatch.setattr("lab.augmentation._uniform", lambda *_: torch.tensor([[turn, 0.0, 0.0]]))
    ours = augment(
        torch.tensor(picture, dtype=torch.float32)[None, None], {"rotate": 50.0}, generator()
    )
    theirs = ndimage.rotate(picture, turn * 50, reshape=False, order=1)
    # What comes from beyond the edge is blended with black in two different ways.
    inside = np.hypot(y - 10, x - (width - 1) / 2) < 9
    np.testing.assert_allclose(ours[0, 0].numpy()[inside], theirs[inside], atol=1e-4)


def test_angles_are_as_far_as_asked_and_equally_often_each():
    x = torch.zeros(2000, 1, 41, 41)
    x[:, :, 19:22, 32:35] = 1  # a spot to the right of the middle
    down, across = moments(augment(x, {"rotate": 30.0}, generator()))
    angles = torch.atan2(down, across).rad2deg()
    assert 29 < angles.abs().max() < 30.3
    assert angles.std().item() == pytest.approx(30 / 3**0.5, rel=0.05)


def test_what_is_off_changes_no_other_ones_random_numbers():
    x = images()
    alone = augment(x, {"shift": 0.2}, generator(1))
    assert torch.equal(augment(x, {"shift": 0.2, "noise": 0.0, "flip": False}, generator(1)), alone)
