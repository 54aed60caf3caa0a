"""The trainer: PyTorch's own numbers, its accuracy, and what it does when numbers explode."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy

from lab.curves import MOST_POINTS, bin_means
from lab.datasets import load
from lab.device_data import mean_and_std
from lab.messages import Settings
from lab.models import lenet
from lab.trainer import Trainer
from lab.training_loop import Diverged
from lab.viewed_images import choose
from lab.wanted import Wanted


def on_digits(**settings):
    return Trainer(Settings(**settings), load("digits"))


def see(trainer, wanted, moment=None):
    """Return all that views show, of many images too."""
    for _ in trainer.survey(wanted, moment) or ():
        pass
    return trainer.look(wanted, moment) | trainer.found


@pytest.mark.parametrize("seed", range(5))
def test_digits_are_recognised_at_97_percent(seed):
    trainer = on_digits(seed=seed)
    while not trainer.finished:
        trainer.step(Settings().learning_rate)
    assert trainer.tests[-1].accuracy >= 0.97


def test_the_losses_are_those_of_plain_pytorch_bit_for_bit():
    trainer = on_digits(seed=3, batch_size=100)
    for _ in range(30):  # two epochs of 15 steps, the last one smaller
        trainer.step(0.05)

    data = load("digits")
    images = torch.tensor(data.train_images).float()
    mean, std = mean_and_std(data.train_images)
    torch.manual_seed(3)
    model = lenet((1, 8, 8), 10).to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), 0.05, momentum=0.9)
    shuffle = torch.Generator().manual_seed(3)
    losses = []
    for _ in range(2):
        for batch in torch.randperm(len(images), generator=shuffle).split(100):
            inputs = (images[batch] - mean) / std
            loss = cross_entropy(model(inputs), torch.tensor(data.train_labels)[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    assert trainer.epoch == 2
    assert trainer.curves()["loss"].tolist() == losses
    assert np.array_equal(trainer.look(Wanted())["filters"], model.conv1.weight.detach().numpy())


def test_the_test_is_that_of_the_whole_test_set():
    trainer = on_digits()
    data = load("digits")
    with torch.no_grad():
        logits = trainer.model(trainer.here.numbers(torch.tensor(data.test_images)))
    labels = torch.tensor(data.test_labels)
    first = trainer.tests[0]
    assert (first.step, first.epoch, first.seconds) == (0, 0, 0)
    assert first.loss == pytest.approx(cross_entropy(logits, labels).item(), rel=1e-6)
    assert first.accuracy == (logits.argmax(1) == labels).double().mean().item()


def test_making_a_network_leaves_the_global_random_numbers_alone():
    before = torch.get_rng_state()
    on_digits(seed=5).step(0.1)
    assert torch.equal(torch.get_rng_state(), before)


def test_reset_repeats_the_run():
    trainer = on_digits()

    def ten_steps():
        for _ in range(10):
            trainer.step(0.05)
        return trainer.curves()["loss"], see(trainer, Wanted(sample=7))["vectors"]

    first = ten_steps()
    trainer.reset()
    assert trainer.step_count == 0
    second = ten_steps()
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_looking_shows_the_chosen_image():
    trainer = on_digits(watched=20)
    watched = trainer.watched()
    seen = see(trainer, Wanted(sample=13, vectors=50))
    place = 13
    layers = trainer.here.numbers(trainer.here.test_images[place : place + 1])
    with torch.no_grad():
        for name, layer in trainer.model.named_children():
            layers = layer(layers)
            for shown, maps in seen["feature_maps"]:
                if shown == name:
                    assert np.array_equal(maps, layers[0].numpy())
    np.testing.assert_allclose(seen["probabilities"], layers[0].softmax(0).numpy(), rtol=1e-6)
    where = seen["vector_places"].tolist().index(13)
    assert seen["vector_predictions"][where] == seen["probabilities"].argmax()
    assert seen["vectors"].shape == (50, 84)
    assert seen["filters"].shape == (6, 1, 5, 5)
    shown = [name for name, _ in seen["feature_maps"]]
    assert shown == ["conv1", "relu1", "pool1", "relu2", "pool2"]
    assert dict(watched.layers)["conv2"] == (16, 4, 4)
    expected = trainer.data.test_images[place].astype(float) * 255 / 16
    assert np.array_equal(watched.test_images[13], np.rint(expected))
    assert np.array_equal(seen["image"], np.rint(expected))
    assert watched.labels[13] == trainer.data.test_labels[place]
    assert watched.parameters == sum(p.numel() for p in trainer.model.parameters())


def test_exploding_weights_bring_the_last_good_ones_back():
    trainer = on_digits()
    while trainer.epoch < 1:
        trainer.step(0.05)
    good = [weight.detach().clone() for weight in trainer.model.parameters()]
    with pytest.raises(Diverged):
        any(trainer.step(1000) for _ in range(20))
    assert 45 < trainer.step_count < 65
    assert all(
        torch.equal(weight, kept)
        for weight, kept in zip(trainer.model.parameters(), good, strict=True)
    )
    shown = [*trainer.curves().values(), see(trainer, Wanted())["vectors"]]
    assert all(np.isfinite(array).all() for array in shown)


def test_a_look_at_weights_that_just_exploded_shows_the_good_ones():
    trainer = on_digits()
    with torch.no_grad():
        trainer.model.conv1.weight[0, 0, 0, 0] = float("nan")
    with pytest.raises(Diverged):
        trainer.look(Wanted())
    assert np.isfinite(see(trainer, Wanted())["vectors"]).all()


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_refused(monkeypatch, device):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(ValueError, match='finds no .* GPU here: choose device="cpu"'):
        on_digits(device=device)


@given(count=st.integers(0, 5000), most=st.integers(1, 700))
def test_a_shortened_curve_leaves_no_step_out(count, most):
    losses = np.random.default_rng(count).random(count).astype(np.float32)
    steps, means = bin_means(losses, most)
    assert len(steps) == len(means) <= most
    if count:
        width = int(2 * steps[0] - 1)
        counts = np.minimum(width, count - np.arange(0, count, width))
        assert counts.sum() == count
        np.testing.assert_allclose((means * counts).sum(), losses.sum(dtype=float), rtol=1e-5)
        np.testing.assert_allclose((steps * counts).sum(), count * (count + 1) / 2, rtol=1e-5)


def test_a_curve_that_fits_is_shown_step_by_step():
    losses = np.random.default_rng(0).random(MOST_POINTS).astype(np.float32)
    steps, means = bin_means(losses, MOST_POINTS)
    assert np.array_equal(steps, np.arange(1, MOST_POINTS + 1))
    assert np.array_equal(means, losses)


@given(counts=st.lists(st.integers(0, 40), min_size=1, max_size=6).filter(any), data=st.data())
def test_each_class_is_watched_in_its_share(counts, data):
    labels = np.repeat(np.arange(len(counts)), counts)
    np.random.default_rng(0).shuffle(labels)
    count = data.draw(st.integers(1, len(labels)))
    chosen = choose(labels, count)
    assert len(set(chosen.tolist())) == count
    shares = np.bincount(labels[chosen], minlength=len(counts))
    assert np.abs(shares - np.array(counts) * count / len(labels)).max() <= max(1, len(counts) / 2)


def test_mean_and_standard_deviation_of_all_pixels():
    images = np.random.default_rng(0).integers(0, 256, (2500, 1, 3, 3), dtype=np.uint8)
    assert mean_and_std(images) == pytest.approx((images.mean(), images.std()))
    assert mean_and_std(np.full((2, 1, 3, 3), 7, np.uint8)) == (7, 1)


def test_trainers_made_in_several_threads_begin_with_the_weights_of_their_seeds():
    def weights(seed):
        model = Trainer(Settings(seed=seed, model="small cnn"), load("digits")).model
        return torch.cat([p.detach().ravel() for p in model.parameters()])

    alone = [weights(seed) for seed in (1, 2)] * 4
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(weights, (1, 2) * 4))
    assert all(torch.equal(*pair) for pair in zip(alone, together, strict=True))


def test_a_survey_that_is_asked_for_again_goes_on():
    trainer, wanted = on_digits(), Wanted(channel=0, strongest=True)
    next(trainer.survey(wanted))
    assert len(list(trainer.survey(wanted))) > 0
    assert len(trainer.found["strongest"]) == 9


def test_behind_a_pooling_the_kernels_are_those_that_made_its_channels():
    trainer = on_digits()
    expected = trainer.model.get_submodule("conv2").weight.detach().numpy()
    for layer in ("conv2", "relu2", "pool2"):
        np.testing.assert_array_equal(see(trainer, Wanted(layer=layer))["kernels"], expected)
