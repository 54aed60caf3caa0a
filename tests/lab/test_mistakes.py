"""Mistakes and their order against plain Python."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.mistakes import in_cell, mistakes, most_frequent

tests = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), *[st.floats(0, 1, width=32).map(float)] * 2),
    max_size=30,
)


def columns(rows):
    labels, said, confidences, true = zip(*rows, strict=True) if rows else ([], [], [], [])
    return (
        np.array(labels, np.int64),
        np.array(said, np.int64),
        np.array(confidences, np.float32),
        np.array(true, np.float32),
    )


@given(tests, st.sampled_from([None, 0, 3]))
def test_the_first_mistake_is_the_worst_or_the_surest(rows, of):
    wrong = [i for i, (a, b, *_) in enumerate(rows) if a != b and of in (None, a)]
    worst = mistakes(*columns(rows), order="worst", of=of)
    surest = mistakes(*columns(rows), order="surest", of=of)
    # Python sorts stably: equals stay in their order.
    assert worst.tolist() == sorted(wrong, key=lambda i: rows[i][3])
    assert surest.tolist() == sorted(wrong, key=lambda i: -rows[i][2])


@given(tests, st.integers(0, 3), st.integers(0, 3))
def test_a_cell_holds_its_images(rows, row, column):
    labels, said, confidences, _ = columns(rows)
    expected = [i for i, (a, b, *_) in enumerate(rows) if (a, b) == (row, column)]
    found = in_cell(labels, said, confidences, row, column)
    assert found.tolist() == sorted(expected, key=lambda i: -rows[i][2])


@pytest.mark.parametrize(
    ("table", "cell"),
    [
        ([[9, 1], [2, 9]], (1, 0)),
        ([[9, 2], [2, 9]], (0, 1)),
        ([[9, 0], [0, 9]], None),
        ([[0]], None),
    ],
)
def test_the_most_frequent_mistake(table, cell):
    assert most_frequent(np.array(table)) == cell
