"""What a rule is given, checked before it runs: trees, shapes and types, which are known while tracing, so compiled code pays
nothing. Each refusal is a BadValue that names the parameter by its path, says what is there and what must be.
"""

import dataclasses
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
from jax.tree_util import keystr, tree_leaves_with_path

from descend.core.errors import BadValue, must_be, short
from descend.core.language.messages import Message

from .floats import types

MATRIX_MOST = 2**28  # bytes of a matrix over all parameters, in float32


def options(rule: Any, kind: type) -> None:
    """Raise BadValue for a switch that is neither True nor False, and for a rule inside that is not of `kind`."""
    for field in dataclasses.fields(rule):
        value = getattr(rule, field.name)
        if field.type is bool and not isinstance(value, bool):
            raise must_be(f"{rule.name}: {field.name}", short(value), Message("true-or-false", "True or False"))
        if field.type is kind and not isinstance(value, kind):
            raise must_be(f"{rule.name}: {field.name}", short(value), Message("a-rule", "a rule, such as Adam()"))


def whole(rule: Any, **least: int) -> None:
    """Raise BadValue unless each option named is a whole number, and not below the least that is given here."""
    for name, low in least.items():
        value = getattr(rule, name)
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            allowed = Message("in", "in {range}", range=f"{{{low}, {low + 1}, ...}}")
            raise must_be(f"{rule.name}: {name}", short(value), allowed)


def choice(rule: Any, **allowed: tuple[str, ...]) -> None:
    """Raise BadValue unless each option named is one of the words given here."""
    for name, words in allowed.items():
        value = getattr(rule, name)
        if not isinstance(value, str) or value not in words:
            raise must_be(f"{rule.name}: {name}", short(value), Message("one-of", "one of: {known}", known=", ".join(words)))


def square(rule: Any, count: int, instead: str) -> None:
    """Raise BadValue where a matrix over so many parameters would fill the memory."""
    size = 4 * count * count
    if size > MATRIX_MOST:
        most = f"at most {MATRIX_MOST / 2**20:.0f} MiB"
        raise BadValue(
            f"{rule.name}: its matrix over {count:,} parameters takes {size / 2**20:,.0f} MiB, must be {most}; take {instead}"
        )


def parameters(rule: Any, params: Any) -> None:
    """Raise BadValue unless each parameter is a real number or a real floating array."""
    _floats(rule, "parameter", params)


def gradients(rule: Any, grads: Any, params: Any) -> None:
    """Raise BadValue unless grads is a tree like params, of the same shapes and a real floating type."""
    leaves, tree = jax.tree.flatten(params)
    given, same = jax.tree.flatten(grads)
    if same != tree or _shapes(given) != _shapes(leaves):
        _differ(rule, "gradient", grads, params, "as its parameter is")
    _floats(rule, "gradient", grads)


def memory(rule: Any, slots: Any, params: Any) -> None:
    """Raise BadValue unless slots has the tree and the shapes of the slots that this rule begins with."""
    leaves, tree = jax.tree.flatten(params)
    wanted, names, shapes = _begins_with(jax.tree.structure(rule), tree, tuple(_shapes(leaves)))
    held, same = jax.tree.flatten(slots)
    if same != names or _shapes(held) != shapes:
        _differ(rule, "slot", slots, wanted, "as in this rule's init_tree(params)")


@lru_cache(maxsize=256)
def _begins_with(rule: Any, tree: Any, shapes: Any) -> tuple[Any, Any, list[Any]]:
    """The first slots of a rule of this structure, their structure and their shapes; nothing is computed."""
    numbers = rule.unflatten([1.0] * rule.num_leaves)  # their values change no shape
    params = tree.unflatten([jax.ShapeDtypeStruct(tuple(shape), jnp.float32) for shape in shapes])
    slots = jax.eval_shape(lambda rule, params: rule.init_tree(params), numbers, params)
    leaves, structure = jax.tree.flatten(slots)
    return slots, structure, [leaf.shape for leaf in leaves]


def _shapes(leaves: Any) -> list[Any]:
    return [getattr(x, "shape", ()) for x in leaves]


@lru_cache(maxsize=256)
def _is_float(kind: Any) -> bool:
    """Whether an array's type (NumPy's, JAX's or torch's), or the class of a plain number, is real floating."""
    if isinstance(kind, type):
        return kind in (float, int)
    return bool(kind.is_floating_point) if hasattr(kind, "is_floating_point") else jnp.issubdtype(kind, jnp.floating)


def _floats(rule: Any, what: str, tree: Any) -> None:
    if all(map(_is_float, types(tree))):
        return
    path, x = next((path, x) for path, x in tree_leaves_with_path(tree) if not _is_float(getattr(x, "dtype", type(x))))
    found = f"an array of {x.dtype}" if hasattr(x, "dtype") else repr(x)
    raise BadValue(f"{rule.name}: {what}{_at(keystr(path))} is {found}, must be a real floating array, such as float32")


def _differ(rule: Any, what: str, given: Any, wanted: Any, why: str) -> None:
    """Raise BadValue for the first place, by path, at which `given` is not as `wanted` in structure or shape."""
    have, want = ({keystr(path): getattr(x, "shape", ()) for path, x in tree_leaves_with_path(tree)} for tree in (given, wanted))
    for path in [*want, *(path for path in have if path not in want)]:
        found = f"of shape {tuple(have[path])}" if path in have else "missing"
        right = f"of shape {tuple(want[path])}" if path in want else "absent"
        if found != right:
            raise BadValue(f"{rule.name}: {what}{_at(path)} is {found}, must be {right}, {why}")
    raise BadValue(f"{rule.name}: the {what}s are {jax.tree.structure(given)}, must be {jax.tree.structure(wanted)}, {why}")


def _at(path: str) -> str:
    return f" {path}" if path else ""
