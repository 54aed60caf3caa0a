"""What heat maps and scores do not prove: the measuring, against closed forms."""

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from lab.map_limits import MapLimits, alarms, sharpness


class Images:
    """The images of a study, as the network takes them."""

    def __init__(self, numbers):
        self.numbers = numbers

    def at(self, places):
        return self.numbers[torch.from_numpy(places)]


@pytest.fixture
def images():
    return Images(torch.randn((5, 1, 6, 6), generator=torch.Generator().manual_seed(2)))


@pytest.fixture
def linear():
    torch.manual_seed(5)
    return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(36, 3))


def test_of_a_linear_network_all_is_known(images, linear):
    random = torch.get_rng_state()
    *_, end = (
        one for one in MapLimits("input_x_gradient", (3, 1), (4,), 7).pieces(linear, images) if one
    )
    assert torch.equal(torch.get_rng_state(), random)
    weights = linear[1].weight.detach().reshape(3, 6, 6)
    logits = linear(images.numbers).detach()
    expected, sharp = [], []
    for place in (3, 1):
        first, second = logits[place].argsort(descending=True)[:2]
        one, two = (images.numbers[place, 0] * weights[k] for k in (first, second))
        expected.append(spearmanr(one.abs().flatten(), two.abs().flatten()).statistic)
        sharp.append(sharpness(one.numpy()))
        if place == 3:
            assert end.targets == (first, second)
            assert np.allclose(end.maps[:2], torch.stack([one, two]), atol=1e-6)
    assert end.classes == pytest.approx(np.mean(expected), abs=1e-6)
    assert end.sharp == pytest.approx(np.mean(sharp), abs=1e-6)
    assert (end.number, end.count, end.wrong_count) == (7, 2, 1)
    mistake = images.numbers[4, 0] * weights[logits[4].argmax()]
    assert np.allclose(end.wrong_map, mistake, atol=1e-6)
    assert end.wrong_sharp == pytest.approx(sharpness(mistake.numpy()), abs=1e-6)
    # with other weights the map is another, but an image times something all the same
    assert not np.allclose(end.maps[2], end.maps[0])
    assert -1 < end.random < 1


def test_without_mistakes_there_is_nothing_to_say_of_them(images, linear):
    *_, end = MapLimits("saliency", (0,)).pieces(linear, images)
    assert np.isnan(end.wrong_sharp)
    assert end.wrong_map.size == 0


@pytest.mark.parametrize(
    ("study", "sentence"),
    [
        (MapLimits("saliency", ()), "nothing to explain"),
        (MapLimits("grad_cam", (0,)), "maps"),
    ],
)
def test_what_cannot_be_looked_at_is_said(images, linear, study, sentence):
    with pytest.raises(ValueError, match=sentence):
        list(study.pieces(linear, images))


def test_sharpness_goes_from_a_tenth_to_one():
    assert sharpness(np.ones((10, 10))) == pytest.approx(0.1)
    point = np.zeros((10, 10))
    point[4, 4] = 3
    assert sharpness(point) == 1
    assert sharpness(-point) == pytest.approx(0.1)  # nothing speaks for the class
    row = np.arange(100).reshape(10, 10)
    assert sharpness(row) == pytest.approx(sum(range(90, 100)) / sum(range(100)))


def test_alarms_follow_bayes():
    found = alarms([[90, 10], [5, 95]], 0.01)  # 10 % of the first are taken for the second
    assert found.label == 1
    assert found.ill == 10
    assert found.found == pytest.approx(9.5, abs=0.5)  # whole people
    assert found.false == 99
    assert found.here == pytest.approx(95 / 105)
    assert found.there == found.found / (found.found + 99)  # what is told adds up
    bayes = 0.95 * 0.01 / (0.95 * 0.01 + 0.1 * 0.99)
    assert found.there == pytest.approx(bayes, abs=0.005)
    assert alarms([[0, 0], [0, 0]], 0.5).there == 0
