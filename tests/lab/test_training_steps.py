"""The steps of a run against a plainly written PyTorch loop, for every way to train."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from lab.datasets import ImageDataset, load
from lab.device_data import mean_and_std
from lab.messages import Settings
from lab.models import build, lenet
from lab.optimizers import SCHEDULES as SHIPPED
from lab.settings import LOSSES, OPTIMIZERS, SCHEDULES
from lab.trainer import Trainer
from lab.training_loop import Diverged
from lab.wanted import Wanted

ROOT = Path(__file__).parents[2]
PLAIN = {
    "sgd": lambda p, rate: torch.optim.SGD(p, rate, momentum=0.9, weight_decay=0.01),
    "nesterov": lambda p, rate: torch.optim.SGD(
        p, rate, momentum=0.9, nesterov=True, weight_decay=0.01
    ),
    "adam": lambda p, rate: torch.optim.Adam(p, rate, weight_decay=0.01),
    "adamw": lambda p, rate: torch.optim.AdamW(p, rate, weight_decay=0.01),
    "rmsprop": lambda p, rate: torch.optim.RMSprop(p, rate, weight_decay=0.01),
    "adagrad": lambda p, rate: torch.optim.Adagrad(p, rate, weight_decay=0.01),
    "nadam": lambda p, rate: torch.optim.NAdam(p, rate, weight_decay=0.01),
}


def few(count=60, tests=20):
    """Return the first digits."""
    data = load("digits")
    return ImageDataset(
        "few",
        data.train_images[:count],
        data.train_labels[:count],
        data.test_images[:tests],
        data.test_labels[:tests],
        data.class_names,
        data.scale,
        data.licence,
        data.source,
    )


DATA = few()


def see(trainer, wanted, moment=None):
    """Return all that views show, of many images too."""
    for _ in trainer.survey(wanted, moment) or ():
        pass
    return trainer.look(wanted, moment) | trainer.found


def plain_losses(data, model, settings, *, drop_last=False):
    """Train as in a textbook; return the loss of each step."""
    images = torch.tensor(data.train_images).float()
    labels = torch.tensor(data.train_labels)
    mean, std = mean_and_std(data.train_images)
    counts = torch.bincount(labels, minlength=10)
    weights = counts.sum() / (10 * counts) if settings.class_weights == "balanced" else None
    gamma = settings.focal_gamma

    def focal(logits, y):
        p = logits.softmax(1)[torch.arange(len(y)), y]
        each = torch.ones(len(y)) if weights is None else weights[y]
        return (-each * (1 - p) ** gamma * p.log()).sum() / each.sum()

    loss_of = {
        "cross_entropy": nn.CrossEntropyLoss(weights),
        "nll": lambda z, y: nn.NLLLoss(weights)(nn.LogSoftmax(1)(z), y),
        "label_smoothing": nn.CrossEntropyLoss(weights, label_smoothing=0.1),
        "focal": focal,
    }[settings.loss]
    optimizer = PLAIN[settings.optimizer](model.parameters(), settings.learning_rate)
    whole = len(images) // settings.batch_size
    steps = settings.epochs * (whole if drop_last else -(-len(images) // settings.batch_size))
    shipped = SHIPPED[settings.schedule]
    scheduler = shipped.scheduler and shipped.scheduler(
        optimizer, **shipped.options(steps, settings.learning_rate)
    )
    shuffle = torch.Generator().manual_seed(settings.seed)
    losses = []
    for _ in range(settings.epochs):
        for batch in torch.randperm(len(images), generator=shuffle).split(settings.batch_size):
            if drop_last and len(batch) < settings.batch_size:
                continue
            loss = loss_of(model((images[batch] - mean) / std), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if scheduler:
                scheduler.step()
            losses.append(loss.item())
    return losses


def our_losses(settings, data=DATA):
    trainer = Trainer(settings, data)
    while not trainer.finished:
        trainer.step()
    return trainer.curves()["loss"]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_losses_are_those_of_plain_pytorch(optimizer, loss):
    for i, schedule in enumerate(SCHEDULES):
        settings = Settings(
            epochs=2,
            batch_size=16,
            optimizer=optimizer,
            learning_rate=0.002,
            weight_decay=0.01,
            loss=loss,
            schedule=schedule,
            class_weights=("none", "balanced")[i % 2],
            seed=i,
        )
        torch.manual_seed(i)
        model = lenet((1, 8, 8), 10).to(memory_format=torch.channels_last)
        expected = plain_losses(DATA, model, settings)
        assert len(expected) == 8
        np.testing.assert_allclose(our_losses(settings), expected, rtol=1e-5, err_msg=schedule)


def test_a_network_with_batch_normalisation_and_dropout_trains_as_in_plain_pytorch():
    settings = Settings(
        epochs=3,
        batch_size=16,
        model="small cnn",
        optimizer="adam",
        learning_rate=0.001,
        weight_decay=0.01,
        seed=4,
    )
    torch.manual_seed(4)
    model = build("small cnn", (1, 8, 8), 10).to(memory_format=torch.channels_last)
    # no test in between: what a test does must not be felt by the training
    np.testing.assert_allclose(our_losses(settings), plain_losses(DATA, model, settings), rtol=1e-5)


def test_a_lone_last_image_is_left_out_where_batches_are_normalised():
    data = few(61)
    settings = Settings(epochs=2, batch_size=20, model="small cnn", weight_decay=0.01)
    torch.manual_seed(0)
    model = build("small cnn", (1, 8, 8), 10).to(memory_format=torch.channels_last)
    expected = plain_losses(data, model, settings, drop_last=True)
    assert len(expected) == 6
    np.testing.assert_allclose(our_losses(settings, data), expected, rtol=1e-5)
    assert len(our_losses(Settings(epochs=2, batch_size=20), data)) == 8  # LeNet has none


@pytest.mark.parametrize("model", ["lenet", "small cnn", "mlp", "small resnet", "localisation cnn"])
def test_a_seed_repeats_a_run_bit_for_bit_whatever_else_draws_random_numbers(model):
    settings = Settings(
        epochs=2,
        batch_size=16,
        model=model,
        augmentation={"shift": 0.2, "rotate": 20, "noise": 0.1, "erase": 0.2, "flip": True},
        seed=7,
    )

    def run(disturb):
        trainer = Trainer(settings, DATA)
        while not trainer.finished:
            if disturb:
                torch.rand(3)
                see(trainer, Wanted(sample=1))
            trainer.step()
        return trainer.curves()["loss"], trainer.curves()["test_true"]

    first, again = run(disturb=False), run(disturb=True)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    settings = Settings(epochs=2, batch_size=16, model=model, seed=8)
    assert not np.array_equal(our_losses(settings), first[0])


def test_augmentation_that_does_nothing_is_the_old_run_bit_for_bit():
    plain = our_losses(Settings(epochs=1))
    off = our_losses(Settings(epochs=1, augmentation={"shift": 0, "flip": False, "noise": 0.0}))
    assert np.array_equal(plain, off)


def test_bfloat16_is_autocast():
    settings = Settings(epochs=1, batch_size=16, precision="bfloat16", learning_rate=0.01)
    ours = our_losses(settings)
    torch.manual_seed(0)
    model = lenet((1, 8, 8), 10).to(memory_format=torch.channels_last)
    mean, std = mean_and_std(DATA.train_images)
    batch = torch.randperm(60, generator=torch.Generator().manual_seed(0))[:16]
    x = (torch.tensor(DATA.train_images).float()[batch] - mean) / std
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(x)
    assert logits.dtype == torch.bfloat16
    expected = nn.functional.cross_entropy(logits.float(), torch.tensor(DATA.train_labels)[batch])
    assert ours[0] == pytest.approx(expected.item(), rel=1e-6)
    full = our_losses(Settings(epochs=1, batch_size=16, learning_rate=0.01))
    np.testing.assert_allclose(ours, full, rtol=0.02)
    assert not np.array_equal(ours, full)


def test_dropout_is_what_its_layers_have_or_what_is_asked_for():
    trainer = Trainer(Settings(model="small cnn"), DATA)
    own = [m.p for m in trainer.model.modules() if isinstance(m, nn.Dropout)]
    for asked in (0.5, 0.0, None):
        trainer.change(Settings(model="small cnn", dropout=asked))
        now = [m.p for m in trainer.model.modules() if isinstance(m, nn.Dropout)]
        assert now == (own if asked is None else [asked] * len(own))
    assert own
    assert trainer.has_dropout


def test_the_batch_size_changes_and_the_epoch_goes_on_with_the_rest_of_its_order():
    settings = Settings(epochs=3, batch_size=10)
    trainer = Trainer(settings, DATA)
    seen = []
    learn = trainer._learner.learn
    trainer._learner.learn = lambda batch, rate: seen.append(batch) or learn(batch, rate)
    for _ in range(2):
        trainer.step()
    assert trainer.total_steps == 18
    trainer.change(Settings(epochs=3, batch_size=16))
    assert trainer.total_steps == 2 + 3 + 4 + 4  # 40 images left, then 60 and 60
    while not trainer.finished:
        trainer.step()
    assert [len(batch) for batch in seen] == [10, 10, 16, 16, 8, 16, 16, 16, 12, 16, 16, 16, 12]
    shuffle = torch.Generator().manual_seed(0)
    order = torch.cat([torch.randperm(60, generator=shuffle) for _ in range(3)])
    assert torch.equal(torch.cat(seen), order)
    assert [test.step for test in trainer.tests] == [0, 5, 9, 13]
    assert [test.epoch for test in trainer.tests] == [0, 1, 2, 3]


def test_changed_settings_are_those_of_the_next_step():
    trainer = Trainer(Settings(optimizer="sgd", epochs=2), DATA)
    trainer.step()
    trainer.change(Settings(momentum=0.0, weight_decay=0.5, learning_rate=0.1, loss="focal"))
    before = [w.detach().clone() for w in trainer.model.parameters()]
    trainer.step()
    for old, new in zip(before, trainer.model.parameters(), strict=True):
        # plain SGD: the velocity of before is forgotten
        expected = old - 0.1 * (new.grad + 0.5 * old)
        torch.testing.assert_close(new, expected, rtol=1e-5, atol=1e-6)
    assert trainer.curves()["rates"].tolist() == pytest.approx([0.02, 0.1])


def test_a_schedule_follows_a_changed_rate():
    trainer = Trainer(Settings(epochs=2, batch_size=10, schedule="cosine"), DATA)
    for _ in range(6):
        trainer.step()
    trainer.change(Settings(epochs=2, batch_size=10, schedule="cosine", learning_rate=0.002))
    while not trainer.finished:
        trainer.step()
    cosine = (1 + np.cos(np.pi * np.arange(12) / 12)) / 2
    expected = cosine * np.where(np.arange(12) < 6, 0.02, 0.002)
    np.testing.assert_allclose(trainer.curves()["rates"], expected, rtol=1e-5)


def test_the_seconds_of_training_leave_tests_out(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("lab.training_loop.time.perf_counter", lambda: now[0])
    trainer = Trainer(Settings(epochs=3, batch_size=20), DATA)

    def learn(batch, _rate):
        now[0] += len(batch) / 10
        return torch.tensor(1.0)

    trainer._learner.learn = learn
    logits = trainer._learner.logits
    trainer._learner.logits = lambda x: now.__setitem__(0, now[0] + 100) or logits(x)
    while not trainer.finished:
        trainer.step()
        now[0] += 50  # whatever the views do
    assert trainer.curves()["test_seconds"].tolist() == [0, 6, 12, 18]


def test_no_step_loads_the_compiler():
    code = """
import sys
from lab.datasets import load
from lab.messages import Settings
from lab.settings import OPTIMIZERS
from lab.trainer import Trainer
for name in OPTIMIZERS:
    Trainer(Settings(optimizer=name), load("digits")).step()
print("torch._dynamo" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == "False"


class Own(nn.Module):
    """A network of one's own: nested, with a functional flatten."""

    def __init__(self, classes=10):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
        self.drop = nn.Dropout(0.3)
        self.head = nn.Linear(4 * 36, classes)

    def forward(self, x):
        return self.head(self.drop(self.body(x).flatten(1)))


def test_a_module_of_ones_own_is_trained_in_place_and_begins_again_at_a_reset():
    torch.manual_seed(1)
    own = Own()
    begun = {name: value.clone() for name, value in own.state_dict().items()}
    trainer = Trainer(Settings(model=own, epochs=2), DATA)
    while not trainer.finished:
        trainer.step()
    assert trainer.model is own
    assert not torch.equal(own.head.weight, begun["head.weight"])
    losses = trainer.curves()["loss"]
    seen = see(trainer, Wanted(vectors=20))
    assert seen["filters"].shape == (4, 1, 3, 3)
    assert [name for name, _ in seen["feature_maps"]] == ["body.0", "body.2"]
    assert seen["vectors"].shape == (20, 144)
    watched = trainer.watched()
    assert [kind for _, kind, _, _ in watched.rows][-1] == "Linear"
    assert watched.parameters == sum(p.numel() for p in own.parameters())
    trainer.reset()
    assert all(torch.equal(own.state_dict()[name], value) for name, value in begun.items())
    successor = Trainer(Settings(model=own, epochs=2), DATA, trainer)
    while not successor.finished:
        successor.step()
    assert np.array_equal(successor.curves()["loss"], losses)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (Own(7), "tells 7 classes apart, but the data have 10"),
        (nn.Sequential(nn.Flatten(), nn.Softmax(1)), "nothing to learn"),
        (nn.Sequential(nn.Conv2d(1, 3, 3)), "a number for each class"),
    ],
)
def test_a_module_that_does_not_fit_is_refused(model, words):
    with pytest.raises(ValueError, match=words):
        Trainer(Settings(model=model), DATA)


def test_batches_of_one_image_cannot_be_normalised():
    with pytest.raises(ValueError, match="at least 2 images in a batch"):
        Trainer(Settings(model="small cnn", batch_size=1), DATA)


@pytest.mark.parametrize(
    "model", ["lenet", "small cnn", "tiny vgg", "mlp", "small resnet", "localisation cnn"]
)
def test_every_architecture_is_trained_and_looked_at(model):
    trainer = Trainer(Settings(model=model, epochs=1, batch_size=30), DATA)
    while not trainer.finished:
        trainer.step()
    seen, watched = see(trainer, Wanted(sample=3, vectors=20)), trainer.watched()
    assert seen["vectors"].shape[0] == 20
    assert ("filters" in seen) == (model != "mlp")
    first = [] if model == "mlp" else ["conv1"]
    assert [name for name, _ in seen["feature_maps"]] == [*first, *watched.stages]
    assert sum(count for _, _, _, count in watched.rows) == watched.parameters
    assert watched.rows[-1][2] == (10,)


def test_a_moment_is_looked_at_as_it_was_while_training_goes_on():
    trainer = Trainer(Settings(epochs=4, batch_size=10), DATA)
    looks = {0: see(trainer, Wanted(sample=2))}
    while not trainer.finished:
        trainer.step()
        if trainer.step_count in trainer.moments.history.steps:
            looks[trainer.step_count] = see(trainer, Wanted(sample=2))
    assert {0, 1, 2, 6, 12, 24} <= set(trainer.moments.history.steps)
    assert trainer.curves()["moments"].tolist() == list(trainer.moments.history.steps)
    now = see(trainer, Wanted(sample=2))
    for step in trainer.moments.history.steps:
        then = see(trainer, Wanted(sample=2), step)
        assert then["looked_at"] == step
        for name in ("filters", "vectors", "probabilities"):
            assert np.array_equal(then[name], looks[step][name]), (step, name)
    assert np.array_equal(see(trainer, Wanted(sample=2))["vectors"], now["vectors"])
    assert now["looked_at"] == -1
    step, weights = trainer.weights(6)
    assert step == 6
    assert np.array_equal(weights["conv1.weight"], looks[6]["filters"])


def test_a_moment_that_is_looked_at_stays():
    trainer = Trainer(Settings(epochs=2, batch_size=10), DATA)
    for _ in range(4):
        trainer.step()
    then = trainer.look(Wanted(), 3)["filters"]
    trainer.moments.history.clear()
    trainer.moments.history.keep(4, trainer.model.state_dict())
    assert np.array_equal(trainer.look(Wanted(), 3)["filters"], then)
    assert trainer.look(Wanted(), 2)["looked_at"] == 4


@pytest.mark.parametrize("model", ["small cnn", "lenet"])
def test_exploded_numbers_bring_back_weights_and_running_averages(model):
    trainer = Trainer(Settings(model=model, epochs=3, batch_size=20), DATA)
    while trainer.epoch < 1:
        trainer.step()
    good = {name: value.clone() for name, value in trainer.model.state_dict().items()}
    trainer.here.train_labels = trainer.here.train_labels.clone()
    trainer._course.losses.note(trainer.step_count, float("nan"))
    trainer.step_count += 1
    with torch.no_grad():
        for weight in trainer.model.parameters():
            weight.fill_(float("inf"))
    with pytest.raises(Diverged):
        trainer.check_losses()
    assert trainer.step_count == 3
    for name, value in trainer.model.state_dict().items():
        assert torch.equal(value, good[name]), name
