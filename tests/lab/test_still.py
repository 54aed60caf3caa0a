"""A network that nobody trains: looked into and reached into, whatever it is."""

import gc
import threading
import weakref

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from lab.calibration import calibrate
from lab.models import lenet
from lab.still import Still

BYTES = np.random.default_rng(0).integers(0, 256, (40, 1, 8, 8), dtype=np.uint8)


@pytest.fixture
def model():
    torch.manual_seed(0)
    return lenet((1, 8, 8), 3)


@pytest.fixture
def still(model):
    with Still(model, BYTES, np.arange(40) % 3, ("a", "b", "<b>c</b>")) as still:
        yield still


def test_at_once_there_is_something_to_see(still, model):
    assert still.latest.state == "ready"
    assert still.watched.class_names == ("a", "b", "<b>c</b>")
    assert np.array_equal(still.watched.test_images, BYTES)
    seen = still.wait()
    assert seen.vectors.shape == (40, 84)
    x = torch.from_numpy(BYTES[seen.sample : seen.sample + 1]) / 255
    assert np.allclose(seen.logits, model(x)[0].detach(), atol=1e-6)
    assert seen.label == seen.sample % 3


def test_every_choice_shows_in_the_next_snapshot(still):
    still.select(7)
    still.watch(layer="conv2", channel=3, unit=(0, 0), strongest=True, vectors=10)
    seen = still.wait()
    assert (seen.sample, seen.layer, seen.channel) == (7, "conv2", 3)
    assert len(seen.vectors) == 10
    assert len(seen.strongest) == 9
    assert len(seen.field) == 4
    assert seen.wanted.unit == still.wanted.unit == (0, 0)
    still.select(8)
    assert still.wanted.unit is None
    with pytest.raises(ValueError, match="sample must lie between 0 and 39"):
        still.select(40)
    assert still.wait().sample == 8


def test_hands_change_the_network_and_take_it_back(still, model):
    before = still.wait()
    still.edit("conv1", (0, 0, 2, 2), 9, drag=1)
    still.edit("conv1", [0, 0, 2, 2], 10.0, drag=1)
    still.switch("conv2", 1, False)
    seen = still.wait()
    assert (seen.edits, seen.switched_off) == (2, (("conv2", 1),))
    assert seen.kernels[0, 0, 2, 2] == model.conv1.weight[0, 0, 2, 2] == 10
    assert not dict(seen.feature_maps)["relu2"][1].any()
    assert dict(seen.dead)["relu2"][1]
    still.undo()
    still.undo()
    still.undo()
    seen = still.wait()
    assert np.array_equal(seen.vectors, before.vectors)
    assert (seen.edits, seen.switched_off) == (0, ())


@pytest.mark.parametrize(
    ("do", "words"),
    [
        (
            lambda s: s.edit("conv9", (0,), 1),
            "no layer 'conv9' with weights to set: there",
        ),
        (lambda s: s.edit("pool1", (0,), 1, bias=True), "no layer 'pool1' with biases"),
        (lambda s: s.edit("conv1", (6, 0, 0, 0), 1), r"conv1.weight is 6 x 1 x 5 x 5 .* \(6, 0"),
        (lambda s: s.edit("conv1", (0, 0, 0, 0), float("nan")), "value must be a finite number"),
        (lambda s: s.edit("conv1", (0, 0, 0, 0), 2e6), "value .* at most 1e.06"),
        (lambda s: s.switch("conv9", 0, False), "no layer 'conv9' with feature maps: there are"),
        (lambda s: s.switch("conv1", 6, False), "'conv1' has the channels 0 to 5"),
    ],
)
def test_hands_that_reach_into_nothing_are_told_so(still, do, words):
    with pytest.raises(ValueError, match=words):
        do(still)
    assert still.wait().edits == 0


def test_a_weight_that_breaks_the_numbers_is_taken_back():
    torch.manual_seed(0)
    model = lenet((1, 8, 8), 3).half()
    before = model.conv1.weight[0, 0, 0, 0].item()
    with Still(model, BYTES) as still:
        still.edit("conv1", (0, 0, 0, 0), 60000)
        still.edit("conv2", (0, 0, 0, 0), 60000)
        still.edit("dense1", (0, 0), 60000)
        for _ in range(3):
            seen = still.wait()
        assert seen.state == "ready"
        while seen.edits:
            still.undo()
            seen = still.wait()
    assert model.conv1.weight[0, 0, 0, 0].item() == before


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_can_be_looked_at(model, kind):
    with Still(model.to(kind), torch.from_numpy(BYTES) / 255) as still:
        seen = still.wait()
    assert seen.vectors.dtype == np.float32
    assert seen.label == -1
    assert still.watched.class_names == ("0", "1", "2")


def test_colours_are_scaled_channel_by_channel():
    images = torch.rand(5, 3, 8, 8)
    model = nn.Sequential(nn.Flatten(), nn.Linear(192, 4))
    with Still(model, images, mean=(0.1, 0.2, 0.3), std=(1, 2, 4)) as still:
        seen = still.wait()
    x = (images - torch.tensor([0.1, 0.2, 0.3])[:, None, None]) / torch.tensor([1.0, 2, 4])[
        :, None, None
    ]
    assert np.allclose(seen.logits, model(x)[seen.sample].detach(), atol=1e-5)
    assert seen.feature_maps == ()
    assert seen.layer == ""
    assert seen.image.dtype == np.uint8


def broken(model):
    with torch.no_grad():
        model.conv2.weight[3] = torch.nan
    return model


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (lambda m: (m, BYTES[0]), r"shape \(images, channels, height, width\).*not \(1, 8, 8\)"),
        (lambda m: (m, BYTES / 100), "between 0 .* and 1 .*: say mean and std"),
        (lambda m: (m, np.full((2, 1, 8, 8), np.nan)), "must lie between 0"),
        (lambda m: (m, BYTES.astype(int)), "must be uint8, 0 to 255, or numbers from 0 to 1"),
        (lambda m: (m, BYTES.tolist()), "an array or a tensor .*, not list"),
        (lambda m: (m, np.zeros((60_001, 1, 1, 1), np.uint8)), "at most 60,000 images, not 60,001"),
        (lambda m: (m, BYTES[..., :6]), "cannot take images of 1 x 8 x 6 .*: "),
        (lambda m: (m, BYTES, np.zeros(39, int)), "labels must be 40 whole numbers"),
        (lambda m: (m, BYTES, np.zeros(40)), "labels must be 40 whole numbers.*not float64"),
        (lambda m: (m, BYTES, np.full(40, -1)), "labels count from 0: -1 is none"),
        (lambda m: (m, BYTES, np.full(40, 3)), "3 classes apart, 0 to 2, but a label is 3"),
        (lambda m: (m, BYTES, None, ("a", "b")), "3 classes apart: .* as many class_names, not 2"),
        (lambda m: (m, BYTES, None, "abc"), "class_names must be words"),
        (lambda m: (broken(m), BYTES), "not a finite number, in conv2.weight"),
        (lambda m: (m.forward, BYTES), "model must be a PyTorch module, not method"),
        (lambda _: (nn.Flatten(), BYTES), "must consist of layers"),
    ],
)
def test_what_cannot_be_looked_at_is_refused_in_a_sentence(model, arguments, words):
    threads = threading.active_count()
    with pytest.raises((ValueError, TypeError), match=words):
        Still(*arguments(model))
    assert threading.active_count() <= threads


def test_outputs_that_are_not_finite_are_refused():
    class Log(nn.Module):
        def forward(self, x):
            return torch.log(x * 0)

    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 3), Log())
    with pytest.raises(ValueError, match="is not finite"):
        Still(model, BYTES)


def test_the_network_is_let_go(model):
    still = Still(model, BYTES)
    still.switch("conv1", 0, False)
    still.wait()
    assert model.conv1._forward_hooks
    forgotten = weakref.ref(still)
    thread = still._link._thread
    del still
    gc.collect()
    assert forgotten() is None
    thread.join(5)
    assert not thread.is_alive()
    assert not any(module._forward_hooks for module in model.modules())


def test_closed_it_says_so(model):
    still = Still(model, BYTES)
    still.close()
    with pytest.raises(RuntimeError, match="closed"):
        still.select(0)
    assert still.latest.state == "ready"


def test_it_is_calibrated_on_its_own_images_as_it_is_now(still, model):
    def calibrated():
        with torch.no_grad():
            logits = model(torch.from_numpy(BYTES) / 255)
        return logits, calibrate(logits.numpy(), np.arange(40) % 3)

    seen = still.wait()
    logits, found = calibrated()
    assert seen.temperature == pytest.approx(found.temperature, rel=1e-3)
    assert seen.expected_calibration_errors == pytest.approx((found.before, found.after), abs=1e-4)
    losses = [
        cross_entropy(logits / t, torch.arange(40) % 3)
        for t in (0.8 * seen.temperature, seen.temperature, 1.25 * seen.temperature)
    ]
    assert min(losses) == losses[1]
    still.edit("output", (1,), 3.0, bias=True)
    after = still.wait()
    assert after.temperature == pytest.approx(calibrated()[1].temperature, rel=1e-3)
    assert after.temperature != pytest.approx(seen.temperature, rel=1e-2)


def test_without_labels_nothing_is_known_of_its_calibration(model):
    with Still(model, BYTES) as still:
        assert still.wait().expected_calibration_errors == (-1, -1)


def test_all_that_takes_longer_is_found_out_one_after_the_other(still):
    still.watch(methods=("saliency",), strongest=True, channel=1)
    still.edit("conv1", (0, 0, 2, 2), 2.0)
    seen = still.wait()
    assert [one.method for one in seen.explanations] == ["saliency"]
    assert len(seen.strongest) == 9
    assert seen.expected_calibration_errors[0] >= 0
