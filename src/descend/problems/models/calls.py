"""How a person's module is called, and made again: its signature tells of modes, chance and inputs."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import jax
from jax.interpreters import partial_eval

from descend.core.errors import BadValue

TRAINING = ("training", "train", "is_training")
EVALUATION = ("deterministic", "inference", "use_running_average")
BY_LAYERS = (  # what a reader should know of a model whose constructor's arguments nothing tells
    "Fresh starts are drawn layer by layer, by the defaults of {framework}'s layers: where the model draws its weights otherwise, "
    "give a function of {chance} in its place, such as {example}."
)


def names(function: Callable[..., Any]) -> list[str]:
    """The names of a function's arguments, but for self; none where Python cannot tell."""
    try:
        given = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [each.name for each in given if each.name != "self" and each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL)]


def mode(function: Callable[..., Any], training: bool) -> dict[str, bool]:
    """The arguments that tell a module's call which mode it is in, under whichever name it has for that."""
    known = names(function)
    return {n: training for n in TRAINING if n in known} | {n: not training for n in EVALUATION if n in known}


def inputs(function: Callable[..., Any], x: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Rows x as a module's call takes them: several in order, those of a dict by name where the call has these names."""
    if isinstance(x, Mapping) and set(x) <= set(names(function)):
        return (), dict(x)
    return (tuple(x), {}) if isinstance(x, tuple | list) else ((x,), {})


def remaker(instance: Any, chance: tuple[str, ...]) -> Callable[[Any], Any] | None:
    """A function of chance that makes another like `instance`: its class, with the attributes that its constructor asks for.

    `chance` are names under which constructors take a key, or the like. None where an argument is not among the attributes.
    """
    cls = type(instance)
    try:
        asked = list(inspect.signature(cls.__init__).parameters.values())[1:]
    except (TypeError, ValueError):
        return None
    given: dict[str, Any] = {}
    for each in asked:
        if each.name in chance or each.kind in (each.VAR_KEYWORD, each.VAR_POSITIONAL):
            continue
        if each.name in getattr(instance, "__dict__", {}):
            given[each.name] = getattr(instance, each.name)
        elif each.default is each.empty:
            return None
    known = [each.name for each in asked]
    return lambda value: cls(**given, **{name: value for name in chance if name in known})


def layer_maker(title: str, name: str, layer: Any, package: str, chance: str, said: str) -> Callable[[Any], Any]:
    """A function of chance, an argument of that name, `said` in words, that makes a layer of a framework's own package again.

    BadValue for a layer that is not the framework's, or whose constructor asks for what it does not keep.
    """
    again = remaker(layer, (chance,)) if type(layer).__module__.startswith(package) else None
    if again is None:
        raise BadValue(
            f"{title}: nothing tells how {name or 'it'} draws its arrays: give a function of {said} in the module's place, such as "
            f"lambda {chance}: Model({chance}={chance}), or start='given'"
        )
    return again


def shapes(tree: Any) -> list[tuple[tuple[int, ...], str]]:
    """The shapes and types of a tree's arrays, in order."""
    return [(tuple(a.shape), str(a.dtype)) for a in jax.tree.leaves(tree)]


def uses_key(function: Callable[[Any], Any]) -> bool:
    """Whether what a function gives depends on the key that it is given, once traced; False where it fails."""
    try:
        traced = jax.make_jaxpr(function)(jax.random.key(0)).jaxpr
    except Exception:  # the check that follows tells what, and where
        return False
    _, used = partial_eval.dce_jaxpr(traced, [True] * len(traced.outvars))
    return any(used)


def quick(function: Callable[..., Any]) -> Any:
    """The function, compiled as quickly as may be: it runs once."""
    options = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
    return jax.jit(function, compiler_options=options if jax.default_backend() == "cpu" else None)
