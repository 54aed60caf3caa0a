"""Studies: longer looks at a network as it is at one moment, while it may go on learning."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from lab.viewed_images import ViewedImages


class Study(ABC):
    """A longer look at a network. Its values must be plain: it is sent to the run's worker.

    Attributes:
        key: names it: another study with the same key takes its place.
    """

    key: str

    @abstractmethod
    def pieces(self, model: nn.Module, images: ViewedImages) -> Iterator[Any]:
        """Do it, in pieces of some milliseconds. Called in the worker; PyTorch is loaded there.

        Args:
            model: a copy of the network, in evaluation mode; its weights need no gradients.
            images: those that the network is viewed by.

        Returns:
            Each turn brings what was found so far, an object that never changes, or ``None`` if
            there is nothing new. The last one is the result.

        Raises:
            ValueError: it cannot be done; the sentence is for the learner.
        """
