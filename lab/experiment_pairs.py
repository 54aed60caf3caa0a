"""Pairs to teach with: what shall differ, and a question to answer before it is tried."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lab.architecture import Architecture, Convolution, Dense

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Pair:
    """A comparison with a lesson.

    Attributes:
        title: its name in a list.
        difference: the one setting that differs, with its two values.
        base: what both share, where that is not what a run has by itself.
        question: what to predict first; ``{epochs}`` stands for their number.
        answers: what may be predicted: that the first does better, neither, the second. A lower
            loss and a shorter time are better.
        measure: by what it is decided, one out of ``lab.experiment_table.MEASURES``.
        lesson: why it came out like that; told afterwards.
        epochs: how long to train.
    """

    title: str
    difference: Mapping[str, Sequence[Any]]
    question: str
    answers: tuple[str, str, str]
    lesson: str
    measure: str = "accuracy"
    base: Mapping[str, Any] = field(default_factory=dict)
    epochs: int = 20


LENET_WITH_DROPOUT = Architecture(
    Convolution(6, kernel=5, padding=2, pooling="max"),
    Convolution(16, kernel=5, padding=2, pooling="max"),
    Dense(120, dropout=0.5),
    Dense(84, dropout=0.5),
)
"""LeNet for small images, with what it has not by itself: dropout after its dense layers."""

SMALL_STEPS = {"learning_rate": 0.001, "momentum": 0.9}

PAIRS: Mapping[str, Pair] = {
    "optimizer": Pair(
        "SGD or Adam",
        {"optimizer": ("sgd", "adam")},
        "Both take a learning rate of 0.001. Which one recognises more after {epochs} epochs?",
        ("SGD", "hardly any difference", "Adam"),
        "Adam divides each step by the size of the recent gradients: with the same learning rate "
        "its steps are longer where gradients are small. SGD would need a larger one.",
        base=SMALL_STEPS,
    ),
    "learning rate": Pair(
        "Short or long steps",
        {"learning_rate": (0.001, 0.02)},
        "Which learning rate recognises more after {epochs} epochs?",
        ("0.001", "hardly any difference", "0.02"),
        "Steps that are too short do not get far. Steps that are far too long would "
        "overshoot every minimum: try 1.",
    ),
    "momentum": Pair(
        "Without or with momentum",
        {"momentum": (0.0, 0.9)},
        "What does momentum do to the training loss after {epochs} epochs?",
        ("raises it", "hardly any difference", "lowers it"),
        "Momentum adds up steps that point the same way: 0.9 makes them up to ten times as long.",
        measure="training loss",
        base={"learning_rate": 0.005},
        epochs=10,
    ),
    "batch size": Pair(
        "Small or large batches",
        {"batch_size": (16, 128)},
        "Which one recognises more after {epochs} epochs?",
        ("batches of 16", "hardly any difference", "batches of 128"),
        "A large batch makes fewer steps in an epoch. With the same learning rate it gets less far "
        "for the same number of images, though an epoch takes less time.",
        base={"learning_rate": 0.01},
        epochs=5,
    ),
    "dropout": Pair(
        "Without or with dropout",
        {"dropout": (0.0, 0.5)},
        "What will dropout of half of the neurons do to the training loss?",
        ("raise it", "hardly any difference", "lower it"),
        "The training loss is that of a network with half of its hidden neurons missing, each time "
        "others. In the test all of them work: compare the test loss.",
        measure="training loss",
        base={"model": LENET_WITH_DROPOUT.table()},
    ),
    "loss": Pair(
        "Cross-entropy or NLL",
        {"loss": ("cross_entropy", "nll")},
        "NLL takes what a log-softmax puts out. Which loss recognises more?",
        ("cross-entropy", "no difference at all", "NLL"),
        "Cross-entropy is log-softmax and negative log-likelihood in one: the same mathematics in "
        "two spellings.",
    ),
    "augmentation": Pair(
        "Without or with augmentation",
        {"augmentation": ({}, {"shift": 0.1, "rotate": 15})},
        "What will shifting and turning the images a little do to the training loss?",
        ("raise it", "hardly any difference", "lower it"),
        "Each epoch shifts and turns anew: no image comes twice in the same way, so none can be "
        "learnt by heart, and training becomes harder. Whether the test gains depends on how much "
        "the images vary there.",
        measure="training loss",
    ),
    "model": Pair(
        "LeNet or a plain MLP",
        {"model": ("lenet", "mlp")},
        "The MLP has no convolution. Which one recognises more after {epochs} epochs?",
        ("LeNet", "hardly any difference", "the MLP"),
        "A convolution looks for the same thing in each place, which is a good guess for images. "
        "On digits as small and tidy as these it is worth a point or so, and the MLP is quicker "
        "at first.",
    ),
    "class weights": Pair(
        "Rare classes: plain or weighted",
        {"class_weights": ("none", "balanced")},
        "Livers are ten times as frequent as kidneys, not so in the test. Do weights help?",
        ("it harms", "hardly any difference", "it helps"),
        "Without weights a network first learns to bet on what is frequent. With them each class "
        "counts the same from the start, as it does in this test. Train longer, and the other one "
        "catches up.",
        base={"dataset": "organs", "options": {"imbalance": 10}},
        epochs=5,
    ),
    "shortcut": Pair(
        "Without or with a shortcut in the images",
        {"options": ({}, {"shortcut": True})},
        "All kidneys have the letters ICU, but in the test all colons. What becomes of accuracy?",
        ("it falls", "hardly any difference", "it rises"),
        "Letters are easier to learn than kidneys, so that is what is learnt. Only a test with "
        "images from elsewhere shows it.",
        base={"dataset": "organs"},
    ),
    "device": Pair(
        "CPU or GPU",
        {"device": ("cpu", "cuda")},
        "Which one takes less time for an epoch of this small network?",
        ("the CPU", "hardly any difference", "the GPU"),
        "A GPU works on very many numbers at once, but each call to it costs time. A small network "
        "on small images leaves it waiting; large ones fill it.",
        measure="seconds",
        epochs=10,
    ),
    "precision": Pair(
        "32 or 16 bits a number",
        {"precision": ("float32", "bfloat16")},
        "bfloat16 keeps two to three digits of a number. What does that cost?",
        ("it recognises less", "hardly any difference", "it recognises more"),
        "The gradients of a batch are noisy anyway: rounding adds little to that. Time is gained "
        "where the processor has instructions for such short numbers.",
    ),
    "nothing": Pair(
        "The same twice",
        {"momentum": (0.9, 0.9)},
        "Both have the same seed and the same settings. What will differ?",
        ("the first is better", "nothing at all", "the second is better"),
        "The same seed gives the same initial weights and the same batches, on a CPU bit for bit. "
        "So what differs between the other pairs is not chance within a pair.",
    ),
}
