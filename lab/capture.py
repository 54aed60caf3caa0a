"""Look at what the layers of a network put out, without leaving a trace in the network."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import nn

from lab.devices import leave_global_random

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from torch import Tensor

WHOLE = ""
"""The name under which the network as a whole is a layer of itself."""


class Note(Protocol):
    """Hears what enters a layer and what comes out."""

    def __call__(self, name: str, inputs: tuple[Any, ...], output: Any, /) -> None:  # noqa: ANN401
        """Take note."""


def capture(model: nn.Module, images: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
    """Return the output of each named layer for a batch of images.

    The model is looked at as in a test: dropout lets everything pass, batch normalisation uses
    what it has learnt. Afterwards it is as it was: training mode, gradients, running averages and
    random numbers.

    Args:
        model: any network; it must not be trained by another thread meanwhile.
        images: what the model takes, usually ``(N, C, H, W)``, on the model's device.
        layers: names as in ``model.named_modules()``, e.g. ``"conv1"`` or ``"features.0"``; ``""``
            is the network as a whole.

    Returns:
        For each name its output, a copy without gradient. Of a layer that runs several times: the
        last one.

    Raises:
        ValueError: a layer does not exist, did not run, or puts out no single tensor.
    """
    wanted = list(layers)
    # A module may be there under several names.
    modules = dict(model.named_modules(remove_duplicate=False))
    for name in wanted:
        if name not in modules:
            known = ", ".join(name for name in modules if name)
            raise ValueError(f"There is no layer {name!r}: the layers are {known}.")
    outputs: dict[str, Any] = {}
    send(model, images, {name: modules[name] for name in wanted}, partial(keep, outputs))
    return {name: _tensor(name, outputs) for name in wanted}


def layer_rows(model: nn.Module, images: Tensor) -> list[tuple[str, str, tuple[int, ...], int]]:
    """Return what the layers are that an image passes, in the order in which they run.

    Of a network that is a ``Sequential``, its members; of any other, the layers that have no layers
    within.

    Args:
        model: any network, left as it was.
        images: what it takes; one image is enough.

    Returns:
        Of each layer: its name, its kind (e.g. ``"Conv2d"``), the shape of what it puts out for one
        image, and how many numbers it learns.
    """
    if isinstance(model, nn.Sequential):
        modules = dict(model.named_children())
    else:
        modules = {n: m for n, m in model.named_modules() if not any(True for _ in m.children())}
    outputs: dict[str, Any] = {}
    send(model, images, modules, partial(keep, outputs))
    return [
        (name, type(modules[name]).__name__, tuple(output.shape[1:]), _count(modules[name]))
        for name, output in outputs.items()
        if isinstance(output, torch.Tensor)
    ]


def _count(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


@contextmanager
def as_in_a_test(model: nn.Module) -> Iterator[None]:
    """Run a network as in a test: dropout lets everything pass, nothing is learnt on the way.

    Afterwards training mode and random numbers are as they were.
    """
    devices = {p.device for p in model.parameters() if p.device.type == "cuda"}
    training = [(module, module.training) for module in model.modules()]
    try:
        with leave_global_random(devices):
            model.eval()
            yield
    finally:
        for module, mode in training:
            module.training = mode  # not module.train(mode), which would also set the layers within


@contextmanager
def listening(model: nn.Module, modules: Mapping[str, nn.Module], note: Note) -> Iterator[None]:
    """Hear what some layers put out while images are sent through, as in a test.

    Afterwards the network is as it was; neither hooks nor another mode stay behind.

    Args:
        model: the network.
        modules: those to be heard, by the names that they are to have.
        note: called with a name, what enters and what comes out, each time one has run. Both
            may be written over by later layers: what is to be kept is to be copied.
    """
    hooks = [
        module.register_forward_hook(partial(_hear, note, name)) for name, module in modules.items()
    ]
    try:
        with torch.no_grad(), as_in_a_test(model):
            yield
    finally:
        for hook in hooks:
            hook.remove()


def send(model: nn.Module, images: Tensor, modules: Mapping[str, nn.Module], note: Note) -> Any:  # noqa: ANN401 - whatever a network puts out
    """Send images through once while ``listening``; return what the network puts out."""
    with listening(model, modules, note):
        return model(images)


def keep(
    outputs: dict[str, Any],
    name: str,
    _inputs: tuple[Any, ...],
    output: Any,  # noqa: ANN401 - whatever a layer puts out
) -> None:
    """Keep what a layer puts out; made a ``Note`` by ``partial(keep, outputs)``."""
    # A copy: the next layer may write into this tensor, as ReLU(inplace=True) does.
    outputs[name] = output.detach().clone() if isinstance(output, torch.Tensor) else output


def _hear(
    note: Note,
    name: str,
    _module: nn.Module,
    inputs: tuple[Any, ...],
    output: Any,  # noqa: ANN401 - whatever a layer puts out
) -> None:
    note(name, inputs, output)


def _tensor(name: str, outputs: dict[str, Any]) -> Tensor:
    if name not in outputs:
        raise ValueError(f"The layer {name!r} did not run for these images.")
    output = outputs[name]
    if not isinstance(output, torch.Tensor):
        raise ValueError(  # noqa: TRY004 - the wrong layer was chosen, no argument is of a wrong type
            f"The layer {name!r} puts out {type(output).__name__}, not one tensor: "
            f"choose a layer within it."
        )
    return output
