"""The work of a stress test, in the network's worker: one map of one image after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from lab.explanation import heat_map
from lab.explanation_quality import (
    area,
    deletion,
    drawn_anew,
    insertion,
    overlap,
    points_at,
    randomized,
    rank_correlation,
    share_in_mask,
)
from lab.stress import Scores, Stressed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from torch import Tensor, nn

    from lab.explained import HeatMap
    from lab.stress import StressTest
    from lab.viewed_images import ViewedImages


def pieces(study: StressTest, model: nn.Module, images: ViewedImages) -> Iterator[Stressed | None]:
    """Do a stress test.

    Args:
        study: what is to be tried.
        model: the network, in evaluation mode.
        images: those by which it is viewed: they say how an image becomes numbers.

    Yields:
        What is known so far.

    Raises:
        ValueError: the images are none for this network.
    """
    shape, wanted = study.trial.images.shape[1:], images.shape
    if shape != wanted:
        raise ValueError(
            f"The stress test has images of {_size(shape)}, this network takes {_size(wanted)}."
        )
    work = _Work(study, model, images)
    yield from work.recognise()
    yield from work.score()
    if study.compared:
        yield from work.compare()
    work.share_done = 1.0
    yield work.found()


def _size(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


class _Work:
    """A stress test under way."""

    def __init__(self, study: StressTest, model: nn.Module, images: ViewedImages) -> None:
        self.share_done = 0.0
        self._trial, self._model, self._images = study.trial, model, images
        self._study = study
        self._numbers = [images.own(one) for one in study.trial.images]
        self._empty = images.own(np.zeros_like(study.trial.images[0]))
        self._methods = {name: _Method(name, study.trial.regions[0]) for name in study.methods}
        self._recognised: list[float] = []
        self._layers = drawn_anew(model)
        with torch.no_grad():
            logits = model(self._numbers[0])[0].cpu().double()
        if study.trial.target >= len(logits):
            raise ValueError(
                f"The stress test explains class {study.trial.target}, counted from 0, but this "
                f"network knows {len(logits)}."
            )
        self._probabilities = logits.softmax(0).cpu().numpy().astype(np.float32)
        self._compared = min(study.compared, len(self._numbers))

    def found(self) -> Stressed:
        """Return what is known so far."""
        return Stressed(
            tuple(one.scores() for one in self._methods.values()),
            self._probabilities,
            tuple(self._recognised),
            self._layers,
            self.share_done,
        )

    def score(self) -> Iterator[Stressed | None]:
        """Ask every method about every image, and what its map is worth."""
        trial = self._trial
        half = 0.5 if self._compared else 1.0
        for place, (numbers, region) in enumerate(zip(self._numbers, trial.regions, strict=True)):
            for turn, (name, method) in enumerate(self._methods.items()):
                if not method.problem:
                    found = self._map(self._model, numbers, name)
                    method.problem = found.problem
                if not method.problem:
                    method.add(found.values, region, self._curves(numbers, found.values))
                    if place < self._compared:
                        method.learnt.append(found.values)
                done = place * len(self._methods) + turn + 1
                self.share_done = half * done / (len(self._numbers) * len(self._methods))
                # Not before all methods have the example: what was known before stays shown.
                yield self.found() if place or turn == len(self._methods) - 1 else None

    def recognise(self) -> Iterator[None]:
        """Count what the network recognises."""
        for group in self._trial.groups:
            right = 0
            for start in range(0, len(group.images), self._images.chunk):
                some = group.images[start : start + self._images.chunk]
                with torch.no_grad():
                    logits = self._model(torch.cat([self._images.own(one) for one in some]))
                right += int((logits.argmax(1) == group.label).sum())
            self._recognised.append(right / max(1, len(group.images)))
            yield None

    def compare(self) -> Iterator[Stressed | None]:
        """Draw one layer more anew each time, and see whether the maps change."""
        for stage, (_, model) in enumerate(randomized(self._model, self._study.seed)):
            for turn, method in enumerate(self._methods.values()):
                ranks = []
                for place, learnt in enumerate([] if method.problem else method.learnt):
                    found = self._map(model, self._numbers[place], method.name)
                    # What cannot be explained any more has nothing in common with what was.
                    here = np.zeros_like(learnt) if found.problem else found.values
                    ranks.append(rank_correlation(learnt, here))
                    if place == 0:
                        method.show(here)
                    yield self.found()
                if ranks:
                    method.correlations.append(float(np.mean(ranks)))
                done = stage + (turn + 1) / len(self._methods)
                self.share_done = 0.5 + 0.5 * done / len(self._layers)

    def _map(self, model: nn.Module, numbers: Tensor, method: str) -> HeatMap:
        # Ranks and shares do not need the last percent of integrated gradients.
        options = {"most_steps": 50} if method == "integrated_gradients" else {}
        target = self._trial.target
        return heat_map(model, numbers, method, target, baseline=self._empty, **options)

    def _curves(self, numbers: Tensor, values: NDArray[np.float32]) -> NDArray[np.float64]:
        target = self._trial.target
        gone = deletion(self._model, numbers, values, target, empty=self._empty)
        return np.stack([gone, insertion(self._model, numbers, values, target)])


class _Method:
    """What is known of one method."""

    def __init__(self, name: str, region: NDArray[np.bool_]) -> None:
        self.name, self.problem = name, ""
        self.learnt: list[NDArray[np.float32]] = []
        self.correlations: list[float] = [1.0]
        self._region = region
        self._maps: list[NDArray[np.float32]] = []
        self._shares: list[float] = []
        self._marks: list[tuple[float, float, float]] = []
        self._curves: list[NDArray[np.float64]] = []

    def add(
        self,
        values: NDArray[np.float32],
        region: NDArray[np.bool_],
        curves: NDArray[np.float64],
    ) -> None:
        """Take the map of another image."""
        if not self._maps:
            self.show(values)
        self._marks.append(
            (share_in_mask(values, region), points_at(values, region), overlap(values, region))
        )
        self._curves.append(curves)

    def show(self, values: NDArray[np.float32]) -> None:
        """Take another map of the example."""
        total = np.abs(values).sum(dtype=np.float64)
        self._maps.append((values / (total or 1.0)).astype(np.float32))
        self._shares.append(share_in_mask(values, self._region))

    def scores(self) -> Scores:
        """Return what is known."""
        if self.problem or not self._marks:
            return Scores(self.name, self.problem)
        share, pointing, overlapping = np.mean(self._marks, axis=0).tolist()
        gone, back = np.mean(self._curves, axis=0).astype(np.float32)
        return Scores(
            self.name,
            "",
            np.stack(self._maps),
            tuple(self._shares),
            len(self._marks),
            share,
            pointing,
            overlapping,
            gone,
            back,
            area(gone),
            area(back),
            tuple(self.correlations),
        )
