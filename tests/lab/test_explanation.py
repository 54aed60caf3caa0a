"""Attribution: closed forms of linear models, completeness, and networks of every kind."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lab import attribution
from lab.explained import METHODS
from lab.explaining import Explaining
from lab.explanation import explain, heat_map
from lab.looking import Looker, ViewedImages
from lab.models import build
from lab.wanted import Wanted

WITHOUT_HEAD = [method for method in METHODS if method != "cam"]
SEEDS = st.integers(0, 10_000)


def numbers(seed, *shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def linear(seed, channels, height, width, classes=3):
    model = nn.Sequential(nn.Flatten(), nn.Linear(channels * height * width, classes))
    with torch.no_grad():
        model[1].weight.copy_(numbers(seed, *model[1].weight.shape))
    return model, model[1].weight.detach().reshape(classes, channels, height, width)


def network(seed=0, activation=nn.ReLU):
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        activation(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3, padding=1),
        activation(),
        nn.Dropout(0.5),
        nn.Flatten(),
        nn.Linear(216, 5),
    )


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.integers(1, 3), st.integers(4, 9), st.integers(4, 9), st.integers(0, 2))
def test_attribution_of_a_linear_model_is_the_closed_form(seed, channels, height, width, target):
    model, w = linear(seed, channels, height, width)
    x, x0 = numbers(seed + 1, 2, channels, height, width), numbers(seed + 2, channels, 1, 1)
    w = w[target].expand_as(x)

    def is_near(method, right, **options):
        found = explain(model, x, method, target, **options)
        return torch.allclose(found, right, atol=1e-5, rtol=1e-4)

    assert is_near("saliency", w.abs())
    assert is_near("smooth_grad", w.abs())
    assert is_near("input_x_gradient", w * x)
    assert is_near("integrated_gradients", w * x)
    assert is_near("integrated_gradients", w * (x - x0), baseline=x0, steps=3)


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.integers(1, 3), st.integers(1, 5), st.integers(1, 5), st.integers(5, 9))
def test_occlusion_of_a_linear_model_is_the_mean_of_what_the_patches_take(
    seed, channels, patch, stride, side
):
    stride = min(stride, patch)
    model, w = linear(seed, channels, side, side + 1)
    x, x0 = numbers(seed + 1, 1, channels, side, side + 1), 0.5
    loss, often = torch.zeros(side, side + 1), torch.zeros(side, side + 1)
    rows = range(0, side - patch + stride, stride)  # the last one may reach over the border
    for top in rows:
        for left in range(0, side + 1 - patch + stride, stride):
            place = slice(top, top + patch), slice(left, left + patch)
            taken = (w[1] * (x[0] - x0)).sum(0)[place]
            loss[place] += taken.sum()
            often[place] += 1
    found = explain(model, x, "occlusion", 1, baseline=torch.tensor(x0), patch=patch, stride=stride)
    assert found.shape == (1, 1, side, side + 1)
    assert torch.allclose(found[0, 0], loss / often, atol=1e-4)


def test_integrated_gradients_are_the_sum_of_gradients_on_the_way():
    model, x, x0 = network().eval().double(), numbers(1, 1, 1, 12, 12).double(), 0.3
    steps = 4000
    shares = (torch.arange(steps) + 0.5) / steps  # the middles of the steps
    way = (x0 + shares.double()[:, None, None, None] * (x - x0)).requires_grad_()
    (gradients,) = torch.autograd.grad(model(way)[:, 2].sum(), way)
    by_hand = gradients.mean(0) * (x[0] - x0)
    found = explain(model, x, "integrated_gradients", 2, baseline=torch.tensor(x0), steps=400)
    assert found.dtype == torch.float64
    assert float((found[0] - by_hand).abs().max()) < 0.01 * float(by_hand.abs().max())


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("seed", range(3))
def test_integrated_gradients_of_a_lenet_are_complete_to_one_percent(activation, seed):
    torch.manual_seed(seed)
    model = build("lenet", (1, 28, 28), 10)
    if activation == "tanh":
        for name, module in list(model.named_children()):
            if isinstance(module, nn.ReLU):
                setattr(model, name, nn.Tanh())
    with torch.no_grad():
        for weights in model.parameters():
            weights.mul_(2)  # as far from linear as one that has learnt
    x, black = numbers(seed, 1, 1, 28, 28), torch.full((1, 1, 28, 28), -0.4)
    found = heat_map(model, x, "integrated_gradients", baseline=black, most_steps=400)
    with torch.no_grad():
        gain = float((model(x) - model(black))[0, found.target])
    assert not found.problem
    assert abs(float(found.values.sum(dtype=np.float64)) - gain) <= 0.01 * abs(gain)
    assert found.gap == pytest.approx(
        abs(found.values.sum(dtype=float) - gain) / abs(gain), abs=1e-4
    )
    assert found.gap <= 0.01


def test_a_gap_that_cannot_be_closed_is_told():
    class Jump(nn.Module):
        def forward(self, x):  # all its change is a step, at which no gradient is
            s = x.sum((1, 2, 3))[:, None]
            return torch.cat([(s > 1).to(x) + 0 * s, -s], dim=1)

    found = heat_map(Jump(), torch.ones(1, 1, 4, 4), "integrated_gradients", 0)
    assert (found.problem, found.gap) == ("", 1.0)
    same = heat_map(Jump(), torch.zeros(1, 1, 4, 4), "integrated_gradients", 0)
    assert same.gap is None  # there is nothing to be complete to


def test_smooth_grad_is_the_mean_gradient_of_the_noisy_copies():
    model, x = network(activation=nn.Tanh).eval(), numbers(2, 2, 1, 12, 12)
    options = {"samples": 6, "noise": 0.2, "seed": 3}
    found = explain(model, x, "smooth_grad", 1, **options)
    generator = torch.Generator().manual_seed(3)
    for image, map_ in zip(x, found, strict=True):
        size = 0.2 * (image.max() - image.min())
        copies = image + size * torch.randn((6, 1, 12, 12), generator=generator)
        copies.requires_grad_()
        (gradients,) = torch.autograd.grad(model(copies)[:, 1].sum(), copies)
        assert torch.allclose(map_, gradients.mean(0).abs(), atol=1e-6)
    assert torch.equal(found, explain(model, x, "smooth_grad", 1, **options))
    without = explain(model, x, "smooth_grad", 1, noise=0.0)
    assert torch.allclose(without, explain(model, x, "saliency", 1), atol=1e-6)


def test_a_map_sums_up_channels_and_tells_class_score_and_time():
    model, w = linear(0, 3, 6, 6)
    x = numbers(1, 1, 3, 6, 6)
    found = heat_map(model, x, "saliency")
    logits = model(x)[0].detach()
    assert found.target == int(logits.argmax())
    assert found.score == pytest.approx(float(logits.max()), abs=1e-5)
    assert np.allclose(found.values, w[found.target].abs().sum(0), atol=1e-5)
    assert found.values.dtype == np.float32
    assert not found.values.flags.writeable
    assert found.seconds > 0
    covered = heat_map(model, x, "occlusion", 2).values
    assert np.allclose(covered, explain(model, x, "occlusion", 2)[0, 0], atol=1e-6)


def test_each_image_has_a_class_of_its_own():
    model, x = network(), numbers(3, 4, 1, 12, 12)
    targets = torch.tensor([0, 4, 2, 2])
    for method in set(METHODS) - {"cam", "smooth_grad"}:
        together = explain(model, x, method, targets)
        for i in range(4):
            alone = explain(model, x[i : i + 1], method, int(targets[i]))
            assert torch.allclose(together[i], alone[0], atol=1e-5), method
    probable = model.eval()(x).argmax(1)
    assert torch.equal(explain(model, x, "saliency"), explain(model, x, "saliency", probable))


def test_weights_that_are_drawn_anew_change_saliency():
    x = numbers(4, 1, 1, 12, 12)
    some, others = (explain(network(seed), x, "saliency", 0).flatten() for seed in (0, 1))
    ranks = [each.argsort().argsort().double().numpy() for each in (some, others)]
    assert abs(np.corrcoef(*ranks)[0, 1]) < 0.5


@pytest.mark.parametrize("method", WITHOUT_HEAD)
@pytest.mark.parametrize("frozen", [False, True])
def test_a_network_is_left_as_it_was(method, frozen):
    model = network(activation=lambda: nn.ReLU(inplace=True))
    model.requires_grad_(not frozen)
    model.train()
    model[1].eval()
    model[0].weight.grad = None if frozen else torch.ones_like(model[0].weight)
    before, random = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    modes = [module.training for module in model.modules()]
    x = numbers(5, 1, 1, 12, 12)
    given_, hooks = x.clone(), [len(m._forward_hooks) for m in model.modules()]
    with torch.no_grad():
        assert not heat_map(model, x, method).problem
    assert all(torch.equal(before[name], each) for name, each in model.state_dict().items())
    assert torch.equal(random, torch.get_rng_state())
    assert modes == [module.training for module in model.modules()]
    assert hooks == [len(m._forward_hooks) for m in model.modules()]
    assert frozen or bool((model[0].weight.grad == 1).all())
    assert model[8].weight.grad is None
    assert torch.equal(x, given_)
    assert not x.requires_grad


@pytest.mark.parametrize("method", WITHOUT_HEAD)
def test_a_relu_may_write_in_place_even_into_the_image(method):
    def with_relu(*, inplace):
        torch.manual_seed(0)
        return nn.Sequential(
            nn.ReLU(inplace),
            nn.Conv2d(1, 3, 3),
            nn.ReLU(inplace),
            nn.Flatten(),
            nn.Linear(300, 4),
        )

    x = numbers(6, 2, 1, 12, 12)
    found = explain(with_relu(inplace=True), x, method, 1)
    assert torch.equal(found, explain(with_relu(inplace=False), x, method, 1))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
@pytest.mark.parametrize("method", WITHOUT_HEAD)
def test_half_precision_is_explained_as_exactly_as_float32(dtype, method):
    half = network().to(dtype)
    exact = copy.deepcopy(half).to(torch.float64)
    x = numbers(7, 1, 1, 12, 12).to(dtype)
    found, right = (explain(model, x, method, 3).double() for model in (half, exact))
    assert torch.allclose(found, right, atol=1e-5, rtol=1e-3)
    assert {each.dtype for each in half.parameters()} == {dtype}


class Quiet(nn.Module):
    """Puts out something else than a number for each class."""

    def __init__(self, what):
        super().__init__()
        self.what = what

    def forward(self, x):
        return self.what(x)


BAD = [
    ({"target": 5}, "There is no class 5: this network tells 5 classes apart, 0 to 4"),
    ({"target": -2}, "There is no class -2"),
    ({"target": 1.5}, "A class is a whole number, not 1.5"),
    ({"target": torch.tensor([0, 1])}, "one class, or 1, one for each image"),
    ({"images": torch.zeros(1, 1, 13, 12).repeat(1, 1, 3, 3)}, "cannot take images of 1 x 39 x 36"),
    ({"images": torch.zeros(1, 3, 12, 12)}, "cannot take images of 3 x 12 x 12"),
    ({"images": torch.zeros(1, 12, 12)}, "images must be a tensor .* not \\(1, 12, 12\\)"),
    ({"images": np.zeros((1, 1, 12, 12))}, "images must be a tensor .* not ndarray"),
    ({"images": torch.zeros(1, 1, 12, 12, dtype=torch.uint8)}, "not torch.uint8"),
    ({"images": torch.full((1, 1, 12, 12), torch.nan)}, "An image holds a number that is not fin"),
    ({"method": "lime"}, "method must be one of cam, .*, not 'lime'"),
    ({"step": 3}, "Integrated gradients has no 'step'; it has baseline, steps"),
    ({"steps": 0}, "steps must be a whole number, 1 or more, not 0"),
    ({"baseline": torch.zeros(2, 12, 12)}, "baseline must be an empty image of the shape"),
    ({"method": "smooth_grad", "samples": 0}, "samples must be a whole number"),
    ({"method": "smooth_grad", "noise": -1.0}, "noise is a share"),
    ({"method": "occlusion", "patch": 13}, "patch must fit into the image of 12 x 12"),
    ({"method": "occlusion", "patch": 3, "stride": 4}, "stride must lie between 1 and"),
    ({"model": Quiet(lambda x: x)}, "must put out a number for each class"),
    ({"model": Quiet(lambda _: None)}, "must put out a number for each class.* NoneType"),
    ({"model": Quiet(lambda x: x.flatten(1) / 0)}, "not finite"),
]


@pytest.mark.parametrize(("bad", "words"), BAD, ids=[words[:25] for _, words in BAD])
def test_what_cannot_be_explained_is_refused_in_a_sentence(bad, words):
    good = {
        "model": network(),
        "images": torch.zeros(1, 1, 12, 12),
        "method": "integrated_gradients",
    }
    with pytest.raises(ValueError, match=words):
        explain(**(good | bad))


@pytest.mark.parametrize(
    ("model", "x", "method", "target", "words"),
    [
        (network(), torch.zeros(1, 1, 12, 12), "saliency", 7, "There is no class 7"),
        (network(), torch.zeros(1, 1, 12, 12), "lime", 0, "method must be one of"),
        (network(), torch.zeros(1, 1, 9, 12), "saliency", 0, "cannot take images of 1 x 9 x 12"),
        (network(), torch.full((1, 1, 12, 12), torch.nan), "occlusion", 0, "not finite"),
        (
            Quiet(lambda x: x.detach().flatten(1)),
            torch.zeros(1, 1, 2, 2),
            "saliency",
            0,
            "Saliency",
        ),
        (linear(0, 1, 4, 4)[0], torch.zeros(1, 1, 4, 4), "grad_cam", 0, "convolutions"),
    ],
)
def test_a_heat_map_that_cannot_be_says_why_and_never_raises(model, x, method, target, words):
    found = heat_map(model, x, method, target)
    assert words in found.problem
    assert (found.values.size, found.target) == (0, target)


def test_a_learner_is_told_of_all_methods_when_a_view_asks():
    model = network()
    images = np.random.default_rng(0).integers(0, 256, (6, 1, 12, 12), np.uint8)
    viewed = ViewedImages(
        torch.from_numpy(images), np.arange(6) % 3, 6, lambda some: (some.float() - 100) / 50
    )
    looker = Looker(model, viewed)
    wanted = Wanted(methods=("integrated_gradients", "cam", "occlusion"), target=1, sample=2)
    for _ in looker.survey(model, wanted, 0) or ():
        pass
    whole, cam, covered = looker.found["explanations"]
    assert (whole.method, cam.method, covered.method) == wanted.methods
    assert cam.problem.startswith("CAM needs")
    x, black = (viewed._numbers(torch.from_numpy(some)) for some in (images[2:3], 0 * images[:1]))
    right = explain(model, x, "integrated_gradients", 1, baseline=black)
    assert np.allclose(whole.values, right[0, 0], atol=1e-6)
    right = explain(model, x, "occlusion", 1, baseline=black)
    assert np.allclose(covered.values, right[0, 0], atol=1e-6)


@pytest.mark.parametrize("method", ["smooth_grad", "integrated_gradients", "occlusion"])
def test_large_images_are_sent_through_a_few_at_a_time_with_the_same_result(method, monkeypatch):
    model, x = network(), numbers(8, 2, 1, 12, 12)
    together, seen = explain(model, x, method, torch.tensor([1, 3])), []
    model.register_forward_pre_hook(lambda _, inputs: seen.append(len(inputs[0])))
    monkeypatch.setattr(attribution, "MOST_NUMBERS", 10 * 144)
    few = explain(model, x, method, torch.tensor([1, 3]))
    assert torch.allclose(together, few, atol=1e-5)
    assert max(seen) == 10


@pytest.mark.parametrize("seed", [1, 2])
def test_what_the_views_show_is_complete_to_one_percent_where_more_steps_make_it_so(seed):
    torch.manual_seed(seed)
    model = build("lenet", (1, 28, 28), 10)
    with torch.no_grad():
        for weights in model.parameters():
            weights.mul_(2)  # as far from linear as one that has learnt
    x, black = numbers(seed, 1, 1, 28, 28), torch.full((1, 1, 28, 28), -0.4)
    quick = heat_map(model, x, "integrated_gradients", baseline=black, most_steps=50)
    assert quick.gap > 0.01
    wanted = Wanted(methods=("integrated_gradients", "saliency"))
    work = Explaining(model, x, black, wanted)
    for _ in work.pieces():
        pass
    whole, other = work.found()["explanations"]
    assert (whole.method, other.method) == wanted.methods
    assert whole.gap <= 0.01
