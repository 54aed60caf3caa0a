"""What Python sends to the page: the walks, the words of a step, a place that is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab import descent_text
from lab.descent_code import code
from lab.descent_tasks import stability_limit
from widgets._arrays import pack
from widgets.descent import ground, tasks
from widgets.descent.formulas import formula_of
from widgets.descent.racers import label
from widgets.descent.verdicts import columns, verdict

if TYPE_CHECKING:
    from widgets.descent import Descent

HUGE = 3e38
"""Beyond, float32 has no number; the page draws with it."""


def walk_of(descent: Descent) -> dict[str, Any]:
    """Return every step of every racer, and the memory of the chosen one."""
    surface, paths, chosen = descent.landscape, descent.paths, descent.chosen
    walkers = descent.walkers
    rows = np.concatenate([columns(path, surface) for path in paths])
    told = [verdict(path, surface) for path in paths]
    sharpness = surface.sharpness
    limit = None
    if sharpness is not None and descent.batch_size == 0:
        limit = stability_limit(walkers[chosen], sharpness)
    return {
        "start": list(descent.start),
        "chosen": chosen,
        "walkers": [
            {
                "name": label(walker.name),
                "verdict": words,
                "kind": kind,
                "reason": path.reason,
                "count": path.steps,
            }
            for walker, path, (kind, words) in zip(walkers, paths, told, strict=True)
        ],
        "numbers": pack(np.clip(rows, -HUGE, HUGE)),
        "internals": [
            {"name": name, "values": pack(np.clip(values, -HUGE, HUGE))}
            for name, values in paths[chosen].internals.items()
        ],
        "limit": limit,
        "code": descent.code(),
    }


def picture_of(descent: Descent) -> dict[str, Any]:
    """Return what belongs to the present step."""
    walker, path = descent.walkers[descent.chosen], descent.paths[descent.chosen]
    # While a task is thought about, nobody has walked: the first step would be the answer.
    secret = descent.task != "none" and not descent.revealed
    step = 0 if secret else descent.step
    if secret:
        formula = []
    elif step < path.steps:
        formula = list(descent_text.formula(walker, path, step))
    else:
        formula = [path.reason or "The walk ends here."]
    name = descent.surface
    data = None
    if name in ground.DATA:
        places = [one.positions[min(step, one.steps)] for one in descent.paths]
        data = {
            "along": ground.along_of(descent.points).tolist(),
            "rows": ground.curves_of(name, descent.points, [place.tolist() for place in places]),
            "classes": name == ground.LOGISTIC,
            "range": [list(side) for side in ground.range_of(name, descent.points)],
        }
    return {
        "step": descent.step,
        "formula": formula,
        "symbols": list(descent_text.symbols(walker)),
        "task": tasks.picture_of(descent) if descent.task != "none" else None,
        "data": data,
    }


def probed_of(descent: Descent) -> dict[str, Any]:
    """Return loss and gradient of the place that is looked at."""
    if not descent.probe:
        return {}
    x, y = descent.probe
    loss, gradient = descent.landscape.value(x, y), descent.landscape.gradient(x, y)
    finite = np.isfinite(loss) and np.isfinite(gradient).all()
    seen = {
        "place": [x, y],
        "loss": loss if finite else None,
        "gradient": gradient.tolist() if finite else [0.0, 0.0],
    }
    if descent.surface in ground.DATA:
        seen["curve"] = ground.curves_of(descent.surface, descent.points, [descent.probe])[0]
    return seen


def code_of(descent: Descent) -> str:
    """Return lines of PyTorch that walk the same ways."""
    function = formula_of(
        descent.surface,
        descent.landscape,
        descent.condition,
        descent.points,
        samples=descent.batch_size > 0,
    )
    return code(
        function,
        descent.start,
        descent.walkers,
        descent.steps,
        noise=descent.noise,
        batch_size=descent.batch_size or None,
        seed=descent.seed,
    )
