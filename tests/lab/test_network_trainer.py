"""The training of small networks, against torch.optim."""

import numpy as np
import pytest
import torch

from lab.losses import LOSSES
from lab.network_trainer import DivergedError, NetworkTrainer
from lab.networks import Network
from lab.point_sets import draw_points
from tests.lab import oracle

OPTIMIZERS = {
    "sgd": torch.optim.SGD,
    "momentum": lambda leaves, rate: torch.optim.SGD(leaves, rate, momentum=0.9),
    "adam": torch.optim.Adam,
}
POINTS = draw_points("circle", 43, noise=0.5)
LABELS = LOSSES["binary_cross_entropy_with_logits"].encode(POINTS.y, 1)


def trainer_of(network, **options):
    return NetworkTrainer(network, POINTS.x, LABELS, "binary_cross_entropy_with_logits", **options)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(("l1", "l2"), [(0, 0), (0.01, 0), (0, 0.02)])
def test_two_hundred_steps_equal_torch_optim(optimizer, l1, l2):
    network = Network.random((2, 5, 4, 1), "tanh", seed=1)
    trainer = trainer_of(network, optimizer=optimizer, l1=l1, l2=l2, learning_rate=0.03, seed=9)
    leaves = oracle.parameters(network)
    theirs = OPTIMIZERS[optimizer]([leaf for pair in leaves for leaf in pair], 0.03)
    order, random = np.empty(0, int), np.random.default_rng(9)
    for number in range(200):
        if number == 100:  # the learning rate changes on the way
            trainer.learning_rate = theirs.param_groups[0]["lr"] = 0.01
        if not len(order):
            order = random.permutation(len(POINTS))
        rows, order = order[:10], order[10:]
        output = oracle.forward(network, leaves, POINTS.x[rows])[1][-1]
        loss = oracle.LOSSES["binary_cross_entropy_with_logits"](output, torch.tensor(LABELS[rows]))
        penalty = sum(l1 * w.abs().sum() + l2 / 2 * (w**2).sum() for w, _ in leaves)
        theirs.zero_grad()
        (loss + penalty).backward()
        theirs.step()
        assert trainer.step() == pytest.approx(loss.item(), abs=1e-10)
    assert trainer.steps == 200
    for layer, (weights, biases) in zip(trainer.network.layers, leaves, strict=True):
        assert np.allclose(layer.weights, weights.detach().numpy(), rtol=0, atol=1e-10)
        assert np.allclose(layer.biases, biases.detach().numpy(), rtol=0, atol=1e-10)


def test_a_step_is_forward_backward_update():
    network = Network.random((2, 3, 1), seed=2)
    trainer = trainer_of(network, batch_size=len(POINTS), learning_rate=0.2)
    trainer.step()
    backward = network.backward(
        network.forward(POINTS.x), LABELS, "binary_cross_entropy_with_logits"
    )
    after = network.update(backward, 0.2)
    for ours, theirs in zip(trainer.network.layers, after.layers, strict=True):
        assert np.allclose(ours.weights, theirs.weights, atol=1e-12)
        assert np.allclose(ours.biases, theirs.biases, atol=1e-12)


def test_one_seed_is_one_training_and_the_start_stays():
    network = Network.random((2, 4, 1), seed=3)
    start = network.layers[0].weights.copy()
    runs = [trainer_of(network, dropout=0.3, seed=seed) for seed in (5, 5, 6)]
    losses = [[run.epoch() for _ in range(3)] for run in runs]
    assert losses[0] == losses[1] != losses[2]
    assert (network.layers[0].weights == start).all()
    kept = runs[0].network
    before = kept.layers[0].weights.copy()
    runs[0].epoch()
    assert (kept.layers[0].weights == before).all()


def test_an_epoch_sees_every_sample_once():
    trainer = trainer_of(Network.random((2, 1)), batch_size=10)
    trainer.epoch()
    assert trainer.steps == 5  # 10, 10, 10, 10 and 3 samples
    trainer.batch_size = 43
    trainer.epoch()
    assert trainer.steps == 6


def test_a_circle_is_learnt_and_from_zeros_it_is_not():
    points = draw_points("circle", 200)
    accuracies = {}
    for scheme in ("xavier", "zeros"):
        network = Network.random((2, 8, 8, 1), scheme=scheme, seed=1)
        targets = points.y[:, None]
        loss = "binary_cross_entropy_with_logits"
        trainer = NetworkTrainer(
            network, points.x, targets, loss, optimizer="adam", learning_rate=0.02
        )
        for _ in range(40):
            trainer.epoch()
        accuracies[scheme] = ((trainer.network(points.x) > 0) == targets).mean()
        hidden = trainer.network.layers[0].weights
        assert (scheme == "zeros") == (hidden == hidden[0]).all()
    assert accuracies["xavier"] > 0.97
    assert accuracies["zeros"] < 0.7


def test_dropout_leaves_the_mean_and_the_output_alone():
    network = Network.random((2, 400, 3), seed=1).with_layer(0, on=[False] + [True] * 399)
    hidden, output = NetworkTrainer(
        network, POINTS.x, POINTS.y, "cross_entropy", dropout=0.25
    )._masks(50)
    assert set(np.unique(hidden)) == {0, 1 / 0.75}
    assert not hidden[:, 0].any()
    assert hidden[:, 1:].mean() == pytest.approx(1, abs=0.01)
    assert output is None


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_frozen_weights_and_switched_off_neurons_stay_in_training(optimizer):
    network = Network.random((2, 3, 1), seed=4)
    network = network.with_layer(0, frozen=[[True, False], [False] * 2, [False] * 2])
    trainer = trainer_of(network, optimizer=optimizer, l2=0.1)
    trainer.epoch()
    trainer.network = trainer.network.with_layer(0, on=[True, True, False])  # while it runs
    between = trainer.network.layers
    trainer.epoch()
    after = trainer.network.layers
    assert after[0].weights[0, 0] == network.layers[0].weights[0, 0]
    assert (after[0].weights[2] == between[0].weights[2]).all()
    assert after[0].biases[2] == between[0].biases[2]
    assert after[1].weights[0, 2] == between[1].weights[0, 2]
    assert after[1].weights[0, 1] != between[1].weights[0, 1]


def test_a_training_that_runs_away_says_so_and_stays_where_it_was():
    points = draw_points("plane", 40)
    trainer = NetworkTrainer(
        Network.random((2, 1)), points.x, points.y[:, None], "mse_loss", learning_rate=1e200
    )
    with pytest.raises(DivergedError, match="take a smaller one"):
        trainer.epoch()
    assert np.isfinite(trainer.network.layers[0].weights).all()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"learning_rate": -1}, "learning_rate must be a finite number, 0 or more"),
        ({"learning_rate": np.nan}, "learning_rate must be a finite number"),
        ({"l1": -0.1}, "l1 must be"),
        ({"l2": np.inf}, "l2 must be"),
        ({"dropout": 1}, "dropout is a chance, at least 0 and below 1"),
        ({"batch_size": 0}, "batch_size is a number of samples"),
        ({"batch_size": 2.5}, "batch_size is a number of samples"),
        ({"optimizer": "newton"}, "choose one of sgd, momentum, adam"),
    ],
)
def test_bad_options_get_a_sentence(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        trainer_of(Network.random((2, 1)), **options)


def test_a_bad_change_leaves_the_old_value():
    trainer = trainer_of(Network.random((2, 1)))
    with pytest.raises(ValueError, match="learning_rate"):
        trainer.learning_rate = -1
    assert trainer.learning_rate == 0.1
    with pytest.raises(ValueError, match="make a new NetworkTrainer"):
        trainer.network = Network.random((2, 2, 1))


def test_samples_must_fit_the_network():
    with pytest.raises(ValueError, match="a row for each sample"):
        NetworkTrainer(Network.random((2, 1)), [1, 2], [1], "mse_loss")
    with pytest.raises(ValueError, match="cannot follow softmax"):
        NetworkTrainer(Network.random((2, 2), output="softmax"), [[1, 2]], [1], "cross_entropy")
