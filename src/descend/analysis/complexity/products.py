"""The equations of a program in which parameters meet data: matrix products, convolutions and look-ups."""

from dataclasses import dataclass
from math import prod
from typing import Any

from descend.problems.networks.convolution import parse_scope

# What a value is made of: the numbers of the parameters (leaves of their tree) and nothing but constants beside them;
# None for what depends on the data, or is a product with it: an activation.
Origin = frozenset[int] | None
CONSTANT: Origin = frozenset()


@dataclass(frozen=True)
class Product:
    """A matrix product, a convolution or a look-up in the program."""

    kind: str  # "dense", "convolution" or "look-up"
    leaves: frozenset[int]  # the parameters that it reads
    macs: int  # each time
    times: int
    shape: tuple[int, ...]  # of its result
    itemsize: int  # bytes a number of its result
    kernel: tuple[int, ...]  # of a convolution: its size in space
    fan: tuple[int, int]  # numbers in and out for one place


def product(equation: Any, origins: list[Origin], macs: int, times: int) -> Product:
    """What a product, convolution or look-up reads and gives; `origins` says what its inputs are made of."""
    result, shapes = equation.outvars[0].aval, [v.aval.shape for v in equation.invars]
    leaves = frozenset().union(*(m for m in origins if m))
    kind, kernel, fan = _kind(equation, shapes, 0 if origins[0] and not origins[1] else 1)
    return Product(kind, leaves, macs, times, tuple(result.shape), result.dtype.itemsize, kernel, fan)


def _kind(equation: Any, shapes: list[tuple[int, ...]], weights: int) -> tuple[str, tuple[int, ...], tuple[int, int]]:
    """Product's kind, kernel and fan; `weights` is the number of the input that parameters are in."""
    params, read = equation.params, shapes[weights]
    if equation.primitive.name == "dot_general":
        inside = prod(read[i] for i in params["dimension_numbers"][0][weights])
        kernel = parse_scope(str(equation.source_info.name_stack))
        fan = inside // prod(kernel or ()), prod(read) // max(inside, 1)
        return ("convolution", kernel, fan) if kernel else ("dense", (), fan)
    if equation.primitive.name == "conv_general_dilated":
        outputs, inputs, *space = params["dimension_numbers"].rhs_spec
        kernel = shapes[1]
        fan = kernel[inputs] * params["feature_group_count"], kernel[outputs]
        return "convolution", tuple(kernel[i] for i in space), fan
    return "look-up", (), (shapes[0][0], prod(shapes[0][1:]))
