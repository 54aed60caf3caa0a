"""How a network is before it learns: built, or a module of one's own, which is trained in place."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn.modules.dropout import _DropoutNd

from lab.models import build

if TYPE_CHECKING:
    from torch import nn

    from lab.settings import Settings


class OwnModule:
    """What a module's weights and its dropout layers' shares were when this was made."""

    def __init__(self, module: nn.Module) -> None:
        self._module = module
        self._state = copy.deepcopy(module.state_dict())
        self.dropouts = dropouts(module)

    def put_back(self) -> nn.Module:
        """Make the module again what it was; returns it."""
        self._module.load_state_dict(self._state)
        for layer, share in self.dropouts:
            layer.p = share
        return self._module


def initial_model(
    settings: Settings, shape: tuple[int, int, int], classes: int, own: OwnModule | None
) -> nn.Module:
    """Return a network with the weights that a run begins with, on the CPU if it is built.

    Args:
        settings: of the run.
        shape: channels, height and width of an image.
        classes: how many there are.
        own: how the module was that the settings hold, if they hold one.

    Raises:
        ValueError: the checkpoint's weights are those of another network, or a module's are not
            float32.
    """
    model: nn.Module
    model = build(settings.model, shape, classes) if own is None else own.put_back()
    for name, weight in model.named_parameters():
        if weight.dtype != torch.float32:
            raise ValueError(
                f"This network's weights must be float32 to be trained, and {name} is "
                f"{str(weight.dtype).removeprefix('torch.')}: make it model.float() first. "
                f'precision="bfloat16" computes with half of the digits.'
            )
    checkpoint = settings.checkpoint
    if checkpoint is not None:
        state = model.state_dict()
        checkpoint.check_fit({name: tuple(value.shape) for name, value in state.items()})
        weights = {n: torch.from_numpy(np.array(a)) for n, a in checkpoint.weights.items()}
        model.load_state_dict(weights)
    # Channels last makes convolutions and pooling on a CPU faster by a fifth at 28 x 28.
    return model.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def dropouts(module: nn.Module) -> list[tuple[_DropoutNd, float]]:
    """Return the dropout layers of a network and the shares that they leave out."""
    return [(layer, layer.p) for layer in module.modules() if isinstance(layer, _DropoutNd)]
