"""What there is to say of one unit of a map: what it sees, and how its value comes about."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from lab.kernel_layers import kernel_layer_of
from lab.unit_at_work import UnitAtWork, unit_at_work
from widgets._arrays import pack
from widgets._traits import signed
from widgets.feature_maps.stepper import CHANNELS, opened_of, stepper

if TYPE_CHECKING:
    from lab.training import Snapshot, Watched

NO_WORK = {"windows": None, "kernel": None, "opened": -1, "sum": "", "stepper": "", "why": ""}

FEW = 8
"""Maps of which each one's part of the sum is said; of more, the part of the opened one."""


def told(watched: Watched | None, snapshot: Snapshot, chosen: int = -1) -> dict[str, Any]:
    """Return the unit that is pointed at, in numbers and words; empty where there is none.

    Args:
        watched: what the network consists of.
        snapshot: what is seen of it.
        chosen: which of the maps that the unit looks at is opened; -1 is the one that counts most.

    """
    layer, channel, unit = snapshot.layer, snapshot.channel, snapshot.wanted.unit
    maps = dict(snapshot.feature_maps).get(layer)
    if watched is None or maps is None or unit is None or not 0 <= channel < len(maps):
        return {}
    row, column = unit
    if row >= maps.shape[1] or column >= maps.shape[2]:
        return {}
    value = float(maps[channel, row, column])
    field = list(snapshot.field)
    return {
        "at": [row, column],
        "value": f"{_number(value)}",
        "field": field,
        "sees": _sees(field, snapshot.image.shape),
        **_work(watched, snapshot, unit, value, chosen),
    }


def _work(
    watched: Watched, snapshot: Snapshot, unit: tuple[int, int], value: float, chosen: int
) -> dict[str, Any]:
    """Return the windows under the kernel and what they add up to, or why there are none."""
    layer, channel = snapshot.layer, snapshot.channel
    if layer not in watched.kernel_layers:
        made_by = kernel_layer_of(watched, layer)
        advice = f" {made_by} has: choose it." if made_by else ""
        return NO_WORK | {"why": f"{layer} has no kernel of its own.{advice}"}
    if not (snapshot.kernels.size and snapshot.kernel_inputs.size and snapshot.convolution):
        return NO_WORK
    work = unit_at_work(
        snapshot.kernel_inputs,
        snapshot.kernels,
        snapshot.kernel_biases,
        snapshot.convolution,
        channel=channel,
        unit=unit,
    )
    if (layer, channel) in snapshot.switched_off:
        why = f"Switched off: it would put out {_number(work.value)}."
        return NO_WORK | {"why": why}
    if not math.isclose(work.value, value, rel_tol=0.01, abs_tol=0.01):
        return NO_WORK | {"why": f"{layer} pads or rounds in a way that is not shown here."}
    text, why = stepper(snapshot.kernel_inputs, work, snapshot.convolution, unit, chosen)
    opened = -1 if len(work.parts) in CHANNELS else opened_of(work, chosen)
    return {
        "opened": opened,
        "windows": pack(work.windows),
        "kernel": pack(work.kernel),
        "sum": _sum(work, opened),
        "stepper": text,
        "why": why,
    }


def _sum(work: UnitAtWork, opened: int) -> str:
    """Return what the unit's value is the sum of: of several maps, the part of each."""
    count = work.kernel.size
    if opened < 0:
        parts = [f"{_number(float(work.parts.sum()))} ({count} products)"]
    elif len(work.parts) <= FEW:
        parts = [_number(float(work.parts[0])), *map(_added, work.parts[1:])]
        parts[-1] += f" ({len(work.parts)} maps)"
    else:
        own = float(work.parts[opened])
        parts = [f"{_number(own)} (map {work.inputs[opened]})"]
        rest = _added(float(work.parts.sum()) - own)
        parts.append(f"{rest} ({len(work.parts) - 1} other maps)")
    return " ".join(["=", *parts, f"{_added(work.bias)} (bias)"])


def _added(value: float) -> str:
    """Return a number with the sign by which it is added: no break between the two."""
    return f"{'−' if value < 0 else '+'}\u00a0{_number(abs(value))}"


def _sees(field: list[int], shape: tuple[int, ...]) -> str:
    if len(field) != 4:
        return ""
    top, bottom, left, right = field
    if (bottom - top, right - left) == shape[1:]:
        return "sees the whole image"
    return f"sees {bottom - top} × {right - left} pixels"


def _number(value: float) -> str:
    return signed(float(f"{value:.3g}"))
