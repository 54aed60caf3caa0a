"""Checks of values: whatever is given, one short sentence says what would be right."""

from fractions import Fraction

import numpy as np
import pytest

from lab.checks import number, one_of, whole


@pytest.mark.parametrize("huge", [10**400, -(10**400), 10**5000, Fraction(10**400)], ids=type)
def test_a_number_that_no_float_can_hold_is_not_finite(huge):
    with pytest.raises(ValueError, match=r"^x must be a finite number at least 0, not -?inf\.$"):
        number("x", huge, least=0)


@pytest.mark.parametrize("huge", [10**18, 10**400, -(10**5000)], ids=type)
def test_a_whole_number_that_nobody_reads_is_not_written_out(huge):
    with pytest.raises(ValueError, match=r"^x must lie between 0 and 9, not .{1,40}$"):
        whole("x", huge, 0, 9)


@pytest.mark.parametrize(
    "check", [lambda value: whole("x", value, 0, 9), lambda value: number("x", value)]
)
def test_what_is_no_number_is_quoted_in_short(check):
    with pytest.raises(TypeError, match=r"^x must be a (whole )?number, not .{1,62}$"):
        check("y" * 10_000)


def test_a_choice_that_is_not_there_is_quoted_in_short():
    with pytest.raises(ValueError, match=r"^x must be one of 'a', 'b', not .{1,62}$"):
        one_of("x", "y" * 10_000, ("a", "b"))


def test_what_lies_in_the_range_comes_back():
    assert whole("x", np.int64(9), 0, 9) == 9
    assert number("x", Fraction(1, 4), above=0, most=1) == 0.25
