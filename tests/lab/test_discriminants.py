"""Linear discriminants: scikit-learn's axes, in units of the spread within a class."""

import numpy as np
import pytest
from scipy.linalg import subspace_angles
from sklearn.datasets import load_digits, load_iris
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from lab.discriminants import discriminants
from lab.projection import place


def scikit_learn(vectors, labels, dimensions):
    """Its points, in units of the spread within a class: what it divides by has changed."""
    points = LinearDiscriminantAnalysis(n_components=dimensions).fit_transform(vectors, labels)
    means = np.array([points[labels == label].mean(axis=0) for label in labels])
    return points / np.sqrt(((points - means) ** 2).mean(axis=0))


@pytest.mark.parametrize("load", [load_iris, load_digits])
def test_points_are_those_of_scikit_learn(load):
    vectors, labels = load(return_X_y=True)
    ours = discriminants(vectors, labels)
    theirs = scikit_learn(vectors, labels, 2)
    signs = np.sign((ours.points * theirs).sum(axis=0))
    np.testing.assert_allclose(ours.points * signs, theirs, atol=1e-6)
    oracle = LinearDiscriminantAnalysis(n_components=2).fit(vectors, labels)
    np.testing.assert_allclose(ours.explained, oracle.explained_variance_ratio_[:2], atol=1e-9)
    np.testing.assert_allclose(place(ours, vectors), ours.points, atol=1e-9)


def test_dead_units_and_three_dimensions():
    vectors, labels = load_digits(return_X_y=True)
    vectors = np.hstack([vectors, np.full((len(vectors), 3), 7.0)]).astype(np.float32)
    ours = discriminants(vectors, labels, dimensions=3)
    oracle = LinearDiscriminantAnalysis(n_components=3).fit(vectors.astype(float), labels)
    assert subspace_angles(ours.points, oracle.transform(vectors.astype(float))).max() < 1e-4
    assert not ours.axes[-3:].any()


@pytest.mark.parametrize("dimensions", [2, 3])
def test_two_classes_are_told_apart_along_one_axis_and_spread_along_others(dimensions):
    random = np.random.default_rng(0)
    labels = np.repeat([4, 9], 100)
    vectors = random.normal(size=(200, 6)) * [1, 5, 3, 1, 1, 1]
    vectors[labels == 9, 0] += 6
    ours = discriminants(vectors, labels, dimensions=dimensions)
    theirs = scikit_learn(vectors, labels, 1)
    np.testing.assert_allclose(np.abs(ours.points[:, 0]), np.abs(theirs[:, 0]), atol=1e-9)
    np.testing.assert_allclose(ours.explained, np.eye(dimensions)[0], atol=1e-12)
    further = ours.axes[:, 1:] / np.linalg.norm(ours.axes[:, 1:], axis=0)
    assert abs(further[1, 0]) > 0.9  # where they vary most
    within = (
        ours.points
        - np.array([ours.points[labels == c].mean(axis=0) for c in (4, 9)])[
            (labels == 9).astype(int)
        ]
    )
    np.testing.assert_allclose(within.std(axis=0), 1, atol=0.02)


def test_the_map_is_turned_onto_the_frame_before():
    vectors, labels = load_iris(return_X_y=True)
    turn = np.array([[0.0, 1], [-1, 0]])
    previous = discriminants(vectors, labels).points @ turn
    now = discriminants(vectors, labels, previous)
    np.testing.assert_allclose(now.points, previous, atol=1e-9)
    np.testing.assert_allclose(place(now, vectors), previous, atol=1e-9)


def test_vectors_that_do_not_differ_lie_at_the_origin():
    projection = discriminants(np.full((9, 4), 3.0), np.arange(9) % 2)
    assert not projection.points.any()
    assert np.isfinite(projection.axes).all()


@pytest.mark.parametrize(
    ("vectors", "labels", "words"),
    [
        (np.eye(4), [1, 1, 1, 1], "two or more of them, but these points are of 1"),
        (np.zeros((0, 3)), np.zeros(0, int), "these points are of 0"),
        (np.eye(3), [0, 1, 2], "more points than classes"),
        (np.eye(3), [0, 1], "3 whole numbers"),
        (np.eye(3), [0.5, 1, 1], "3 whole numbers"),
        ([[np.nan], [1.0]], [0, 1], "row 0 is not"),
    ],
)
def test_what_cannot_be_told_apart_is_refused_in_words(vectors, labels, words):
    with pytest.raises(ValueError, match=words):
        discriminants(vectors, labels)
