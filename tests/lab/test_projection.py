"""Principal components: the plane of scikit-learn, held still from frame to frame."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.linalg import subspace_angles
from scipy.spatial.distance import pdist
from sklearn.decomposition import PCA
from threadpoolctl import threadpool_info

from lab.projection import align, extent, place, project

FAST = settings(max_examples=100)


def cloud(count, dimensions, seed=0):
    random = np.random.default_rng(seed)
    return random.normal(size=(count, dimensions)) * np.geomspace(9, 0.1, dimensions) + 5


@pytest.mark.parametrize(("count", "dimensions"), [(200, 84), (30, 84), (50, 2), (84, 84), (2, 5)])
def test_plane_and_variance_are_those_of_scikit_learn(count, dimensions):
    vectors = cloud(count, dimensions)
    ours, oracle = project(vectors), PCA(2).fit(vectors)
    theirs = oracle.transform(vectors)
    signs = np.sign((ours.points * theirs).sum(axis=0))
    signs[signs == 0] = 1
    np.testing.assert_allclose(ours.points * signs, theirs, atol=1e-7)
    np.testing.assert_allclose(ours.explained, oracle.explained_variance_ratio_, atol=1e-12)


def test_float32_embeddings_are_as_good_as_a_singular_value_decomposition():
    vectors = cloud(360, 84).astype(np.float32)
    centred = vectors.astype(float) - vectors.astype(float).mean(axis=0)
    _, values, axes = np.linalg.svd(centred, full_matrices=False)
    expected = centred @ axes[:2].T
    points = project(vectors).points
    np.testing.assert_allclose(np.abs(points), np.abs(expected), atol=1e-6 * values[0])
    np.testing.assert_allclose((points**2).sum(axis=0), values[:2] ** 2, rtol=1e-5)


@pytest.mark.parametrize("shape", [(0, 84), (1, 84), (0, 0), (3, 0)])
def test_too_few_points_lie_at_the_origin(shape):
    projection = project(np.ones(shape))
    assert projection.points.shape == (shape[0], 2)
    assert not projection.points.any()
    assert not projection.explained.any()


@pytest.mark.parametrize("value", [0.0, 0.1, 1e300, -1e-300])
def test_points_that_are_all_the_same_lie_at_the_origin(value):
    projection = project(np.full((7, 3), value), previous=np.ones((7, 2)))
    assert not projection.points.any()
    assert not projection.explained.any()


def test_one_dimension_fills_one_axis():
    projection = project([[1.0], [2.0], [6.0]])
    np.testing.assert_allclose(projection.points, [[-2, 0], [-1, 0], [3, 0]], atol=1e-12)
    np.testing.assert_allclose(projection.explained, [1, 0])


@pytest.mark.parametrize(
    ("vectors", "words"),
    [
        ([[1.0, np.nan], [0, 0]], "row 0 is not"),
        ([[1.0, 2], [0, np.inf]], "row 1 is not"),
        ([1.0, 2.0], "one row a point"),
        ([["a"]], "table of numbers"),
    ],
)
def test_what_is_no_table_of_finite_numbers_is_refused(vectors, words):
    with pytest.raises(ValueError, match=words):
        project(vectors)


def test_points_must_be_the_same_as_before():
    with pytest.raises(ValueError, match="same points"):
        project(cloud(5, 3), previous=np.zeros((4, 2)))
    with pytest.raises(ValueError, match="previous must be finite"):
        align(np.zeros((1, 2)), [[np.nan, 0]])


numbers = st.floats(-1e6, 1e6, width=32)
planes = st.integers(1, 12).flatmap(lambda n: arrays(float, (n, 2), elements=numbers))


@FAST
@given(points=planes, angle=st.floats(0, 7), mirror=st.booleans(), size=st.floats(0.1, 10))
def test_a_turned_or_mirrored_layout_is_turned_back(points, angle, mirror, size):
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos, -sin], [sin, cos]]) @ np.diag([1, -1 if mirror else 1])
    back = align(points @ turn * size, points)
    np.testing.assert_allclose(back, points * size, atol=1e-6 * (1 + np.abs(points).max()))


@FAST
@given(data=st.data(), points=planes)
def test_alignment_moves_no_point_against_another_and_never_makes_it_worse(data, points):
    previous = data.draw(arrays(float, points.shape, elements=numbers))
    turned = align(points, previous)
    scale = 1 + np.abs(points).max()
    np.testing.assert_allclose(pdist(turned), pdist(points), atol=1e-6 * scale)
    scale *= 1 + np.abs(previous).max()
    assert ((turned - previous) ** 2).sum() <= ((points - previous) ** 2).sum() + 1e-6 * scale


@FAST
@given(vectors=arrays(float, (9, 4), elements=st.floats(-1e300, 1e300)))
def test_any_finite_numbers_give_finite_points_and_shares(vectors):
    projection = project(vectors)
    assert np.isfinite(projection.points).all()
    assert (projection.explained >= 0).all()
    assert projection.explained.sum() <= 1 + 1e-9


def test_a_slowly_turning_cloud_does_not_flip():
    # Two axes of almost the same variance: their order changes from frame to frame.
    random = np.random.default_rng(1)
    base = random.normal(size=(60, 5)) * [3, 3, 0.2, 0.1, 0.1]
    previous = project(base).points
    for _ in range(50):
        base = base + random.normal(size=base.shape) * 0.02
        points = project(base, previous).points
        assert np.abs(points - previous).max() < 0.3
        previous = points


def test_a_projection_keeps_to_one_thread_and_leaves_the_number_as_it_was(monkeypatch):
    def threads():
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    before, within, eigh = threads(), [], np.linalg.eigh
    monkeypatch.setattr(np.linalg, "eigh", lambda matrix: within.append(threads()) or eigh(matrix))
    project(cloud(50, 10))
    assert set(within[0]) <= {1}
    assert threads() == before


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("count", [2000, 40])
def test_the_axes_span_the_subspace_of_scikit_learn(dtype, dimensions, count):
    vectors = cloud(count, 64).astype(dtype)
    ours, oracle = project(vectors, dimensions=dimensions), PCA(dimensions).fit(vectors)
    assert subspace_angles(ours.axes, oracle.components_.T.astype(float)).max() < 1e-4
    np.testing.assert_allclose(ours.mean, oracle.mean_, rtol=1e-5)
    assert ours.explained.sum() == pytest.approx(oracle.explained_variance_ratio_.sum(), rel=1e-5)


def test_a_large_mean_costs_float32_vectors_no_digits_of_their_differences():
    vectors = (cloud(500, 20) + 1000).astype(np.float32)
    oracle = PCA(2).fit(vectors.astype(float))
    assert subspace_angles(project(vectors).axes, oracle.components_.T).max() < 1e-4


@pytest.mark.parametrize(("count", "length"), [(60, 5), (60, 1), (5, 60), (2, 3)])
def test_new_vectors_are_placed_as_if_they_had_been_there(count, length):
    vectors = cloud(count, length)
    previous = np.random.default_rng(3).normal(size=(count, 3))
    projection = project(vectors, previous, 3)
    np.testing.assert_allclose(place(projection, vectors), projection.points, atol=1e-9)
    np.testing.assert_allclose(place(projection, vectors[1]), projection.points[1], atol=1e-9)
    np.testing.assert_allclose(place(projection, vectors.mean(axis=0)), 0, atol=1e-9)


def test_vectors_of_another_length_have_no_place():
    with pytest.raises(ValueError, match="vectors of 4 numbers, but these have 3"):
        place(project(cloud(9, 4)), np.zeros(3))
    with pytest.raises(ValueError, match="row 0 is not"):
        place(project(cloud(9, 4)), [0, 0, 0, np.nan])
    with pytest.raises(ValueError, match="2 or 3 dimensions, not 4"):
        project(cloud(9, 4), dimensions=4)


def test_float32_vectors_of_any_size_are_projected():
    base = cloud(30, 4).astype(np.float32) / 40
    points = project(base).points
    for size in (1e-42, 1e-30, 1e30, 3e38):
        large = project((base.astype(float) * size).astype(np.float32)).points
        if size > 1e-40:  # smaller numbers have few digits
            np.testing.assert_allclose(large / size, points, atol=1e-5)
        assert np.isfinite(large).all()
    constant = np.full((10_000, 3), 0.1, np.float32)
    assert not project(constant).points.any()


def test_the_scale_of_a_picture_stays_while_the_points_fill_it():
    points = np.array([[1.0, -2.0], [0.5, 0.1]])
    first = extent(points)
    assert 2 < first < 2.5
    assert extent(points * 1.1, first) == first
    assert extent(points * 0.9, first) == first
    assert extent(points * 1.3, first) > first
    assert extent(points * 0.5, first) < first / 1.5
    assert extent(np.zeros((3, 2))) == 1
    assert extent(np.zeros((0, 2)), first) == first
