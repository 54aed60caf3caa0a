"""Between the traits, which travel as lists, and the network that computes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lab.layers import Layer
from lab.networks import Network

if TYPE_CHECKING:
    from widgets.network.state import NetworkState


def network_of(state: NetworkState) -> Network:
    """Return the network that the traits describe; a weight in the hand is frozen."""
    off, frozen = set(state.off), set(state.frozen)
    if state.held and state.held[4]:
        frozen.add(tuple(state.held[:3]))
    last = len(state.weights) - 1
    layers = []
    for index, (weights, biases) in enumerate(zip(state.weights, state.biases, strict=True)):
        stuck = frozen and [
            [(index, to, f) in frozen for f in range(len(row))] for to, row in enumerate(weights)
        ]
        layers.append(
            Layer(
                np.array(weights),
                np.array(biases),
                "identity" if index == last else state.activations[index],
                on=np.array([(index, n) not in off for n in range(len(biases))]) if off else None,
                frozen=np.array(stuck) if stuck else None,
            )
        )
    return Network(tuple(layers))


def initial(state: NetworkState) -> Network:
    """Return the network as it is before it has learnt: the same seed gives the same."""
    return Network.random(state.sizes, scheme=state.scheme, seed=state.seed)


def fit(state: NetworkState) -> None:
    """Fit everything to the sizes: what remains keeps its numbers, what is new is drawn."""
    sizes = state.sizes
    old_sizes = (2, *(len(row) for row in state.biases))
    if old_sizes != sizes:
        fresh = initial(state)
        weights = [layer.weights.copy() for layer in fresh.layers]
        biases = [layer.biases.copy() for layer in fresh.layers]
        kept = []
        for index, (old, old_biases) in enumerate(zip(state.weights, state.biases, strict=True)):
            is_output = index == len(old_sizes) - 2
            if index >= len(weights) or is_output != (index == len(sizes) - 2):
                continue  # a layer that is there no more, or that does something else now
            kept.append(index)
            to = min(len(old), len(weights[index]))
            from_ = min(len(old[0]), weights[index].shape[1])
            weights[index][:to, :from_] = np.array(old)[:to, :from_]
            biases[index][:to] = old_biases[:to]
        state.weights = [table.tolist() for table in weights]
        state.biases = [row.tolist() for row in biases]
        state.frozen = [place for place in state.frozen if place[0] in kept]
        state.chosen = [place for place in state.chosen if place[0] in kept]
    names = list(state.activations[: len(state.neurons)])
    names += [names[-1] if names else "tanh"] * (len(state.neurons) - len(names))
    for index, (name, count) in enumerate(zip(names, state.neurons, strict=True)):
        if not isinstance(name, str):
            names[index] = (*name, *[name[-1]] * count)[:count]
    state.activations = names
    layers = len(sizes) - 1
    state.off = [(la, n) for la, n in state.off if la < layers - 1 and n < sizes[la + 1]]
    state.chosen = [(la, n) for la, n in state.chosen if la < layers and n < sizes[la + 1]]
    state.frozen = [
        (la, to, f)
        for la, to, f in state.frozen
        if la < layers and to < sizes[la + 1] and f < sizes[la]
    ]
    state.space = min(state.space, len(state.neurons))
    if state.held and not state.place_of(state.held):
        state.held = ()
