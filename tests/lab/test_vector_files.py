"""Tab-separated files: every number and every text comes back."""

import csv
import io

import numpy as np
import pytest

from lab.vector_files import metadata_tsv, vectors_tsv


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_come_back_bit_for_bit(dtype):
    vectors = np.random.default_rng(0).normal(size=(50, 7)).astype(dtype) * 1e-3
    back = np.loadtxt(io.StringIO(vectors_tsv(vectors)), delimiter="\t", dtype=dtype)
    np.testing.assert_array_equal(back, vectors)


def test_texts_stay_on_their_lines():
    text = metadata_tsv({"class": ["a\tb", "<b>c</b>\r\nd"], "predicted\n": [3, 4.5]})
    rows = list(csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert rows == [["class", "predicted"], ["a b", "3"], ["<b>c</b> d", "4.5"]]


def test_a_single_column_has_no_line_of_names():
    assert metadata_tsv({"class": ["cat", "dog"]}) == "cat\ndog\n"


def test_what_fits_in_no_file_is_refused():
    with pytest.raises(ValueError, match="finite"):
        vectors_tsv([[np.nan]])
    with pytest.raises(ValueError, match="equally long, not {'a': 1, 'b': 2}"):
        metadata_tsv({"a": [1], "b": [1, 2]})
    with pytest.raises(ValueError, match="must be columns"):
        metadata_tsv({})
    with pytest.raises(ValueError, match="a name of its own"):
        metadata_tsv({"a": [1], "a ": [1]})
