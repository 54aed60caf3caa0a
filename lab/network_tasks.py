"""Tasks for a whole network that check themselves from what the learner has built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lab.point_sets import truth_table
from lab.scores import accuracy

if TYPE_CHECKING:
    from lab.networks import Network

FEWEST = 2
"""Two straight lines separate the corners of XOR (Goodfellow et al., ch. 6.1); one does not."""


def separate_xor(network: Network) -> tuple[bool, str]:
    """Say whether a network of one logit separates the four corners of XOR, and what next.

    Returns:
        Whether it does, and a sentence: a hint while it does not, then how few neurons would do.

    """
    table = truth_table("xor")
    hidden = [
        layer.outputs if layer.on is None else int(np.count_nonzero(layer.on))
        for layer in network.layers[:-1]
    ]
    count = sum(hidden)
    right = round(4 * accuracy(network(table.x), table.y))
    if right == 4:
        if count <= FEWEST:
            return True, f"Solved with {count} hidden neurons. Nobody needs fewer lines than two."
        return True, f"Solved with {count} hidden neurons. Can you do it with fewer?"
    start = f"{right} of 4 corners right. "
    if count == 0:
        return False, start + "Without a hidden layer the border is one straight line: add one."
    if hidden and min(hidden) < FEWEST and not _bends_back(network):
        return False, start + "One neuron draws one line, and XOR needs two: add a neuron."
    return False, start + "There are neurons enough: train on, or reset with another seed."


def _bends_back(network: Network) -> bool:
    """Say whether a hidden activation falls and rises again, so that one neuron can do more."""
    return any("gelu" in np.atleast_1d(layer.activation) for layer in network.layers[:-1])
