"""The latent space of a run: each test image a point, moving while the network learns."""

from __future__ import annotations

import time
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Bool, Dict, Enum, observe

from lab.decision_regions import EXPLANATION, decision_regions
from lab.latent_tasks import TASKS
from lab.projection import extent
from lab.vector_files import metadata_tsv, vectors_tsv
from widgets._arrays import pack
from widgets._base import hand, shown
from widgets._live import LOST_AFTER
from widgets._redrawn import RedrawnWidget
from widgets._traits import Whole
from widgets.latent_space import reading, tasks
from widgets.latent_space.aside import Aside
from widgets.latent_space.clouds import Cloud, Clouds, same_images
from widgets.latent_space.maps import METHODS, Map, Maps
from widgets.latent_space.pictures import images_message
from widgets.latent_space.traits import Places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.training import Run, Snapshot

BEYOND = 1.3
"""How far beyond the points the regions reach."""

FEW = 2000
"""Images of another data set that are shown unasked, where all were shown before."""

LOOKED_AT = 5.0
"""Seconds: a page that is looked at says so every two."""

COLOURINGS = ("class", "prediction", "correct", "confidence")


class LatentSpace(RedrawnWidget):
    """What a layer makes of the test images, on a map that moves while the network learns.

    A click on a point chooses that image in every view of the run.

    Args:
        run: the run to watch, or a ``Still``.
        classes: the two classes of the task ``"parting"``, counted from 0 (default 4 and 9, or the
            first and the last of fewer).
        traits: any of the traits below.

    """

    method = hand(Enum(list(METHODS), default_value="pca"))
    """How the map is made: ``"pca"``, ``"lda"``, ``"tsne"`` or ``"umap"``."""

    dimensions = hand(Whole(2, 2, 3))
    """Of the map: 2, or 3 to turn it."""

    colour = hand(Enum(list(COLOURINGS), default_value="class"))
    """What the colours say: ``"class"``, ``"prediction"``, ``"correct"`` or ``"confidence"``."""

    regions = hand(Bool(default_value=False))
    """Whether the plane is coloured as most of the points near each place."""

    metric = hand(Enum(["cosine", "euclidean"], default_value="cosine"))
    """By which distance images are neighbours."""

    gathered = hand(Places()).tag(transient=True)
    """The images that the lasso has gathered, by their places in the test set."""

    panel = hand(Bool(default_value=False))
    """Whether all controls, the neighbours and what is gathered are shown beside the map."""

    task = hand(Enum(["none", *TASKS], default_value="none"))
    """The task that is asked: a name out of ``lab.latent_tasks``."""

    images = shown(Dict())
    """Which images the points are, and what there is to choose from: once a cloud of points."""

    reading = shown(Dict())
    """What is to be read beside the map: neighbours, what is gathered, trust, the task."""

    commands = ("select", "watch", "export", "answer", "cancel")

    def __init__(self, run: Run, *, classes: Sequence[int] = (4, 9), **traits: Any) -> None:  # noqa: ANN401
        this = weakref.ref(self)  # a map that moves by itself must not keep a forgotten view alive

        def moved() -> None:
            view = this()
            if view is not None:
                view.moved()

        self._maps = Maps(moved)
        self._heard = 0.0
        self._under_way = False  # what was drawn last is not on the page yet
        self._due = False  # the map has moved since
        self._parting = tasks.Parting(classes)
        self._aside = Aside()
        self._clouds = Clouds()
        self._cloud: Cloud | None = None
        self._map: Map | None = None
        self._half = 0.0
        self._trust: dict[str, Any] = {}
        self._kind_of_map: tuple[object, ...] = ()
        super().__init__(run, **traits)

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the points, turned to fit the frame before, and what the network says of them."""
        cloud = self._take(snapshot)
        self._under_way, self._due = True, False
        watched = self._clouds.watched
        self._parting.note(snapshot, cloud, 0 if watched is None else len(watched.class_names))
        kind = cloud.number, self.method, self.dimensions
        if kind != self._kind_of_map:
            self._kind_of_map, self._trust = kind, {}
        made = self._map = self._maps.draw(cloud, self.method, self.dimensions)
        self._read()
        if self.panel:
            self._ask_trust(cloud, made)
        size = cloud.vectors.shape[-1]
        count = len(cloud.labels)
        return {
            "cloud": cloud.number,
            "points": pack(made.points),
            "predictions": pack(_small(cloud.predictions)),
            "confidences": pack(np.rint(255 * cloud.confidences).astype(np.uint8)),
            "own": made.own.tolist(),
            "chosen": self._chosen(cloud, snapshot),
            "regions": self._regions(cloud, made),
            "note": f"{count:,} test images; {size} numbers each{made.words}" if count else "",
            "progress": made.progress,
            "layer": snapshot.wanted.vectors_of,
            "count": count,
        }

    def moved(self) -> None:
        """Draw again, as soon as the page has drawn the frame before: the map has moved by itself.

        A page that is not looked at gets nothing.
        """
        with self._sending:
            self._due = True
            self._catch_up()

    def _catch_up(self) -> None:
        now = time.monotonic()
        lost = now - self._sent_at >= LOST_AFTER
        if self._due and now - self._heard < LOOKED_AT and (lost or not self._under_way):
            self.redraw()

    def close(self) -> None:
        """Close the view; its map moves no more."""
        self._maps.close()
        super().close()

    def obey(self, name: str, value: object) -> None:
        """Do what the page asks for: choose an image, a layer or how many; export; answer.

        Raises:
            ValueError, TypeError, RuntimeError: what cannot be done; the sentence goes to the page.

        """
        match name, value:
            case "watch", dict():
                known = ("vectors_of", "vectors")
                self.run.watch(**{key: value[key] for key in known if key in value})
            case "export", _:
                vectors, metadata = self.tsv()
                self.send({"files": {"vectors.tsv": vectors, "metadata.tsv": metadata}})
            case "answer", _:
                with self._sending:
                    self._parting.answer(self.run.latest)
                    self._read()
            case "cancel", _:
                self._maps.cancel()
                self.redraw()
            case "select", _:
                super().obey(name, value)

    def tsv(self) -> tuple[str, str]:
        """Return the vectors and what is known of them, as the Embedding Projector loads them.

        Raises:
            RuntimeError: there are none yet.

        """
        cloud, watched = self._cloud, self._clouds.watched
        if cloud is None or watched is None or not len(cloud.vectors):
            raise RuntimeError("There are no vectors yet: wait until the run is ready.")
        names = dict(enumerate(watched.class_names))  # without -1, which nobody knows
        columns = {
            "class": [names.get(k, "") for k in cloud.labels.tolist()],
            "prediction": [names.get(k, "") for k in cloud.predictions.tolist()],
            "confidence": [f"{share:.4f}" for share in cloud.confidences],
            "image": cloud.places.tolist(),
        }
        return vectors_tsv(cloud.vectors), metadata_tsv(columns)

    def _take(self, snapshot: Snapshot) -> Cloud:
        before, most = self._clouds.watched, self._clouds.most
        cloud = self._cloud = self._clouds.take(snapshot, self.run.watched)
        if self.images.get("cloud") != cloud.number:
            self.images = self._clouds.images(cloud)
        if not same_images(before, self._clouds.watched):
            self._map = None  # it is not of these images: nothing can be read from it
            self.gathered = ()  # places of other images
            if most <= snapshot.wanted.vectors < self._clouds.most <= FEW:  # all stay all
                with suppress(RuntimeError):  # the run may be closed
                    self.run.watch(vectors=self._clouds.most)
        return cloud

    def _chosen(self, cloud: Cloud, snapshot: Snapshot) -> int:
        own = snapshot.wanted.image is not None
        return -1 if own else cloud.index(snapshot.sample)

    def _regions(self, cloud: Cloud, made: Map) -> dict[str, Any]:
        if not self.regions or made.points.shape[1] != 2 or not len(made.points):
            return {}
        self._half = extent(made.points, self._half)
        half = BEYOND * self._half
        classes = decision_regions(made.points, cloud.predictions, half, side=96)
        return {"classes": pack(_small(classes)), "half": half, "words": EXPLANATION}

    def _read(self) -> None:
        cloud, made = self._cloud, self._map
        if cloud is None or made is None:
            return
        chosen = self._chosen(cloud, self.run.latest)
        watched = self._clouds.watched
        names = () if watched is None else watched.class_names
        found = tasks.Found(cloud, made.points, chosen, self.gathered, names)
        self.reading = {
            "chosen": reading.seen(cloud, chosen) if chosen >= 0 else None,
            "neighbours": reading.nearest(cloud, chosen, self.metric) if self.panel else [],
            "gathered": reading.gathered(cloud, self.gathered),
            "trust": self._trust,
            "task": self._parting.ask(self.task, found),
        }

    def _ask_trust(self, cloud: Cloud, made: Map) -> None:
        this = weakref.ref(self)  # a forgotten view is let go, whatever is still to be done

        kind = self._kind_of_map

        def judge() -> None:
            found = reading.trust(cloud, made.points)
            view = this()
            if view is not None:
                view.judged(kind, found)

        self._aside.ask(judge)

    def judged(self, kind: tuple[object, ...], trust: dict[str, Any]) -> None:
        """Take over how far a map is to be trusted, if it is still one of this kind."""
        with self._sending:
            if kind == self._kind_of_map:
                self._trust = trust
                self._read()

    @observe("method", "dimensions", "regions", "panel")
    def _drawn_anew(self, _change: object) -> None:
        self.redraw()

    @observe("metric", "gathered", "task")
    def _read_anew(self, _change: object) -> None:
        with self._sending:
            self._read()

    def _hear_drawn(self, sequence: object) -> None:
        with self._sending:
            self._heard = time.monotonic()
            self._under_way = self._under_way and sequence != self.frame.get("sequence")
        super()._hear_drawn(sequence)
        with self._sending:
            self._catch_up()

    def _hear(self, widget: object, content: object, buffers: object) -> None:
        super()._hear(widget, content, buffers)
        match content:
            case {"hand": _}:
                self._heard = time.monotonic()
            case {"want": list(places), "data": int(data)}:
                # Of a data set that is no longer shown there is nothing to send.
                watched = self._clouds.watched
                if watched is not None and data == self._clouds.data:
                    message = images_message(watched, places, data)
                    if message:
                        self.send(*message)


def _small(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return whole numbers as bytes, where they fit."""
    fits = not values.size or (values.min() >= 0 and values.max() <= 255)
    return values.astype(np.uint8) if fits else values
