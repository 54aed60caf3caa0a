"""What the page shows of a network that learns: maps, points in hidden space, scores."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.export import network_code
from lab.network_tasks import separate_xor
from lab.networks import Network
from lab.neurons import cell_centres
from lab.scores import accuracy, confusion, predictions, probabilities
from widgets._arrays import pack
from widgets.network import data
from widgets.network.study import loss_for, loss_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.points import Points
    from widgets.network import Network as NetworkState
    from widgets.network.study import Study

    Floats = NDArray[np.float64]

MARKS = 600
"""Points beyond these are learnt from and tested on, but not drawn."""

NAMES = {
    "mse_loss": "mean squared error",
    "binary_cross_entropy_with_logits": "binary cross-entropy",
    "cross_entropy": "cross-entropy",
}

SIZE = 100
EVERY = 3
"""A neuron's tile holds every third sample of its map: it is drawn a few dozen pixels wide."""


def draw(state: NetworkState, study: Study) -> dict[str, Any]:
    """Return all that the page shows and that changes while the network learns."""
    network, points = state.network, study.points
    train, test = scores(network, study.train), scores(network, study.test)
    past = np.array([[s, train, np.nan if test is None else test] for s, train, test in study.past])
    found = {
        "pulse": state.pulse,
        "steps": study.steps,
        "epochs": study.epochs,
        "status": study.status,
        "name": NAMES[loss_for(study.train)] if study.train else "",
        "past": pack(past.reshape(-1, 3).T),
        "train": train,
        "test": test,
        "formula": formula(network, *state.chosen[0]) if state.chosen else "",
        "code": network_code(network) if state.code_shown else "",
        "task": None,
    }
    own = state.own if state.points == "own" else None
    found |= maps(
        network, points, plane_extent(points, own), state.chosen[0] if state.chosen else ()
    )
    if state.space:
        found["space"] = hidden_space(network, points, rows_drawn(points), state.space)
    if state.task != "none" and network.sizes[-1] == 1:
        solved, sentence = separate_xor(network)
        found["task"] = {"solved": solved, "sentence": sentence}
    return found


def cloud(study: Study, own: dict[str, Any] | None, why_none: str) -> dict[str, Any]:
    """Return the points as the page draws them, those that are tested on marked."""
    points = study.points
    if points is None:  # own points that cannot be learnt from yet are drawn all the same
        own = own or data.EMPTY
        return {
            "x": pack(np.reshape(own["x"], (-1, 2)).astype(float)),
            "y": pack(np.array(own["y"], dtype=float)),
            "tested": pack(np.zeros(len(own["y"]), dtype=np.uint8)),
            "classes": own["classes"],
            "axes": own["axes"],
            "extent": plane_extent(None, own),
            "note": why_none,
        }
    rows = rows_drawn(points)
    drawn = points.x[rows]
    tested = np.zeros(len(rows), dtype=np.uint8)
    if study.test is not None:
        kept_back = Counter(map(tuple, study.test.x.tolist()))
        for i, place in enumerate(map(tuple, drawn.tolist())):
            tested[i] = kept_back[place] > 0  # of points in one place as many as were kept
            kept_back[place] -= 1
    note = f"{len(rows)} of {len(points):,} points drawn" if len(rows) < len(points) else ""
    return {
        "x": pack(drawn),
        "y": pack(points.y[rows]),
        "tested": pack(tested),
        "classes": list(points.classes),
        "axes": list(points.axes),
        "extent": plane_extent(points, own),
        "note": note,
    }


def rows_drawn(points: Points | None) -> NDArray[np.int64]:
    """Return which points are drawn: all, or a sample spread over them."""
    count = 0 if points is None else len(points)
    return np.unique(np.linspace(0, count - 1, min(count, MARKS)).round().astype(np.int64))


def formula(network: Network, layer: int, neuron: int) -> str:
    """Return what a neuron computes, with its numbers."""
    part = network.layers[layer]
    symbol = "x" if layer == 0 else "a"
    terms = [
        f"{_signed(w, first=not i)}·{symbol}{_index(i + 1)}"
        for i, w in enumerate(part.weights[neuron])
    ]
    inside = f"{' '.join(terms)} {_signed(part.biases[neuron])}"
    names = part.activation
    name = names if isinstance(names, str) else names[neuron]
    return f"z = {inside}" if name == "identity" else f"a = {name}({inside})"


def _signed(value: float, *, first: bool = False) -> str:
    sign = "−" if value < 0 else "" if first else "+"
    return f"{sign}{'' if first else ' '}{abs(value):.2f}"


def _index(number: int) -> str:
    return "".join(chr(0x2080 + int(digit)) for digit in str(number))


def plane_extent(points: Points | None, own: dict[str, Any] | None) -> float:
    """How far the plane reaches to either side of 0; where points are put by hand it stays."""
    by_hand = own is not None and own["axes"] == data.EMPTY["axes"]
    return max(6.0 if points is None or by_hand else 1.5, points.extent if points else 0.0)


def maps(
    network: Network, points: Points | None, extent: float, chosen: tuple[int, ...]
) -> dict[str, Any]:
    """Return a tile for every neuron, and the large map of the chosen one or of the answer."""
    with np.errstate(over="ignore", invalid="ignore"):
        layers = network.response_maps(extent, SIZE, dtype=np.float32)
    largest = float(np.finfo(np.float32).max) / 2  # large weights may leave what float32 holds
    layers = tuple(
        la if np.isfinite(la).all() else np.nan_to_num(la, posinf=largest, neginf=-largest)
        for la in layers
    )
    tiles = np.concatenate([layer[:, ::EVERY, ::EVERY] for layer in layers])
    scales = np.maximum(1e-9, np.abs(tiles).max(axis=(1, 2)))
    if chosen:
        layer, neuron = chosen
        values = layers[layer][neuron]
        most = max(1.0, float(np.abs(values).max()))
        plane = {"kind": "value", "map": _signed_bytes(values, most), "low": -most, "high": most}
    else:
        plane = answer(np.moveaxis(layers[-1], 0, -1), points)
    return {
        "tiles": pack(_bytes(tiles, scales[:, None, None])),
        "scales": scales.tolist(),
        "plane": plane,
    }


def answer(outputs: Floats, points: Points | None) -> dict[str, Any]:
    """Return the network's answer over a plane, from its outputs ``(rows, columns, outputs)``.

    A regression is a value; two classes are the probability of class 1, from −1 (surely class 0) to
    1 (surely class 1); more are the likeliest class with its probability.
    """
    if points is not None and not points.classes:
        most = max(1.0, float(np.abs(points.y).max()))
        return {
            "kind": "value",
            "map": _signed_bytes(outputs[..., 0], most),
            "low": -most,
            "high": most,
        }
    shares = probabilities(outputs)
    if outputs.shape[-1] == 1:
        signed = _signed_bytes(2 * shares[..., 1] - 1, 1.0)
        return {"kind": "two", "map": signed, "low": 0.0, "high": 1.0}
    return {
        "kind": "classes",
        "map": pack(predictions(outputs).astype(np.uint8)),
        "shares": pack(np.round(shares.max(axis=-1) * 255).astype(np.uint8)),
        "low": 1 / outputs.shape[-1],
        "high": 1.0,
    }


def hidden_space(
    network: Network, points: Points | None, rows: NDArray[np.int64], layer: int
) -> dict[str, Any]:
    """Return where the points lie for the neurons of a hidden layer, counted from 1.

    The axes are its first two neurons. Where it has no others, the plane also shows what the layers
    behind it answer there: the border that they draw is as straight as theirs can be.
    """
    count = network.layers[layer - 1].outputs
    axes = [f"neuron {n} of layer {layer}" for n in range(1, min(count, 2) + 1)]
    if points is None:
        return {"points": pack(np.zeros((0, 2))), "axes": axes, "low": -1.0, "high": 1.0}
    activations = network.forward(points.x[rows]).activations[layer - 1]
    flat = np.zeros((len(activations), 2))
    flat[:, : min(count, 2)] = activations[:, :2]
    low, high = float(min(-0.1, flat.min())), float(max(0.1, flat.max()))
    margin = 0.08 * (high - low)
    low, high = low - margin, high + margin
    found = {"points": pack(flat), "axes": axes, "low": low, "high": high}
    if count > 2:
        return found
    centres = (low + high) / 2 + cell_centres((high - low) / 2, SIZE)
    grid = np.stack(np.meshgrid(centres, centres[::-1]), axis=-1)[..., :count]
    rest = Network(network.layers[layer:])
    outputs = rest(grid.reshape(-1, count)).reshape(SIZE, SIZE, -1)
    return found | {"plane": answer(outputs, points)}


def scores(network: Network, points: Points | None) -> dict[str, Any]:
    """Return the loss, and of classes accuracy and confusion; nothing where there is no point."""
    if points is None:
        return {}
    outputs = network(points.x)
    loss = {"loss": loss_of(outputs, points)}
    if not points.classes:
        return loss
    return loss | {
        "accuracy": accuracy(outputs, points.y),
        "confusion": confusion(outputs, points.y, len(points.classes)).tolist(),
    }


def _bytes(values: Floats, most: float | Floats) -> NDArray[np.uint8]:
    """Return −most…most as 0…255: the page's colour scale has no more steps than these."""
    return np.round((np.clip(values / most, -1, 1) + 1) * 127.5).astype(np.uint8)


def _signed_bytes(values: Floats, most: float) -> dict[str, Any]:
    return pack(_bytes(values, most))
