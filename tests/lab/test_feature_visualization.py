"""Feature visualization against numpy, closed forms, and the network's own forward pass."""

import copy

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import nn

from lab.capture import capture
from lab.datasets import load
from lab.device_data import DeviceData
from lab.feature_images import (
    DEGREES,
    JITTER,
    ZOOM,
    colour_mixing,
    pixels_of,
    shaken,
    shaking,
    wave_scale,
)
from lab.feature_visualization import Visualizer, similarity, visualize
from lab.models import build
from lab.viewed_images import ViewedImages
from lab.visualizing import Visualize

RANDOM = np.random.default_rng(5)
GREY = (1, 12, 12)


@pytest.fixture(scope="module")
def learnt():
    """A network that reads digits, its test images as it takes them, and its black and white."""
    data = load("digits")
    here = DeviceData(data, torch.device("cpu"))
    torch.manual_seed(0)
    model = build("lenet", (1, 8, 8), 10)
    numbers, labels = here.numbers(here.train_images), here.train_labels
    optimizer = torch.optim.SGD(model.parameters(), 0.02, momentum=0.9)
    for some in (rows for _ in range(4) for rows in torch.randperm(len(numbers)).split(32)):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(numbers[some]), labels[some]).backward()
        optimizer.step()
    ends = ((end - here.mean) / here.std for end in (0, data.scale))
    return model, here.numbers(here.test_images), *ends


def means(model, numbers, layer):
    outputs = capture(model, numbers, [layer])[layer]
    return outputs.flatten(2).mean(2) if outputs.ndim > 2 else outputs


def small(channels=1, *, inplace=False, classes=3):
    torch.manual_seed(3)
    return nn.Sequential(
        nn.Conv2d(channels, 4, 3, padding=1),
        nn.ReLU(inplace),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3, padding=1),
        nn.ReLU(inplace),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(6, classes),
    )


class Block(nn.Module):
    """A residual block as torchvision has them: one activation that runs twice, in place."""

    def __init__(self, before, after, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)
        self.downsample = nn.Conv2d(before, after, 1, stride) if stride > 1 else None

    def forward(self, x):
        out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(out + (x if self.downsample is None else self.downsample(x)))


def residual():
    torch.manual_seed(4)
    stem = nn.Sequential(nn.Conv2d(3, 8, 7, 2, 3), nn.BatchNorm2d(8), nn.ReLU(inplace=True))
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 5))
    return nn.Sequential(stem, nn.MaxPool2d(3, 2, 1), Block(8, 16, 2), Block(16, 16, 1), head)


@pytest.mark.parametrize(("height", "width"), [(8, 8), (9, 7), (28, 20)])
def test_an_image_is_the_inverse_transform_of_its_waves(height, width):
    waves = RANDOM.normal(size=(2, 1, height, width // 2 + 1, 2))
    scale = wave_scale(height, width).double()
    ours = pixels_of(torch.tensor(waves), scale, torch.eye(1).double(), width)
    spectrum = (waves[..., 0] + 1j * waves[..., 1]) * scale.numpy()
    numbers = np.fft.irfft2(spectrum, s=(height, width), norm="ortho")
    np.testing.assert_allclose(ours.numpy(), 1 / (1 + np.exp(-numbers)), atol=1e-12)


def test_waves_fall_off_with_their_frequency_and_have_one_variance_for_all_sizes():
    scale = wave_scale(32, 32).numpy()
    assert scale[0, 2] / scale[0, 8] == pytest.approx(4)
    assert scale[4, 0] / scale[12, 0] == pytest.approx(3)
    assert scale[3, 4] == pytest.approx(scale[0, 5])
    for height, width in ((8, 8), (31, 20)):
        # The power of the whole plane, its second half mirrored by numpy's own transform.
        flat = np.fft.irfft2(wave_scale(height, width).numpy(), s=(height, width), norm="ortho")
        assert np.square(flat).mean() == pytest.approx(1, rel=1e-5)


def test_colours_vary_together_as_in_the_images():
    mixing = np.array([[1.0, 0.2, 0.1], [0.2, 0.8, 0.4], [0.1, 0.4, 0.7]])
    images = np.einsum("dc,nchw->ndhw", mixing, RANDOM.normal(size=(40, 3, 16, 16)))
    ours = colour_mixing(torch.tensor(images)).double().numpy()
    wanted = np.cov(np.moveaxis(images, 1, 0).reshape(3, -1), bias=True)
    np.testing.assert_allclose(ours @ ours.T, wanted / np.trace(wanted) * 3, atol=1e-5)
    grey = colour_mixing(torch.tensor(images[:, :1] * 9))
    assert grey.item() == pytest.approx(1)
    assert torch.equal(colour_mixing(torch.zeros(2, 3, 4, 4)), torch.eye(3))


@pytest.mark.parametrize(
    "chances", [(0, 0, 0, 0), (1, -0.5, 0, 0), (0.3, 0.6, 1, -1), (0, 0, -1, 1)]
)
def test_an_image_is_shifted_turned_and_zoomed_about_its_middle(chances):
    height, width = 24, 16
    smooth = ndimage.gaussian_filter(RANDOM.normal(size=(height, width)), 2)
    given = torch.tensor([chances], dtype=torch.float64)
    moved = shaken(torch.tensor(smooth)[None, None], shaking(given, height, width))[0, 0].numpy()
    right, down, turn, zoom = chances
    angle, factor = np.radians(DEGREES * turn), ZOOM**zoom
    matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) / factor
    middle = np.array([height - 1, width - 1]) / 2
    shift = np.array([down * JITTER * height, right * JITTER * width])
    wanted = ndimage.affine_transform(
        smooth, matrix, middle - matrix @ middle + shift, order=1, mode="reflect"
    )
    np.testing.assert_allclose(moved[4:-4, 4:-4], wanted[4:-4, 4:-4], atol=1e-9)


def test_a_unit_of_one_convolution_wants_its_kernel_in_black_and_white():
    torch.manual_seed(1)
    model = nn.Sequential(nn.Conv2d(1, 3, 5, padding=2))
    # The unit in the middle sees 5 x 5 pixels: white where the kernel is positive.
    best = model[0].weight.clamp(min=0).sum((1, 2, 3)) + model[0].bias
    made = visualize(model, "0", GREY, objective="unit", steps=200, shake=0)
    np.testing.assert_allclose(made.values[:, 0], best.detach(), rtol=0.05)
    seen = made.images[:, 0, 0, 4:9, 4:9]
    strong = model[0].weight[:, 0].abs() > 0.08
    agree = ((seen > 0.5) == (model[0].weight[:, 0] > 0))[strong]
    assert agree.float().mean() > 0.9


@pytest.mark.parametrize("layer", ["relu1", "conv2", "pool2", ""])
def test_they_excite_their_channels_more_than_real_and_random_images(learnt, layer):
    model, real, black, white = learnt
    made = visualize(model, layer, (1, 8, 8), black=black, white=white, steps=200)
    smooth = ndimage.gaussian_filter(RANDOM.normal(size=(500, 1, 8, 8)), (0, 0, 1, 1))
    noise = [torch.tensor(smooth * 2 + 0.5).float().clamp(0, 1), torch.rand(500, 1, 8, 8)]
    own, *random = (black + one * (white - black) for one in (made.images[:, 0], *noise))
    values = means(model, own, layer)
    np.testing.assert_allclose(values.diagonal(), made.values[:, 0], rtol=1e-4, atol=1e-5)
    for others in (real, *random):
        better = values.diagonal() > means(model, others, layer).max(dim=0).values
        assert (better | made.dead).float().mean() >= 0.75


def test_a_unit_in_the_middle_is_excited_even_behind_a_relu(learnt):
    model, real, black, white = learnt
    options = {"black": black, "white": white, "objective": "unit", "steps": 200}
    made = visualize(model, "relu2", (1, 8, 8), **options)
    given = black + made.images[:, 0] * (white - black)
    middle = capture(model, given, ["relu2"])["relu2"][:, :, 2, 2]  # of 4 x 4
    np.testing.assert_allclose(middle.diagonal(), made.values[:, 0], rtol=1e-4, atol=1e-5)
    best = capture(model, real, ["relu2"])["relu2"][:, :, 2, 2].max(dim=0).values
    assert (made.values[:, 0] > best).float().mean() > 0.7


def test_a_batch_makes_what_one_after_another_makes():
    model = small()
    for diversity in (1, 2):
        options = {"steps": 12, "diversity": diversity, "seed": 7}
        together = visualize(model, "4", GREY, **options)
        for k in (0, 3, 5):
            alone = visualize(model, "4", GREY, [k], **options)
            torch.testing.assert_close(alone.images[0], together.images[k], atol=0.01, rtol=0)
            torch.testing.assert_close(alone.values[0], together.values[k], atol=1e-3, rtol=1e-3)
    again = visualize(model, "4", GREY, **options)
    assert torch.equal(again.images, together.images)
    assert not torch.equal(visualize(model, "4", GREY, steps=12).images[:, :1], again.images[:, :1])


def test_more_parts_make_the_same(monkeypatch):
    whole = visualize(small(), "4", GREY, steps=8)
    monkeypatch.setattr("lab.feature_visualization.AT_ONCE_CPU", 2 * 144)
    parts = Visualizer(small(), "4", GREY, steps=8)
    assert len(list(parts.pieces())) == 3
    for _ in range(7):
        parts.step()
    torch.testing.assert_close(parts.made().images, whole.images, atol=0.01, rtol=0)
    with pytest.raises(IndexError, match="All 8 steps are done"):
        parts.step()


def test_diversity_drives_the_images_of_a_channel_apart(learnt):
    model, _, black, white = learnt
    options = {"diversity": 3, "steps": 60, "black": black, "white": white}

    def likeness(apart):
        made = visualize(model, "relu2", (1, 8, 8), apart=apart, **options)
        given = (black + one * (white - black) for one in made.images)
        return similarity(torch.stack([capture(model, one, ["relu2"])["relu2"] for one in given]))

    alike, apart = likeness(0), likeness(1)
    assert (apart < alike).float().mean() > 0.8
    assert apart.mean() < alike.mean() - 0.03
    grams = RANDOM.normal(size=(2, 5, 7))
    products = [one @ one.T for one in grams]
    cosine = np.vdot(*products) / np.prod([np.linalg.norm(one) for one in products])
    assert similarity(torch.tensor(grams)[None]).item() == pytest.approx(cosine)


def test_colour_images_and_a_residual_network_of_many_layers():
    model, examples = residual().eval(), torch.rand(20, 3, 64, 64)
    for layer in ("0", "2", "3", ""):
        made = visualize(model, layer, (3, 64, 64), [0, 1], steps=30, examples=examples)
        assert made.images.shape == (2, 1, 3, 64, 64)
        values = means(model, made.images[:, 0], layer)
        real = means(model, examples, layer)
        np.testing.assert_allclose(values.diagonal(), made.values[:, 0], rtol=1e-3, atol=1e-5)
        better = made.values[:, 0] > real.max(dim=0).values[:2]
        assert (better | made.dead).all(), layer


def test_black_and_white_are_what_the_network_takes_for_them():
    model = small()
    made = visualize(model, "3", GREY, [2], black=-2.0, white=3.0, steps=20)
    outputs = capture(model, made.images[:, 0] * 5 - 2, ["3"])["3"]
    assert outputs[0, 2].mean() == pytest.approx(made.values[0, 0].item(), rel=1e-4)


def test_dead_channels_are_said_to_be_dead_and_sleeping_ones_are_woken():
    model = small()
    with torch.no_grad():
        model[0].weight[1] = 0
        model[0].bias[1] = -1.0  # nothing wakes it
        grey, best = 0.5 * model[0].weight[2].sum(), model[0].weight[2].clamp(min=0).sum()
        model[0].bias[2] = -(0.7 * grey + 0.3 * best)  # faint noise around grey is not enough
        model[0].weight[3] = 0
        model[0].bias[3] = 0.5  # always the same
    made = visualize(model, "1", GREY)
    assert made.dead.tolist() == [False, True, False, True]
    assert made.values[1, 0] == 0
    assert made.values[2, 0] > 0


@pytest.mark.parametrize("training", [True, False])
def test_the_network_is_left_as_it_was(training):
    model = residual().train(training)
    model[2].eval()
    (model(torch.rand(4, 3, 32, 32)).sum()).backward()
    before = copy.deepcopy(model.state_dict())
    modes = [module.training for module in model.modules()]
    gradients = [p.grad.clone() for p in model.parameters()]
    random = torch.get_rng_state()
    visualize(model, "3", (3, 32, 32), [1], steps=3)
    assert torch.equal(torch.get_rng_state(), random)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert modes == [module.training for module in model.modules()]
    assert all(p.requires_grad for p in model.parameters())
    assert all(map(torch.equal, gradients, (p.grad for p in model.parameters())))
    assert not any(module._forward_hooks for module in model.modules())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_made_whole_in_a_copy(dtype):
    model = small().to(dtype)
    made = visualize(model, "4", GREY, steps=30)
    assert next(model.parameters()).dtype == dtype
    torch.testing.assert_close(
        made.values, visualize(copy.deepcopy(model).float(), "4", GREY, steps=30).values
    )


def test_double_precision_stays_so():
    model = small().double()
    made = visualize(model, "4", GREY, steps=5)
    torch.testing.assert_close(made.values, visualize(small(), "4", GREY, steps=5).values)


class NoGradient(nn.Sequential):
    def forward(self, x):
        return super().forward(x.round().detach())


@pytest.mark.parametrize(
    ("model", "layer", "options", "sentence"),
    [
        (small(), "conv9", {}, "no layer 'conv9': the layers are 0, 1, 2"),
        (small(3), "4", {}, "does not take images of 1 x 12 x 12"),
        (small(), "4", {"channels": [6]}, "channels must lie between 0 and 5"),
        (small(), "4", {"channels": []}, "none is given"),
        (small(), "4", {"objective": "maximum"}, "objective must be one of 'channel', 'unit'"),
        (small(), "4", {"diversity": 0}, "diversity must lie between 1 and 8"),
        (small(), "4", {"steps": 0}, "steps must lie between 1 and"),
        (small(), "4", {"examples": torch.rand(3, 3, 12, 12)}, "must be images of"),
        (small(), "4", {"black": float("nan")}, "not finite"),
        (NoGradient(nn.Conv2d(1, 2, 3)), "0", {}, "hands no gradient back"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(model, layer, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        visualize(model, layer, GREY, **options)


def test_a_layer_that_does_not_run_is_said_to_be_idle():
    model = nn.ModuleDict({"body": small(), "idle": nn.Identity()})
    model.forward = model["body"].forward
    with pytest.raises(ValueError, match="'idle' does not run"):
        visualize(model, "idle", GREY)


def viewed(count=40):
    pixels = RANDOM.integers(0, 256, (count, *GREY), dtype=np.uint8)

    def numbers(some):
        return (some.float() / 255 - 0.5) / 0.25

    return ViewedImages(torch.from_numpy(pixels), np.arange(count) % 3, 30, numbers, chunk=16)


def test_a_study_finds_the_strongest_real_images_first_and_then_makes_better_ones():
    model, images = small().eval(), viewed()
    study = Visualize("some", "4", (0, 2, 5), steps=40, diversity=2)
    found = [one for one in study.pieces(model, images) if one is not None]
    first, last = found[0], found[-1]
    assert (first.done, last.done, last.steps) == (0, 40, 40)
    assert last.images.shape == (3, 2, 1, 12, 12)
    assert last.images.dtype == np.uint8
    outputs = capture(model, images.at(np.arange(40)), ["4"])["4"].mean((2, 3))[:, [0, 2, 5]]
    best = outputs.topk(4, dim=0)
    np.testing.assert_array_equal(first.places, best.indices.T)
    np.testing.assert_allclose(last.real_values, best.values.T, rtol=1e-5)
    assert last.real_count == 40
    shown = torch.cat([images.own(one) for one in last.images.reshape(-1, *GREY)])
    values = capture(model, shown, ["4"])["4"].mean((2, 3))[range(6), [0, 0, 2, 2, 5, 5]]
    np.testing.assert_allclose(last.values.ravel(), values, rtol=1e-4, atol=1e-6)
    assert last.values.max() > first.values.max()
    assert 0 < last.seconds < 60
