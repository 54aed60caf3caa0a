"""What the page draws of a pooling, computed by ``lab.pooling`` and ``lab.pooling_windows``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.convolution_tasks import may_change
from lab.pooling import avg_pool2d, max_pool2d
from widgets._arrays import pack
from widgets._photographs import photograph
from widgets.pooling.sentences import (
    gradient_sentence,
    kept_sentence,
    photo_sentence,
    remark,
    shift_sentence,
    sizes,
    written_out,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lab.pooling_windows import PoolingWindows
    from widgets._traits import Table
    from widgets.pooling.settings import Settings

    Floats = NDArray[np.floating[Any]]

SIDE = 96
"""Rows and columns of the photograph that is pooled at once."""

GREY = np.array([0.299, 0.587, 0.114])[:, None, None]


def grids(
    settings: Settings, gradient: Table, task: str, picked: tuple[int, ...]
) -> dict[str, Any]:
    """Return all that the page shows; a ValueError says what does not fit together."""
    original = np.asarray(settings.input, dtype=np.float64)
    x = settings.shifted(original)
    steps, before = settings.windows(x), settings.windows(original)
    values = steps.values[0]
    rows, columns = x.shape
    top, left = (min(0, int(places.min())) for places in (steps.row_places, steps.column_places))
    around = 0 if settings.is_global else settings.padding
    bottom = max(rows + around, int(steps.row_places.max()) + 1)
    right = max(columns + around, int(steps.column_places.max()) + 1)
    incoming = chosen_gradient(gradient, values.shape)
    back = steps.send_back(incoming)[0]
    stayed = np.isclose(values, before.values[0])
    low, high = min(0.0, float(x.min())), max(1.0, float(x.max()))
    return {
        "settings": [*settings[1:]],
        "input": x.tolist(),
        "corner": [top, left],
        "whole": [bottom - top, right - left],
        "kernel": [steps.rows.shape[1], steps.columns.shape[1]],
        "stride": list(_stride(settings, x.shape)),
        "padding": [0, 0] if settings.is_global else [settings.padding] * 2,
        "outputs": list(values.shape),
        "values": values.tolist(),
        "before": before.values[0].tolist(),
        "stayed": stayed.tolist(),
        "winners": [] if settings.averages else steps.winners[0].reshape(-1, 2).tolist(),
        "wins": steps.wins()[0].tolist(),
        "coverage": steps.coverage((rows, columns)).tolist(),
        "sentences": [written_out(settings, steps, i) for i in range(values.size)],
        "remarks": [remark(settings, steps, i) for i in range(values.size)],
        "gradient_out": incoming.tolist(),
        "gradient_in": back.tolist(),
        "gradient_sentence": gradient_sentence(settings, steps, back),
        "scale": [low, high],
        "gradient_scale": max(1.0, float(np.abs(incoming).max()), float(np.abs(back).max())),
        "sizes": sizes(settings, x.shape),
        "shift_sentence": shift_sentence(settings, x, original, stayed),
        "kept_sentence": kept_sentence(settings, steps),
        "task": _task(steps, picked) if task == "may change" else None,
        "code": code(settings, x),
    }


def photo(settings: Settings) -> dict[str, Any] | None:
    """Return the photograph and what the same pooling makes of it, as bytes; None without one."""
    pixels = photograph("temple", SIDE)
    if pixels is None:
        return None
    x = (pixels * GREY).sum(0)
    moved = settings.shifted(x)
    pooled, before = _pool(settings, moved), _pool(settings, x)
    return {
        "pixels": pack(np.rint(moved).astype(np.uint8)),
        "pooled": pack(np.rint(pooled).clip(0, 255).astype(np.uint8)),
        "sentence": photo_sentence(settings, (moved, pooled), (x, before)),
    }


def chosen_gradient(gradient: Table, shape: tuple[int, ...]) -> Floats:
    """Return a gradient for each result: the chosen ones, and 1 wherever none is chosen."""
    result = np.ones(shape)
    for r, row in enumerate(gradient[: shape[0]]):
        result[r, : len(row)] = row[: shape[1]]
    return result


def code(settings: Settings, x: Floats) -> str:
    """Return lines of PyTorch that give the same numbers."""
    lines = [
        "import torch",
        "from torch.nn import functional as F",
        "",
        f"x = torch.tensor({(x + 0.0).tolist()})[None]",
    ]
    name = "avg" if settings.averages else "max"
    if settings.is_global:
        lines.append(f"y = F.adaptive_{name}_pool2d(x, 1)")
        return "\n".join(lines)
    words = f"stride={settings.stride}, padding={settings.padding}"
    if settings.ceil_mode:
        words += ", ceil_mode=True"
    if settings.averages and not settings.count_include_pad:
        words += ", count_include_pad=False"
    lines.append(f"y = F.{name}_pool2d(x, {settings.kernel_size}, {words})")
    return "\n".join(lines)


def _pool(settings: Settings, x: Floats) -> Floats:
    sweep = settings.sweep(x.shape)
    if settings.averages:
        sweep["count_include_pad"] = settings.count_include_pad
        return np.asarray(avg_pool2d(x, **sweep))
    return np.asarray(max_pool2d(x, **sweep))


def _stride(settings: Settings, shape: Sequence[int]) -> tuple[int, int]:
    return (shape[0], shape[1]) if settings.is_global else (settings.stride, settings.stride)


def _task(steps: PoolingWindows, picked: tuple[int, ...]) -> dict[str, Any]:
    """Look at each cell that the learner has picked; the hint speaks of the last one."""
    rows, columns = steps.input.shape[1:]
    verdicts = [may_change(steps, divmod(i, columns)) for i in range(rows * columns)]
    picks = [i for i in picked if i < len(verdicts)]
    right = {i for i in picks if verdicts[i].solved}
    there = sum(verdict.solved for verdict in verdicts)
    hint = "Click a cell of the input that may change without changing the pooled result."
    if not there and steps.kind == "average":
        hint = "Here no cell may change: each one goes into a mean. Try max pooling."
    elif not there:
        hint = "Here no cell may change: each one wins a window. Try a larger window."
    return {
        "picks": [{"cell": i, "right": i in right} for i in picks],
        "hint": verdicts[picks[-1]].hint if picks else hint,
        "solved": bool(picks) and verdicts[picks[-1]].solved,
        "score": f"{len(right)} of {there} found" if there else "",
    }
