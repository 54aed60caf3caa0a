"""The image that all views of a run look at: of the test set, drawn, or out of a file."""

from __future__ import annotations

from random import randrange
from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Dict, Enum, observe

from lab.image_changes import change
from lab.own_images import draw as ink_of
from lab.own_images import fit_drawing, fit_picture
from widgets._arrays import pack
from widgets._base import hand, shown
from widgets._live import LiveWidget
from widgets._traits import Number, Whole
from widgets.image_source.strokes import Strokes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.training import Run, Snapshot, Watched

    Image = NDArray[np.uint8]

SOURCES = ("test", "draw", "upload")
CHANGES = ("rotate", "right", "down", "noise")
LARGEST_FILE = 8_000_000
"""Bytes: what a message to the kernel may hold."""


class ImageSource(LiveWidget):
    """Chooses the image that a network looks at, and turns it, moves it, makes it noisy.

    Args:
        run: the run whose views shall see it, or a ``Still``.
        traits: any of the traits below.

    """

    source = hand(Enum(list(SOURCES), default_value="test"))
    """Where the image comes from: the ``"test"`` set, a drawing (``"draw"``), or an
    ``"upload"``."""

    place = hand(Whole(-1, -1, 10**9))
    """The place of the test image; -1 is the first watched one."""

    of = hand(Whole(-1, -1, 9999))
    """Only test images of this class are gone through, counted from 0; -1 is all classes."""

    strokes = hand(Strokes())
    """The drawing: of each stroke the places (x, y) that the pen passed, from 0 to 1."""

    rotate = hand(Number(0.0, -180, 180))
    """Degrees that the image is turned by, counter-clockwise."""

    right = hand(Number(0.0, -0.5, 0.5))
    """By how much it is moved to the right, in shares of its width."""

    down = hand(Number(0.0, -0.5, 0.5))
    """By how much it is moved down, in shares of its height."""

    noise = hand(Number(0.0, 0, 0.5))
    """The standard deviation of noise, in shares of the range from black to white."""

    picture = shown(Dict())
    """The image as the network sees it, and what there is to say of it."""

    commands = ("go",)

    def __init__(self, run: Run, **traits: Any) -> None:  # noqa: ANN401
        self._watched: Watched | None = None
        self._upload: Image | None = None
        self._said = ""
        self._chosen: tuple[int, Image | None] = -1, None  # in all views, as this knows it
        self._looked: tuple[object, ...] = ()  # what was asked for last; () when that is void
        self._taking_over = False
        super().__init__(run, **traits)

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:  # noqa: ARG002 - the run knows first
        """Return the class names; take over what another view, or other data, have chosen."""
        watched = self.run.watched
        if watched is not None and watched is not self._watched:
            self._take_data(watched)
        elif watched is not None:
            sample, image = self._chosen
            wanted = self.run.wanted
            if wanted.sample != sample or wanted.image is not image:
                self._take_choice()
        return {
            "classNames": list(watched.class_names) if watched else [],
            "largest": LARGEST_FILE,
        }

    def _take_data(self, watched: Watched) -> None:
        """Begin with other data: what was uploaded for the ones before does not fit."""
        before, self._watched = self._watched, watched
        if before is not None and self._is_kept(before, watched):
            self._show()
            return
        self._upload = None
        if before is None and (self.source != "test" or self.place >= 0 or self._changes):
            self._look()  # what a notebook or a link has chosen
        else:
            self._take_choice()

    def _is_kept(self, before: Watched, watched: Watched) -> bool:
        """Say whether another network looks at the same image of the same data."""
        sample, image = self._chosen
        wanted = self.run.wanted
        return (
            wanted.sample == sample
            and wanted.image is image
            and before.class_names == watched.class_names
            and np.array_equal(before.test_labels, watched.test_labels)
            and np.array_equal(before.test_images, watched.test_images)
        )

    def _take_choice(self) -> None:
        """Show what somebody else has chosen."""
        wanted = self.run.wanted
        self._chosen, self._looked = (wanted.sample, wanted.image), ()
        self._taking_over = True
        try:
            with self.hold_sync():
                self.place = wanted.sample
                self._stand_still()
                if wanted.image is None:
                    self.source = "test"
                else:
                    self._upload, self._said = wanted.image, "An image from Python."
                    self.source = "upload"
                self._show()
        finally:
            self._taking_over = False

    def _stand_still(self) -> None:
        """Another image is upright, in its place and without noise."""
        self.rotate = self.right = self.down = self.noise = 0.0

    @observe("source", "place", "strokes", *CHANGES)
    def _look(self, _change: object = None) -> None:
        """Let all views look at what is chosen here now."""
        if self._taking_over or self._watched is None:
            return
        names = ("source", "place", "strokes", *CHANGES)
        asked = tuple(getattr(self, name) for name in names)
        if asked == self._looked:  # several traits may change in one message
            return
        self._looked = asked
        image, label, _ = self._base()
        changed = self._changed(image)
        try:
            if changed is image and not self._own:
                self.run.select(self._sample)
            else:
                self.run.watch(sample=self._sample, image=changed, label=label)
        except (ValueError, TypeError, RuntimeError) as error:
            self._looked = ()
            self.problem = str(error)
            return
        wanted = self.run.wanted
        self._chosen = wanted.sample, wanted.image
        self._show()

    @property
    def _changes(self) -> bool:
        return any(getattr(self, name) for name in CHANGES)

    @property
    def _own(self) -> bool:
        """Whether the image is none of the test's: with no file yet, an upload still is one."""
        return self.source == "draw" or (self.source == "upload" and self._upload is not None)

    @property
    def _sample(self) -> int:
        assert self._watched is not None, "there is nothing to choose before the data are there"
        if 0 <= self.place < len(self._watched.test_labels):
            return int(self.place)
        return int(self._watched.watched[0]) if len(self._watched.watched) else 0

    def _base(self) -> tuple[Image, int, str]:
        """Return the image before it is changed, its class (-1: unknown), and a sentence."""
        watched = self._watched
        assert watched is not None, "there is nothing to show before the data are there"
        data = watched.test_images
        if self.source == "draw":
            said = "Fitted to the data's size." if self.strokes else ""
            return fit_drawing(ink_of(self.strokes), data), -1, said
        if self.source == "upload" and self._upload is not None:
            return self._upload, -1, self._said
        label = int(watched.test_labels[self._sample])
        said = "Choose a file." if self.source == "upload" else ""
        return data[self._sample], label, said

    def _changed(self, image: Image) -> Image:
        if not self._changes:
            return image
        height, width = image.shape[1:]
        return change(
            image,
            rotate=self.rotate,
            right=self.right * width,
            down=self.down * height,
            noise=self.noise,
        )

    def _show(self) -> None:
        watched = self._watched
        assert watched is not None, "there is nothing to show before the data are there"
        image, label, said = self._base()
        self.picture = {
            "image": pack(self._changed(image)),
            "place": self._sample,
            "count": len(watched.test_labels),
            "label": label,
            "said": said,
            "uploaded": self._upload is not None,
        }

    def obey(self, name: str, value: object) -> None:
        """Go to another test image: the next (1), the one before (-1), or any (0)."""
        watched = self._watched
        if watched is None:
            return
        if name != "go" or value not in (-1, 0, 1):
            raise ValueError(f"{name} cannot be done with {value!r:.60}.")
        own = 0 <= self.of < len(watched.class_names)
        places = (
            np.flatnonzero(watched.test_labels == self.of)
            if own
            else np.arange(len(watched.test_labels))
        )
        if not len(places):
            raise ValueError(f"The test has no images of {watched.class_names[self.of]}.")
        if value == 0:
            place = int(places[randrange(len(places))])  # noqa: S311 - no secret hangs on it
        elif value == 1:
            later = places[places > self._sample]
            place = int(later[0] if len(later) else places[0])
        else:
            earlier = places[places < self._sample]
            place = int(earlier[-1] if len(earlier) else places[-1])
        with self.hold_sync(), self.hold_trait_notifications():
            self.source, self.place = "test", place
            self._stand_still()

    @observe("of")
    def _other_class(self, _change: object) -> None:
        watched = self._watched
        if watched is None or not 0 <= self.of < len(watched.class_names):
            return
        if watched.test_labels[self._sample] != self.of:
            self._do("go", 1)

    def _hear(self, widget: object, content: object, buffers: Any) -> None:  # noqa: ANN401
        super()._hear(widget, content, buffers)
        match content, buffers:
            case {"upload": str(name), "size": int(size)}, [data]:
                with self._sending:
                    self._take_file(name[:80], max(size, len(data)), bytes(data))

    def _take_file(self, name: str, size: int, data: bytes) -> None:
        """Look at the learner's own picture, or say what is wrong with it; the old one stays."""
        if self._watched is None:
            return
        if size > LARGEST_FILE:
            self.problem = (
                f"{name} has {size / 1e6:.1f} MB; a file of at most {LARGEST_FILE / 1e6:.0f} MB "
                "can be taken: save a smaller copy."
            )
            return
        try:
            image, said = fit_picture(data, name, self._watched.test_images)
        except ValueError as error:
            self.problem = str(error)
            return
        self.problem = ""
        self._upload, self._said, self._looked = image, said, ()
        with self.hold_sync(), self.hold_trait_notifications():
            self._stand_still()
            self.source = "upload"
        self._look()
