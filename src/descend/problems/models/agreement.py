"""Whether lanes compute what the framework computes: outputs, loss and gradient on one batch, before anything trains."""

import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from descend.core.errors import BadValue, DescendError, short

from . import calls
from .model import Model

ROWS = 32  # of the batch
TOLERANCE = 1e-4  # of the largest number of an array, in float32
NOISE = 1e-2  # of the largest number of a tree, up to which an array's own largest number is no measure
UNTRACEABLE = (
    jax.errors.TracerArrayConversionError,
    jax.errors.TracerIntegerConversionError,
    jax.errors.ConcretizationTypeError,
    jax.errors.UnexpectedTracerError,
)


def check(problem: Model) -> Model:
    """The problem, where lanes agree with its framework; `agreement` says how nearly. BadValue says what differs, and where.

    The lanes are two, one of which starts from the weights given, in one compiled program, as in a race.
    """
    adapter = problem.adapter
    batch = None if problem.data is None else jax.tree.map(lambda a: jnp.asarray(a[:ROWS]), problem.data.train)
    key = jax.random.key(0)
    before = dict(_own_values(adapter.parts()))
    fresh: Any = calls.quick(problem.init)(key)
    given: Any = jax.tree.map(jnp.asarray, adapter.given())
    _check_alike(problem, given, fresh)
    x, y = problem.split(batch)
    shapes = attempt(problem.title, adapter.parts(), lambda: jax.eval_shape(lambda x: problem.predict(given[0], given[1], x), x))
    adapter.check(shapes, y)
    reference = attempt(problem.title, adapter.parts(), lambda: adapter.reference(given[0], given[1], batch, key))
    lanes = jax.tree.map(lambda a, b: jnp.stack([jnp.asarray(a), jnp.asarray(b)]), given, fresh)
    program = _program(problem, adapter.noisy and adapter.keyed)
    mine = attempt(problem.title, adapter.parts(), lambda: jax.device_get(program(*lanes, batch, key)))
    _check_side_effects(problem, before, dict(_own_values(adapter.parts())))
    ours = [jax.tree.map(lambda a: a[0], part) for part in mine]
    names = ("outputs in evaluation mode", "loss in evaluation mode", "loss in training mode", "gradient in training mode")
    differences = {name: _differences(one, other) for name, one, other in zip(names, ours, reference, strict=True)}
    for name, found in differences.items():
        _refuse(problem, name, found, given, batch)
    _check_start(problem, mine)
    largest = max((value for found in differences.values() for _, value in found), default=0.0)
    rows = "" if batch is None else f" on {len(jax.tree.leaves(batch)[0])} rows"
    nearly = f"to {largest:.1e} of the largest number" if largest else "to the last digit"
    problem.agreement = f"Checked against {adapter.framework}{rows}: outputs, loss and gradient agree {nearly}."
    return problem


def check_outputs(problem: Model, outputs: Any, backend: str) -> None:
    """Add to `agreement` how nearly the outputs of the weights given agree with those of another backend; BadValue where not."""
    x = jax.tree.map(lambda a: jnp.asarray(a[:ROWS]), problem.split(problem.data.train if problem.data else None)[0])
    given: Any = jax.tree.map(jnp.asarray, problem.adapter.given())
    found = _differences(problem.predict(given[0], given[1], x), outputs)
    _refuse(problem, f"outputs on {backend}", found, given, None)
    problem.agreement += f" Its outputs agree with those on {backend} to {max(value for _, value in found):.1e}."


def _program(problem: Model, noisy: bool) -> Callable[..., Any]:
    """What lanes compute, in a compiled program of several: outputs, losses in both modes, and the gradient."""

    def lane(params: Any, aux: Any, batch: Any, key: Any) -> Any:
        x = problem.split(batch)[0]
        outputs = problem.predict(params, aux, x)
        loss = problem.total(params, aux, batch, None, False)[0]
        train = jax.value_and_grad(lambda w: problem.total(w, aux, batch, key if noisy else None, True)[0])
        return outputs, loss, *train(params)

    return calls.quick(jax.vmap(lane, (0, 0, None, None)))


def attempt(title: str, parts: Mapping[str, Any], function: Callable[[], Any]) -> Any:
    """What the function gives; BadValue, from the person's own error, says which of the model's `parts` it came from."""
    try:
        return function()
    except DescendError:
        raise
    except Exception as error:
        place = layer_of(error, parts)
        if any(isinstance(each, UNTRACEABLE) for each in _chain(error)):
            raise BadValue(
                f"{title} cannot be traced by JAX{place}: what it does must not depend on the values in its arrays; "
                "use jax.numpy for numpy, and where for if"
            ) from error
        raise BadValue(f"{title} fails{place}: {type(error).__name__}: {_first_lines(error)}") from error


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that it came of."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _first_lines(error: Exception) -> str:
    """What an error says, without the lists of arguments that frameworks append."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith("Exception encountered when calling")]
    return short(" ".join(told[:2]) or type(error).__name__, str, 160)


def layer_of(error: BaseException, parts: Mapping[str, Any]) -> str:
    """The innermost layer of the model that an error went through, as " in NAME"; "" where there is none."""
    names = {id(part): name for name, part in parts.items()}
    kinds: dict[Any, list[str]] = {}
    for name, part in parts.items():
        kinds.setdefault(type(part), []).append(name)

    def called(part: Any) -> str:  # compiled programs call copies: these are known by their type alone
        same = kinds.get(type(part), [])
        return names.get(id(part)) or (same[0] if len(same) == 1 else type(part).__name__ if same else "")

    for each in reversed(list(_chain(error))):
        found, trace = "", each.__traceback__
        while trace:
            own = trace.tb_frame.f_locals.get("self")
            found = f" in {called(own)}" if called(own) else found
            trace = trace.tb_next
        if found:
            return found
    return ""


def _check_alike(problem: Model, given: Any, fresh: Any) -> None:
    """BadValue where a fresh start has other shapes than the model that was given: a function made another model."""
    if calls.shapes(given) != calls.shapes(fresh):
        raise BadValue(f"{problem.title}: a fresh start has other parameters than the first one: make the same model each time")


def _differences(one: Any, other: Any) -> list[tuple[str, float]]:
    """For each array of two trees its name, and its largest difference as a share of its largest number.

    Arrays far smaller than the rest are rounding noise, such as the gradient of a bias before batch normalisation.
    """
    a, b = (jax.tree_util.tree_flatten_with_path(tree)[0] for tree in (one, other))
    least = NOISE * max((float(np.max(np.abs(leaf))) for _, leaf in b if np.size(leaf)), default=0.0)
    found = []
    for (path, mine), (_, theirs) in zip(a, b, strict=False):
        mine, theirs = np.asarray(mine, float), np.asarray(theirs, float)
        if mine.shape != theirs.shape:
            found.append((jax.tree_util.keystr(path, simple=True, separator="."), np.inf))
        elif mine.size:
            size = max(float(np.max(np.abs(theirs))), least, 1e-6)
            gap = float(np.max(np.abs(mine - theirs)))
            same = np.array_equal(mine, theirs, equal_nan=True)
            found.append((jax.tree_util.keystr(path, simple=True, separator="."), 0.0 if same else gap / size))
    return found


def _refuse(problem: Model, name: str, found: list[tuple[str, float]], given: Any, batch: Any) -> None:
    """BadValue where some array differs, with the layer."""
    wrong = [(path, value) for path, value in found if not value <= TOLERANCE]
    if not wrong:
        return
    path, value = wrong[0]
    layer = problem.adapter.differing(given[0], given[1], batch) or (path if "gradient" in name else "")
    where = f", first in {layer}" if layer else ""
    raise BadValue(
        f"{problem.title}: the {name} of a lane differs from that of {problem.adapter.framework} by {value:.1e} of the largest "
        f"number{where}: it must give the same for the same inputs, and keep nothing between calls"
    )


def _check_start(problem: Model, mine: Any) -> None:
    """BadValue where the loss is no number before anything trains."""
    losses = np.asarray(mine[2])
    if not np.isfinite(losses).any():
        raise BadValue(
            f"{problem.title}: the loss is {losses[0]:g} at the start, before the first update: look for very large inputs, "
            "logarithms and divisions of 0, and a loss that does not fit the outputs"
        )


def _own_values(parts: Any) -> Iterator[tuple[tuple[str, str], Any]]:
    """What the attributes of a model's objects are that a call might change: numbers and words, how long lists are."""
    for name, part in parts.items():
        for key, value in list(getattr(part, "__dict__", {}).items()):
            if key.startswith("_"):
                continue
            if isinstance(value, bool | int | float | str | types.NoneType):
                yield (name, key), value
            elif isinstance(value, list | dict | set):
                yield (name, key), len(value)
            elif isinstance(value, Tracer):
                yield (name, key), "a traced array"


def _check_side_effects(problem: Model, before: dict[Any, Any], after: dict[Any, Any]) -> None:
    """BadValue for an attribute that a call changed: lanes call a model once, when they are compiled."""
    for (name, key), value in after.items():
        if before.get((name, key), value) != value or value == "a traced array" or (name, key) not in before:
            raise BadValue(
                f"{problem.title}: a call changes {name}.{key}, which lanes, compiled once, would not see: keep state in variables "
                "of the framework"
            )
