"""The convolution, one window at a time: drag the window, change a cell or a weight, look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Bool, Dict, Enum, List, TraitError, observe, validate

from lab import kernels
from lab.sweeps import PADDING_MODES
from widgets._arrays import pack
from widgets._base import LabWidget, hand, shown
from widgets._photographs import PHOTOGRAPHS
from widgets._traits import Numbers, Whole, Wholes
from widgets.convolution import images
from widgets.convolution.pictures import Settings, code, grids, response
from widgets.convolution.traits import Grids, Guess, Padding, depth
from widgets.convolution.verdicts import TASKS, judge, setting_numbers, told

if TYPE_CHECKING:
    from lab.convolution_tasks import Verdict
    from lab.windows import ConvolutionWindows

WORKSHOP = ((1, 2, 7, 0, 3), (5, 0, 1, 4, 0), (9, 5, 1, 5, 7), (4, 1, 6, 3, 3), (2, 9, 3, 1, 2))
ACTIVATIONS = ("identity", "relu", "leaky_relu", "sigmoid", "tanh")
PICTURES = ("none", *PHOTOGRAPHS, "organs", "upload")
CHANNELS = (1, 3)
MADE_WITH = Settings._fields
DRAWN_FROM = (*MADE_WITH, "chosen", "at", "task", "guess", "first")


class Convolution(LabWidget):
    """A convolution in the hand: its window, the input's cells and the kernel's weights.

    Args:
        input: ``(H, W)`` for one channel, or ``(C, H, W)``; default: the workshop's table.
        kernel: the name of a preset (default ``"gaussian"``, divided by its sum), ``(kH, kW)``, or
            ``(filters, C, kH, kW)``.
        normalise: whether to divide by the sum of the mask; default: as the preset has it.
        traits: any of the traits below.

    Raises:
        TypeError: for an argument that it does not know.
        traitlets.TraitError: for a value that it cannot take; the old value stays.

    """

    input = hand(
        Grids(
            (WORKSHOP,),
            (
                ("channels", CHANNELS),
                ("rows", tuple(range(1, 13))),
                ("columns", tuple(range(1, 13))),
            ),
            99,
        )
    )
    """The input, ``[channel][row][column]``: 1 or 3 channels, 1 to 12 rows and columns."""

    kernel = hand(
        Grids(
            ((tuple(map(tuple, kernels.KERNELS["gaussian"].cells.tolist())),),),
            (
                ("filters", (1, 2, 3)),
                ("channels", CHANNELS),
                ("rows", tuple(range(1, 8))),
                ("columns", tuple(range(1, 8))),
            ),
            99,
        )
    )
    """The weights, ``[filter][channel][row][column]``: 1 to 3 filters, 1 to 7 rows and columns."""

    bias = hand(Numbers((0.0,), -99, 99, 1, 3))
    """One bias for each filter, from −99 to 99."""

    stride = hand(Whole(1, 1, 12))
    """Cells from one window to the next, rows and columns alike."""

    padding = hand(Padding(6))
    """Cells around the input, 0 to 6, or ``"same"`` or ``"valid"``."""

    dilation = hand(Whole(1, 1, 6))
    """Cells from one cell of the window to its next."""

    padding_mode = hand(Enum(list(PADDING_MODES), default_value="zeros"))
    """What lies around the input, in the spelling of ``torch.nn.Conv2d``."""

    normalise = hand(Bool(True))
    """Whether each sum is divided by the sum of the filter's weights."""

    activation = hand(Enum(list(ACTIVATIONS), default_value="identity"))
    """What comes after the sum and the bias."""

    chosen = hand(Whole(0, 0, 2))
    """The filter that is looked at, counted from 0."""

    channel = hand(Whole(0, 0, 2))
    """The input channel that is looked at, counted from 0."""

    at = hand(Wholes((0, 0), 0, 99, (2,)))
    """Row and column of the output cell whose window is looked at, counted from 0."""

    image = hand(Enum(list(PICTURES), default_value="temple"))
    """The picture that the same kernel goes over; ``"upload"`` is the learner's own."""

    task = hand(Enum(list(TASKS), default_value="none"))
    """What is to be done."""

    guess = hand(Guess())
    """For the task ``"predict"``: what the learner says the output cell will be."""

    first = hand(Wholes((), 0, 99, (0, 5)))
    """For ``"same size"``: the first kernel rows, columns, stride, padding and dilation."""

    presets = shown(List())
    """The kernels to choose from: name, cells, sentence, and whether to divide by the sum."""

    photo = shown(Dict())
    """The picture before the convolution: ``pixels``, and what was said of it."""

    picture = shown(Dict())
    """What Python made of all this: padded cells, products, sums, values, scales, sentences."""

    def __init__(
        self,
        input: object = WORKSHOP,  # noqa: A002 - PyTorch's name
        kernel: object = "gaussian",
        *,
        normalise: bool | None = None,
        **traits: Any,  # noqa: ANN401
    ) -> None:
        table = _plain(input)
        if isinstance(kernel, str):
            if kernel not in kernels.KERNELS:
                known = ", ".join(kernels.KERNELS)
                raise TraitError(f"There is no kernel {kernel!r}; choose one of {known}.")
            preset = kernels.KERNELS[kernel]
            normalise = preset.normalise if normalise is None else normalise
            kernel = [[preset.cells.tolist()] * (len(table) if depth(table) == 3 else 1)]
        weights = _plain(kernel)
        filters = len(weights) if depth(weights) == 4 else 1
        self._upload: images.Pixels | None = None
        self._said = ""
        self._prepared: tuple[object, images.Pixels | None] | None = None
        self._steps: tuple[Settings, ConvolutionWindows] | None = None
        super().__init__(
            input=table,
            kernel=weights,
            normalise=bool(normalise),
            **{"bias": (0.0,) * filters, **traits},
        )
        self.presets = [
            {
                "name": preset.name,
                "cells": preset.cells.tolist(),
                "sentence": preset.sentence,
                "normalise": preset.normalise,
            }
            for preset in kernels.KERNELS.values()
        ]
        self._show_photo()
        self._redraw()

    @property
    def settings(self) -> Settings:
        """All that the convolution is made with."""
        return Settings(*(getattr(self, name) for name in MADE_WITH))

    @property
    def windows(self) -> ConvolutionWindows:
        """Every step, as ``lab.windows`` computes it."""
        return self._windows_of(self.settings)

    @property
    def verdict(self) -> Verdict | None:
        """How far the task is; None without a task."""
        steps = self.windows
        outputs = len(steps.rows), len(steps.columns)
        row, column = (min(place, end - 1) for place, end in zip(self.at, outputs, strict=True))
        filters = len(steps.kernel)
        chosen = min(self.chosen, filters - 1)
        cell = (row, column)
        return judge(self.task, self.settings, steps, chosen, cell, self.guess, self.first)

    def code(self) -> str:
        """Return lines of PyTorch that give the same numbers."""
        return code(self.settings)

    @validate(*MADE_WITH)
    def _fits(self, proposal: dict[str, Any]) -> Any:  # noqa: ANN401
        value = proposal["value"]
        asked = self.settings._replace(**{proposal["trait"].name: value})
        if len(asked.bias) != len(asked.kernel):
            raise TraitError(
                f"There must be one bias for each filter: {len(asked.bias)} biases cannot go with "
                f"{len(asked.kernel)} filters. Set both together, inside "
                "`with convolution.hold_trait_notifications():`."
            )
        try:
            self._windows_of(asked)
        except ValueError as error:
            raise TraitError(str(error)) from None
        return value

    def _windows_of(self, settings: Settings) -> ConvolutionWindows:
        # What was checked is drawn next: the windows are made once.
        if self._steps is None or self._steps[0] != settings:
            self._steps = settings, settings.windows()
        return self._steps[1]

    @observe(*DRAWN_FROM)
    def _redraw(self, _change: object = None) -> None:
        state = tuple(getattr(self, name) for name in DRAWN_FROM if name != "at")
        state += (self.at if self.task == "predict" else (), self.photo.get("turn"))
        # Several traits may change in one message: each calls, the first has drawn for all.
        if self.photo and getattr(self, "_drawn", None) != state:
            self._drawn = state
            self.picture = self._picture()

    def _picture(self) -> dict[str, Any]:
        settings, steps = self.settings, self.windows
        chosen = min(self.chosen, len(steps.kernel) - 1)
        pixels = self._pixels()
        numbers = setting_numbers(settings)
        return grids(settings, steps, chosen) | {
            "chosen": chosen,
            "code": self.code(),
            "verdict": told(self.verdict),
            "numbers": list(numbers) if numbers else [],
            "response": None if pixels is None else response(settings, steps, pixels, chosen),
        }

    @observe("image", "input")
    def _show_photo(self, _change: object = None) -> None:
        asked = (self.image, len(self.input), self._said, id(self._upload))
        if getattr(self, "_seen", None) == asked:
            return
        self._seen = asked
        pixels = self._pixels()
        turn = self.photo.get("turn", 0) + 1
        self.photo = {
            "turn": turn,
            "pixels": None if pixels is None else pack(pixels),
            "said": self._said,
        }
        self._redraw()

    def _pixels(self) -> images.Pixels | None:
        asked = (self.image, len(self.input), id(self._upload))
        if self._prepared is None or self._prepared[0] != asked:
            self._prepared = asked, self._prepare()
        return self._prepared[1]

    def _prepare(self) -> images.Pixels | None:
        if self.image == "none":
            return None
        try:
            found = self._upload if self.image == "upload" else images.picture(self.image)
        except images.ImageError as error:
            self.problem = str(error)
            return None
        return None if found is None else images.channels_of(found, len(self.input))

    def _hear(self, widget: object, content: object, buffers: object) -> None:
        """Take over a picture, or draw a kernel by chance; all else as every widget does."""
        match content, buffers:
            case {"upload": str(name), "size": int(size)}, [memoryview() as data]:
                self._take(name, size, bytes(data))
            case {"random": int(seed)}, _:
                self._draw_kernel(seed)
            case _:
                super()._hear(widget, content, buffers)

    def _take(self, name: str, size: int, data: bytes) -> None:
        """Show the learner's own picture, or say what is wrong with it; the old one stays."""
        try:
            if size > images.LARGEST_FILE:
                raise images.too_large(name, size)
            self._upload = images.read(data, name)
        except images.ImageError as error:
            self.problem = str(error)
            return
        self._said = f"{name}, its middle"
        self.problem = ""
        with self.hold_sync():
            self.image = "upload"
            self._show_photo()

    def _draw_kernel(self, seed: int) -> None:
        """Draw the weights of the chosen filter by chance; the others mean what they did."""
        table = np.array(self.kernel) / self.windows.divisors[:, None, None, None]
        chosen = min(self.chosen, len(table) - 1)
        for channel in range(table.shape[1]):
            drawn = kernels.random(abs(seed) + channel, table.shape[2:])
            table[chosen, channel] = drawn.cells
        try:
            with self.hold_sync(), self.hold_trait_notifications():
                self.kernel, self.normalise = table.tolist(), False
        except TraitError as error:  # another filter's weights, divided, are too large
            self.problem = str(error)
        else:
            self.problem = ""


def _plain(values: object) -> Any:  # noqa: ANN401
    """Return an array, or a torch tensor, as lists; lists as they are."""
    return values.tolist() if hasattr(values, "tolist") else values
