"""Class activation maps: by formula, and where they must be the same."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from lab.asked_model import asked
from lab.class_activation import last_maps
from lab.explanation import explain, heat_map
from lab.models import build
from lab.pooled_head import passed_maps


def images(seed=0, count=2, channels=1, height=12, width=10):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn((count, channels, height, width), generator=generator)


def enlarged(maps, height=12, width=10):
    return functional.interpolate(maps, (height, width), mode="bilinear", align_corners=False)


def backbone(inplace=False, channels=1):
    return [
        nn.Conv2d(channels, 4, 3, stride=2, padding=1),
        nn.ReLU(inplace),
        nn.Conv2d(4, 8, 3, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(inplace),
    ]


def pooled(seed=0, pool=nn.AdaptiveAvgPool2d, inplace=False, channels=1):
    torch.manual_seed(seed)
    head = [pool(1), nn.Flatten(), nn.Dropout(0.5), nn.Linear(8, 3)]
    return nn.Sequential(*backbone(inplace, channels), *head)


class ByFunctions(nn.Module):
    """Calls its last ReLU, its pooling and the flattening as functions, as DenseNet does."""

    def __init__(self, pool, relu=True):
        super().__init__()
        torch.manual_seed(1)
        self.features = nn.Sequential(*backbone()[:-1])
        self.classifier = nn.Linear(8, 3)
        self.pool, self.relu = pool, relu

    def maps(self, x):
        return self.features(x).relu() if self.relu else self.features(x)

    def forward(self, x):
        return self.classifier(self.pool(self.maps(x)))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 3), st.booleans(), st.integers(0, 2))
def test_cam_is_grad_cam_times_the_size_of_the_maps_where_the_maps_are_averaged(
    seed, channels, inplace, target
):
    model, x = pooled(seed, inplace=inplace, channels=channels), images(seed + 1, 2, channels)
    cam = explain(model, x, "cam", target)
    grad_cam = explain(model, x, "grad_cam", target, relu=False)
    assert torch.allclose(cam, 6 * 5 * grad_cam, atol=1e-5)
    above = explain(model, x, "grad_cam", target)
    assert torch.allclose(above, explain(model, x, "grad_cam", target, layer="4"), atol=1e-6)
    assert bool((above >= 0).all())


def test_cam_is_grad_cam_in_the_network_of_this_lab_that_averages_its_maps():
    torch.manual_seed(0)
    model, x = build("small resnet", (1, 16, 16), 4), images(2, 2, 1, 16, 16)
    assert torch.allclose(
        explain(model, x, "cam"), 16 * explain(model, x, "grad_cam", relu=False), atol=1e-5
    )


def test_cam_is_the_maps_times_the_weights_and_its_mean_is_the_logit_but_for_the_bias():
    model, x = pooled().eval(), images()
    maps = model[:5](x).detach()
    for target in range(3):
        right = (model[8].weight[target].detach()[:, None, None] * maps).sum(1, keepdim=True)
        assert torch.allclose(explain(model, x, "cam", target), enlarged(right), atol=1e-6)
        logits = model(x)[:, target].detach()
        assert torch.allclose(right.mean((1, 2, 3)) + model[8].bias[target].detach(), logits)


@pytest.mark.parametrize(
    ("relu", "pool"),
    [
        (True, lambda maps: maps.mean((2, 3))),
        (True, lambda maps: functional.adaptive_avg_pool2d(maps, 1).flatten(1)),
        (False, lambda maps: maps.mean((2, 3))),
        # A maximum above zero is the same with a ReLU and without.
        (False, lambda maps: maps.amax((2, 3))),
        (False, lambda maps: functional.max_pool2d(maps, maps.shape[2:]).flatten(1)),
    ],
)
def test_a_pooling_and_a_relu_that_are_functions_are_found(relu, pool):
    model, x = ByFunctions(pool, relu).eval(), images(3)
    maps = model.maps(x).detach()
    right = (model.classifier.weight[1].detach()[:, None, None] * maps).sum(1, keepdim=True)
    assert torch.allclose(explain(model, x, "cam", 1), enlarged(right), atol=1e-6)


@pytest.mark.parametrize("pool", [nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_behind_a_convolution_to_the_classes_the_map_of_the_class_is_the_cam(pool, dtype):
    torch.manual_seed(2)
    model = nn.Sequential(*backbone(), nn.Conv2d(8, 3, 1), pool(1), nn.Flatten()).to(dtype)
    x = images(4)
    exact = nn.Sequential(*model[:6]).float().eval() if dtype == torch.float32 else None
    found = explain(model, x, "cam", torch.tensor([0, 2]))
    if exact is None:
        assert {each.dtype for each in model.parameters()} == {dtype}
        exact = nn.Sequential(*model[:6]).float().eval()
    maps = exact(x).detach()
    right = torch.stack([maps[0, :1], maps[1, 2:]])
    assert torch.allclose(found, enlarged(right), atol=1e-5)


def test_without_such_a_head_there_is_no_cam_and_the_sentence_says_what_would_do():
    torch.manual_seed(0)
    without = [
        build("lenet", (1, 28, 28), 10),
        build("mlp", (1, 28, 28), 10),
        nn.Sequential(
            *backbone(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 8), nn.Linear(8, 3)
        ),
    ]
    for model in without:
        found = heat_map(model, images(0, 1, 1, 28, 28), "cam")
        assert found.problem.startswith("CAM needs a network that ends in a global pooling")


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("inplace", [False, True])
def test_grad_cam_and_grad_cam_plus_plus_are_their_formulas(frozen, inplace):
    torch.manual_seed(3)
    tail = [nn.MaxPool2d(2), nn.Flatten(), nn.Linear(48, 5), nn.Tanh(), nn.Linear(5, 3)]
    model, x = nn.Sequential(*backbone(inplace), *tail).eval(), images(5)
    maps = model[:5](x).detach().requires_grad_()
    (g,) = torch.autograd.grad(model[5:](maps)[:, 2].sum(), maps)
    model.requires_grad_(not frozen)
    a = maps.detach()
    plain, plus = torch.zeros(2, 6, 5), torch.zeros(2, 6, 5)
    for n in range(2):
        for k in range(8):
            plain[n] += g[n, k].mean() * a[n, k]
            weight = 0.0
            for i in range(6):
                for j in range(5):
                    slope = float(g[n, k, i, j])
                    below = 2 * slope**2 + float(a[n, k].sum()) * slope**3
                    weight += slope**2 / below * max(slope, 0.0) if below else 0.0
            plus[n] += weight * a[n, k]
    grad_cam = explain(model, x, "grad_cam", 2)
    assert torch.allclose(grad_cam[:, 0], enlarged(plain.relu()[:, None])[:, 0], atol=1e-6)
    found = explain(model, x, "grad_cam_plus_plus", 2)
    assert torch.allclose(found[:, 0], enlarged(plus.relu()[:, None])[:, 0], atol=1e-5)


def test_a_pixel_of_a_map_stays_in_the_middle_of_its_part_of_the_image():
    class Maps(nn.Module):
        def __init__(self):
            super().__init__()
            self.shrink = nn.Conv2d(1, 1, 4, stride=4, bias=False)
            nn.init.ones_(self.shrink.weight)

        def forward(self, x):
            mean = self.shrink(x).mean((2, 3))
            return torch.cat([mean, -mean], dim=1)

    x = torch.zeros(1, 1, 20, 20)
    x[..., 8:12, 8:12] = 1  # the middle one of 5 x 5
    found = heat_map(Maps(), x, "grad_cam", 0).values
    assert found.shape == (20, 20)
    assert (found == found[::-1]).all()
    assert (found == found[:, ::-1]).all()
    assert found[9, 9] == found.max()
    assert found[:5].max() == 0


def test_the_layer_is_the_last_convolution_after_its_activation_or_what_is_pooled():
    torch.manual_seed(0)
    residual = build("small resnet", (1, 28, 28), 10)
    lenet = build("lenet", (1, 28, 28), 10)
    functional_head = ByFunctions(lambda maps: maps.mean((2, 3)))
    for model, side, right in (
        (lenet, 28, "relu2"),
        (pooled(), 12, "4"),
        (functional_head, 12, "features"),
    ):
        with asked(model, images(0, 1, 1, side, side)) as question:
            assert last_maps(question, passed_maps(question)) == right
    with asked(residual, images(0, 1, 1, 28, 28)) as question:
        passed = passed_maps(question)
        last = last_maps(question, passed)
        pooled_maps = residual[: list(dict(residual.named_children())).index(last) + 1]
        assert torch.allclose(passed.maps[last], pooled_maps(question.images), atol=1e-5)
        assert last == list(passed.maps)[-1]


@pytest.mark.parametrize("method", ["grad_cam", "grad_cam_plus_plus"])
def test_another_layer_may_be_chosen_if_it_puts_out_maps(method):
    model, x = pooled(), images(6)
    assert not torch.allclose(explain(model, x, method, 0, layer="1"), explain(model, x, method, 0))
    for layer in ("relu9", "8", "5"):  # none; a linear one; one pixel
        with pytest.raises(ValueError, match=f"There is no layer '{layer}' that puts out maps"):
            explain(model, x, method, 0, layer=layer)


def test_a_layer_that_runs_twice_counts_as_it_ran_last():
    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            torch.manual_seed(4)
            self.conv1, self.conv2 = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)
            self.relu = nn.ReLU(inplace=True)
            self.linear = nn.Linear(4, 3)

        def forward(self, x):
            return self.linear(self.relu(self.conv2(self.relu(self.conv1(x)))).mean((2, 3)))

    model, x = Twice(), images(7)
    assert torch.allclose(
        explain(model, x, "cam"), 120 * explain(model, x, "grad_cam", relu=False), atol=1e-5
    )
    with torch.no_grad():
        maps = model.conv2(model.conv1(x).relu()).relu()
    weights = model.linear.weight.detach()[1][:, None, None]
    assert torch.allclose(explain(model, x, "cam", 1)[:, 0], (weights * maps).sum(1), atol=1e-5)


class Shared(nn.Module):
    """Uses one ReLU behind its convolution and behind its linear layer."""

    def __init__(self):
        super().__init__()
        self.conv, self.relu = nn.Conv2d(1, 4, 3), nn.ReLU()
        self.fc1, self.fc2 = nn.Linear(4 * 36, 8), nn.Linear(8, 3)

    def forward(self, x):
        x = self.relu(self.conv(x)).flatten(1)
        return self.fc2(self.relu(self.fc1(x)))


@pytest.mark.parametrize("method", ["grad_cam", "grad_cam_plus_plus"])
def test_a_relu_that_is_used_again_behind_a_linear_layer_is_no_layer_with_maps(method):
    torch.manual_seed(0)
    model, x = Shared(), torch.randn(2, 1, 8, 8)
    found = explain(model, x, method)
    assert torch.equal(found, explain(model, x, method, layer="conv"))
    assert found.abs().max() > 0
