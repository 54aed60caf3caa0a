"""What the page draws of receptive fields, computed by ``lab.receptive_field``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lab.pooling import pooling_axes
from lab.receptive_field import field_size, receptive_cells, receptive_field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.receptive_field import Range, Stage
    from widgets.receptive_field.traits import Layer

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def planes_of(layers: Sequence[Layer], size: int) -> list[tuple[int, int]]:
    """Return rows and columns of the image and of each layer; a ValueError says what is wrong."""
    planes = [(size, size)]
    for number, layer in enumerate(layers, start=1):
        planes.append(_made_by(number, layer, planes[-1]))
    return planes


def _made_by(number: int, layer: Layer, before: tuple[int, int]) -> tuple[int, int]:
    kind, kernel, stride, padding, dilation = layer
    try:
        if kind == "max pooling":  # which takes less padding than a convolution
            pooling_axes(before, kernel, stride=stride, padding=padding, dilation=dilation)
        return layer.stage.output_size(before)
    except ValueError as error:
        raise ValueError(f"Layer {number} does not fit. {error}") from None


def fields(layers: Sequence[Layer], size: int, at: tuple[int, int, int]) -> dict[str, Any]:
    """Return what a cell sees in every layer below it, and the words about it."""
    planes = planes_of(layers, size)
    layer, row, column = at
    stages = [one.stage for one in layers]
    seen = [
        [cells.tolist() for cells in receptive_cells(stages[low:layer], (row, column), planes[low])]
        for low in range(layer)
    ]
    reaches = [field_size(stages[:count])[0] for count in range(len(stages) + 1)]
    strides = [effective_stride(stages[:count]) for count in range(len(stages) + 1)]
    return {
        "layers": [list(one) for one in layers],
        "size": size,
        "at": list(at),
        "planes": [list(plane) for plane in planes],
        "names": ["Image", *(_name(one) for one in layers)],
        "reaches": reaches,
        "strides": strides,
        "seen": [*seen, [[row], [column]]],
        "sentence": _sentence(stages[:layer], at, seen[0], size),
        "recursion": [_recursion(one, i, reaches, strides) for i, one in enumerate(layers)],
        "stride_sentence": _stride_sentence(strides[layer]),
        "comparison": _comparison(layers, reaches[-1]),
        "code": code(layers, size, at),
    }


def effective_stride(stages: Sequence[Stage]) -> int:
    """Return how many pixels lie between what two neighbours see."""
    (first, _), _ = receptive_field(stages, (0, 0))
    (second, _), _ = receptive_field(stages, (1, 1))
    return second - first


def code(layers: Sequence[Layer], size: int, at: tuple[int, int, int]) -> str:
    """Return lines of PyTorch that find the same field: where the image's gradient is not 0."""
    layer, row, column = at
    lines = [
        "import torch",
        "from torch.nn import functional as F",
        "",
        f"x = torch.ones(1, 1, {size}, {size}, requires_grad=True)",
        "y = x",
    ]
    for one in layers[:layer]:
        kernel = f"torch.ones(1, 1, {one.kernel}, {one.kernel})"
        words = f"stride={one.stride}, padding={one.padding}, dilation={one.dilation}"
        same = "  # a pooling looks at the same cells" if one.kind == "max pooling" else ""
        lines.append(f"y = F.conv2d(y, {kernel}, {words}){same}")
    lines += [f"y[0, 0, {row}, {column}].backward()", "field = x.grad[0, 0] > 0"]
    return "\n".join(lines)


def _name(layer: Layer) -> str:
    return f"{layer.kind} {layer.kernel} × {layer.kernel}"


def _sentence(
    stages: Sequence[Stage], at: tuple[int, int, int], seen: list[list[int]], size: int
) -> str:
    rows, columns = seen
    if not (rows and columns):
        return "The cell sees nothing but padding."
    reach = field_size(stages)[0]
    whole = receptive_field(stages, (at[1], at[2]))
    inside = all(first >= 0 and last < size for first, last in whole)
    spans = [last - first + 1 for first, last in (_ends(rows), _ends(columns))]
    span = f"{spans[0]} × {spans[1]}"
    field = f"The cell sees {span} pixels of the image"
    if [len(rows), len(columns)] != spans:
        field = f"The cell sees {len(rows)} × {len(columns)} pixels, spread over {span}"
    places = f"rows {_from_to(rows)}, columns {_from_to(columns)}"
    edge = "" if inside else f" Away from the border it would be {reach} × {reach}."
    return f"{field}: {places}.{edge}"


def _ends(places: list[int]) -> Range:
    return places[0], places[-1]


def _from_to(places: list[int]) -> str:
    first, last = _ends(places)
    return f"{first + 1} to {last + 1}"


def _recursion(layer: Layer, index: int, reaches: list[int], strides: list[int]) -> str:
    """Write one step of the recursion out: ``r₁ = r₀ + d(k − 1)·j₀ = 1 + 1·(5 − 1)·1 = 5``."""
    old, new = (f"r{str(i).translate(_SUBSCRIPTS)}" for i in (index, index + 1))
    jump = f"j{str(index).translate(_SUBSCRIPTS)}"
    numbers = f"{reaches[index]} + {layer.dilation}·({layer.kernel} − 1)·{strides[index]}"
    return f"{new} = {old} + d(k − 1)·{jump} = {numbers} = {reaches[index + 1]}"


def _stride_sentence(stride: int) -> str:
    if stride == 1:
        return "Effective stride 1: its neighbour sees a field one pixel further on."
    return f"Effective stride {stride}: its neighbour sees a field {stride} pixels further on."


def _comparison(layers: Sequence[Layer], reach: int) -> str:
    """Compare the weights of a stack with those of one large kernel, and the other way round."""
    plain = all((one.kind, one.stride, one.dilation) == ("convolution", 1, 1) for one in layers)
    if not plain or reach < 5:
        return ""
    weights = sum(one.kernel**2 for one in layers)
    each = "for each pair of channels"
    if len(layers) > 1:
        return (
            f"One {reach} × {reach} convolution would see as much, with {reach**2} weights {each}; "
            f"these layers have {weights}."
        )
    if reach % 2 == 0:
        return ""
    count = (reach - 1) // 2
    return (
        f"{count} convolutions of 3 × 3 would see as much, with {9 * count} weights {each}; this "
        f"one has {weights}."
    )
