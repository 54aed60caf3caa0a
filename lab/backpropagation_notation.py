"""How activations, losses and numbers are written: in symbols, in numpy and in PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Written(NamedTuple):
    """An activation function in symbols and in code; ``{a}`` and ``{z}`` stand for its values."""

    symbol: str
    slope_symbols: str
    slope: Callable[[float, float, float], str]
    """The slope with its numbers, from z, a and the slope itself."""

    numpy: str
    numpy_slope: str
    torch: str


def _from_activation(text: str) -> Callable[[float, float, float], str]:
    return lambda _z, a, slope: f"{text.format(number(a), factor(a))} = {number(slope)}"


def _from_side(z: float, _a: float, slope: float) -> str:
    return f"{number(slope)}, because {number(z)} {'>' if z > 0 else '≤'} 0"


ACTIVATIONS = {
    "sigmoid": Written(
        "σ",
        "{a}·(1 − {a})",
        _from_activation("{0}·(1 − {0})"),
        "sigmoid({z})",
        " * {a} * (1 - {a})",
        "torch.sigmoid({z})",
    ),
    "tanh": Written(
        "tanh",
        "1 − {a}·{a}",
        _from_activation("1 − {1}·{1}"),
        "np.tanh({z})",
        " * (1 - {a} * {a})",
        "torch.tanh({z})",
    ),
    "relu": Written(
        "relu",
        "1 if {z} > 0, else 0",
        _from_side,
        "np.maximum({z}, 0)",
        " * ({z} > 0)",
        "torch.relu({z})",
    ),
    "leaky_relu": Written(
        "leaky_relu",
        "1 if {z} > 0, else 0.01",
        _from_side,
        "leaky_relu({z})",
        " * np.where({z} > 0, 1, 0.01)",
        "torch.nn.functional.leaky_relu({z})",
    ),
    "identity": Written("", "1", lambda _z, _a, _slope: "1", "{z}", "", "{z}"),
}
DEFINED = {
    "sigmoid": "def sigmoid(z): return 1 / (1 + np.exp(-z))",
    "leaky_relu": "def leaky_relu(z): return np.where(z > 0, z, 0.01 * z)",
}


class Compared(NamedTuple):
    """A loss in symbols and in code; ``{a}`` is the output, ``{t}`` the target."""

    value: str
    error: str
    numpy: str
    numpy_error: str
    torch: str


LOSSES = {
    "half_squared_error": Compared(
        "½ Σ (a − t)²",
        "({a} − {t})",
        "0.5 * np.sum(({a} - t) ** 2)",
        "({a} - {t})",
        "0.5 * (({a} - t) ** 2).sum()",
    ),
    "mse_loss": Compared(
        "1/{n} Σ (a − t)²",
        "2/{n}·({a} − {t})",
        "np.mean(({a} - t) ** 2)",
        "2 / {n} * ({a} - {t})",
        "torch.nn.functional.mse_loss({a}, t)",
    ),
    "binary_cross_entropy_with_logits": Compared(
        "1/{n} Σ (ln(1 + eᵃ) − t·a)",
        "1/{n}·(σ({a}) − {t})",
        "np.mean(np.logaddexp(0, {a}) - t * {a})",
        "1 / {n} * (1 / (1 + np.exp(-{a})) - {t})",
        "torch.nn.functional.binary_cross_entropy_with_logits({a}, t)",
    ),
}


def number(value: float, digits: int = 3) -> str:
    """Write a number as people read it: fixed digits, powers of ten where it is very small."""
    if value == 0:
        return "0"
    if 10**-digits <= abs(value) < 10_000:
        text = f"{value:.{digits}f}"
    else:
        mantissa, exponent = f"{value:.1e}".split("e")
        text = f"{mantissa}·10{str(int(exponent)).translate(SUPERSCRIPTS)}"
    return text.replace("-", "−")


def factor(value: float, digits: int = 3) -> str:
    """Write a number inside a formula: a negative one stands in brackets."""
    text = number(value, digits)
    return f"({text})" if value < 0 else text


def subscript(letter: str, index: int) -> str:
    """Return a letter with a number below it, counted from 1, such as x₁."""
    return f"{letter}{str(index + 1).translate(SUBSCRIPTS)}"


def symbol(letter: str, layer: int, *neurons: int) -> str:
    """Return a letter with its neurons below and its layer above, such as w₁₂¹."""
    below = "".join(str(j + 1) for j in neurons).translate(SUBSCRIPTS)
    return f"{letter}{below}{str(layer + 1).translate(SUPERSCRIPTS)}"


def source_symbol(layer: int, source: int) -> str:
    """Return the symbol of what a weight is multiplied with: an input, or an activation."""
    return symbol("a", layer - 1, source) if layer else subscript("x", source)


def sign(value: float) -> str:
    """Return ``"+"``, ``"0"`` or ``"−"`` (a true minus sign)."""
    return "+" if value > 0 else "−" if value < 0 else "0"


SIGNS = {"+": "positive", "−": "negative", "0": "zero"}
