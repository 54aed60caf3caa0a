"""Why a network decides as it does: by eight methods, for any network that tells images apart."""

from __future__ import annotations

import inspect
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from lab import attribution, class_activation
from lab.asked_model import asked
from lab.devices import free_memory, is_out_of_memory
from lab.explained import METHODS, HeatMap

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor, nn

    from lab.asked_model import Asked

HOW: dict[str, Callable[..., Tensor]] = {
    "cam": class_activation.cam,
    "grad_cam": class_activation.grad_cam,
    "grad_cam_plus_plus": class_activation.grad_cam_plus_plus,
    "saliency": attribution.saliency,
    "input_x_gradient": attribution.input_x_gradient,
    "smooth_grad": attribution.smooth_grad,
    "integrated_gradients": attribution.integrated_gradients,
    "occlusion": attribution.occlusion,
}
"""The functions of ``lab.explained.METHODS``; what each can be given is in its docstring."""

STEPS_AT_ONCE = 200
"""The most steps of integrated gradients in a heat map, if no others are asked for: somebody waits.
Its ``gap`` tells what they leave open."""


def explain(
    model: nn.Module,
    images: Tensor,
    method: str,
    target: int | Tensor | None = None,
    **options: Any,  # noqa: ANN401 - each method has some of its own
) -> Tensor:
    """Explain what a network makes of images.

    The network is looked at as in a test, in float32 at least, and is left as it was: training
    mode, gradients, hooks and random numbers.

    Args:
        model: any network that puts out a number for each class; not one that another thread
            trains.
        images: ``(N, C, H, W)``, as the network takes them, normalised; on any device.
        method: one of ``lab.explained.METHODS``.
        target: the class to explain, or one for each image; ``None`` is the most probable one.
        options: of the method, as its function in ``HOW`` has them, e.g. ``layer="conv2"`` for
            ``"grad_cam"``, ``steps=100`` for ``"integrated_gradients"``.

    Returns:
        ``(N, C, H, W)`` where a method tells about each number, ``(N, 1, H, W)`` where it tells
        about places: class activation maps and occlusion.

    Raises:
        ValueError: the network, the images or the class are none for this method; the sentence says
            why.
    """
    how = _how(method, options)
    with asked(model, images) as question:
        return how(question, question.targets(target), **options).detach()


def heat_map(
    model: nn.Module,
    numbers: Tensor,
    method: str,
    target: int = -1,
    *,
    baseline: Tensor | None = None,
    **options: Any,  # noqa: ANN401 - as for explain
) -> HeatMap:
    """Explain what a network makes of one image, whatever the network is.

    Args:
        model: as for ``explain``.
        numbers: ``(1, C, H, W)``, the image as the network takes it.
        method: one of ``lab.explained.METHODS``.
        target: the class to explain; -1 is the most probable one.
        baseline: ``(1, C, H, W)``, an empty image as the network takes it; ``None`` is all zeros.
        options: others of the method, as for ``explain``.

    Returns:
        The heat map. If there can be none, its ``problem`` says why.
    """
    began = time.perf_counter()
    try:
        if _has(method, "baseline"):
            options["baseline"] = baseline
        if _has(method, "most_steps"):
            options.setdefault("most_steps", STEPS_AT_ONCE)
        how = _how(method, options)
        with asked(model, numbers[:1]) as question:
            targets = question.targets(None if target == -1 else target)
            values = how(question, targets, **options).detach()
            gap = _gap(question, values, targets, baseline) if _is_complete(method) else None
            found = values[0].sum(0).float().cpu().numpy()
            score = float(question.logits[0, targets[0]])
            chosen = int(targets[0])
    except ValueError as error:
        return _none(method, target, str(error))
    except Exception as error:  # noqa: BLE001 - a network may be anything
        return _none(method, target, _words(method, error))
    if not np.isfinite(found).all():
        return _none(method, chosen, "The gradients of this network are not finite here.")
    seconds = time.perf_counter() - began
    return HeatMap(method, _own(found), chosen, score, gap, seconds)


def _how(method: str, options: dict[str, Any]) -> Callable[..., Tensor]:
    if method not in HOW:
        raise ValueError(f"method must be one of {', '.join(HOW)}, not {method!r:.60}.")
    known = list(inspect.signature(HOW[method]).parameters)[2:]
    for name in options:
        if name not in known:
            raise ValueError(
                f"{METHODS[method].title} has no {name!r:.60}; it has "
                f"{', '.join(known) or 'nothing to choose'}."
            )
    return HOW[method]


def _has(method: str, option: str) -> bool:
    return method in HOW and option in inspect.signature(HOW[method]).parameters


def _is_complete(method: str) -> bool:
    """Whether a method promises that the values add up to what the class gains."""
    return method == "integrated_gradients"


def _gap(asked: Asked, values: Tensor, targets: Tensor, baseline: Tensor | None) -> float | None:
    empty = attribution.baseline_of(asked, baseline)
    gap = attribution.gap(asked, values, empty, asked.images, targets[0])
    return gap if np.isfinite(gap) else None


def _none(method: str, target: int, problem: str) -> HeatMap:
    return HeatMap(method, np.zeros((0, 0), np.float32), target, problem=problem)


def _own(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.array(values, np.float32, order="C")


def _words(method: str, error: Exception) -> str:
    if is_out_of_memory(error):
        free_memory()
        return "There is not enough memory for that."
    return f"{METHODS[method].title} cannot be had of this network: {type(error).__name__}: {error}"
