"""What explanations there are, and what one of them says of an image. No PyTorch: for the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Method:
    """A way to ask why a network decides as it does.

    Attributes:
        title: what it is called.
        signed: whether it tells what speaks against the class, too.
        words: how it works, in a sentence.
        source: where it comes from.
        needs: what not every network has, in a short sentence; "" if it asks networks of any kind.
    """

    title: str
    signed: bool
    words: str
    source: str
    needs: str = ""


METHODS: dict[str, Method] = {
    "cam": Method(
        "CAM",
        True,
        "The class's own map, or the last maps, each times its weight for the class.",
        "Zhou et al., 2016, arXiv:1512.04150",
        "Needs a network that ends in a global pooling.",
    ),
    "grad_cam": Method(
        "Grad-CAM",
        False,
        "The last maps, each times the mean gradient of the class; what is above zero.",
        "Selvaraju et al., 2017, arXiv:1610.02391",
        "Needs a network with convolutions.",
    ),
    "grad_cam_plus_plus": Method(
        "Grad-CAM++",
        False,
        "As Grad-CAM, but places with a gradient above zero count by their share.",
        "Chattopadhay et al., 2018, arXiv:1710.11063",
        "Needs a network with convolutions.",
    ),
    "saliency": Method(
        "Saliency",
        False,
        "How much the class would change with each pixel: the size of the gradient.",
        "Simonyan et al., 2014, arXiv:1312.6034",
    ),
    "input_x_gradient": Method(
        "Gradient × input",
        True,
        "Each pixel times its gradient: what it adds, if the network were linear.",
        "Shrikumar et al., 2016, arXiv:1605.01713",
    ),
    "smooth_grad": Method(
        "SmoothGrad",
        False,
        "The mean of the gradients of noisy copies of the image.",
        "Smilkov et al., 2017, arXiv:1706.03825",
    ),
    "integrated_gradients": Method(
        "Integrated gradients",
        True,
        "Gradients summed on the way from an empty image; together they are the whole difference.",
        "Sundararajan et al., 2017, arXiv:1703.01365",
    ),
    "occlusion": Method(
        "Occlusion",
        True,
        "How much the class loses when a patch of the image is covered.",
        "Zeiler & Fergus, 2014, arXiv:1311.2901",
    ),
}
"""The explanations, by the names by which ``lab.explanation`` and ``Wanted.methods`` know them."""


@dataclass(frozen=True, eq=False)
class HeatMap:
    """What in an image speaks for a class, as one method sees it. It never changes.

    Attributes:
        method: one of ``METHODS``.
        values: ``(H, W)`` float32, for each pixel of the image: above 0 it speaks for the class,
            below 0 against it; the channels of a colour image are summed. Empty if there are none.
        target: the class.
        score: what the network puts out for that class, its logit.
        gap: how far the sum of the values is from the difference to the logit of an empty image, as
            a share of that difference; only where a method promises that they are equal.
        seconds: how long it took.
        problem: why there is none: the network, or the image, is none for this method; "" if there
            is one.
    """

    method: str
    values: NDArray[np.float32]
    target: int
    score: float = 0.0
    gap: float | None = None
    seconds: float = 0.0
    problem: str = ""

    def __post_init__(self) -> None:
        """Lock the values."""
        self.values.flags.writeable = False
