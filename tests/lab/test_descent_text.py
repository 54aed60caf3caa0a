"""A step written out: its numbers are those of the path, and its code walks the same path."""

import re

import numpy as np
import pytest
from torch import optim

from lab.data_surfaces import linear_regression
from lab.descent import Walker, descend, race
from lab.descent_text import code, formula, number, symbols
from lab.optimizers import OPTIMIZERS, SCHEDULES
from lab.surfaces import SURFACES

ROSENBROCK = SURFACES["rosenbrock"]
TEXT = "(1 - x) ** 2 + 100 * (y - x**2) ** 2"
SUPERSCRIPT = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-1.2345, "−1.23"),
        (12345.0, "1.23·10⁴"),
        (-0.00001234, "−1.23·10⁻⁵"),
        (0.5, "0.5"),
        (150, "150"),
    ],
)
def test_numbers_have_three_digits_and_a_true_minus(value, text):
    assert number(value) == text


def worked_out(text):
    """Compute an expression that stands in a formula; places become arrays."""
    text = re.sub(r"·10([⁻⁰-⁹¹²³]+)", lambda m: f"*1e{m[1].translate(SUPERSCRIPT)}", text)
    text = text.replace("−", "-").replace("·", "*").replace("²", "**2").replace("√", "root*")
    text = re.sub(r"\(([^()]+, [^()]+)\)", r"vec(\1)", text)
    text = re.sub(r"root\*(vec\([^()]+\))", r"np.sqrt(\1)", text)
    return eval(text, {"np": np, "vec": lambda *v: np.array(v)})


@pytest.mark.parametrize("options", [{}, {"weight_decay": 0.1}])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_line_of_a_formula_is_true(name, options):
    if options and name in {"newton", "lbfgs", "rprop"}:
        pytest.skip("has no weight decay")
    walker = Walker(name, 1e-3, options)
    path = descend(ROSENBROCK, (-1.2, 0.8), name, 1e-3, 12, **options)
    for step in (0, 1, 7):
        lines = formula(walker, path, step)
        assert 2 <= len(lines) <= 5
        assert all(len(line) <= 90 for line in lines)
        assert "-" not in "".join(lines)
        named = {}
        for text in lines:
            line = text
            if ", v̂ = " in line or ", t = " in line:  # two values, which the next line works with
                named = dict(re.findall(r"(m̂|v̂) = (\([^()]+\))", line))
                continue
            for letter, value in named.items():
                line = line.replace(letter, value)
            left, right = re.split(" ← | = ", line, maxsplit=1)
            if " = " in right:
                expression, result = right.split(" = ")
                if "H⁻¹" in expression:
                    continue
                expected = worked_out(result)
                scale = 0.012 * (np.abs(expected).max() + 0.1)
                np.testing.assert_allclose(worked_out(expression), expected, atol=scale)
            if left == "θ":
                np.testing.assert_allclose(
                    worked_out(right.split(" = ")[-1]), path.positions[step + 1], rtol=0.006
                )


def test_a_formula_reads_well():
    walker = Walker("momentum", 0.1)
    path = descend(SURFACES["bowl"], (1.0, -0.5), "momentum", 0.1, 3)
    assert formula(walker, path, 0) == (
        "g = (1, −0.5)",
        "v ← 0.9·(0, 0) + (1, −0.5) = (1, −0.5)",
        "θ ← (1, −0.5) − 0.1·(1, −0.5) = (0.9, −0.45)",
    )
    assert symbols(walker) == ("v ← β·v + g", "θ ← θ − η·v")
    assert symbols(Walker("gradient descent", 0.1, {"momentum": 0.5})) == symbols(walker)
    assert symbols(Walker("adam", 0.1, {"weight_decay": 0.1}))[0] == "g ← g + λ·θ"


@pytest.mark.parametrize(
    "walker",
    [
        Walker(optim.SGD, 0.1),
        Walker("adam", 0.1, {"amsgrad": True}),
        Walker("momentum", 0.1, {"dampening": 0.5}),
        Walker("rmsprop", 0.1, {"centered": True}),
    ],
)
def test_what_is_not_written_has_the_general_lines(walker):
    (path,) = race(SURFACES["bowl"], (1.0, -0.5), [walker], 3)
    lines = formula(walker, path, 0)
    assert [line.split(" = ")[0] for line in lines] == ["g", "step", "θ"]
    assert symbols(walker) == ("θ ← θ + step",)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_symbols_are_few_and_short(name):
    assert 1 <= len(symbols(Walker(name, 0.1))) <= 5


def test_steps_are_counted_from_0():
    path = descend(SURFACES["bowl"], (1.0, -0.5), "adam", 0.1, 3)
    for step in (-1, 3):
        with pytest.raises(ValueError, match="has 3 steps, counted from 0, so there is no step"):
            formula(Walker("adam", 0.1), path, step)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_start_in_the_minimum_can_be_written_out(name):
    path = descend(SURFACES["bowl"], (0.0, 0.0), name, 0.1, 2)
    assert formula(Walker(name, 0.1), path, 1)


def run(text):
    names = {}
    exec(text, names)
    return [np.array(path) for path in names["paths"]]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_code_walks_the_same_paths(schedule):
    walkers = [Walker(name, 1e-3, {}, schedule) for name in OPTIMIZERS]
    walkers.append(Walker("adam", 0.01, {"betas": (0.5, 0.9)}, schedule))
    how = {"noise": 0.2, "seed": 4} if schedule in {"constant", "cosine"} else {}
    paths = race(ROSENBROCK, (-1.2, 0.8), walkers, 25, **how)
    text = code(TEXT, (-1.2, 0.8), walkers, 25, **how)
    for path, own in zip(paths, run(text), strict=True):
        np.testing.assert_allclose(path.positions, own, rtol=1e-9, atol=1e-9)


def test_the_code_of_batches_and_of_ones_own_classes():
    random = np.random.default_rng(0)
    x, y = random.normal(size=(2, 8))
    surface = linear_regression(x, y)
    function = (
        f"inputs = torch.tensor({x.tolist()}, dtype=torch.float64)\n"
        f"targets = torch.tensor({y.tolist()}, dtype=torch.float64)\n\n"
        "def losses(slope, intercept):\n"
        "    return (slope * inputs + intercept - targets) ** 2\n"
    )
    walkers = [Walker("gradient descent", 0.05), Walker("newton", 0.1), Walker(optim.Adamax, 0.1)]
    paths = race(surface, surface.start, walkers, 20, batch_size=4, seed=2)
    text = code(function, surface.start, walkers, 20, batch_size=4, seed=2)
    assert "from torch.optim.adamax import Adamax" in text
    for path, own in zip(paths, run(text), strict=True):
        np.testing.assert_allclose(path.positions, own, rtol=1e-9, atol=1e-9)
