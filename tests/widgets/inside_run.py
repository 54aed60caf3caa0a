"""A run that stands still and shows the inside of a hand-made network of one convolution."""

from dataclasses import replace

import numpy as np
import torch
from torch.nn.functional import conv2d, max_pool2d

from lab.messages import Snapshot, Wanted, Watched
from lab.needs import Needs, needs_of
from lab.wanted import Choices, changed

RANDOM = np.random.default_rng(11)
KERNELS = RANDOM.normal(size=(4, 1, 3, 3)).astype(np.float32)
BIASES = RANDOM.normal(size=4).astype(np.float32)
IMAGES = RANDOM.integers(0, 256, (20, 1, 8, 8), dtype=np.uint8)
LABELS = np.arange(20) % 3
SETTINGS = {"stride": (1, 1), "padding": (1, 1), "dilation": (1, 1), "groups": 1}


class InsideRun:
    """What views see of a run, and what they command, without a worker."""

    def __init__(self, *, known=True, **fields):
        self.commands = []
        self._callbacks = []
        self._wanted = Wanted()
        self._needs = Needs()
        self._watched = Watched(
            images=IMAGES[[5, 7]],
            labels=LABELS[[5, 7]],
            class_names=("liver", "<b>lung</b>", "colon"),
            layers=(),
            parameters=0,
            train_count=0,
            test_count=20,
            dataset="still",
            licence="",
            source="",
            test_images=IMAGES,
            test_labels=LABELS,
            stages=("pool1",),
            watched=np.array([5, 7]),
            map_layers=(("conv1", "Conv2d", (4, 8, 8)), ("pool1", "MaxPool2d", (4, 4, 4))),
            vector_layers=(("pool1", 64),),
            kernel_layers=("conv1",),
        )
        self.watched = self._watched if known else None
        self.latest = Snapshot(state="starting")
        if known:
            self.look(state="ready", **fields)

    def begin(self):
        """The data arrive."""
        self.watched = self._watched
        self.look(state="ready")

    @property
    def wanted(self):
        return self._needs.added_to(self._wanted)

    def need(self, owner, *, lapses=None, **needs):
        self._needs.put(owner, needs, lapses)

    def watch(self, **changes):
        choices = None if self.watched is None else Choices.of(self.watched)
        self._wanted = changed(self._wanted, changes, choices)
        if self.watched is not None:
            self.look()

    def select(self, sample):
        self.watch(sample=sample, image=None, unit=None)

    def edit(self, layer, place, value, *, bias=False, drag=None):
        if value is None or not np.isfinite(value):
            raise ValueError("value must be a finite number.")
        self.commands.append(("edit", layer, place, value, bias, drag))

    def switch(self, layer, channel, on):
        self.commands.append(("switch", layer, channel, on))

    def undo(self):
        self.commands.append(("undo",))

    def look(self, **changes):
        """Post the snapshot that shows what is wanted."""
        wanted = self.wanted
        place = wanted.sample if wanted.sample >= 0 else 5
        own = wanted.image is not None
        image = wanted.image if own else IMAGES[place]
        kernels = changes.get("kernels", KERNELS)
        numbers = image.astype(np.float32) / 255
        maps = conv2d(*map(torch.tensor, (numbers[None], kernels, BIASES)), padding=1)
        pooled = max_pool2d(maps, 2)
        layer = wanted.layer or "conv1"
        fields = {
            "wanted": wanted,
            "image": image,
            "label": wanted.label if own else int(LABELS[place]),
            "logits": np.array([1.0, 3.0, -2.0], np.float32),
            "probabilities": np.array([0.1185, 0.8756, 0.0059], np.float32),
            "layer": layer,
            "channel": wanted.channel,
            "kernels": kernels if layer == "conv1" else np.empty((0, 0, 0, 0), np.float32),
            "kernel_biases": BIASES,
            "kernel_gradients": 0.1 * kernels if wanted.gradients else np.empty((0, 0, 0, 0)),
            "kernel_inputs": numbers,
            "convolution": SETTINGS if layer == "conv1" else {},
            "feature_maps": (("pool1", pooled[0].numpy()), ("conv1", maps[0].numpy())),
            "dead": (
                ("conv1", np.array([False, False, False, True])),
                ("pool1", np.zeros(4, bool)),
            ),
            "field": (0, 3, 1, 4) if wanted.unit else (),
        }
        if wanted.strongest and wanted.channel >= 0:
            fields |= {
                "strongest": np.array([3, 1]),
                "strongest_values": np.array([2.0, 1.5], np.float32),
                "strongest_units": np.array([[0, 0], [4, 4]]),
                "strongest_fields": np.array([[0, 2, 0, 2], [3, 6, 3, 6]]),
            }
        self.show(**{**fields, **changes})

    def show(self, **changes):
        """Post another snapshot."""
        self.latest = replace(self.latest, sequence=self.latest.sequence + 1, **changes)
        for callback in list(self._callbacks):
            callback(self.latest)

    def subscribe(self, callback):
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def request(self):
        known = self.watched is not None and self.latest.wanted
        if known and needs_of(known) != needs_of(self.wanted):
            self.look()


def hear(view, content, buffers=()):
    """What the page sends."""
    view._hear(view, content, list(buffers))


def drawn(view):
    """The page has drawn the frame: it gets the next."""
    hear(view, {"drawn": view.frame["sequence"]})


def array(packed):
    return np.frombuffer(packed["buffer"], packed["dtype"]).reshape(packed["shape"])
