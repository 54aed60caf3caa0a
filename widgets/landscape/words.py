"""What is seen, in a sentence; and in lines of PyTorch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from widgets.landscape.charts import Chart, Wish


def sentence(chart: Chart, held: float, places: int) -> str:
    """Return what a learner should know of the picture.

    Args:
        chart: the plane.
        held: the share of the walk's variance that lies in it.
        places: how many places the walk has.

    """
    share = f"{100 * held:.0f} %" if held >= 0.005 else "less than 1 %"
    if places < 2:
        walk = "Let the network learn: its way will be drawn here."
    else:
        walk = f"These two directions hold {share} of the way that the weights went."
    of_all = chart.plane.first.size
    match chart.wish.view:
        case "path":
            return chart.plane.sentence or walk
        case "two weights":
            return f"The other {of_all - 2:,} weights stay as they are now. {walk}"
        case _:
            return f"Two random directions among {of_all:,}. {walk}"


def brief(label: str) -> str:
    """Return the name of a weight as it fits into a list: ``layer 1, 2 → 3``, ``layer 1, bias 3``.

    Args:
        label: what ``lab.parameters`` calls it.

    """
    found = re.fullmatch(r"(.+): weight from \w+ (\d+) to neuron (\d+)", label)
    if found:
        return "{}, {} → {}".format(*found.groups())
    return re.sub(r": bias of \w+ ", ", bias ", label)


AXES = {
    "two weights": """
first, second = (torch.zeros(len(centre), dtype=centre.dtype) for _ in range(2))
first[{first}] = second[{second}] = 1
centre[[{first}, {second}]] = 0  # so that a and b are the two weights themselves
""",
    "random directions": """
def direction():  # each filter as long as the model's own, biases left alone (Li et al., 2018)
    rows = []
    for p in model.parameters():
        d = torch.randn_like(p) if p.ndim > 1 else torch.zeros_like(p)
        if p.ndim > 1:
            lengths = p.flatten(1).norm(dim=1) / d.flatten(1).norm(dim=1)
            d *= lengths.view(-1, *[1] * (p.ndim - 1))
        rows.append(d.flatten())
    return torch.cat(rows)

torch.manual_seed({seed})
first, second = direction().detach(), direction().detach()
""",
    "path": """
# checkpoints: (T, P), the weights on the way, each made by parameters_to_vector
centred = checkpoints - checkpoints.mean(dim=0)
first, second = torch.linalg.svd(centred, full_matrices=False).Vh[:2]
""",
}


def code(wish: Wish) -> str:
    """Return lines of PyTorch that compute such a surface."""
    axes = AXES[wish.view].format(first=wish.first, second=wish.second, seed=wish.seed)
    return f"""import copy
import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters

# your own: model, x, y, and loss_function such as torch.nn.functional.cross_entropy
model = copy.deepcopy(model)
centre = parameters_to_vector(model.parameters()).detach()
{axes}
@torch.no_grad()
def loss(a, b):
    vector_to_parameters(centre + a * first + b * second, model.parameters())
    return loss_function(model(x), y).item()

# surface = [[loss(a, b) for a in columns] for b in rows]"""
