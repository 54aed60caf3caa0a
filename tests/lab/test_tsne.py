"""t-SNE: its affinities, its gradient and its maps, against closed forms and scikit-learn."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import softmax
from scipy.stats import entropy
from sklearn.datasets import load_digits
from sklearn.manifold import TSNE, trustworthiness
from threadpoolctl import threadpool_info, threadpool_limits

from lab.projection import project
from lab.tsne import STEPS, Tsne, affinities, sensible_perplexity

DIGITS = load_digits().data[:200].astype(np.float32)


def divergence(pairs, points):
    """The Kullback-Leibler divergence that t-SNE makes small, as the paper has it."""
    distances = ((points[:, None] - points) ** 2).sum(axis=-1)
    weights = 1 / (1 + distances)
    np.fill_diagonal(weights, 0)
    near = pairs > 0
    shares = weights / weights.sum()
    return float((pairs[near] * np.log(pairs[near] / shares[near])).sum())


@pytest.mark.parametrize("perplexity", [5, 20])
def test_each_points_neighbours_have_the_wanted_perplexity(perplexity):
    random = np.random.default_rng(0)
    vectors = random.normal(size=(70, 3)) * random.choice([0.01, 1, 100], size=(70, 1))
    pairs = affinities(vectors, perplexity).astype(float)
    np.testing.assert_array_equal(pairs, pairs.T)
    assert not pairs.diagonal().any()
    assert pairs.sum() == pytest.approx(1, abs=1e-5)
    distances = ((vectors[:, None] - vectors) ** 2).sum(axis=-1)
    shares = np.zeros_like(distances)
    for row, own in enumerate(distances):
        nearest = np.argsort(own)[1 : 3 * perplexity + 1]

        def bell(log_width, own=own, nearest=nearest):
            return softmax(-own[nearest] / np.exp(log_width))

        def excess(log_width, bell=bell):
            return entropy(bell(log_width)) - np.log(perplexity)

        scale = np.log(own[nearest].mean())
        shares[row, nearest] = bell(brentq(excess, scale - 20, scale + 12))
    expected = (shares + shares.T) / 140
    np.testing.assert_allclose(pairs, expected, rtol=1e-3, atol=1e-6 * expected.max())


@pytest.mark.parametrize("dimensions", [2, 3])
def test_the_gradient_is_the_slope_of_the_divergence(dimensions):
    vectors = DIGITS[:40]
    tsne = Tsne(vectors, project(vectors, dimensions=dimensions).points, 10)
    for _ in range(130):
        tsne.step()
    pairs, points, h = affinities(vectors, 10).astype(float), tsne.points, 1e-5
    slope = np.empty_like(points)
    for place in np.ndindex(points.shape):
        ends = []
        for sign in (1, -1):
            moved = points.copy()
            moved[place] += sign * h
            ends.append(divergence(pairs, moved))
        slope[place] = (ends[0] - ends[1]) / (2 * h)
    np.testing.assert_allclose(tsne.gradient(), slope, atol=2e-3 * np.abs(slope).max())


def test_maps_are_as_good_as_those_of_scikit_learn():
    # A start that differs in its seventh digit ends in another map: several tell, not one.
    random = np.random.default_rng(0)
    flat = project(DIGITS).points
    pairs, ours, theirs = affinities(DIGITS).astype(float), [], []
    for _ in range(7):
        start = flat * (1 + 1e-6 * random.normal(size=flat.shape))
        tsne = Tsne(DIGITS, start)
        while tsne.progress < 1:
            tsne.step()
        assert tsne.steps == STEPS
        ours.append(tsne.points)
        with threadpool_limits(1):  # its threads wait for one another on a busy machine
            near = (start / start[:, 0].std() * 1e-4).astype(np.float32)
            theirs.append(TSNE(init=near).fit_transform(DIGITS))
    for measure, worst in ((lambda p: divergence(pairs, p), 1.15), (distrust, 1.5)):
        assert np.median([measure(p) for p in ours]) < worst * np.median(
            [measure(p) for p in theirs]
        )


def distrust(points):
    return 1 - trustworthiness(DIGITS, points)


def test_new_vectors_move_the_points_on_and_do_not_make_them_jump():
    tsne = Tsne(DIGITS, project(DIGITS).points)
    for _ in range(STEPS):
        tsne.step()
    before = tsne.points
    random = np.random.default_rng(0)
    tsne.renew(DIGITS + random.normal(size=DIGITS.shape).astype(np.float32))
    np.testing.assert_array_equal(tsne.points, before)
    for _ in range(20):
        tsne.step()
    assert 0 < np.linalg.norm(tsne.points - before, axis=1).max() < before.std()
    with pytest.raises(ValueError, match="200 vectors as before, not 199"):
        tsne.renew(DIGITS[1:])


def test_points_at_one_place_find_apart():
    vectors = np.repeat(np.eye(2), 20, axis=0)
    tsne = Tsne(vectors, np.zeros((40, 2)), 5)
    for _ in range(300):
        tsne.step()
    assert np.isfinite(tsne.points).all()
    first, second = tsne.points[:20], tsne.points[20:]
    apart = np.linalg.norm(first.mean(axis=0) - second.mean(axis=0))
    assert apart > first.std() + second.std()
    constant = Tsne(np.ones((4, 2)), np.zeros((4, 2)))
    for _ in range(200):
        constant.step()
    assert np.isfinite(constant.points).all()


def test_a_step_keeps_to_one_thread(monkeypatch):
    tsne, within, matmul = Tsne(DIGITS[:50], DIGITS[:50, :2]), [], np.matmul

    def watched(*arguments, **options):
        pools = threadpool_info()
        within.extend(pool["num_threads"] for pool in pools if pool["user_api"] == "blas")
        return matmul(*arguments, **options)

    monkeypatch.setattr(np, "matmul", watched)
    tsne.step()
    assert set(within) == {1}


def test_a_perplexity_too_large_for_the_points_is_made_smaller():
    assert sensible_perplexity(30, 1000) == 30
    assert sensible_perplexity(30, 31) == 10
    assert Tsne(DIGITS[:31], DIGITS[:31, :2]).perplexity == 10


@pytest.mark.parametrize(
    ("perplexity", "count", "error", "words"),
    [
        (1, 100, ValueError, "above 1, not 1"),
        (np.nan, 100, ValueError, "above 1, not nan"),
        ("many", 100, TypeError, "must be a number, not 'many'"),
        (30, 3, ValueError, "four points or more, not 3"),
    ],
)
def test_what_is_no_perplexity_is_refused(perplexity, count, error, words):
    with pytest.raises(error, match=words):
        sensible_perplexity(perplexity, count)


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="200 vectors but 2 points"):
        Tsne(DIGITS, np.zeros((2, 2)))
