"""Decision regions: scikit-learn's nearest neighbours on the map."""

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from lab.decision_regions import MOST, decision_regions


def test_each_cell_is_of_the_class_of_most_points_near_it():
    random = np.random.default_rng(0)
    points, classes = random.normal(size=(300, 2)), random.integers(0, 2, 300)
    regions = decision_regions(points, classes, 2.0, side=20, k=9)
    oracle = KNeighborsClassifier(9).fit(points, classes)
    centres = np.linspace(-1.9, 1.9, 20)
    cells = [(x, y) for y in centres[::-1] for x in centres]
    np.testing.assert_array_equal(regions, oracle.predict(cells).reshape(20, 20))


def test_the_highest_y_is_the_first_row_and_the_nearest_point_decides_between_equals():
    regions = decision_regions([[-1.0, 1], [1, 1], [-1, -1], [1, -1]], [3, 1, 0, 2], 2.0, 4, k=4)
    np.testing.assert_array_equal(regions[:2], [[3, 3, 1, 1]] * 2)
    np.testing.assert_array_equal(regions[2:], [[0, 0, 2, 2]] * 2)


def test_few_points_and_many():
    assert (decision_regions(np.zeros((0, 2)), np.zeros(0, int), 1.0) == -1).all()
    assert (decision_regions(np.zeros((1, 2)), [5], 1.0, side=3) == 5).all()
    x = np.linspace(-1, 1, 2 * MOST)
    regions = decision_regions(np.column_stack([x, x]), (x > 0).astype(int), 1.0, side=2)
    np.testing.assert_array_equal(regions.diagonal(offset=0), [regions[0, 0], regions[1, 1]])
    assert (regions[1, 0], regions[0, 1]) == (0, 1)


@pytest.mark.parametrize(
    ("points", "classes", "half_side", "words"),
    [
        (np.zeros((3, 3)), [0, 1, 2], 1.0, "in a plane, not in 3"),
        (np.zeros((3, 2)), [0, 1], 1.0, "3 whole numbers from 0 on"),
        (np.zeros((2, 2)), [0, -1], 1.0, "2 whole numbers from 0 on"),
        (np.zeros((2, 2)), [0, 1], 0.0, "above 0"),
        (np.full((2, 2), np.nan), [0, 1], 1.0, "row 0 is not"),
    ],
)
def test_what_has_no_regions_is_refused(points, classes, half_side, words):
    with pytest.raises(ValueError, match=words):
        decision_regions(points, classes, half_side)
