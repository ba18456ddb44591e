"""The rows of an explanation: what each part of the parameters is, and what it costs for one row of data."""

from math import prod
from typing import Any

from descend.core.numeric import trees

from .explanation import Layer
from .products import Product

BETWEEN = "between layers"  # the row of products that read no part of the parameters, or several


def table(named: dict[str, list[int]], leaves: list[Any], products: list[Product], rows: int) -> tuple[Layer, ...]:
    """A row for each part, and a last one for products that read no part, or several, if there are any."""
    owner = {i: name for name, indices in named.items() for i in indices}
    of: dict[str | None, list[Product]] = {}
    for product in products if named else []:
        owners = {owner[i] for i in product.leaves}
        of.setdefault(owners.pop() if len(owners) == 1 else None, []).append(product)
    found = [_layer(name, [leaves[i] for i in indices], of.get(name, []), rows) for name, indices in named.items()]
    return tuple(found + ([_layer(BETWEEN, [], of[None], rows)] if None in of else []))


def _layer(name: str, leaves: list[Any], products: list[Product], rows: int) -> Layer:
    return Layer(
        name=name,
        kind=" + ".join(dict.fromkeys(product.kind for product in products)),
        what=_what(products, rows, bool(leaves)),
        output=_row(products[-1].shape, rows) if products else None,
        parameters=sum(leaf.size for leaf in leaves),
        macs=sum(p.macs * p.times // rows for p in products if p.macs * p.times % rows == 0),
        parameter_bytes=trees.size(leaves),
        activation_bytes=activations(products, rows),
    )


def _what(products: list[Product], rows: int, own: bool) -> str:
    if not own:
        return "products of several layers" if any(product.leaves for product in products) else "products of activations"
    words = dict.fromkeys(_words(product, rows) for product in products)
    return " + ".join(words) if len(words) < 3 else f"{len(products)} products"


def _words(product: Product, rows: int) -> str:
    inside, outside = product.fan
    if product.kind == "convolution":
        return f"convolution {' x '.join(map(str, product.kernel))}, {inside} to {outside}"
    if product.kind == "look-up":
        return f"look-up, {inside} rows of {outside}"
    places = prod(_row(product.shape, rows)) // max(outside, 1)
    return f"dense, {inside} to {outside}{f' at {places:,} places' if places > 1 else ''}"


def _row(shape: tuple[int, ...], rows: int) -> tuple[int, ...]:
    """The part of a shape that belongs to one row."""
    if rows == 1:
        return shape
    kept = list(shape)
    for i, length in enumerate(shape):
        if length and length % rows == 0:
            kept[i] = length // rows
            return tuple(kept[:i] + kept[i + 1 :] if kept[i] == 1 else kept)
    return shape


def activations(products: list[Product], rows: int) -> int:
    """Bytes of what products give for one row."""
    return sum(prod(product.shape) * product.itemsize * product.times for product in products) // rows
