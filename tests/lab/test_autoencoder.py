"""The autoencoder: its losses against torch.distributions, its decoder against torch, its runs."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from lab import autoencoder_trainer
from lab.autoencoder import AutoencoderRun, AutoencoderSettings
from lab.autoencoder_code import autoencoder_code
from lab.autoencoder_decoder import Decoder, Likeness, reduced, tiles, walk
from lab.autoencoder_model import (
    Autoencoder,
    decoder_layers,
    divergence,
    drawn,
    reconstruction,
)
from lab.autoencoder_trainer import AutoencoderTrainer
from lab.datasets import ImageDataset, load
from lab.training_loop import TOO_LARGE, Diverged

SHAPE = (1, 8, 8)


@pytest.fixture(scope="module")
def digits():
    return load("digits")


def model_of(shape=SHAPE, *, variational=True):
    torch.manual_seed(0)
    return Autoencoder(shape, variational=variational)


def trained(data, steps, **settings):
    trainer = AutoencoderTrainer(AutoencoderSettings(**TRAINED | settings), data)
    for _ in range(steps):
        trainer.step()
    return trainer


TRAINED = {"optimizer": "adam", "learning_rate": 0.003, "device": "cpu"}


def test_the_divergence_is_that_of_torch_distributions():
    random = torch.Generator().manual_seed(1)
    mean, log_variance = torch.randn(2, 50, 2, generator=random)
    normal = Normal(mean, torch.exp(0.5 * log_variance))
    expected = kl_divergence(normal, Normal(torch.zeros(2), torch.ones(2))).sum(dim=1)
    assert torch.allclose(divergence(mean, log_variance), expected, atol=1e-5)


def test_the_negative_loss_is_the_evidence_lower_bound():
    model = model_of()
    random = torch.Generator().manual_seed(2)
    images = torch.bernoulli(torch.full((20, *SHAPE), 0.3), generator=random)
    noise = torch.randn(20, 2, generator=random)
    logits, mean, log_variance = model(images, noise)
    place = mean + noise * torch.exp(log_variance / 2)
    likelihood = Independent(Bernoulli(logits=model.decoder(place)), 1).log_prob(images.flatten(1))
    prior = Independent(Normal(torch.zeros(2), torch.ones(2)), 1)
    posterior = Independent(Normal(mean, torch.exp(log_variance / 2)), 1)
    bound = likelihood - kl_divergence(posterior, prior)
    loss = reconstruction(logits, images) + divergence(mean, log_variance)
    assert torch.allclose(-loss, bound, atol=1e-3)


def test_grey_pixels_are_probabilities():
    # the cross-entropy of a grey pixel is the mean over images that are white that often
    logits, grey = torch.tensor([[0.7]]), torch.tensor([[0.25]])
    white, black = Bernoulli(logits=logits).log_prob(torch.tensor([[1.0], [0.0]])).ravel()
    expected = -(0.25 * white + 0.75 * black)
    assert torch.allclose(reconstruction(logits, grey), expected)


def test_drawing_is_unbiased_and_lets_gradients_through():
    mean = torch.tensor([[1.5, -0.5]], requires_grad=True)
    log_variance = torch.tensor([[-1.0, 0.5]], requires_grad=True)
    noise = torch.randn(200_000, 2, generator=torch.Generator().manual_seed(3))
    places = drawn(mean, log_variance, noise)
    spread = torch.exp(log_variance / 2)
    error = 5 * spread[0] / len(noise) ** 0.5
    assert ((places.mean(dim=0) - mean[0]).abs() < error).all()
    assert torch.allclose(places.std(dim=0), spread[0], rtol=0.01)
    # E z² = μ² + σ²: its derivatives by μ and ln σ² are 2 μ and σ², and so are the estimates
    places.square().mean(dim=0).sum().backward()
    assert torch.allclose(mean.grad, 2 * mean, rtol=0.02)
    assert torch.allclose(log_variance.grad, spread.square(), rtol=0.02)


@pytest.mark.parametrize("shape", [SHAPE, (3, 20, 17)])
def test_numpy_decodes_as_torch_does(shape):
    model = model_of(shape)
    codes = np.random.default_rng(0).normal(0, 5, (40, 2)).astype(np.float32)
    with torch.no_grad():
        expected = torch.sigmoid(model.decoder(torch.from_numpy(codes))).reshape(-1, *shape)
    decoded = Decoder(decoder_layers(model), shape)(codes)
    assert decoded.dtype == np.float32
    assert np.abs(decoded - expected.numpy()).max() < 1e-5


def test_places_far_out_overflow_nothing():
    with np.errstate(all="raise", under="ignore"):
        images = Decoder(decoder_layers(model_of()), SHAPE)([[1e4, -1e4], [-1e4, 1e4]])
    assert np.isfinite(images).all()


def test_a_decoder_of_other_images_is_refused():
    with pytest.raises(ValueError, match="does not put out images"):
        Decoder(decoder_layers(model_of()), (1, 9, 9))


def test_tiles_are_the_middles_of_the_plane_from_the_upper_left():
    decoder = Decoder(decoder_layers(model_of()), SHAPE)
    picture = tiles(decoder, (1.0, 2.0), 3.0, 3)
    assert picture.shape == (1, 24, 24)
    corner = decoder([[1 - 2, 2 + 2]])[0]
    assert np.array_equal(picture[:, :8, :8], np.rint(255 * corner).astype(np.uint8))
    right = decoder([[1 + 2, 2]])[0]
    assert np.array_equal(picture[:, 8:16, 16:], np.rint(255 * right).astype(np.uint8))


def test_large_images_are_averaged():
    images = np.random.default_rng(0).random((2, 3, 9, 8)).astype(np.float32)
    small = reduced(images, 4)  # by 3, which leaves a rest of 2 columns
    assert small.shape == (2, 3, 3, 2)
    assert np.isclose(small[1, 2, 1, 1], images[1, 2, 3:6, 3:6].mean())


def test_a_walk_goes_in_equal_steps():
    assert np.allclose(walk([0, 4], [2, 0], 5), [[0, 4], [0.5, 3], [1, 2], [1.5, 1], [2, 0]])


def test_likeness_is_the_root_mean_square_of_the_differences():
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (30, 1, 5, 4), dtype=np.uint8)
    others = random.random((6, 1, 5, 4)).astype(np.float32)
    expected = np.sqrt(((others[:, None] - images[None] / 255) ** 2).mean(axis=(2, 3, 4)))
    likeness = Likeness(images)
    assert np.allclose(likeness.distances(others), expected, atol=1e-5)
    places, distances = likeness.nearest(others, 3)
    assert np.array_equal(places, expected.argsort(axis=1)[:, :3])
    assert np.allclose(distances, np.sort(expected, axis=1)[:, :3], atol=1e-5)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_reconstructs_better_than_two_principal_components(digits, seed):
    trainer = trained(digits, 10 * 46, seed=seed, variational=False)
    seen = trainer.look(0)
    images = digits.test_images.reshape(-1, 64) / 16
    decoded = Decoder(seen["decoder"], SHAPE)(seen["codes"]).reshape(-1, 64)
    pca = PCA(2).fit(digits.train_images.reshape(-1, 64) / 16)
    linear = pca.inverse_transform(pca.transform(images))
    assert ((decoded - images) ** 2).mean() < 0.85 * ((linear - images) ** 2).mean()


def test_a_seed_gives_the_same_curves_bit_for_bit(digits):
    first, again = (trained(digits, 60, seed=7).curves() for _ in range(2))
    for name in ("loss", "reconstruction", "divergence", "test_loss"):
        assert np.array_equal(first[name], again[name])
    assert not np.array_equal(first["loss"], trained(digits, 60, seed=8).curves()["loss"])


def test_reset_begins_the_same_run_anew(digits):
    trainer = trained(digits, 50)
    losses = trainer.curves()["loss"]
    trainer.reset()
    assert trainer.step_count == trainer.epoch == 0
    for _ in range(50):
        trainer.step()
    assert np.array_equal(trainer.curves()["loss"], losses)


def test_looking_changes_nothing(digits):
    plain, looked = trained(digits, 0), trained(digits, 0)
    for step in range(30):
        for trainer in (plain, looked):
            trainer.step()
        looked.look(0, moment=step // 2)
        looked.look(0)
    assert np.array_equal(plain.curves()["loss"], looked.curves()["loss"])


def test_the_losses_belong_together(digits):
    curves = trained(digits, 92, beta=4.0).curves()
    assert np.allclose(curves["loss"], curves["reconstruction"] + 4 * curves["divergence"])
    tested = curves["test_reconstruction"] + 4 * curves["test_divergence"]
    assert np.allclose(curves["test_loss"], tested)
    assert curves["test_steps"].tolist() == [0, 46, 92]


def test_the_codes_are_the_means_of_the_watched_images(digits):
    trainer = trained(digits, 46, watched=50)
    seen, watched = trainer.look(0), trainer.watched()
    images = torch.tensor(watched.images).float() / 255
    with torch.no_grad():
        mean, log_variance = trainer.model.encode(images)
    assert np.allclose(seen["codes"], mean, atol=0.02)  # of bytes: 1/16 is not exact in them
    assert np.allclose(seen["spreads"], torch.exp(log_variance / 2), rtol=0.02)


def test_a_plain_one_has_no_divergence_and_no_spread(digits):
    trainer = trained(digits, 46, variational=False, beta=100.0)
    assert not trainer.curves()["divergence"].any()
    assert not trainer.look(0)["spreads"].any()


def test_a_large_beta_lets_the_code_collapse(digits):
    kept, collapsed = (trained(digits, 230, beta=beta) for beta in (1.0, 30.0))
    assert collapsed.tests[-1].divergence < 0.05
    assert kept.tests[-1].divergence > 0.5


def test_a_moment_shows_the_weights_of_then(digits):
    trainer = trained(digits, 46)
    then = trainer.look(0)["codes"]
    for _ in range(46):
        trainer.step()
    seen = trainer.look(0, moment=46)
    assert seen["looked_at"] == 46
    assert np.array_equal(seen["codes"], then)
    assert not np.array_equal(trainer.look(0)["codes"], then)


def test_a_learning_rate_that_is_too_large_brings_the_last_good_weights_back(digits):
    trainer = trained(digits, 46)
    good = trainer.look(0)["codes"]
    trainer.change(AutoencoderSettings(**TRAINED | {"learning_rate": 1000.0}))

    def go_on():
        for _ in range(46):
            trainer.step()
            trainer.look(0)

    with pytest.raises(Diverged):
        go_on()
    assert np.array_equal(trainer.look(0)["codes"], good)


def test_a_large_beta_after_none_is_no_reason_to_give_up(digits):
    trainer = trained(digits, 1, beta=0)
    with torch.no_grad():
        trainer.model.encoder[-1].bias[:2] = 60.0  # 60² nats of divergence
    trainer.change(AutoencoderSettings(**TRAINED | {"beta": 1000.0}))
    for _ in range(46):
        trainer.step()
    assert trainer.curves()["loss"].max() > TOO_LARGE
    assert trainer.epoch == 1


def test_weights_that_begin_beyond_all_bounds_are_refused(digits, monkeypatch):
    def far_out(model, _checkpoint):
        with torch.no_grad():
            model.encoder[-1].bias[:2] = 1e5
        return model

    monkeypatch.setattr(autoencoder_trainer, "with_weights", far_out)
    with pytest.raises(ValueError, match="With its first weights the loss is beyond all bounds"):
        trained(digits, 0)


def test_images_that_are_too_large_are_refused():
    images = np.zeros((2, 1, 65, 20), np.uint8)
    labels = np.array([0, 1])
    data = ImageDataset("large", images, labels, images, labels, ("a", "b"), 255, "", "")
    with pytest.raises(ValueError, match="up to 64 × 64 pixels, but these have 65 × 20"):
        AutoencoderTrainer(AutoencoderSettings(), data)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"beta": -1}, "beta must be"),
        ({"beta": float("nan")}, "beta must be"),
        ({"variational": 1}, "variational is True or False"),
        ({"dataset": "cats"}, "read from a folder"),
        ({"learning_rate": 0}, "learning_rate must be"),
    ],
)
def test_bad_settings_are_refused_with_a_sentence(settings, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        AutoencoderRun(**settings)


@pytest.fixture
def run():
    with AutoencoderRun(worker="thread", device="cpu") as one:
        one.wait("ready")
        yield one


def test_a_run_has_the_buttons_of_a_run(run):
    run.run_epochs(2)
    snapshot = run.wait("paused")
    assert (snapshot.epoch, snapshot.step) == (2, 92)
    assert snapshot.codes.shape == (355, 2)
    assert len(snapshot.test_reconstruction) == 3
    assert not snapshot.decoder[0][0].flags.writeable
    run.step(3)
    assert run.wait("paused").step == 95
    run.look_at(46)
    assert run.wait().looked_at == 46
    run.reset()
    assert run.wait("ready").step == 0


def test_a_finished_run_says_what_came_out(run):
    run.change(epochs=1)
    run.start()
    assert "a test image costs" in run.wait("finished").message


def test_settings_change_while_it_runs_or_begin_it_anew(run):
    run.change(beta=0.25)
    assert run.wait().beta == 0.25
    run.renew(variational=False, seed=3)
    snapshot = run.wait("ready")
    assert not snapshot.variational
    assert snapshot.beta == run.settings.beta == 0.25
    with pytest.raises(ValueError, match=r"renew\(seed="):
        run.change(seed=4)
    with pytest.raises(TypeError, match="no setting 'momentum'"):
        run.change(momentum=0.5)
    with pytest.raises(TypeError, match="did you mean 'variational'"):
        run.renew(variationl=True)
    with pytest.raises(ValueError, match="no forks"):
        run.fork()


def test_a_run_in_a_process_of_its_own_gives_the_same_numbers_and_loads_no_torch_here():
    code = (
        "import sys\n"
        "from lab.autoencoder import AutoencoderRun\n"
        "with AutoencoderRun(seed=5, device='cpu') as run:\n"
        "    run.run_epochs(1)\n"
        "    snapshot = run.wait('paused')\n"
        "print('torch' in sys.modules, snapshot.codes.tobytes().hex())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded, codes = done.stdout.split()
    assert loaded == "False"
    with AutoencoderRun(seed=5, device="cpu", worker="thread") as run:
        run.run_epochs(1)
        assert run.wait("paused").codes.tobytes().hex() == codes


def test_a_run_that_rested_goes_on_with_what_it_has_learnt(run):
    run.run_epochs(3)
    before = run.wait("paused")
    run.rest()
    run.step(1)
    after = run.wait("paused")
    assert abs(after.test_reconstruction[0] - before.test_reconstruction[-1]) < 1e-4


@pytest.mark.parametrize("settings", [{}, {"variational": False}, {"beta": 4.0, "seed": 3}])
def test_a_run_as_a_script_gives_the_same_losses(settings, run):
    run.renew(epochs=2, **settings)
    run.start()
    known = run.wait("finished")
    names = {}
    exec(autoencoder_code(run.settings, SHAPE, 2), names)
    assert np.array_equal(np.array(names["losses"], np.float32), known.loss)
    decoded = Decoder(known.decoder, SHAPE)([[0.5, -1]])[0]
    assert np.abs(names["decode"](0.5, -1).numpy() - decoded).max() < 1e-5


def test_other_images_come_with_their_own_options(run):
    run.renew(dataset="organs", options={"size": 32, "count": 120})
    assert run.wait("ready").codes.shape == (40, 2)
    run.renew(dataset="organs", options={"size": 128, "count": 120})
    assert "up to 64 × 64 pixels" in run.wait().message
    assert run.settings.options == {"size": 32, "count": 120}  # it goes on as it was
    run.renew(dataset="digits")
    run.wait("ready")
    assert run.settings.options == {}
    assert run.watched.images.shape[1:] == SHAPE
