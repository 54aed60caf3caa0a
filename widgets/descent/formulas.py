"""The loss of each surface as a text in torch, for the lines of PyTorch that the page shows."""

from __future__ import annotations

import inspect
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.surfaces import Surface

EXPRESSIONS = {
    "bowl": "(x**2 + y**2) / 2",
    "two minima": "(x**2 - 1)**2 + 0.3 * x + y**2",
    "saddle": "(x**2 - y**2) / 2",
    "monkey saddle": "x**3 - 3 * x * y**2",
    "rosenbrock": "(1 - x)**2 + 100 * (y - x**2)**2",
    "beale": "(1.5 - x + x * y)**2 + (2.25 - x + x * y**2)**2 + (2.625 - x + x * y**3)**2",
    "himmelblau": "(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
    "rastrigin": "20 + x**2 + y**2 - 10 * (torch.cos(2 * torch.pi * x)"
    " + torch.cos(2 * torch.pi * y))",
}
PLATEAU = """def loss_at(x, y):
    q = (x - 1)**2 + 16 * (y + 0.5)**2
    return q / (1 + q)"""
ACKLEY = """def loss_at(x, y):
    waves = (torch.cos(2 * torch.pi * x) + torch.cos(2 * torch.pi * y)) / 2
    return 20 - 20 * torch.exp(-0.2 * ((x**2 + y**2) / 2).sqrt()) + torch.e - torch.exp(waves)"""
NOISE_HELPS = """u, v = torch.cartesian_prod(*2 * [torch.linspace(-0.4, 0.4, 4).double()]).T

def loss_at(x, y):  # of 16 samples
    x, y = x - u, y - v
    {}((x**2 + y**2) / 4 + (2 - torch.cos(4 * x) - torch.cos(4 * y)) / 2){}"""
LINEAR = """inputs = torch.tensor({}, dtype=torch.double)
targets = torch.tensor({}, dtype=torch.double)

def loss_at(slope, intercept):
    {}(slope * inputs + intercept - targets)**2{}"""
LOGISTIC = """inputs = torch.tensor({}, dtype=torch.double)
targets = torch.tensor({}, dtype=torch.double)

def loss_at(weight, bias):
    z = weight * inputs + bias
    return torch.nn.functional.binary_cross_entropy_with_logits(z, targets, reduction="{}")"""


def formula_of(
    name: str,
    surface: Surface,
    condition: float,
    points: Sequence[tuple[float, float]],
    *,
    samples: bool,
) -> str:
    """Return the loss as an expression, or as lines that end with the ``def`` of a function.

    Args:
        name: what the surface is called on the page.
        surface: the surface; its source is read where it is the learner's own.
        condition: of the elongated bowl.
        points: of a surface from data.
        samples: whether to return each sample's loss, for batches, and not their mean.

    """
    inputs, targets = [x for x, _ in points], [y for _, y in points]
    ends = ("return ", "") if samples else ("return (", ").mean()")
    lines = {
        "elongated bowl": f"(x**2 + {condition:g} * y**2) / 2",
        "plateau": PLATEAU,
        "ackley": ACKLEY,
        "noise helps": NOISE_HELPS.format(*ends),
        "linear regression": LINEAR.format(inputs, targets, *ends),
        "logistic regression": LOGISTIC.format(inputs, targets, "none" if samples else "mean"),
    }
    return lines.get(name) or EXPRESSIONS.get(name) or _source(surface)


def _source(surface: Surface) -> str:
    """Return the learner's own function as it was written, where that can be read."""
    try:
        text = textwrap.dedent(inspect.getsource(surface.function))
    except (OSError, TypeError):
        text = ""
    if text.startswith("def "):
        return text
    return "def loss_at(x, y):\n    return my_function(x, y)  # the function that you gave"
