"""Flax models as adapters: NNX modules, and Linen modules with their collections."""

from collections.abc import Callable, Mapping
from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from descend.core.errors import BadValue, short

from . import calls
from .adapter import Adapter, Forward, Reference
from .criteria import Named, criterion
from .rows import Rows

CHANCE = "rngs"
STREAMS = ("params", "dropout", "noise", "sample")  # of chance, by the names that Linen's modules ask for


class NNXAdapter(Named):
    """Parameters are the `nnx.Param`s, aux all other state but that of chance, which every step draws from the lane's key.

    `make(rngs)` makes the module afresh; the module that is given serves for its form, and for "given".
    """

    framework = "Flax NNX"

    def __init__(self, module: Any, make: Callable[[Any], Any] | None, x: Any, y: Any, loss: Any):
        super().__init__()
        self.title, self.module, self.make = type(module).__name__, module, make
        self.graph, params, chance, aux = nnx.split(module, nnx.Param, nnx.RngState, ...)
        self.params, self.chance, self.aux = jax.tree.map(jnp.copy, (params, chance, aux))
        self.criterion = criterion(loss, y)
        few = jax.tree.map(lambda a: jnp.asarray(a[:2]), x)
        if jax.tree.leaves(self.chance):
            self.noisy = calls.uses_key(lambda key: self.forward(*self.given(), few, key, True).outputs)
        self._fresh = self._begin()

    def _begin(self) -> Callable[[Any], Any]:
        if self.make is not None:
            return self.make
        whole = calls.remaker(self.module, (CHANCE,))
        if whole is not None and self._fits(whole):
            return whole
        self.notes = (calls.BY_LAYERS.format(framework="Flax", chance="rngs", example="lambda rngs: Model(rngs=rngs)"),)
        return self._by_layers

    def _fits(self, whole: Callable[[Any], Any]) -> bool:
        try:
            twin = nnx.eval_shape(lambda: whole(nnx.Rngs(0)))
        except Exception:
            return False
        return calls.shapes(nnx.state(twin, nnx.Param)) == calls.shapes(self.params)

    def _by_layers(self, rngs: Any) -> Any:
        """The module, of which each of Flax's own layers has made its part again."""
        module = self._merge(self.params, self.chance, self.aux)
        for path, layer in nnx.iter_graph(module):
            mine = {name: v for name, v in vars(layer).items() if isinstance(v, nnx.Variable)} if _is_module(layer) else {}
            if not any(isinstance(v, nnx.Param) for v in mine.values()):
                continue
            twin = calls.layer_maker(self.title, ".".join(map(str, path)), layer, "flax.nnx", CHANCE, CHANCE)(rngs)
            for name, variable in mine.items():
                variable[...] = vars(twin)[name][...]
        return module

    def init(self, key: jax.Array) -> tuple[Any, Any]:
        _, params, _, aux = nnx.split(self._fresh(nnx.Rngs(key)), nnx.Param, nnx.RngState, ...)
        if calls.shapes(params) != calls.shapes(self.params):
            raise BadValue(f"{self.title}: a fresh start has parameters of other shapes: make the same module each time")
        return params, aux

    def given(self) -> tuple[Any, Any]:
        return self.params, self.aux

    def _module(self, params: Any, aux: Any, key: jax.Array | None, training: bool) -> Any:
        """The module in a mode, with the chance of a key; of None its own."""
        module = self._merge(params, self.chance if key is None else self._chance(key), aux)
        module.train() if training else module.eval()
        return module

    def _merge(self, *states: Any) -> Any:
        """The module of these states, whose variables are this trace's own."""
        return nnx.merge(self.graph, *jax.tree.map(lambda a: a, states))

    def _chance(self, key: jax.Array) -> Any:
        leaves, tree = jax.tree.flatten(self.chance)
        keys = [
            jax.random.fold_in(key, i) if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key) else leaf for i, leaf in enumerate(leaves)
        ]
        return jax.tree.unflatten(tree, keys)

    def forward(self, params: Any, aux: Any, x: Any, key: jax.Array | None, training: bool) -> Forward:
        module = self._module(params, aux, key, training)
        outputs = self._call(module, x, training)
        after = nnx.split(module, nnx.Param, nnx.RngState, ...)[3]
        return Forward(outputs, 0.0, after if training else aux)

    def _call(self, module: Any, x: Any, training: bool) -> Any:
        places, named = calls.inputs(type(module).__call__, x)
        return module(*places, **named, **calls.mode(type(module).__call__, training))

    def reference(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> Reference:
        """By the module itself in eval() and train(), and nnx.value_and_grad, one training alone."""

        def alone(params: Any, aux: Any, batch: Any, key: jax.Array) -> Any:
            x, y = batch
            outputs = self._call(self._module(params, aux, None, False), x, False)
            train = nnx.value_and_grad(lambda module: self.criterion.loss(self._call(module, x, True), y))
            return Reference(
                outputs, self.criterion.loss(outputs, y), *train(self._module(params, aux, key if self.noisy else None, True))
            )

        return calls.quick(alone)(params, aux, batch, key)

    def parts(self) -> Mapping[str, Any]:
        return {".".join(map(str, path)) or self.title: part for path, part in nnx.iter_graph(self.module) if _is_module(part)}

    def layers(self, params: Any) -> dict[str, Any]:
        found: dict[str, list[Any]] = {}
        for path, variable in nnx.to_flat_state(params):
            found.setdefault(".".join(map(str, path[:-1])) or self.title, []).append(jax.tree.leaves(variable))
        return found

    def weights(self, params: Any, aux: Any) -> Any:
        """The state of parameters and what goes with them, as `nnx.update(module, ...)` takes it."""
        return nnx.merge_state(jax.tree.map(np.asarray, params), jax.tree.map(np.asarray, aux))

    def model(self, params: Any, aux: Any) -> Any:
        """A module like the one given, trained."""
        return self._merge(jax.tree.map(jnp.asarray, params), self.chance, jax.tree.map(jnp.asarray, aux))


class LinenAdapter(Named):
    """Parameters are the collection "params", aux the other collections, such as "batch_stats"."""

    framework = "Flax Linen"

    def __init__(self, module: Any, variables: Any, x: Any, y: Any, loss: Any):
        super().__init__()
        self.title, self.module, self.variables = type(module).__name__, module, variables
        self.criterion = criterion(loss, y)
        self.row = jax.tree.map(lambda a: jnp.asarray(a[:2]), x)
        params, aux = self.given()
        self.noisy = calls.uses_key(lambda key: self.forward(params, aux, self.row, key, True).outputs)

    def init(self, key: jax.Array) -> tuple[Any, Any]:
        places, named = calls.inputs(type(self.module).__call__, self.row)
        variables = self.module.init(_streams(key), *places, **named, **calls.mode(type(self.module).__call__, False))
        return _parts(variables)

    def given(self) -> tuple[Any, Any]:
        return self.init(jax.random.key(0)) if self.variables is None else _parts(self.variables)

    def _apply(self, params: Any, aux: Any, x: Any, key: jax.Array | None, training: bool) -> tuple[Any, Any]:
        places, named = calls.inputs(type(self.module).__call__, x)
        arguments = {**named, **calls.mode(type(self.module).__call__, training)}
        chance = _streams(jax.random.key(0) if key is None else key) if training else {}
        variables = {"params": params, **aux}
        if not training:
            return self.module.apply(variables, *places, **arguments), aux
        return self.module.apply(variables, *places, rngs=chance, mutable=list(aux), **arguments)

    def forward(self, params: Any, aux: Any, x: Any, key: jax.Array | None, training: bool) -> Forward:
        outputs, after = self._apply(params, aux, x, key, training)
        return Forward(outputs, 0.0, {**aux, **after})

    def reference(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> Reference:
        """By `module.apply` and jax.value_and_grad, one training alone."""

        def alone(params: Any, aux: Any, batch: Any, key: jax.Array | None) -> Any:
            x, y = batch
            outputs, _ = self._apply(params, aux, x, None, False)
            train = jax.value_and_grad(lambda w: self.criterion.loss(self._apply(w, aux, x, key, True)[0], y))
            return Reference(outputs, self.criterion.loss(outputs, y), *train(params))

        return calls.quick(alone)(params, aux, batch, key if self.noisy else None)

    def layers(self, params: Any) -> dict[str, Any]:
        found: dict[str, list[Any]] = {}
        for path, leaf in jax.tree_util.tree_flatten_with_path(params)[0]:
            found.setdefault(".".join(str(key.key) for key in path[:-1]) or self.title, []).append(leaf)
        return found

    def weights(self, params: Any, aux: Any) -> dict[str, Any]:
        """The collections, as `module.apply` takes them."""
        return jax.tree.map(np.asarray, {"params": params, **aux})

    def model(self, params: Any, aux: Any) -> Any:
        """The module bound to its trained variables."""
        return self.module.bind(self.weights(params, aux))


def adapter(model: Any, given: Rows, loss: Any = None, variables: Any = None) -> Adapter:
    """The adapter of an NNX module, of a function of rngs that makes one, or of a Linen module. BadValue for anything else."""
    x, y = given.data.train
    if isinstance(model, nn.Module):
        return LinenAdapter(model, variables, x, y, loss)
    make = None
    if not isinstance(model, nnx.Module) and callable(model):
        make, model = model, model(nnx.Rngs(0))
    if isinstance(model, nn.Module):
        return LinenAdapter(model, variables, x, y, loss)
    if not isinstance(model, nnx.Module):
        raise BadValue(f"{short(model)} is no Flax module: give a module of NNX or Linen, or a function of rngs that makes one")
    return NNXAdapter(model, make, x, y, loss)


def _streams(key: jax.Array) -> dict[str, jax.Array]:
    return dict(zip(STREAMS, jax.random.split(key, len(STREAMS)), strict=True))


def _parts(variables: Any) -> tuple[Any, dict[str, Any]]:
    """The collection of parameters, and the others."""
    if "params" not in variables:
        raise BadValue(
            f"the variables have no collection 'params', but {short(', '.join(variables), str)}: give what init returned"
        )
    return variables["params"], {name: part for name, part in variables.items() if name != "params"}


def _is_module(part: Any) -> bool:
    return isinstance(part, nnx.Module)
