"""What the views look at: what is chosen hangs together, and what is not there is refused."""

import numpy as np
import pytest

from lab.messages import Watched
from lab.wanted import Choices, Wanted, changed

IMAGE = np.full((1, 8, 8), 200, np.uint8)


@pytest.fixture
def choices():
    return Choices.of(
        Watched(
            images=np.zeros((3, 1, 8, 8), np.uint8),
            labels=np.zeros(3, np.int64),
            class_names=("a", "b", "c"),
            layers=(),
            parameters=0,
            train_count=0,
            test_count=50,
            dataset="",
            licence="",
            source="",
            test_images=np.zeros((50, 1, 8, 8), np.uint8),
            test_labels=np.zeros(50, np.int64),
            map_layers=(("pad", "ZeroPad2d", (1, 10, 10)), ("conv1", "Conv2d", (6, 8, 8))),
            vector_layers=(("flatten", 384), ("dense", 12), ("huge", 2**23)),
            kernel_layers=("conv1",),
        )
    )


def test_a_change_keeps_the_rest(choices):
    first = changed(Wanted(), {"layer": "conv1", "channel": 5, "unit": [2, 7]}, choices)
    after = changed(first, {"sample": 49, "strongest": np.True_}, choices)
    assert (after.layer, after.channel, after.unit) == ("conv1", 5, (2, 7))
    assert (after.sample, after.strongest) == (49, True)
    assert changed(after, {}, choices).channel == 5


def test_another_layer_drops_the_channel_and_the_unit(choices):
    first = Wanted(layer="conv1", channel=5, unit=(2, 7))
    assert changed(first, {"layer": "conv1"}, choices).channel == 5
    after = changed(first, {"layer": "pad"}, choices)
    assert (after.channel, after.unit) == (-1, None)
    assert changed(first, {"layer": "pad", "channel": 0}, choices).channel == 0


def test_a_test_image_takes_the_place_of_ones_own(choices):
    own = changed(Wanted(sample=4), {"image": IMAGE, "label": 2}, choices)
    assert (own.sample, own.label) == (4, 2)
    assert changed(own, {"image": IMAGE}, choices).label == -1  # another image
    after = changed(own, {"sample": 4}, choices)
    assert after.image is None
    assert after.label == -1
    assert changed(own, {"image": None}, choices).sample == 4


def test_an_image_is_copied_and_locked():
    pixels = IMAGE.copy()
    wanted = Wanted(image=pixels)
    pixels[:] = 0
    assert wanted.image.min() == 200
    assert not wanted.image.flags.writeable
    with pytest.raises(AttributeError):
        wanted.sample = 3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sample": 50}, "sample must lie between -1 and 49, not 50"),
        ({"sample": -2}, "sample must lie between -1"),
        ({"image": np.zeros((1, 9, 8), np.uint8)}, "data, 1 x 8 x 8 .*, not 1 x 9 x 8"),
        ({"image": IMAGE, "label": 3}, "label must lie between -1 and 2"),
        ({"label": 0}, "an image of your own, and there is none"),
        ({"layer": "conv9"}, "no layer 'conv9' with feature maps: there are pad, conv1"),
        ({"layer": "conv1", "channel": 6}, "'conv1' has the channels 0 to 5, so .* no channel 6"),
        ({"channel": 6}, "'conv1' has the channels"),  # the first convolution is meant
        ({"unit": (8, 0)}, r"rows 0 to 7 and the columns 0 to 7, so there is no unit \(8, 0\)"),
        ({"unit": (-1, 0)}, "unit's row must lie between 0"),
        ({"vectors_of": "conv1"}, "with vectors: there are flatten, dense"),
        ({"vectors": 51}, "vectors must lie between 2 and 50"),
        ({"vectors": 1}, "vectors must lie between 2 and 50"),
        ({"vectors_of": "huge", "vectors": 3}, "vectors must lie between 2 and 2"),
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(choices, changes, words):
    with pytest.raises(ValueError, match=words):
        changed(Wanted(), changes, choices)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sample": 1.5}, "sample must be a whole number, not 1.5"),
        ({"chanel": 1}, "no choice 'chanel': did you mean 'channel'?"),
        ({"what": 1}, "no choice 'what': it has sample, image"),
        ({"image": IMAGE.astype(float)}, "uint8 array .* not float64 of the shape 1 x 8 x 8"),
        ({"image": [[1]]}, "uint8 array .* not list"),
        ({"image": IMAGE[0]}, "of the shape 8 x 8"),
        ({"unit": 3}, "unit must be a row and a column, or None, not 3"),
        ({"layer": 3}, "layer must be the name of a layer, not 3"),
        ({"strongest": 1}, "strongest must be True or False, not 1"),
    ],
)
def test_what_is_of_the_wrong_kind_is_refused_in_a_sentence(changes, words):
    with pytest.raises(TypeError, match=words):
        changed(Wanted(), changes, None)


def test_what_another_network_does_not_have_is_dropped(choices):
    good = Wanted(sample=4, layer="conv1", channel=5, unit=(2, 7), vectors_of="dense", vectors=20)
    assert choices.fit(good).__dict__ == good.__dict__
    fitted = choices.fit(
        Wanted(
            sample=50,
            image=np.zeros((3, 8, 8), np.uint8),
            label=1,
            layer="conv9",
            channel=2,
            unit=(0, 0),
            vectors_of="gone",
            all_layers=True,
        )
    )
    assert fitted.__dict__ == Wanted(vectors=50, all_layers=True).__dict__
    too_far = choices.fit(Wanted(image=IMAGE, label=3, layer="conv1", channel=6, unit=(8, 0)))
    assert (too_far.label, too_far.channel, too_far.unit) == (-1, -1, None)
    assert too_far.image is not None
    assert choices.fit(Wanted(vectors_of="huge")).vectors == 2


def test_a_network_without_maps_has_no_channels():
    flat = Choices(count=5, shape=(1, 8, 8), classes=2, layers={}, first="", vector_layers={})
    with pytest.raises(ValueError, match="no feature maps: there is no channel"):
        changed(Wanted(), {"channel": 0}, flat)
    with pytest.raises(ValueError, match="no layer 'conv1': this network has no layers"):
        changed(Wanted(), {"layer": "conv1"}, flat)
    assert flat.fit(Wanted(channel=2, unit=(1, 1))).channel == -1
