"""One autoencoder being trained on one data set, a step at a time. Lives in the worker.

The steps are those of the usual lines::

    torch.manual_seed(seed)
    model = Autoencoder(shape, variational=True)
    optimizer = torch.optim.Adam(model.parameters(), learning_rate)
    logits, mean, log_variance = model(images, torch.randn(len(images), 2))
    loss = (reconstruction(logits, images) + beta * divergence(mean, log_variance)).mean()
    loss.backward()
    optimizer.step()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from lab.autoencoder import LARGEST_SIDE, AutoencoderSettings, AutoencoderSnapshot
from lab.autoencoder_learner import AutoencoderCourse, AutoencoderLearner, AutoencoderTest
from lab.autoencoder_model import Autoencoder, decoder_layers, with_weights
from lab.messages import Watched
from lab.training_loop import TOO_LARGE, TrainingLoop
from lab.viewed_images import choose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lab.datasets import ImageDataset
    from lab.wanted import Wanted

NOTHING: dict[str, Any] = {}


class AutoencoderTrainer(TrainingLoop):
    """The autoencoder, the images and the optimizer's memory: a trainer of another network.

    Args:
        settings: what to train, and how.
        data: the images.

    Raises:
        ValueError: the images or the device cannot be used; the sentence is for the learner.
    """

    snapshot = AutoencoderSnapshot
    settings: AutoencoderSettings
    model: Autoencoder
    _learner: AutoencoderLearner
    _course: AutoencoderCourse

    def __init__(self, settings: AutoencoderSettings, data: ImageDataset) -> None:
        height, width = data.train_images.shape[2:]
        if max(height, width) > LARGEST_SIDE:
            raise ValueError(
                f"An autoencoder takes images of up to {LARGEST_SIDE} × {LARGEST_SIDE} pixels, "
                f"but these have {height} × {width}."
            )
        self._places = choose(data.test_labels, settings.watched)
        super().__init__(settings, data)
        self.reset()

    def _make(self) -> None:
        settings = self.settings
        model = Autoencoder(self.data.train_images.shape[1:], variational=settings.variational)
        self.model = with_weights(model, settings.checkpoint).to(self.device)
        self._learner = AutoencoderLearner(settings, self.model, self.here)
        self._course = AutoencoderCourse(self.device, self._learner)
        self._shown = self.here.test_images[torch.from_numpy(self._places).to(self.device)]

    @property
    def result(self) -> str:
        """What came out, in a sentence."""
        fit = self._course.tests[-1].reconstruction
        return f"decoded again, a test image costs {fit:.1f} nats."

    def _unchecked_losses(self) -> torch.Tensor:
        return self._course.bounded.between(self._checked, self.step_count)

    def _test(self) -> Iterator[None]:
        """Try the whole test set, note what comes out, and keep a copy of the weights."""
        sums = np.zeros(2)
        for images in self.here.test_parts():
            with torch.no_grad():
                parts = self._learner.losses(self._learner.numbers(images))
            sums += [float(part.sum()) for part in parts]
            yield
        fit, apart = (sums / len(self.here.test_images)).tolist()
        loss = fit + self.settings.beta * apart
        # A large beta makes a large loss, of weights that are good: it is no reason to give up.
        if not fit + min(self.settings.beta, 1) * apart < TOO_LARGE:
            raise self._give_up()
        self._course.tests.append(
            AutoencoderTest(self.step_count, self.epoch, loss, fit, apart, self._seconds)
        )
        self.moments.trust()
        self.moments.keep(self.step_count)

    def look(self, wanted: Wanted, moment: int | None = None) -> dict[str, Any]:
        """Return what the views show: the fields of a snapshot that the weights decide.

        Args:
            wanted: what a classifier's views show; here all is shown.
            moment: a step of which the weights are kept, or one near it; ``None`` is now.

        Raises:
            Diverged: a number is not finite. The last good weights are back.
        """
        step, model = self._at(moment)
        assert isinstance(model, Autoencoder), "ours, or a copy"
        with torch.no_grad():
            mean, log_variance = model.encode(self._learner.numbers(self._shown))
            codes, spreads = (
                part.cpu().numpy().copy() for part in (mean, torch.exp(0.5 * log_variance))
            )
        layers = decoder_layers(model)
        arrays = [codes, spreads, *(array for layer in layers for array in layer)]
        if not all(np.isfinite(array).all() for array in arrays):
            raise self._give_up() from None
        return {
            "wanted": wanted,
            "looked_at": step,
            "codes": codes,
            "spreads": spreads,
            "decoder": layers,
            "variational": self.settings.variational,
            "beta": self.settings.beta,
        }

    def survey(self, wanted: Wanted, moment: int | None = None) -> None:
        """There is nothing that one look does not show."""

    @property
    def found(self) -> dict[str, Any]:
        """Nothing that one look does not show."""
        return NOTHING

    def asks_anew(self, wanted: Wanted) -> bool:  # noqa: ARG002 - of a survey
        """Return whether another survey is wanted."""
        return False

    def watched(self) -> Watched:
        """Return the watched images and what the network consists of."""
        data = self.data
        places = self._places
        return Watched(
            images=np.asarray(np.rint(data.test_images[places] * (255 / data.scale)), np.uint8),
            labels=data.test_labels[places],
            layers=(),
            **self._about(),
        )
