"""Points in the plane: their geometry, their seeds, and what is refused."""

import numpy as np
import pytest

from lab.point_sets import KINDS, blobs, draw_points, truth_table
from lab.point_tables import breast_cancer, points_from_csv, points_from_frame
from lab.points import Points, own_points

CSV = "age;size;kind\n1;2.5;a\n2;3.5;b\n3;4.5;a\n"


def radius(points):
    return np.linalg.norm(points.x, axis=1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [4, 101, 400])
def test_every_kind_is_seeded_balanced_and_within_sight(kind, count):
    points = draw_points(kind, count, noise=0.1, seed=3)
    assert len(points) == count
    assert points.extent <= 8
    again, other = (draw_points(kind, count, noise=0.1, seed=seed) for seed in (3, 4))
    assert (points.x == again.x).all()
    assert (points.y == again.y).all()
    assert (points.x != other.x).any()
    if points.classes and count > 4:
        shares = np.bincount(points.y) / count
        assert len(shares) == len(points.classes)
        assert shares == pytest.approx(1 / len(shares), abs=0.1)


def test_circle_is_a_disc_in_a_ring():
    points = draw_points("circle")
    assert radius(points)[points.y == 1].max() <= 2.5
    assert radius(points)[points.y == 0].min() >= 3.5


def test_xor_is_on_where_the_signs_differ():
    points = draw_points("xor")
    assert ((points.x[:, 0] > 0) != (points.x[:, 1] > 0)).tolist() == points.y.tolist()
    assert np.abs(points.x).min() >= 0.3


def test_gaussian_is_two_clouds():
    points = draw_points("gaussian", 2000)
    assert points.x[points.y == 1].mean(axis=0) == pytest.approx(2, abs=0.1)
    assert points.x[points.y == 0].mean(axis=0) == pytest.approx(-2, abs=0.1)
    assert points.x[points.y == 0].std(axis=0) == pytest.approx(0.7, abs=0.05)


def test_spiral_arms_face_one_another():
    points = draw_points("spiral", 400)
    one, other = points.x[points.y == 1], points.x[points.y == 0]
    assert np.allclose(one, -other)
    angle = np.unwrap(np.arctan2(one[1:, 1], one[1:, 0]))
    assert angle[-1] - angle[0] == pytest.approx(2 * np.pi * 1.75, rel=0.02)
    assert radius(points).max() == pytest.approx(5, rel=0.01)


def test_moons_are_those_of_scikit_learn():
    from sklearn.datasets import make_moons

    points = draw_points("moons", 500)
    theirs, labels = make_moons(500, shuffle=False)
    ours = points.x / 3 + [0.5, 0.25]
    for label in (0, 1):
        distances = np.linalg.norm(
            ours[points.y == label][:, None] - theirs[labels == label], axis=-1
        )
        assert distances.min(axis=1).max() < 0.02


def test_blobs_have_as_many_classes_as_asked_for():
    points = blobs(500, np.random.default_rng(0), classes=5)
    assert points.classes == ("0", "1", "2", "3", "4")
    middles = np.array([points.x[points.y == label].mean(axis=0) for label in range(5)])
    assert np.linalg.norm(middles, axis=1) == pytest.approx(3, abs=0.3)
    with pytest.raises(ValueError, match="two classes or more"):
        blobs(10, np.random.default_rng(0), classes=1)


def test_regressions():
    points = draw_points("plane")
    assert np.allclose(points.y, points.x.sum(axis=1) / 10)
    assert points.classes == ()
    hills = draw_points("hills", 5000)
    assert (hills.y.min(), hills.y.max()) == pytest.approx((-1, 1), abs=0.1)
    top = np.linalg.norm(hills.x - [4, 2.5], axis=1)
    assert np.allclose(hills.y[top < 2], 1 - top[top < 2] / 2)


@pytest.mark.parametrize(
    ("name", "out"), [("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1]), ("xor", [0, 1, 1, 0])]
)
def test_truth_tables(name, out):
    points = truth_table(name)
    assert points.x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert points.y.tolist() == out


def test_noise_moves_points_and_keeps_labels():
    still, moved = draw_points("xor", 4000), draw_points("xor", 4000, noise=0.5)
    assert (still.y == moved.y).all()
    assert (moved.x - still.x).std() == pytest.approx(0.5, rel=0.05)


def test_a_split_takes_each_point_once():
    points = draw_points("circle", 101)
    train, test = points.split(0.2, seed=1)
    assert (len(train), len(test)) == (81, 20)
    both = np.concatenate([train.x, test.x])
    assert sorted(map(tuple, both)) == sorted(map(tuple, points.x))
    assert (points.split(0.2, seed=1)[0].x == train.x).all()
    assert (points.split(0.2, seed=2)[0].x != train.x).any()
    only = truth_table("and").split(0.25, seed=0)  # one point is of one class: no mistake here
    assert len(only[1]) == 1
    with pytest.raises(ValueError, match="points on both sides"):
        points.split(0.001)


def test_own_points_name_their_classes():
    points = own_points([[0, 1], [2, 3], [4, 5]], ["sick", "well", "sick"])
    assert points.classes == ("sick", "well")
    assert points.y.tolist() == [0, 1, 0]
    assert own_points([[0, 1], [2, 3]], [7.0, 3.0]).classes == ("3", "7")


def test_a_csv_gives_points():
    points = points_from_csv(CSV)
    assert points.x.tolist() == [[1, 2.5], [2, 3.5], [3, 4.5]]
    assert (points.axes, points.classes) == (("age", "size"), ("a", "b"))
    values = points_from_csv(
        "\ufeffp,q,r\r\n1,2,3\r\n\r\n4,5,6\r\n", "r", "p", "q", regression=True
    )
    assert values.x.tolist() == [[3, 1], [6, 4]]
    assert values.y.tolist() == [2, 5]


class Frame(dict):
    """As much of a DataFrame as is needed."""

    columns = property(dict.keys)


def test_a_data_frame_gives_points():
    frame = Frame(age=np.array([1, 2]), size=np.array([0.5, 0.25]), ill=np.array([True, False]))
    points = points_from_frame(frame)
    assert points.x.tolist() == [[1, 0.5], [2, 0.25]]
    assert (points.axes, points.classes) == (("age", "size"), ("False", "True"))
    with pytest.raises(ValueError, match="no column 'weight'; choose of age, size, ill"):
        points_from_frame(frame, "weight")


def test_breast_cancer_is_standardised_and_keeps_its_names():
    points = breast_cancer("mean radius", "worst area")
    assert points.x.mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert points.x.std(axis=0) == pytest.approx(1)
    assert (points.axes, points.classes) == (
        ("mean radius", "worst area"),
        ("malignant", "benign"),
    )
    assert np.bincount(points.y).tolist() == [212, 357]
    with pytest.raises(ValueError, match="choose two of mean radius, "):
        breast_cancer("radius")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: own_points([[0, np.nan], [1, 1]], [0, 1]), "points must be finite"),
        (lambda: own_points([[0, np.inf], [1, 1]], [0, 1]), "points must be finite"),
        (lambda: own_points([[0, 1], [1, 1]], [0, np.nan]), "labels must be finite"),
        (lambda: own_points([[0, 1, 2], [1, 1, 1]], [0, 1]), "table of two columns"),
        (lambda: own_points([[0, 1], [1]], [0, 1]), "rows of one length"),
        (lambda: own_points([["a", 1], ["b", 1]], [0, 1]), "must be numbers"),
        (lambda: own_points([[0, 1], [1, 1]], [0]), "Each point needs one label"),
        (lambda: own_points([], []), "There are no points"),
        (lambda: own_points([[0, 1], [1, 1]], ["a", "a"]), "All points belong to one class"),
        (lambda: own_points(np.zeros((10**6, 2)), np.arange(10**6) % 2), "1,000,000 points"),
        (lambda: Points([[0, 1], [1, 1]], [0, 2], ("a", "b")), "whole numbers from 0 to 1"),
        (lambda: Points([[0, 1], [1, 1]], [0, 0.5], ("a", "b")), "whole numbers from 0 to 1"),
        (lambda: draw_points("star"), "choose one of circle"),
        (lambda: draw_points("xor", 3), "at least 4 points"),
        (lambda: draw_points("xor", noise=-1), "noise must be"),
        (lambda: draw_points("xor", 10**6), "up to 100,000"),
        (lambda: truth_table("nand"), "choose one of and, or, xor"),
        (lambda: points_from_csv(""), "The CSV is empty"),
        (lambda: points_from_csv(" \n\n"), "The CSV is empty"),
        (lambda: points_from_csv("a,b,c\n"), "has no rows below"),
        (lambda: points_from_csv("a,b\n1,2\n"), "need three columns"),
        (lambda: points_from_csv("a,b,c\n1,2\n"), "Row 2 of the CSV has 2 cells"),
        (lambda: points_from_csv("a,b,c\n1,two,x\n"), "In row 1 the column 'b' holds 'two'"),
        (lambda: points_from_csv("a,b,c\n1,,x\n"), "In row 1 the column 'b' holds ''"),
        (lambda: points_from_csv("a,b,c\n1,nan,x\n"), "not a finite number"),
        (lambda: points_from_csv("a,b,c\n1,2,\n"), "has no label"),
        (lambda: points_from_csv("a,b,c\n1,2,x\n3,4,x\n"), "All points belong to one class"),
        (lambda: points_from_csv("a,b,c\n1,2,x\n", "d"), "no column 'd'; choose of a, b, c"),
        (lambda: points_from_csv("a,b,c\n1,2,x\n", regression=True), "the column 'c' holds 'x'"),
        (lambda: points_from_csv("a,b,c\n" + "1,2,x\n" * 10**6), "has 1,000,001 lines"),
    ],
)
def test_bad_points_get_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
