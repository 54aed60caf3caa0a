"""Neighbours and trustworthiness, against scikit-learn."""

import numpy as np
import pytest
from sklearn import manifold
from sklearn.neighbors import NearestNeighbors

from lab.neighbours import nearest_on_map, neighbours, trustworthiness
from lab.projection import project


def cloud(count, dimensions, seed=0):
    return np.random.default_rng(seed).normal(size=(count, dimensions))


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_neighbours_are_those_of_scikit_learn(metric):
    vectors = cloud(300, 16)
    oracle = NearestNeighbors(n_neighbors=11, metric=metric, algorithm="brute").fit(vectors)
    theirs, places = oracle.kneighbors(vectors[:5])
    for place in range(5):
        found, distances = neighbours(vectors, place, 10, metric)
        np.testing.assert_array_equal(found, places[place, 1:])
        np.testing.assert_allclose(distances, theirs[place, 1:], atol=1e-12)
        found, distances = neighbours(vectors, vectors[place], 11, metric)
        np.testing.assert_array_equal(found, places[place])
        np.testing.assert_allclose(distances, theirs[place], atol=1e-7)


def test_a_vector_of_zeros_is_like_nothing():
    found, distances = neighbours([[0.0, 0], [1, 1], [0, 0]], 0)
    np.testing.assert_array_equal(found, [1, 2])
    np.testing.assert_array_equal(distances, [1, 1])
    _, distances = neighbours([[1e300, 0], [1e300, 1e300], [-1e-300, 0]], 0)
    np.testing.assert_allclose(distances, [1 - np.sqrt(0.5), 2])


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((np.eye(3), 3), ValueError, "no vector 3: they are 0 to 2"),
        ((np.eye(3), -1), ValueError, "no vector -1"),
        ((np.eye(3), [1.0, 2]), ValueError, "must have 3 numbers"),
        ((np.eye(3), [1.0, 2, np.nan]), ValueError, "must be finite"),
        ((np.eye(3), 0, 0), ValueError, "1 or more, not 0"),
        ((np.eye(3), 0, 1.5), TypeError, "whole number, not 1.5"),
        ((np.eye(3), 0, 1, "l1"), ValueError, "'cosine' or 'euclidean', not 'l1'"),
    ],
)
def test_what_has_no_neighbours_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        neighbours(*arguments)


@pytest.mark.parametrize("k", [1, 5, 12])
# In float32 two of all the points may be equally far within its rounding, and change places.
@pytest.mark.parametrize(("dtype", "error"), [(np.float64, 1e-12), (np.float32, 1e-5)])
def test_trustworthiness_is_that_of_scikit_learn(k, dtype, error):
    vectors = cloud(400, 20).astype(dtype)
    points = project(vectors).points
    ours = trustworthiness(vectors, points, k)
    assert ours.exact
    expected = manifold.trustworthiness(vectors, points, n_neighbors=k)
    assert ours.value == pytest.approx(expected, abs=error)


def test_of_many_points_a_sample_tells_about_all():
    vectors = cloud(1500, 20)
    points = project(vectors).points
    ours = trustworthiness(vectors, points, 10, pairs=300_000)
    assert (ours.asked, ours.total, ours.exact) == (200, 1500, False)
    assert ours.value == pytest.approx(
        manifold.trustworthiness(vectors, points, n_neighbors=10), abs=0.02
    )


def test_points_that_coincide_are_counted_once_each():
    vectors = np.repeat(cloud(20, 5), 3, axis=0)
    points = np.repeat(cloud(20, 2), 3, axis=0)
    near = nearest_on_map(points, points, 2, without=np.arange(60))
    for place, others in enumerate(near):
        assert place not in others
        assert set(others) | {place} == set(range(place // 3 * 3, place // 3 * 3 + 3))
    assert trustworthiness(vectors, points, 2).value == 1
    assert trustworthiness(np.zeros((9, 4)), np.zeros((9, 2)), 3).value == 1


@pytest.mark.parametrize(
    ("count", "others", "k", "words"),
    [(20, 20, 10, "needs more than 20 points, not 20"), (9, 8, 2, "9 vectors but 8 points")],
)
def test_too_few_points_cannot_be_trusted(count, others, k, words):
    with pytest.raises(ValueError, match=words):
        trustworthiness(np.zeros((count, 3)), np.zeros((others, 2)), k)
