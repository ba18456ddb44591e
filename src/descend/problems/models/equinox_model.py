"""An Equinox module, with or without state, as an adapter."""

from collections.abc import Callable, Mapping
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from descend.core.errors import BadValue, short

from . import calls
from .adapter import Forward, Reference
from .criteria import Named, criterion
from .rows import Rows

CHANCE = "key"


class EquinoxAdapter(Named):
    """Parameters are the floating arrays of a module that takes one row, as Equinox's layers do, and aux is its state.

    `make(key)` makes the module, or (module, state), afresh; the module that is given serves for its form, and for "given".
    """

    framework = "Equinox"

    def __init__(self, module: Any, state: Any, make: Callable[[Any], Any] | None, x: Any, y: Any, loss: Any):
        super().__init__()
        self.title, self.state, self.make = type(module).__name__, state, make
        self.module = module
        self.params, self.static = eqx.partition(module, eqx.is_inexact_array)
        self.quiet = eqx.partition(eqx.nn.inference_mode(module), eqx.is_inexact_array)[1]
        self.criterion = criterion(loss, y)
        self.takes_key = "key" in calls.names(type(module).__call__)
        self.axis = next((each.axis_name for each in _modules(module).values() if hasattr(each, "axis_name")), "batch")
        self.by_rows = True
        self.by_rows = self._takes_rows(x)
        if not self.by_rows:
            self.notes = (f"{self.title} takes all rows of a batch at once.",)
        params, aux = self.given()
        few = jax.tree.map(lambda a: jnp.asarray(a[:2]), x)
        self.noisy = self.takes_key and calls.uses_key(lambda key: self.forward(params, aux, few, key, True).outputs)
        self._fresh = self._begin()

    def _takes_rows(self, x: Any) -> bool:
        """Whether the module takes one row, or fails anyway; else it takes all of a batch."""
        for by_rows in (True, False):
            self.by_rows = by_rows
            try:
                few = jax.tree.map(lambda a: jax.ShapeDtypeStruct((3, *a.shape[1:]), a.dtype), x)
                jax.eval_shape(lambda few: self.forward(*self.given(), few, jax.random.key(0), True).outputs, few)
            except Exception:  # the check that follows tells what, and where
                continue
            return by_rows
        return True

    def _begin(self) -> Callable[[jax.Array], tuple[Any, Any]]:
        """What makes parameters and state of a key, or says why nothing does."""
        if self.make is not None:
            return self._made
        whole = calls.remaker(self.module, (CHANCE,))
        if whole is not None and self._fits(whole):
            return lambda key: (self._like(whole(key)), self.state)
        said = calls.BY_LAYERS.format(framework="Equinox", chance="a key", example="lambda key: Model(key=key)")
        self.notes = (*self.notes, said)
        return lambda key: (self._by_layers(key), self.state)

    def _made(self, key: jax.Array) -> tuple[Any, Any]:
        made = self.make(key)  # type: ignore[misc]
        module, state = made if isinstance(made, tuple) else (made, self.state)
        return self._like(module), jax.tree.unflatten(jax.tree.structure(self.state), jax.tree.leaves(state))

    def _fits(self, whole: Callable[[Any], Any]) -> bool:
        try:
            twin = eqx.filter_eval_shape(whole, jax.random.key(0))
        except Exception:
            return False
        return calls.shapes(eqx.filter(twin, _is_inexact)) == calls.shapes(self.params)

    def _like(self, module: Any) -> Any:
        """The parameters of another module of the same form."""
        leaves = jax.tree.leaves(eqx.filter(module, eqx.is_inexact_array))
        if calls.shapes(leaves) != calls.shapes(self.params):
            raise BadValue(f"{self.title}: a fresh start has parameters of other shapes: make the same module each time")
        return jax.tree.unflatten(jax.tree.structure(self.params), leaves)

    def _by_layers(self, key: jax.Array) -> Any:
        """Parameters of which each of Equinox's own layers has made its part again."""
        layers = _modules(self.module)
        taken: dict[int, Any] = {}
        for i, (name, layer) in enumerate(layers.items()):
            mine = [a for a in vars(layer).values() if eqx.is_inexact_array(a)]
            if not mine:
                continue
            twin = calls.layer_maker(self.title, name, layer, "equinox.nn", CHANCE, "a key")(jax.random.fold_in(key, i))
            for field, value in vars(layer).items():
                if eqx.is_inexact_array(value):
                    taken[id(value)] = getattr(twin, field)
        return jax.tree.map(lambda a: taken[id(a)], self.params)

    def init(self, key: jax.Array) -> tuple[Any, Any]:
        return self._fresh(key)

    def given(self) -> tuple[Any, Any]:
        return self.params, self.state

    def forward(self, params: Any, aux: Any, x: Any, key: jax.Array | None, training: bool) -> Forward:
        module = eqx.combine(params, self.static if training else self.quiet)
        if training and key is None and self.takes_key:
            key = jax.random.key(0)
        outputs, state = self._call(module, aux, x, key if training else None)
        return Forward(outputs, 0.0, state if training else aux)

    def _call(self, module: Any, state: Any, x: Any, key: jax.Array | None) -> tuple[Any, Any]:
        """The outputs of rows x, and the state after."""
        count = len(jax.tree.leaves(x)[0])
        states = () if state is None else (state,)

        def call(x: Any, key: Any, *state: Any) -> Any:
            places, named = calls.inputs(type(module).__call__, x)
            made = module(*places, *state, **named, **({"key": key} if self.takes_key else {}))
            return made if state else (made, None)

        if not self.by_rows:
            return call(x, key, *states)
        keys = None if key is None else jax.random.split(key, count)
        axes = (0, None if keys is None else 0, *(None for _ in states))
        return jax.vmap(call, axes, (0, None), axis_name=self.axis)(x, keys, *states)

    def reference(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> Reference:
        """By Equinox's own inference_mode and filter_value_and_grad, one training alone."""

        def alone(params: Any, aux: Any, batch: Any, key: jax.Array) -> Any:
            x, y = batch
            module = eqx.combine(params, self.static)
            outputs, _ = self._call(eqx.nn.inference_mode(module), aux, x, None)
            train = eqx.filter_value_and_grad(lambda module: self.criterion.loss(self._call(module, aux, x, key)[0], y))
            return Reference(outputs, self.criterion.loss(outputs, y), *train(module))

        return calls.quick(alone)(params, aux, batch, key)

    def parts(self) -> Mapping[str, Any]:
        return {name or self.title: each for name, each in _modules(self.module).items()}

    def layers(self, params: Any) -> dict[str, Any]:
        found: dict[str, list[Any]] = {}
        for path, leaf in jax.tree_util.tree_flatten_with_path(params)[0]:
            found.setdefault(jax.tree_util.keystr(path[:-1]).lstrip(".") or self.title, []).append(leaf)
        return found

    def weights(self, params: Any, aux: Any) -> Any:
        """The module's floating arrays, None in place of all else: `eqx.combine` puts them into the module."""
        return jax.tree.map(np.asarray, params)

    def model(self, params: Any, aux: Any) -> Any:
        """The trained module or, of one with state, (module, state)."""
        module = eqx.combine(jax.tree.map(jnp.asarray, params), self.static)
        return module if self.state is None else (module, jax.tree.map(jnp.asarray, aux))


def adapter(model: Any, given: Rows, loss: Any = None, state: Any = None) -> EquinoxAdapter:
    """The adapter of a module, of (module, state), or of a function of a key that makes either. BadValue for anything else."""
    make = None
    if not isinstance(model, eqx.Module | tuple) and callable(model):
        make, model = model, model(jax.random.key(0))
    if isinstance(model, tuple) and len(model) == 2:
        model, state = model
    if not isinstance(model, eqx.Module):
        raise BadValue(f"{short(model)} is no Equinox module: give an equinox.Module, or a function of a key that makes one")
    x, y = given.data.train
    return EquinoxAdapter(model, state, make, x, y, loss)


def _is_inexact(a: Any) -> bool:
    return hasattr(a, "dtype") and jnp.issubdtype(a.dtype, jnp.inexact)


def _modules(module: Any) -> dict[str, Any]:
    """The module and all that it holds, by path."""
    found: dict[str, Any] = {}

    def walk(path: str, value: Any) -> None:
        if isinstance(value, eqx.Module):
            found[path] = value
            for name, part in vars(value).items():
                walk(f"{path}.{name}".lstrip("."), part)
        elif isinstance(value, list | tuple):
            for i, part in enumerate(value):
                walk(f"{path}[{i}]", part)
        elif isinstance(value, dict):
            for name, part in value.items():
                walk(f"{path}[{name!r}]", part)

    walk("", module)
    return found
