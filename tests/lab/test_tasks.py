"""The workshop's task: set the weights so that the neuron responds to one input only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lab.neurons import Neuron, on_off_patterns
from lab.tasks import respond_only_to

halves = st.integers(-8, 8).map(lambda n: n / 2)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_one_weight_above_the_threshold_and_the_others_zero_solve_it(number):
    weights = [0.0, 0.0, 0.0]
    weights[number - 1] = 1.0
    verdict = respond_only_to(Neuron(weights, bias=-0.5), number)
    assert verdict.solved
    assert verdict.hint == ""
    for other in {1, 2, 3} - {number}:
        assert not respond_only_to(Neuron(weights, bias=-0.5), other).solved


@given(weights=arrays(float, 3, elements=halves), bias=halves, number=st.integers(1, 3))
def test_the_verdict_is_what_trying_every_pattern_gives(weights, bias, number):
    verdict = respond_only_to(Neuron(weights, bias), number)
    expected = all(
        (float(weights @ pattern) > -bias) == bool(pattern[number - 1])
        for pattern in on_off_patterns(3)
    )
    assert verdict.solved == expected
    assert bool(verdict.hint) != expected


@pytest.mark.parametrize(
    ("weights", "bias", "hint"),
    [
        ([1, 0, 0], 0.5, "every input off"),
        ([0.2, 0, 0], -0.5, "give weight 1 more"),
        ([1, 0, 2], -0.5, "With input 3 on it fires, though input 1 is off"),
        ([1, -1, 0], -0.5, "inputs 1 and 2 on it stays silent"),
        ([1, 0.3, 0.3], -0.5, "inputs 2 and 3 on it fires"),
    ],
)
def test_the_hint_names_what_is_wrong(weights, bias, hint):
    assert hint in respond_only_to(Neuron(weights, bias), 1).hint
