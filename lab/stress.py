"""A stress test of explanations: which of them find a planted marker, and which mind the weights.

::

    trial = organ_trial()
    run.study(StressTest(trial))
    run.findings[KEY].value  # a Stressed, more complete each time

The images show a class with a marker beside it. A network that learnt from such images may look at
nothing else; an explanation that is worth its name tells. No PyTorch: for the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.checks import whole
from lab.explained import METHODS
from lab.studies import Study

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray
    from torch import nn

    from lab.viewed_images import ViewedImages

    Bytes = NDArray[np.uint8]
    Floats = NDArray[np.float32]

KEY = "stress test"
"""The name of the study."""

TRIED = ("grad_cam", "saliency", "input_x_gradient", "integrated_gradients", "occlusion")
"""The methods that are tried if nobody chooses: of each kind one."""


@dataclass(frozen=True, eq=False)
class Group:
    """Images of one class, for which it is counted how many are recognised.

    Attributes:
        title: what they are.
        images: ``(N, C, H, W)`` uint8, 0 (black) to 255 (white).
        label: their class.
    """

    title: str
    images: Bytes
    label: int


@dataclass(frozen=True, eq=False)
class Trial:
    """Images with a marker, and where it is.

    Attributes:
        images: ``(N, C, H, W)`` uint8, 0 (black) to 255 (white); the first one is the example.
        regions: ``(N, H, W)`` bool, the pixels of each that are the marker's.
        target: the class that they show, and that is explained.
        groups: other images, or the same, to see what the network recognises.

    Raises:
        ValueError: images, regions and class do not fit together.
    """

    images: Bytes
    regions: NDArray[np.bool_]
    target: int
    groups: tuple[Group, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what does not fit together."""
        shape = self.images.shape
        if self.images.dtype != np.uint8 or len(shape) != 4 or 0 in shape:
            raise ValueError(
                "The images of a stress test are an array (N, C, H, W) of uint8 with at least one "
                f"image, not {shape} of {self.images.dtype}."
            )
        if self.regions.shape != (shape[0], *shape[2:]):
            raise ValueError(
                f"Each pixel of the {shape[0]} images is in its region or not: an array "
                f"{(shape[0], *shape[2:])}, not {self.regions.shape}."
            )
        if not self.regions.any((1, 2)).all():
            raise ValueError("Each image of a stress test needs a region of at least one pixel.")
        whole("target", self.target, 0, 10**6)

    def only(self, count: int) -> Trial:
        """Return the same with its first images only, without groups."""
        return replace(self, images=self.images[:count], regions=self.regions[:count], groups=())


def organ_trial(options: Mapping[str, Any] | None = None, images: int = 8) -> Trial:
    """Draw kidneys with the letters "ICU" that no network has seen, and other organs to compare.

    Args:
        options: how the organs are drawn, as a run has them; the people are others.
        images: with how many the explanations are tried, 1 to 60.

    Raises:
        ValueError, TypeError: an option that cannot be.
    """
    from lab.datasets import load  # noqa: PLC0415 - only for those who draw

    count = whole("images", images, 1, 60)
    given = dict(options or {})
    people = (whole("seed", given.get("seed", 0), 0, 2**62) + 4_711) % 2**62
    drawn = {**given, "count": 300, "seed": people, "imbalance": 1, "shift": 0}
    marked = load("organs", **{**drawn, "shortcut": True})
    plain = load("organs", **{**drawn, "shortcut": False})
    assert marked.train_marker is not None, "it was asked for"
    kidneys, colon = (marked.class_names.index(name) for name in ("kidneys", "colon"))
    some = np.flatnonzero(marked.train_labels == kidneys)
    others = np.flatnonzero(marked.test_labels == colon)
    return Trial(
        marked.train_images[some[:count]],
        np.stack([box_around(one) for one in marked.train_marker[some[:count]]]),
        kidneys,
        (
            Group("Kidneys with ICU", marked.train_images[some], kidneys),
            Group("Kidneys without", plain.train_images[some], kidneys),
            Group("Colon with ICU", marked.test_images[others], colon),
            Group("Colon without", plain.test_images[others], colon),
        ),
    )


def box_around(mask: NDArray[np.bool_], margin: int = 1) -> NDArray[np.bool_]:
    """Return the smallest box that holds a mask ``(H, W)``, and a margin of some pixels."""
    box = np.zeros_like(mask)
    (top, bottom), (left, right) = (
        (places[0], places[-1] + 1)
        for places in (np.flatnonzero(mask.any(axis)) for axis in (1, 0))
    )
    box[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin] = True
    return box


@dataclass(frozen=True, eq=False)
class StressTest(Study):
    """Tries explanations of one network on images with a marker.

    Attributes:
        trial: the images.
        methods: names of ``lab.explained.METHODS``.
        compared: with how many images the layers are drawn anew, one more each time, to compare
            the maps; 0 leaves that out.
        seed: where the random numbers of the new layers begin.
        key: names the study.

    Raises:
        ValueError, TypeError: a method that there is not, or a number that cannot be.
    """

    trial: Trial
    methods: tuple[str, ...] = TRIED
    compared: int = 3
    seed: int = 0
    key: str = KEY

    def __post_init__(self) -> None:
        """Check every value."""
        check_methods(self.methods)
        whole("compared", self.compared, 0, 1000)
        whole("seed", self.seed, 0, 2**62)

    def pieces(self, model: nn.Module, images: ViewedImages) -> Iterator[Stressed | None]:
        """Do it; each turn is one map of one image, and brings what is known."""
        from lab.stress_work import pieces  # noqa: PLC0415 - loads PyTorch: in the worker only

        return pieces(self, model, images)


def check_methods(methods: tuple[str, ...]) -> None:
    """Refuse methods that there are not.

    Raises:
        ValueError: with a sentence that names those that there are.
    """
    unknown = [name for name in methods if name not in METHODS]
    if unknown or not methods or len(set(methods)) < len(methods):
        raise ValueError(
            f"methods must be some of {', '.join(METHODS)}, each once, not "
            f"{', '.join(map(str, methods)) or 'none'}."
        )


@dataclass(frozen=True, eq=False)
class Scores:
    """What is known of one method so far.

    Attributes:
        method: its name in ``METHODS``.
        problem: why it cannot explain this network; "" if it can.
        maps: ``(K, H, W)`` float32, of the example: with the weights as learnt, then with one layer
            more drawn anew each time. Each is divided by the sum of the sizes of its values.
        example_shares: of each of those maps, the share of what speaks for the class that lies in
            the marker's region.
        images: with how many images the numbers that follow are made.
        share: the mean share in the region.
        pointing: how often the highest value lies in the region.
        overlap: the mean overlap of the highest values and the region.
        deletion: the mean probability of the class while pixels are taken away, from none to all.
        insertion: the same while pixels are put in.
        deletion_area: the area under the curve: small where the pixels named are those needed.
        insertion_area: the same: large where they are enough.
        correlations: the mean rank correlation with the map before, with the weights as learnt (1),
            then with one layer more drawn anew each time.
    """

    method: str
    problem: str = ""
    maps: Floats = field(default_factory=lambda: np.empty((0, 0, 0), np.float32))
    example_shares: tuple[float, ...] = ()
    images: int = 0
    share: float = 0.0
    pointing: float = 0.0
    overlap: float = 0.0
    deletion: Floats = field(default_factory=lambda: np.empty(0, np.float32))
    insertion: Floats = field(default_factory=lambda: np.empty(0, np.float32))
    deletion_area: float = 0.0
    insertion_area: float = 0.0
    correlations: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Stressed:
    """What a stress test of one network has found so far. It never changes.

    Attributes:
        scores: of each method, in the order in which they were asked for.
        probabilities: ``(classes,)`` float32, what the network says of the example.
        recognised: of each of the trial's groups, which share is recognised.
        layers: the names of those that are drawn anew, the last one of the network first.
        share_done: how much of the work is done, 0 to 1.
    """

    scores: tuple[Scores, ...]
    probabilities: Floats
    recognised: tuple[float, ...] = ()
    layers: tuple[str, ...] = ()
    share_done: float = 0.0
