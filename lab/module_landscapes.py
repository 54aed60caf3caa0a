"""The landscape of a PyTorch model: one place after the other, each as fast as can be.

On a processor batching over weights (``torch.func.vmap``) is slower than a tight loop, whose work
``lab.shortcuts`` cuts down instead. Several threads gain nothing within layers as small as LeNet's:
each looks at places of its own. On CUDA one loops just the same, which is untested there.
"""

from __future__ import annotations

import copy
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from lab.landscapes import Landscape
from lab.shortcuts import shorten

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor

    from lab.directions import Plane

    Floats = NDArray[np.float64]

BATCH = 128
"""Samples that go through the model at once: what they leave between the layers stays in cache."""


class ModuleLandscape(Landscape):
    """The landscape of a PyTorch model.

    The model is copied, and looked at as in a test: dropout lets everything pass, batch
    normalisation keeps its running averages. It works on the model's own device.

    Args:
        plane: through ``Parameters.of_module(model)``.
        model: any network whose parameters are of one type.
        inputs: what the model takes, samples in the first axis, e.g. ``(N, C, H, W)``.
        targets: what the loss compares with, for all samples.
        loss: of (outputs, targets), a tensor of one number.

    """

    def __init__(
        self,
        plane: Plane,
        model: nn.Module,
        inputs: Tensor,
        targets: Tensor,
        loss: Callable[[Tensor, Tensor], Tensor] = cross_entropy,
    ) -> None:
        super().__init__(plane)
        parameters = list(model.parameters())
        kinds = {(p.dtype, p.device) for p in parameters}
        if len(kinds) != 1:
            raise ValueError("The parameters of the model must be of one type, on one device.")
        ((dtype, device),) = kinds
        shapes = tuple(tuple(p.shape) for p in parameters)
        if plane.parameters.shapes != shapes:
            raise ValueError(
                f"The plane goes through a model whose parameters have the shapes "
                f"{plane.parameters.shapes}, but this model has {shapes}."
            )
        self._plain = copy.deepcopy(model).eval().requires_grad_(requires_grad=False)
        self._loss, self._targets = loss, targets.to(device)
        # A row of numbers for each of centre, first and second, as the model's layers like them.
        self._lines = torch.stack(
            [
                torch.cat(
                    [_laid_out(torch.as_tensor(part)) for part in plane.parameters.arrays(row)]
                )
                for row in (plane.centre, plane.first, plane.second)
            ]
        ).to(device, dtype)
        self._batches = [
            batch.contiguous(memory_format=torch.channels_last) if batch.ndim == 4 else batch
            for batch in torch.split(inputs.to(device), BATCH)
        ]
        self._busy = threading.Lock()  # the weights are those of one place at a time
        short = self._lane(short=True)
        agrees = self._agrees(short)  # a model may use its layers as no shortcut can foresee
        self._lanes = [short if agrees else self._lane(short=False)]
        if device.type == "cpu":
            others = torch.get_num_threads() - 1
            self._lanes += [self._lane(short=agrees) for _ in range(others)]
        self._threads = ThreadPoolExecutor(len(self._lanes))

    def losses(self, a: Floats, b: float) -> Floats:
        """Return the losses at several places of a row."""
        with self._busy:
            if min(len(self._lanes), len(a)) == 1:
                return self._lanes[0].losses(a, b)
            parts = np.array_split(a, len(self._lanes))
            threads = torch.get_num_threads()
            try:
                return np.concatenate(
                    list(self._threads.map(_by_itself, self._lanes, parts, repeat(b)))
                )
            finally:
                torch.set_num_threads(threads)  # threads to come would have one, as those

    def _lane(self, *, short: bool) -> _Lane:
        return _Lane(self._plain, self._lines, self._batches, self._score, short=short)

    def _score(self, output: Tensor) -> Tensor:
        return self._loss(output, self._targets)

    def gradient(self, a: float, b: float) -> Floats:
        """Return (∂C/∂a, ∂C/∂b) by autograd."""
        place = self._lines.new_tensor([a, b])
        with torch.enable_grad():
            place.requires_grad_()
            loss = self._plain_loss(self._lines[0] + place @ self._lines[1:])
            (gradient,) = torch.autograd.grad(loss, place)
        return np.asarray(gradient.double().cpu().numpy())

    def _plain_loss(self, flat: Tensor) -> Tensor:
        """Return the loss of a row of parameters, without any shortcut."""
        names = [name for name, _ in self._plain.named_parameters()]
        weights = dict(zip(names, _windows(flat, self.plane.parameters.shapes), strict=True))
        outputs = [
            torch.func.functional_call(self._plain, weights, (batch,)) for batch in self._batches
        ]
        return self._score(torch.cat(outputs))

    def _agrees(self, lane: _Lane) -> bool:
        """Return whether shortcuts lead to the loss of the model itself."""
        with torch.no_grad():
            expected = self._plain_loss(
                self._lines[0] + 0.5 * self._lines[1] + 0.25 * self._lines[2]
            ).item()
        try:
            (found,) = lane.losses(np.array([0.5]), 0.25)
        except RuntimeError:  # layers in another order may not even fit together
            return False
        return bool(np.isclose(found, expected, rtol=1e-4, atol=1e-6, equal_nan=True))


class _Lane:
    """A copy of the model whose weights one thread moves from place to place.

    Args:
        model: it is copied.
        lines: ``(3, P)``, the numbers of centre, first and second in rows.
        batches: the samples.
        score: the loss of the outputs for all samples.
        short: whether to take shortcuts.

    """

    def __init__(
        self,
        model: nn.Module,
        lines: Tensor,
        batches: list[Tensor],
        score: Callable[[Tensor], Tensor],
        *,
        short: bool,
    ) -> None:
        self._model, self._lines, self._batches = copy.deepcopy(model), lines, batches
        self._score, self._flat = score, lines[0].clone()
        parameters = list(self._model.parameters())
        shapes = tuple(tuple(p.shape) for p in parameters)
        for parameter, window in zip(parameters, _windows(self._flat, shapes), strict=True):
            parameter.data = window
        self._affine = shorten(self._model, batches, self._flat, lines) if short else []

    @torch.inference_mode()
    def losses(self, a: Floats, b: float) -> Floats:
        """Return the losses at several places of a row."""
        base = torch.add(self._lines[0], self._lines[2], alpha=b)
        for affine in self._affine:
            affine.row(b)
        found = base.new_empty(len(a))
        for place, along in enumerate(map(float, a)):
            torch.add(base, self._lines[1], alpha=along, out=self._flat)
            for affine in self._affine:
                affine.along = along
            outputs = [self._model(batch) for batch in self._batches]
            found[place] = self._score(outputs[0] if len(outputs) == 1 else torch.cat(outputs))
        return np.asarray(found.double().cpu().numpy())


def _by_itself(lane: _Lane, a: Floats, b: float) -> Floats:
    """Return the losses of a lane, computed by this thread alone."""
    torch.set_num_threads(1)
    return lane.losses(a, b)


def _laid_out(values: Tensor) -> Tensor:
    """Return one parameter in a row: filters with the channels last, as a processor likes them."""
    return (values.permute(0, 2, 3, 1) if values.ndim == 4 else values).reshape(-1)


def _windows(flat: Tensor, shapes: tuple[tuple[int, ...], ...]) -> list[Tensor]:
    """Return windows into a row that ``_laid_out`` has made, one for each parameter."""
    parts = torch.split(flat, [int(np.prod(shape)) for shape in shapes])
    return [
        part.view(n, h, w, c).permute(0, 3, 1, 2)
        if len(shape) == 4 and (n, c, h, w) == shape
        else part.view(shape)
        for part, shape in zip(parts, shapes, strict=True)
        for n, c, h, w in [shape if len(shape) == 4 else (0, 0, 0, 0)]
    ]
