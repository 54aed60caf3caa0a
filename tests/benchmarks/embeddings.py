"""Latent vectors of 1,000 images: the lab's survey against one float32 batch in default layout.

``python -m tests.benchmarks.embeddings [--images 1000] [--rounds 15] [--threads 1]``

Both start from the same bytes of 28 × 28 pixels and end with the vectors and the predictions as
arrays; the usual way hears the layer through a forward hook. They take turns; the medians are
compared. The aim: at least 5 times faster.
"""

from __future__ import annotations

import argparse
import statistics
import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from lab.models import build, watched_layers
from lab.surveying import Question, Survey
from lab.units import Fields
from lab.viewed_images import ViewedImages

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor

MEAN, STD = 33.3, 78.6
SHAPE = 1, 28, 28


def two_convolutions() -> nn.Module:
    """Return the network of PyTorch's own MNIST example, without dropout."""
    return nn.Sequential(
        *(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Linear(128, 10)),
    )


def usual(model: nn.Module, layer: str, images: Tensor) -> NDArray[np.float32]:
    """Send all images through at once, as one does."""
    heard: list[Tensor] = []
    hook = model.get_submodule(layer).register_forward_hook(lambda *all_: heard.append(all_[2]))
    with torch.no_grad():
        model((images.float() - MEAN) / STD).softmax(dim=1).max(dim=1)
    hook.remove()
    return np.asarray(heard[0].numpy())


def surveyed(model: nn.Module, layer: str, images: ViewedImages) -> NDArray[np.float32]:
    """Have the lab do it."""
    question = Question(layer, len(images.drawn), ())
    survey = Survey(model, images, question, Fields(model, SHAPE))
    for _ in survey.pieces():
        pass
    return np.asarray(survey.found()["vectors"])


def seconds(work: Callable[[], object]) -> float:
    """Return how long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    pixels = torch.randint(0, 256, (options.images, *SHAPE), dtype=torch.uint8)

    def numbers(some: Tensor) -> Tensor:
        return some.to(torch.float32, memory_format=torch.channels_last).sub_(MEAN).div_(STD)

    images = ViewedImages(pixels, np.arange(options.images) % 10, 2, numbers)
    print("network            one batch   survey   ratio   (medians, ms)")
    networks = {"lenet": build("lenet", SHAPE, 10), "small cnn": build("small cnn", SHAPE, 10)}
    for name, model in {**networks, "two convolutions": two_convolutions()}.items():
        model.eval()
        layer = watched_layers(model, numbers(pixels[:1])).embedding
        before = usual(model, layer, pixels)
        fast = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        assert np.allclose(before, surveyed(fast, layer, images), atol=1e-4)
        times: dict[str, list[float]] = {"usual": [], "survey": []}
        for _ in range(options.rounds):
            model.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
            times["usual"].append(seconds(partial(usual, model, layer, pixels)))
            model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            times["survey"].append(seconds(partial(surveyed, model, layer, images)))
        one, other = (1000 * statistics.median(values) for values in times.values())
        print(f"{name:18}{one:10.1f}{other:9.1f}{one / other:8.2f}")


if __name__ == "__main__":
    main()
