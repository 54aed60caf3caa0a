"""What a heat map does not prove: a study that measures it on a network and its test.

::

    run.study(MapLimits("saliency", right=(4, 7), wrong=(2,)))
    run.findings[KEY].value  # Limits, of more images each time

Maps for two classes may light up the same places (Rudin, 2019, arXiv:1811.10154), those of a
network that has learnt nothing look like one that has (Adebayo et al., 2018, arXiv:1810.03292),
and those of a wrong answer are as sharp as those of a right one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lab.studies import Study

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray
    from torch import nn

    from lab.viewed_images import ViewedImages

    Map = NDArray[np.float32]

KEY = "map limits"
"""The name of the study."""

TENTH = 0.1
"""The share of the pixels by which it is told how sharp a map is."""


@dataclass(frozen=True, eq=False)
class Limits:
    """What was measured so far; NaN and empty maps where there is nothing yet.

    Attributes:
        number: of the study, as it was given.
        count: over how many recognised images the means go.
        wrong_count: over how many mistakes.
        classes: the mean rank correlation of the maps for the most probable class and the second.
        random: the same of the map of the network and of the same network with random weights.
        sharp: of recognised images, the mean share of what speaks for the class in a tenth of the
            pixels.
        wrong_sharp: the same of mistakes.
        targets: the two classes of the first recognised image.
        maps: ``(3, H, W)`` of the first recognised image: for both classes, and with random
            weights for the first one.
        wrong_map: ``(H, W)`` of the first mistake, for the class that was said.
    """

    number: int
    count: int
    wrong_count: int
    classes: float
    random: float
    sharp: float
    wrong_sharp: float
    targets: tuple[int, int]
    maps: Map
    wrong_map: Map


@dataclass(frozen=True)
class MapLimits(Study):
    """Measures what the maps of one method do not prove.

    Attributes:
        method: a name of ``lab.explained.METHODS``.
        right: the places of test images that are recognised, the example first.
        wrong: the places of those that are not.
        number: comes back with what is found.
        seed: where the random weights begin.
        key: names the study.
    """

    method: str
    right: tuple[int, ...]
    wrong: tuple[int, ...] = ()
    number: int = 0
    seed: int = 0
    key: str = KEY

    def pieces(self, model: nn.Module, images: ViewedImages) -> Iterator[Limits | None]:
        """Do it, one image after the other, right ones and wrong ones in turns."""
        # Only the worker loads PyTorch.
        from lab.explanation import heat_map  # noqa: PLC0415
        from lab.explanation_quality import randomized, rank_correlation  # noqa: PLC0415

        if not self.right:
            raise ValueError("No image of the test is recognised: there is nothing to explain.")
        *_, (_, chance) = randomized(model, self.seed)
        chance.eval()

        def mapped(network: nn.Module, place: int, target: int) -> Map:
            found = heat_map(network, images.at(np.array([place])), self.method, target)
            if found.problem:
                raise ValueError(found.problem)
            return found.values

        classes: list[float] = []
        random: list[float] = []
        sharp: list[float] = []
        wrong_sharp: list[float] = []
        example, targets = np.zeros((0, 0, 0), np.float32), (0, 0)
        wrong_map = np.zeros((0, 0), np.float32)
        for turn in range(max(len(self.right), len(self.wrong))):
            if turn < len(self.right):
                place = self.right[turn]
                logits = model(images.at(np.array([place])))[0]
                first, second = (int(one) for one in logits.topk(2).indices)
                maps = [mapped(model, place, first)]
                yield None
                maps.append(mapped(model, place, second))
                yield None
                maps.append(mapped(chance, place, first))
                if turn == 0:
                    example, targets = np.stack(maps), (first, second)
                classes.append(rank_correlation(maps[0], maps[1]))
                random.append(rank_correlation(maps[0], maps[2]))
                sharp.append(sharpness(maps[0]))
            if turn < len(self.wrong):
                yield None
                one = mapped(model, self.wrong[turn], -1)
                wrong_map = one if turn == 0 else wrong_map
                wrong_sharp.append(sharpness(one))
            yield Limits(
                number=self.number,
                count=len(classes),
                wrong_count=len(wrong_sharp),
                classes=_mean(classes),
                random=_mean(random),
                sharp=_mean(sharp),
                wrong_sharp=_mean(wrong_sharp),
                targets=targets,
                maps=example,
                wrong_map=wrong_map,
            )


def sharpness(values: ArrayLike) -> float:
    """Return which share of what speaks for the class lies in the highest tenth of the pixels.

    Args:
        values: ``(H, W)``, a heat map. Of a flat one it is a tenth, of one bright pixel it is 1.
    """
    heat = np.sort(np.asarray(values, np.float64).clip(min=0), axis=None)[::-1]
    total = heat.sum()
    return float(heat[: round(TENTH * heat.size)].sum() / total) if total > 0 else TENTH


class Alarms(NamedTuple):
    """What becomes of a thousand people of whom few have something; in whole people.

    Attributes:
        label: the class that they have or have not.
        ill: how many have it.
        found: how many of them are called so.
        false: how many of the others are called so.
        here: of those called so in the test, the share that is.
        there: the same among the thousand, of the whole people.
    """

    label: int
    ill: int
    found: int
    false: int
    here: float
    there: float


def alarms(confusion: ArrayLike, prevalence: float, people: int = 1000) -> Alarms:
    """Return what the class with the most false alarms would mean where it is rare.

    The others are taken for it as often as in the test (Bayes' theorem).

    Args:
        confusion: ``(classes, classes)`` counts; row = true class, column = predicted class.
        prevalence: the share of the people who have it, between 0 and 1.
        people: how many there are.
    """
    table = np.asarray(confusion, np.float64)
    support, said, right = table.sum(1), table.sum(0), table.diagonal()
    recall = right / np.maximum(support, 1)
    false = (said - right) / np.maximum(support.sum() - support, 1)
    k = int(false.argmax())
    ill = round(people * prevalence)
    found, wrong = round(ill * recall[k]), round((people - ill) * false[k])
    return Alarms(
        label=k,
        ill=ill,
        found=found,
        false=wrong,
        here=_share(right[k], said[k]),
        there=_share(found, found + wrong),
    )


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else 0.0


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
