"""What the views of a network look at: one choice, shared by all of them.

Whoever changes it in one view changes it in every other. No PyTorch: the page's side needs none.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.checks import one_of, whole
from lab.explained import METHODS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray
    from typing_extensions import Self

    from lab.messages import Watched

    Image = NDArray[np.uint8]

NO_VALUE = -1
"""Stands for "none" where a number is expected."""

FAR = 10**9
"""More than there can be of anything that is counted here."""

MOST_NUMBERS = 2**24
"""The most numbers of a latent space: 64 MiB."""


@dataclass(frozen=True, eq=False)
class Wanted:
    """What the views look at. It never changes: ``changed`` makes another one.

    Attributes:
        sample: the place of an image in ``Watched.test_images``; -1 is the first watched one.
        image: ``(C, H, W)`` uint8, an image of one's own instead: drawn, turned, from a file.
        label: the class of ``image``; -1 if nobody knows.
        layer: the name of the chosen layer; ``""`` is the first convolution.
        channel: the chosen channel of that layer; -1 is none.
        unit: row and column in a map of that layer; ``None`` is none.
        vectors_of: the name of the layer whose outputs are the latent space; ``""`` is the last
            one before the network decides.
        vectors: how many test images are shown there, at least 2.
        all_layers: whether the maps of every layer are wanted, and not of some.
        strongest: whether the test images are wanted that excite the chosen channel most.
        gradients: whether the gradients of the chosen layer's kernels are wanted.
        methods: the names of the explanations that are wanted, of ``lab.explained.METHODS``.
        target: the class to explain; -1 is the most probable one.
    """

    sample: int = NO_VALUE
    image: Image | None = None
    label: int = NO_VALUE
    layer: str = ""
    channel: int = NO_VALUE
    unit: tuple[int, int] | None = None
    vectors_of: str = ""
    vectors: int = 360
    all_layers: bool = False
    strongest: bool = False
    gradients: bool = False
    methods: tuple[str, ...] = ()
    target: int = NO_VALUE

    def __post_init__(self) -> None:
        """Check every value, as far as that can be done without a network."""
        values: dict[str, Any] = {
            "image": _image(self.image),
            "unit": _unit(self.unit),
            "vectors": whole("vectors", self.vectors, 1, FAR),
            "methods": _methods(self.methods),
        }
        for name in ("sample", "label", "channel", "target"):
            values[name] = whole(name, getattr(self, name), NO_VALUE, FAR)
        for name in ("layer", "vectors_of"):
            values[name] = _name(name, getattr(self, name))
        for name in ("all_layers", "strongest", "gradients"):
            values[name] = _yes_or_no(name, getattr(self, name))
        if values["label"] != NO_VALUE and values["image"] is None:
            raise ValueError(
                "label is the class of an image of your own, and there is none: "
                "the test images know their classes."
            )
        for name, value in values.items():
            object.__setattr__(self, name, value)  # the way that frozen dataclasses leave open


@dataclass(frozen=True)
class Choices:
    """What there is to be chosen: the images and layers of a network.

    Attributes:
        count: how many test images there are.
        shape: channels, height and width of an image.
        classes: how many classes there are.
        layers: the name of each layer with maps, and their ``(C, H, W)``.
        first: the layer that ``""`` stands for.
        vector_layers: the name of each layer that can be a latent space, and how many numbers there
            are for an image.
    """

    count: int
    shape: tuple[int, ...]
    classes: int
    layers: Mapping[str, tuple[int, int, int]]
    first: str
    vector_layers: Mapping[str, int]

    @classmethod
    def of(cls, watched: Watched) -> Self:
        """Return what is to be chosen of what is watched."""
        names = (*watched.kernel_layers, *(name for name, _, _ in watched.map_layers), "")
        return cls(
            count=len(watched.test_labels),
            shape=watched.test_images.shape[1:],
            classes=len(watched.class_names),
            layers={name: shape for name, _, shape in watched.map_layers},
            first=names[0],
            vector_layers=dict(watched.vector_layers),
        )

    def resolve(self, layer: str) -> str:
        """Return the name of the layer that is meant; ``""`` where no layer has maps."""
        return layer or self.first

    def most_vectors(self, layer: str) -> int:
        """Return how many images a latent space can show: all, or what fits into one message."""
        return max(1, min(self.count, MOST_NUMBERS // max(1, self.vector_layers.get(layer, 1))))

    def check(self, wanted: Wanted, names: Mapping[str, object]) -> None:
        """Refuse what is not there, of the choices with these names.

        Raises:
            ValueError: the sentence says what there is.
        """
        if "sample" in names:
            whole("sample", wanted.sample, NO_VALUE, self.count - 1)
        if "image" in names and wanted.image is not None and wanted.image.shape != self.shape:
            raise ValueError(
                f"The image must have the shape of the data, {_words(self.shape)} (channels, "
                f"height, width), not {_words(wanted.image.shape)}."
            )
        if "label" in names:
            whole("label", wanted.label, NO_VALUE, self.classes - 1)
        if "target" in names:
            whole("target", wanted.target, NO_VALUE, self.classes - 1)
        if "layer" in names and wanted.layer and wanted.layer not in self.layers:
            raise ValueError(_no_layer(wanted.layer, self.layers, "with feature maps"))
        if "vectors_of" in names and wanted.vectors_of not in ("", *self.vector_layers):
            raise ValueError(_no_layer(wanted.vectors_of, self.vector_layers, "with vectors"))
        if "vectors" in names:
            most = self.most_vectors(wanted.vectors_of)
            whole("vectors", wanted.vectors, min(2, most), most)
        self._check_place(wanted, names)

    def check_channel(self, layer: str, channel: int) -> None:
        """Refuse a channel that is not there, by the name of its layer.

        Raises:
            ValueError: the sentence says what there is.
        """
        if layer not in self.layers:
            raise ValueError(_no_layer(layer, self.layers, "with feature maps"))
        channels = self.layers[layer][0]
        if channel >= channels:
            raise ValueError(
                f"The layer {layer!r} has the channels 0 to {channels - 1}, so there is no "
                f"channel {channel}."
            )

    def _check_place(self, wanted: Wanted, names: Mapping[str, object]) -> None:
        if wanted.channel == NO_VALUE and wanted.unit is None:
            return
        layer = self.resolve(wanted.layer)
        if not layer:
            raise ValueError("This network has no feature maps: there is no channel to choose.")
        _, height, width = self.layers[layer]
        if "channel" in names:
            self.check_channel(layer, wanted.channel)
        if "unit" in names and wanted.unit is not None:
            row, column = wanted.unit
            if row >= height or column >= width:
                raise ValueError(
                    f"The maps of {layer!r} have the rows 0 to {height - 1} and the columns 0 to "
                    f"{width - 1}, so there is no unit ({row}, {column})."
                )

    def fit(self, wanted: Wanted) -> Wanted:
        """Return the same without what is not there (any more)."""
        changes: dict[str, Any] = {}
        if wanted.sample >= self.count:
            changes["sample"] = NO_VALUE
        if wanted.image is not None and wanted.image.shape != self.shape:
            changes |= {"image": None, "label": NO_VALUE}
        elif wanted.label >= self.classes:
            changes["label"] = NO_VALUE
        if wanted.target >= self.classes:
            changes["target"] = NO_VALUE
        if wanted.layer and wanted.layer not in self.layers:
            changes |= {"layer": "", "channel": NO_VALUE, "unit": None}
        else:
            channels, height, width = self.layers.get(self.resolve(wanted.layer), (0, 0, 0))
            if wanted.channel >= channels:
                changes["channel"] = NO_VALUE
            if wanted.unit and (wanted.unit[0] >= height or wanted.unit[1] >= width):
                changes["unit"] = None
        space = wanted.vectors_of if wanted.vectors_of in self.vector_layers else ""
        changes["vectors_of"] = space
        changes["vectors"] = min(wanted.vectors, self.most_vectors(space))
        return replace(wanted, **changes)


def changed(wanted: Wanted, changes: Mapping[str, Any], choices: Choices | None) -> Wanted:
    """Return another choice, and drop what hangs on what changes.

    A test image takes the place of an image of one's own; another layer has other channels and
    units; another image has another label, and another test image explains itself anew.

    Args:
        wanted: the choice before.
        changes: new values, by the names of ``Wanted``.
        choices: what there is; ``None`` if nobody knows yet.

    Raises:
        ValueError, TypeError: a value that cannot be; the sentence says what can.
    """
    names = [part.name for part in fields(Wanted)]
    for name in changes:
        if name not in names:
            close = get_close_matches(name, names, n=1)
            advice = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(names)}."
            raise TypeError(f"A view has no choice {name!r}: {advice}")
    dropped: dict[str, Any] = {}
    if "sample" in changes:
        dropped["image"] = None
    if "sample" in changes or "image" in changes:
        dropped["label"] = NO_VALUE
    if "sample" in changes:
        dropped["target"] = NO_VALUE
    if "layer" in changes and changes["layer"] != wanted.layer:
        dropped |= {"channel": NO_VALUE, "unit": None}
    after = replace(wanted, **{**dropped, **changes})
    if choices is not None:
        choices.check(after, changes)
    return after


def _image(value: object) -> Image | None:
    if value is None:
        return None
    if not isinstance(value, np.ndarray) or value.dtype != np.uint8 or value.ndim != 3:
        got = (
            f"{value.dtype} of the shape {_words(value.shape)}"
            if isinstance(value, np.ndarray)
            else type(value).__name__
        )
        raise TypeError(
            f"The image must be a uint8 array (channels, height, width), 0 black to 255 white, "
            f"not {got}."
        )
    if not value.flags.writeable and value.flags.c_contiguous:
        return value
    image = np.array(value, order="C")  # a copy: whoever gave it may go on drawing
    image.flags.writeable = False
    return image


def _unit(value: object) -> tuple[int, int] | None:
    if value is None:
        return None
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise TypeError(f"unit must be a row and a column, or None, not {value!r:.60}.")
    return whole("unit's row", value[0], 0, FAR), whole("unit's column", value[1], 0, FAR)


def _methods(value: object) -> tuple[str, ...]:
    if not isinstance(value, (tuple, list)):
        raise TypeError(f"methods must be a list of names, not {value!r:.60}.")
    return tuple(one_of("methods", method, tuple(METHODS)) for method in value)


def _name(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be the name of a layer, not {value!r:.60}.")
    return value


def _yes_or_no(name: str, value: object) -> bool:
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, not {value!r:.60}.")
    return bool(value)


def _no_layer(name: str, known: Iterable[str], what: str) -> str:
    names = ", ".join(known)
    if not names:
        return f"There is no layer {name!r:.60}: this network has no layers {what}."
    return f"There is no layer {name!r:.60} {what}: there are {names}."


def _words(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
