"""A run that stands still: it shows the snapshot that it is given."""

from dataclasses import replace

import numpy as np

from lab.messages import Snapshot, Watched


class StillRun:
    """What a view sees of a run, without a worker."""

    def __init__(self, labels, predictions, names, *, confidences=None, true=None, watched=4):
        self.watched = None
        self.latest = Snapshot(state="starting")
        self.selected = []
        self._callbacks = []
        self.after_test(
            labels, predictions, names, confidences=confidences, true=true, watched=watched
        )

    def after_test(self, labels, predictions, names, *, confidences=None, true=None, watched=4):
        """The test set, each image of its own, and what the network said of it."""
        labels, predictions = np.asarray(labels), np.asarray(predictions)
        count = len(labels)
        images = np.random.default_rng(count).integers(0, 256, (count, 1, 8, 8), dtype=np.uint8)
        self.watched = Watched(
            images=images[::-1][:watched].copy(),
            labels=labels[::-1][:watched].copy(),
            class_names=tuple(names),
            layers=(),
            parameters=0,
            train_count=0,
            test_count=count,
            dataset="still",
            licence="",
            source="",
            test_images=images,
            test_labels=labels,
        )
        table = np.zeros((len(names), len(names)), np.int64)
        for label, said in zip(labels, predictions, strict=True):
            table[label, said] += 1
        wrong = labels != predictions
        said = np.linspace(0.5, 0.9, count) if confidences is None else np.asarray(confidences)
        self.show(
            state="running",
            confusion=table,
            test_predictions=predictions,
            test_confidences=said.astype(np.float32),
            test_true=np.where(wrong, 0.1, said).astype(np.float32) if true is None else true,
        )

    def show(self, **changes):
        """Post another snapshot."""
        self.latest = replace(self.latest, sequence=self.latest.sequence + 1, **changes)
        for callback in self._callbacks:
            callback(self.latest)

    def subscribe(self, callback):
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def request(self): ...

    def select(self, sample):
        self.selected.append(sample)
