"""A builder of networks: layers in a row, to be added, moved and changed; then to be trained."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from traitlets import Dict, TraitError, observe

from lab.architecture import ARCHITECTURES, MOST_BLOCKS, Architecture, Misfit, architecture
from lab.model_code import model_code
from widgets._base import hand, shown
from widgets._live import LiveWidget
from widgets._traits import Trait, Whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lab.training import Run, Snapshot, Watched


class Blocks(Trait["list[dict[str, Any]]", Any]):
    """The blocks of an architecture, each as a table of names and values."""

    def validate(self, obj: Any, value: Any) -> list[dict[str, Any]]:  # noqa: ANN401, ARG002
        """Return the tables with all their values, or say in a sentence what would be right."""
        try:
            blocks: list[dict[str, Any]] = Architecture.from_table({"blocks": value}).table()[
                "blocks"
            ]
        except (TypeError, ValueError) as error:
            raise TraitError(str(error)) from None
        return blocks


class ArchitectureBuilder(LiveWidget):
    """A network in the hand: each layer with its output shape and its parameters.

    It begins with the network that the run trains, for the run's images and classes. What is built
    is trained when the page's button is pressed, or ``use()`` is called: the run begins anew then.

    Args:
        run: the run that shall train the network.
        model: what to begin with instead: the name of one of ``lab.architecture.ARCHITECTURES``, a
            table or an ``Architecture``.

    Raises:
        TypeError: for an argument that it does not know, or a model that is none.
        ValueError: for a model that it does not know.

    """

    blocks = hand(Blocks([]))
    """The blocks, from the image to the classes: up to 24 tables, see ``lab.architecture``."""

    chosen = hand(Whole(0, 0, MOST_BLOCKS - 1))
    """The place of the block whose values are to be changed, from 0."""

    presets = shown(Dict())
    """The blocks of each architecture that has a name, for the run's images."""

    picture = shown(Dict())
    """What Python made of the blocks: shapes, parameters, what does not fit; empty at first."""

    commands = ("use",)

    def __init__(
        self,
        run: Run,
        model: str | Mapping[str, Any] | Architecture | None = None,
        **layout: Any,  # noqa: ANN401
    ) -> None:
        self._model = model
        self._begun = False
        self._data: tuple[tuple[int, int, int], int] | None = None
        self._trained: Architecture | None = None
        self._looked: tuple[Watched | None, object] = (None, None)
        self._named: dict[str, Architecture] = {}  # those that fit the run's images
        if model is not None:
            architecture(model, (1, 28, 28))  # a bad one is refused before the images are there
        super().__init__(run, **layout)

    @property
    def architecture(self) -> Architecture:
        """What is built at present."""
        return Architecture.from_table({"blocks": self.blocks})

    def code(self) -> str:
        """Return lines of PyTorch that make the same network.

        Raises:
            ValueError: two layers do not fit, or the run's images are not there yet.

        """
        return model_code(self.architecture, *self._known_data())

    def use(self) -> None:
        """Train this network: the run begins anew with it.

        Raises:
            ValueError: two layers do not fit, or the run's images are not there yet. The run goes
                on undisturbed.

        """
        shape, classes = self._known_data()
        network = self.architecture
        network.rows(shape, classes)
        self.run.renew(model=self._name(network) or network.table())

    def obey(self, name: str, value: object) -> None:
        """Do what the page asks for."""
        if name == "use":
            self.use()
        else:
            super().obey(name, value)

    def offer(self, snapshot: Snapshot) -> None:
        """Look whether the run has other images, or another network; else there is nothing new."""
        with self._sending:
            self._look_at_run()
            super().offer(snapshot)

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:  # noqa: ARG002 - a base class's signature
        """Return nothing: the network's shape does not change in training."""
        return {}

    def _look_at_run(self) -> None:
        watched, model = self.run.watched, self.run.settings.model
        if watched is None or (watched is self._looked[0] and model is self._looked[1]):
            return
        self._looked = watched, model
        channels, height, width = watched.images.shape[1:]
        data = ((channels, height, width), len(watched.class_names))
        trained = _architecture_of(model, data[0])
        if (data, trained) == (self._data, self._trained):
            return
        # Who looked at the run's network goes on doing so; what is one's own stays.
        follows = not self._begun or self.architecture == self._trained
        self._data, self._trained = data, trained
        self._named = _presets(data[0])
        self.presets = {name: one.table()["blocks"] for name, one in self._named.items()}
        if follows:
            self.blocks = self._first().table()["blocks"]
        self._redraw()

    def _first(self) -> Architecture:
        """Return what to show as long as nothing has been built."""
        shape, _ = self._known_data()
        if not self._begun and self._model is not None:
            return architecture(self._model, shape)
        return self._trained or next(iter(self._named.values()))

    def _known_data(self) -> tuple[tuple[int, int, int], int]:
        if self._data is None:
            raise ValueError("The run's images are still being loaded: wait a moment.")
        return self._data

    def _name(self, network: Architecture) -> str:
        return next((name for name, one in self._named.items() if one == network), "")

    @observe("blocks")
    def _redraw(self, _change: object = None) -> None:
        self._begun = True
        if self._data is not None:
            self.picture = self._picture(*self._data)

    def _picture(self, shape: tuple[int, int, int], classes: int) -> dict[str, Any]:
        network = self.architecture
        cells: list[list[dict[str, Any]]] = [[] for _ in range(len(network.blocks) + 1)]
        misfit = None
        try:
            for row in network.each_row(shape, classes):
                cells[row.block].append(
                    {
                        "name": row.name,
                        "kind": row.kind,
                        "shape": list(row.shape),
                        "parameters": row.parameters,
                    }
                )
        except Misfit as error:
            misfit = {"block": error.block, "sentence": f"{error}"}
        return {
            "blocks": self.blocks,
            "image": list(shape),
            "classes": classes,
            "cells": cells,
            "misfit": misfit,
            "parameters": sum(row["parameters"] for cell in cells for row in cell),
            "name": self._name(network),
            "used": network == self._trained,
            "code": "" if misfit else model_code(network, shape, classes),
        }


def _architecture_of(
    model: Any,  # noqa: ANN401 - whatever a run may train
    shape: tuple[int, int, int],
) -> Architecture | None:
    """Return what a run trains; None for a module of the user's own."""
    try:
        return architecture(model, shape)
    except (TypeError, ValueError):
        return None


def _presets(shape: tuple[int, int, int]) -> dict[str, Architecture]:
    """Return the architectures that have a name and fit images of this shape."""
    found = {}
    for name in ARCHITECTURES:
        with suppress(ValueError):  # the images are too small for it
            found[name] = architecture(name, shape)
    return found
