"""Loss surfaces of two parameters: a function in torch operations, drawn over a domain.

Any function ``(x, y) -> loss`` will do; autograd differentiates it. Everything is float64.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from lab.messages import number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Interval = tuple[float, float]
Function = Callable[[Tensor, Tensor], Tensor]

PROBES = (43, 41)
"""Rows and columns at which a function is tried; they differ, so that a mix-up of axes shows."""


class SurfaceError(ValueError):
    """Something is no surface; the sentence says why, and what would be right."""


@dataclass(frozen=True, eq=False)
class Surface:
    """A loss of two parameters.

    Attributes:
        function: (x, y) of one shape -> the losses in that shape, made of torch operations.
        domain: what is drawn: (x from, x to), (y from, y to).
        name: what it is called.
        minima: the known minima in the domain, the lowest first: all global ones, and local ones
            where they are few.
        sentence: what it teaches.
        axes: the names of the two parameters.
        start: a good place for the ball at first.
        logarithmic: whether its levels read better on a logarithmic scale.
        quadratic: a bowl with the same Hessian everywhere, so that 2/λ_max is the limit of the
            learning rate.
        terms: (x, y) of shape (...) -> (N, ...), the losses of N samples, whose mean is the
            function; ``None`` where there are no samples.

    """

    function: Function
    domain: tuple[Interval, Interval] = ((-2.0, 2.0), (-2.0, 2.0))
    name: str = "your surface"
    minima: tuple[tuple[float, float], ...] = ()
    sentence: str = ""
    axes: tuple[str, str] = ("x", "y")
    start: tuple[float, float] = (-1.5, 1.0)
    logarithmic: bool = False
    quadratic: bool = False
    terms: Function | None = None

    def __post_init__(self) -> None:
        _check_domain(self.domain)

    def value(self, x: float, y: float) -> float:
        """Return the loss at a place."""
        with torch.no_grad():
            return float(self.function(*_leaves(x, y)))

    def gradient(self, x: float, y: float) -> Floats:
        """Return (∂/∂x, ∂/∂y) at a place."""
        leaves = _leaves(x, y)
        return np.array([float(part) for part in _slopes(self.function(*leaves), leaves)])

    def hessian(self, x: float, y: float) -> Floats:
        """Return the 2×2 matrix of second derivatives at a place."""
        return (self._bend if self.quadratic else self._hessian(x, y)).copy()

    def values(self, columns: int = 101, rows: int | None = None) -> Floats:
        """Return the losses over the domain, its ends included, ``(rows, columns)``.

        Row 0 is the highest y, as pictures are drawn. NaN stands where there is no finite loss.
        """
        with torch.no_grad():
            losses = self.function(*_grid(self.domain, rows or columns, columns)).numpy()
        return np.where(np.isfinite(losses), losses, np.nan)

    @property
    def sharpness(self) -> float | None:
        """λ_max of a quadratic surface's Hessian; ``None`` for the others."""
        return float(np.linalg.eigvalsh(self._bend)[-1]) if self.quadratic else None

    @cached_property
    def _bend(self) -> Floats:
        return self._hessian(*self.start)

    def _hessian(self, x: float, y: float) -> Floats:
        leaves = _leaves(x, y)
        slopes = _slopes(self.function(*leaves), leaves, create_graph=True)
        rows = [_slopes(slope, leaves, retain_graph=True) for slope in slopes]
        return np.array([[float(part) for part in row] for row in rows])


def check_function(function: Function, domain: tuple[Interval, Interval]) -> None:
    """Refuse a function that is no loss surface over the domain, in one sentence."""
    _probe(function, domain)


def surface_of(
    function: Function,
    domain: tuple[Interval, Interval] = ((-2.0, 2.0), (-2.0, 2.0)),
    name: str = "your surface",
    axes: tuple[str, str] = ("x", "y"),
) -> Surface:
    """Check a function and return its surface.

    The loss may be NaN or infinite in a part of the domain. The ball starts as near to the upper
    left as there is a slope.
    """
    start = _probe(function, domain)
    return Surface(function, domain, name, axes=axes, start=start)


def _probe(function: Function, domain: tuple[Interval, Interval]) -> tuple[float, float]:
    """Check a function and return a place to start from: one with a slope."""
    _check_domain(domain)
    x, y = (leaf.requires_grad_() for leaf in _grid(domain, *PROBES))
    losses = _tried(function, x, y)
    finite = losses.isfinite()
    if not finite.any():
        raise SurfaceError(
            "Your function is NaN or infinite everywhere in the domain: choose a domain in which "
            "it has values (log and sqrt want positive numbers)."
        )
    low, high = (float(end) for end in torch.aminmax(losses.detach()[finite]))
    if high - low <= 1e-14 * max(abs(low), abs(high)):
        raise SurfaceError(
            f"Your function is {low:g} everywhere: where nothing is lower than the rest there is "
            "nothing to descend; let the loss depend on x and y."
        )
    if not losses.requires_grad:
        raise SurfaceError(
            "Your function's result has no gradient: on the way it leaves PyTorch (by detach, "
            "numpy or a comparison); let torch operations lead from x and y to the loss."
        )
    slopes = torch.stack(_slopes(losses[finite], (x, y))).detach()
    sloping = finite & slopes.isfinite().all(0) & slopes.ne(0).any(0)
    if not sloping.any():
        raise SurfaceError(
            "Your function has no slope: its gradient is 0 or NaN everywhere (as after round, "
            "floor or sign); let the loss change smoothly with x and y."
        )
    (left, right), (bottom, top) = domain
    across, up = (x.detach() - left) / (right - left), (y.detach() - bottom) / (top - bottom)
    far = ((across - 0.15) ** 2 + (up - 0.8) ** 2).where(sloping, torch.inf)
    place = int(far.argmin())
    return x.flatten()[place].item(), y.flatten()[place].item()


def _tried(function: Function, x: Tensor, y: Tensor) -> Tensor:
    """Return the losses at many places, or say what is wrong with the function."""
    try:
        losses: object = function(x, y)
    except Exception as error:  # whatever the learner's function may raise
        raise SurfaceError(_trouble(function, x, y, error)) from error
    if not isinstance(losses, Tensor):
        raise SurfaceError(
            "Your function must return a tensor, computed from x and y with torch operations, but "
            f"it returns {type(losses).__name__}."
        )
    if losses.shape != x.shape:
        raise SurfaceError(
            "Your function must return one loss for each point: x and y came in the shape "
            f"{tuple(x.shape)}, and the result has the shape {tuple(losses.shape)}."
        )
    if losses.is_complex():
        raise SurfaceError("Your function returns complex numbers; a loss is a real number.")
    return losses


def _trouble(function: Function, x: Tensor, y: Tensor, error: Exception) -> str:
    """Return the sentence for a function that raised an error at many points at once."""
    what = (str(error).strip() or "no message").splitlines()[0].rstrip(".")
    try:
        with torch.no_grad(), warnings.catch_warnings():  # a number taken out is no trouble here
            warnings.simplefilter("ignore")
            float(function(x.detach()[0, 0], y.detach()[0, 0]))
    except Exception:  # noqa: BLE001 - the first error is the one to tell
        return f"Your function raised {type(error).__name__}: {what}."
    if "Boolean value" in what:
        return (
            "Your function asks `if` of x or y, which hold many points at once: write "
            "torch.where(condition, a, b) instead of if, and torch.minimum, torch.maximum or "
            "torch.clamp instead of min and max."
        )
    if "onvert" in what or "numpy()" in what or "item()" in what:
        return (
            "Your function works with single numbers only: write torch.sin, torch.exp, torch.sqrt "
            "and so on instead of those of math or numpy, since x and y are tensors."
        )
    return (
        f"Your function works at one point, but not at many at once ({what}): let it work on "
        "tensors x and y of any shape, data in a new last dimension, as in "
        "(x[..., None] * data).mean(-1)."
    )


def _check_domain(domain: object) -> None:
    try:
        ends = np.array(domain, dtype=np.float64)
    except (TypeError, ValueError):
        ends = np.empty(0)
    if ends.shape != (2, 2) or not np.isfinite(ends).all() or (ends[:, 0] >= ends[:, 1]).any():
        raise SurfaceError(
            "The domain must be two intervals of finite numbers, the smaller end first, such as "
            f"((-2, 2), (-1, 3)); it is {domain!r}."
        )


def _leaves(x: float, y: float) -> tuple[Tensor, Tensor]:
    one, other = torch.tensor([x, y], dtype=torch.float64).unbind()
    return one.requires_grad_(), other.requires_grad_()


def _slopes(
    losses: Tensor,
    leaves: tuple[Tensor, Tensor],
    *,
    create_graph: bool = False,
    retain_graph: bool | None = None,
) -> tuple[Tensor, ...]:
    """Return ∂/∂x and ∂/∂y of each loss, in the shape of x and y."""
    if not losses.requires_grad:  # the slope of a plane does not depend on the place
        return tuple(torch.zeros_like(leaf) for leaf in leaves)
    return torch.autograd.grad(
        losses.sum(),
        leaves,
        create_graph=create_graph,
        retain_graph=retain_graph,
        allow_unused=True,
        materialize_grads=True,
    )


def _grid(domain: tuple[Interval, Interval], rows: int, columns: int) -> tuple[Tensor, Tensor]:
    """Return x and y at equally spaced places, the highest y first, ``(rows, columns)`` each."""
    (left, right), (bottom, top) = domain
    x = torch.linspace(left, right, columns, dtype=torch.float64)
    y = torch.linspace(top, bottom, rows, dtype=torch.float64)
    return x.repeat(rows, 1), y[:, None].repeat(1, columns)


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
