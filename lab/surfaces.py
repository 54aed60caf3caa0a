"""The shipped loss surfaces, each with what it teaches, and those of one's own functions."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from lab.checks import number
from lab.surface import Function, Interval, Surface, SurfaceError
from lab.surface_checks import check_function, surface_of

__all__ = [
    "SURFACES",
    "Function",
    "Interval",
    "Surface",
    "SurfaceError",
    "check_function",
    "elongated_bowl",
    "surface_of",
]


def bowl(x: Tensor, y: Tensor) -> Tensor:
    """Half the squared distance: λ is 1 in every direction."""
    return (x**2 + y**2) / 2


def two_minima(x: Tensor, y: Tensor) -> Tensor:
    """Two pits in a row, tilted by 0.3 x, so that the left one is deeper."""
    return (x**2 - 1) ** 2 + 0.3 * x + y**2


def saddle(x: Tensor, y: Tensor) -> Tensor:
    """Up along x, down along y."""
    return (x**2 - y**2) / 2


def monkey_saddle(x: Tensor, y: Tensor) -> Tensor:
    """Three ways down and three up (Hilbert and Cohn-Vossen, Anschauliche Geometrie, 1932)."""
    return x**3 - 3 * x * y**2


def plateau(x: Tensor, y: Tensor) -> Tensor:
    """An elongated bowl q as q / (1 + q): nearly 1 far away, and 0 at (1, −0.5)."""
    q = (x - 1) ** 2 + 16 * (y + 0.5) ** 2
    return q / (1 + q)


def rosenbrock(x: Tensor, y: Tensor) -> Tensor:
    """Rosenbrock, The Computer Journal 3 (1960) 175: minimum 0 at (1, 1)."""
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def beale(x: Tensor, y: Tensor) -> Tensor:
    """Beale, On an iterative method for finding a local minimum (1958): 0 at (3, 0.5)."""
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def himmelblau(x: Tensor, y: Tensor) -> Tensor:
    """Himmelblau, Applied Nonlinear Programming (1972): four minima of 0, one at (3, 2)."""
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def rastrigin(x: Tensor, y: Tensor) -> Tensor:
    """Rastrigin, Systems of Extremal Control (1974): minimum 0 at (0, 0)."""
    waves = torch.cos(2 * torch.pi * x) + torch.cos(2 * torch.pi * y)
    return 20 + x**2 + y**2 - 10 * waves


def ackley(x: Tensor, y: Tensor) -> Tensor:
    """Ackley, A Connectionist Machine for Genetic Hillclimbing (1987): minimum 0 at (0, 0)."""
    square = (x**2 + y**2) / 2
    # The tip of a cone has no slope; autograd would say NaN there, and 0 serves the ball.
    distance = torch.where(square > 0, torch.where(square > 0, square, 1).sqrt(), 0)
    waves = (torch.cos(2 * torch.pi * x) + torch.cos(2 * torch.pi * y)) / 2
    return 20 - 20 * torch.exp(-0.2 * distance) + torch.e - torch.exp(waves)


SHIFTS = torch.cartesian_prod(*2 * [torch.linspace(-0.4, 0.4, 4, dtype=torch.float64)])
"""(16, 2): where the middle of each sample's bowl lies, on the surface on which noise helps."""


def _dimpled(x: Tensor, y: Tensor, flatter: float = 1.0) -> Tensor:
    return (x**2 + y**2) / 4 + (2 - flatter * (torch.cos(4 * x) + torch.cos(4 * y))) / 2


def noise_helps_terms(x: Tensor, y: Tensor) -> Tensor:
    """Return each sample's loss: the same bowl with deep dimples, a little elsewhere."""
    u, v = SHIFTS.reshape(-1, 2, *x.ndim * [1]).unbind(1)
    return _dimpled(x - u, y - v)


def noise_helps(x: Tensor, y: Tensor) -> Tensor:
    """Return the mean of the samples: a broad bowl in which their dimples have become shallow.

    The mean of cos(4 (x − u)) over shifts u on both sides of 0 is cos(4 x) times that of cos(4 u).
    """
    u = SHIFTS[:, 0]
    return _dimpled(x, y, float(torch.cos(4 * u).mean())) + float((u**2).mean()) / 2


def elongated_bowl(condition: float = 10.0) -> Surface:
    """Return the bowl (x² + condition · y²) / 2, that many times as steep along y as along x."""
    try:
        factor = number("condition", condition, least=1, most=1000)
    except (TypeError, ValueError) as error:
        raise SurfaceError(f"{error} It says how many times steeper y is than x.") from None
    return Surface(
        lambda x, y: (x**2 + factor * y**2) / 2,
        name="elongated bowl",
        minima=((0.0, 0.0),),
        sentence="Steep one way, gentle the other: the steep way limits the learning rate, and "
        "the gentle way then takes many steps.",
        start=(-1.8, 0.9),
        quadratic=True,
    )


def _minimum(function: Function, near: tuple[float, float]) -> tuple[float, float]:
    """Return the minimum near a place, by Newton's method."""
    surface, place = Surface(function), np.array(near)
    for _ in range(50):
        step = np.linalg.solve(surface.hessian(*place), surface.gradient(*place))
        place = place - step
        if np.abs(step).max() < 1e-13:
            break
    return float(place[0]), float(place[1])


SURFACES: dict[str, Surface] = {
    surface.name: surface
    for surface in (
        Surface(
            bowl,
            name="bowl",
            minima=((0.0, 0.0),),
            sentence="A round bowl: the gradient points straight away from the minimum, so each "
            "step against it leads straight there.",
            start=(-1.5, 1.0),
            quadratic=True,
        ),
        elongated_bowl(),
        Surface(
            two_minima,
            name="two minima",
            minima=(_minimum(two_minima, (-1, 0)), _minimum(two_minima, (1, 0))),
            sentence="Two pits, one deeper: the ball ends in the pit on whose side it starts, "
            "unless it has enough momentum to roll across.",
            start=(1.7, 1.2),
        ),
        Surface(
            saddle,
            name="saddle",
            sentence="Up one way, down the other: in the middle the gradient is zero, yet it is "
            "no minimum; a ball on the ridge lingers before it leaves.",
            start=(-1.6, 0.01),
        ),
        Surface(
            monkey_saddle,
            name="monkey saddle",
            sentence="Three ways down, for two legs and a tail: around the middle it is so flat "
            "that even the curvature does not show the way.",
            start=(1.5, 0.05),
        ),
        Surface(
            plateau,
            ((-3.0, 3.0), (-3.0, 3.0)),
            name="plateau",
            minima=((1.0, -0.5),),
            sentence="Almost flat far away: the gradient is tiny, so plain gradient descent "
            "hardly moves; optimizers that scale their steps get across.",
            start=(-2.2, 1.8),
        ),
        Surface(
            rosenbrock,
            ((-2.0, 2.0), (-1.0, 3.0)),
            name="rosenbrock",
            minima=((1.0, 1.0),),
            sentence="A long, narrow, curved valley: its floor is reached soon, but along the "
            "floor the way to the minimum is slow.",
            start=(-1.2, 1.0),
            logarithmic=True,
        ),
        Surface(
            beale,
            ((-4.5, 4.5), (-4.5, 4.5)),
            name="beale",
            minima=((3.0, 0.5),),
            sentence="Steep walls around a flat middle: a learning rate that is safe at the walls "
            "is very slow in the middle.",
            start=(1.0, 1.5),
            logarithmic=True,
        ),
        Surface(
            himmelblau,
            ((-5.0, 5.0), (-5.0, 5.0)),
            name="himmelblau",
            minima=(
                (3.0, 2.0),
                _minimum(himmelblau, (-2.805, 3.131)),
                _minimum(himmelblau, (-3.779, -3.283)),
                _minimum(himmelblau, (3.584, -1.848)),
            ),
            sentence="Four minima, equally good: which one the ball finds depends only on where "
            "it starts.",
            start=(-0.5, -0.5),
            logarithmic=True,
        ),
        Surface(
            rastrigin,
            ((-5.12, 5.12), (-5.12, 5.12)),
            name="rastrigin",
            minima=((0.0, 0.0),),
            sentence="A hundred pits and one best: the gradient knows only the nearest pit.",
            start=(-3.4, 2.6),
        ),
        Surface(
            ackley,
            ((-5.0, 5.0), (-5.0, 5.0)),
            name="ackley",
            minima=((0.0, 0.0),),
            sentence="A rough plain with one deep hole: small pits hold the ball far from the "
            "minimum, and the plain hardly slopes towards it.",
            start=(-3.4, 2.6),
        ),
        Surface(
            noise_helps,
            ((-3.0, 3.0), (-3.0, 3.0)),
            name="noise helps",
            minima=((0.0, 0.0),),
            sentence="Shallow dimples in a broad bowl: plain gradient descent stops in the first "
            "one; the noise of single samples shakes the ball out again.",
            start=(-2.3, 1.9),
            terms=noise_helps_terms,
        ),
    )
}
"""The shipped surfaces in the order in which they teach."""
