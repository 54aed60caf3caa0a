"""The workshop's tasks: respond to one input only, and do what a truth table asks for."""

import operator
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lab.neurons import Neuron, on_off_patterns
from lab.tasks import check, respond_only_to, task_names, truth

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


ASKED = {"and": operator.and_, "or": operator.or_, "xor": operator.xor}
pairs = arrays(float, 2, elements=halves)


@given(weights=pairs, bias=halves, name=st.sampled_from(list(ASKED)))
def test_a_truth_table_is_what_the_operator_gives(weights, bias, name):
    verdict = truth(Neuron(weights, bias), name)
    asked = [ASKED[name](a, b) for a in (False, True) for b in (False, True)]
    fires = [bool(weights @ (a, b) > -bias) for a in (0, 1) for b in (0, 1)]
    assert [trial.should_fire for trial in verdict.trials] == asked
    assert verdict.right == sum(map(operator.eq, asked, fires))
    assert verdict.solved == (asked == fires)
    assert bool(verdict.hint) != verdict.solved
    assert verdict.done == (verdict.right >= (3 if name == "xor" else 4))


def test_and_and_or_can_be_done_and_xor_cannot():
    assert truth(Neuron([1, 1], bias=-1.5), "and").solved
    assert truth(Neuron([1, 1], bias=-0.5), "or").solved
    steps = np.linspace(-2, 2, 17)
    rights = {
        truth(Neuron([w1, w2], bias=b), "xor").right for w1 in steps for w2 in steps for b in steps
    }
    assert max(rights) == 3


def test_the_best_of_xor_is_understood_and_said_why():
    verdict = truth(Neuron([1, 1], bias=-0.5), "xor")
    assert verdict.done
    assert not verdict.solved
    assert "Win (1, 1) too and another is lost" in verdict.hint
    assert "a hidden layer" in verdict.hint


@pytest.mark.parametrize(
    ("weights", "bias", "name", "hint"),
    [
        ([1, 1], 0.5, "or", "both inputs off it fires already: raise the threshold"),
        ([1, 0.2], -0.5, "or", "Input 2 alone does not wake it: give weight 2 more"),
        ([1, 0.2], -0.5, "and", "Input 1 alone wakes it: raise the threshold"),
        ([1, 0.2], -1.5, "and", "stays silent: give weight 2 more, or lower the threshold"),
        ([-1, -1], 2.5, "xor", "both inputs off"),
        ([0, 0], -1, "xor", "Input 2 alone does not wake it"),
    ],
)
def test_the_hint_of_a_truth_table_leads_on(weights, bias, name, hint):
    assert hint in truth(Neuron(weights, bias), name).hint


def follow(hint, weights, bias):
    """Do what a hint says, a little."""
    step = 0.1
    if "raise the threshold" in hint:
        return weights, bias - step
    number = int(re.search(r"give weight (\d) more", hint)[1])
    weights = weights.copy()
    weights[number - 1] += step
    return weights, bias


@given(weights=pairs, bias=halves, name=st.sampled_from(["and", "or"]))
def test_who_follows_the_hints_arrives(weights, bias, name):
    for _ in range(400):
        verdict = truth(Neuron(weights, bias), name)
        if verdict.solved:
            return
        weights, bias = follow(verdict.hint, weights, bias)
    pytest.fail(f"still {verdict.hint} with {weights} and {bias}")


def test_each_task_has_a_name_and_is_checked_by_it():
    assert task_names(3) == ("input 1", "input 2", "input 3")
    assert task_names(2) == ("input 1", "input 2", "and", "or", "xor")
    neuron = Neuron([1, 0], bias=-0.5)
    assert [check(neuron, name).solved for name in task_names(2)] == [True, *[False] * 4]


def test_a_truth_table_needs_two_inputs():
    with pytest.raises(ValueError, match="and has two inputs, but this neuron has 3"):
        truth(Neuron([1, 1, 1]), "and")
