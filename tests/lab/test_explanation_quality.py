"""What an explanation is worth: by hand-made maps, and networks of which the answer is known."""

import copy

import numpy as np
import pytest
import torch
from scipy.stats import rankdata
from torch import nn

from lab.explanation_quality import (
    area,
    blurred,
    deletion,
    drawn_anew,
    insertion,
    overlap,
    points_at,
    randomized,
    rank_correlation,
    share_in_mask,
)
from lab.models import build

MASK = np.array([[1, 1, 0], [0, 0, 0]], bool)
HEAT = np.array([[3.0, 1.0, 2.0], [-4.0, 0.5, 0.0]])


def test_only_what_speaks_for_the_class_counts_for_the_share():
    assert share_in_mask(HEAT, MASK) == pytest.approx(4 / 6.5)
    assert share_in_mask(-np.abs(HEAT), MASK) == 0
    assert share_in_mask(np.ones((2, 3)), MASK) == pytest.approx(MASK.mean())


def test_the_pointing_game_asks_for_the_highest_value():
    assert points_at(HEAT, MASK) == 1
    assert points_at(HEAT, ~MASK) == 0
    assert points_at(np.zeros((2, 3)), MASK) == pytest.approx(1 / 3)  # nobody points


def test_the_overlap_takes_as_many_pixels_as_the_mask_has():
    assert overlap(HEAT, MASK) == pytest.approx(1 / 3)  # 3 and 2 are highest, one of them inside
    assert overlap(MASK, MASK) == 1
    assert overlap(~MASK, MASK) == 0


@pytest.mark.parametrize("ask", [share_in_mask, points_at, overlap])
@pytest.mark.parametrize(
    ("heat", "mask", "words"),
    [
        (HEAT, MASK[:1], "the shape of the heat map"),
        (HEAT, np.zeros((2, 3)), "at least one pixel"),
        (HEAT[0], MASK[0], r"\(H, W\)"),
        (np.full((2, 3), np.nan), MASK, "finite"),
    ],
)
def test_maps_and_masks_that_do_not_fit_are_refused(ask, heat, mask, words):
    with pytest.raises(ValueError, match=words):
        ask(heat, mask)


def test_the_rank_correlation_is_pearsons_of_the_ranks_of_the_sizes():
    random = np.random.default_rng(0)
    a, b = random.normal(size=(2, 9, 7))
    ranks = [rankdata(np.abs(one)) for one in (a.ravel(), b.ravel())]
    assert rank_correlation(a, b) == pytest.approx(np.corrcoef(*ranks)[0, 1])
    assert rank_correlation(a, -(a**3)) == pytest.approx(1)
    assert rank_correlation(a, 1 / a) == pytest.approx(-1)
    assert rank_correlation(a, np.zeros((9, 7))) == 0
    with pytest.raises(ValueError, match="one shape"):
        rank_correlation(a, b.T)


class Sums(nn.Module):
    """The logit of class 1 is ten times the sum of the top row; that of class 0 is 20."""

    def forward(self, images):
        tops = 10 * images[:, 0, 0].sum(1)
        return torch.stack([torch.full_like(tops, 20.0), tops], 1)


def test_curves_are_the_probabilities_with_so_many_pixels():
    image = torch.ones(1, 1, 2, 4)
    good = np.array([[8.0, 7.0, 6.0, 5.0], [4.0, 3.0, 2.0, 1.0]])
    sigmoid = torch.sigmoid(10 * torch.tensor([4, 3, 2, 1, 0, 0, 0, 0, 0.0]) - 20)
    gone = deletion(Sums(), image, good, 1, steps=8)
    assert np.allclose(gone, sigmoid)
    back = insertion(Sums(), image, good, 1, empty=torch.zeros_like(image), steps=8)
    assert np.allclose(back, np.r_[sigmoid[:5].flip(0), [sigmoid[0]] * 4])
    assert area(gone) < area(deletion(Sums(), image, -good, 1, steps=8))
    assert area([0, 0.5, 1]) == pytest.approx(0.5)
    few = deletion(Sums(), image, good, 1, steps=4)
    assert np.allclose(few, sigmoid[::2])


def test_an_insertion_begins_with_a_blurred_image():
    image = torch.zeros(1, 2, 40, 30)
    image[:, :, 20, 15] = 1
    soft = blurred(image)
    assert soft.sum(dtype=torch.float64).item() == pytest.approx(2, rel=1e-5)
    assert soft.max() < 0.02
    assert torch.allclose(blurred(torch.full((1, 1, 9, 9), 0.3)), torch.tensor(0.3))


def test_a_map_of_another_size_is_refused():
    with pytest.raises(ValueError, match="heat map of its size"):
        deletion(Sums(), torch.ones(1, 1, 2, 4), np.ones((4, 4)), 1)


@pytest.mark.parametrize("name", ["lenet", "small cnn", "small resnet"])
def test_layers_are_drawn_anew_from_the_last_to_the_first(name):
    torch.manual_seed(3)
    model = build(name, (1, 28, 28), 5)
    before = copy.deepcopy(model.state_dict())
    state = torch.random.get_rng_state()
    learnt = {key for key in before if key.endswith(("weight", "bias"))}
    changed, names = [set()], []
    for layer, drawn in randomized(model, seed=1):
        names.append(layer)
        now = drawn.state_dict()
        changed.append({key for key in learnt if not torch.equal(now[key], before[key])})
        assert changed[-2] < changed[-1]  # what was drawn anew stays so
        assert f"{layer}.weight" in changed[-1] - changed[-2]
    weights = [key for key in before if key.endswith("weight") and before[key].ndim > 1]
    assert [f"{layer}.weight" for layer in names] == weights[::-1]
    assert tuple(names) == drawn_anew(model)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())
    again = [copy.deepcopy(one.state_dict()) for _, one in randomized(model, seed=1)][-1]
    assert all(torch.equal(value, now[key]) for key, value in again.items())


def test_weights_that_nobody_knows_how_to_draw_are_mixed():
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.table = nn.Parameter(torch.arange(12.0).view(3, 4))

    model = Own()
    ((name, drawn),) = randomized(model)
    assert name == "layer"
    assert not torch.equal(drawn.table, model.table)
    assert torch.equal(drawn.table.flatten().sort().values, torch.arange(12.0))


def test_a_network_without_weights_is_refused():
    with pytest.raises(ValueError, match="no layer with weights"):
        list(randomized(nn.ReLU()))
