"""A torch.nn.Module as an adapter: its graphs in JAX, its own initialisers, its weights back."""

import copy
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import torch

from descend.core.errors import BadValue, short

from . import torch_reference
from .adapter import Adapter, Forward, Reference
from .rows import Rows
from .torch_export import Exported, numbers
from .torch_losses import Loss
from .torch_operations.columns import rows_first
from .torch_starts import Starts, seeded

EXAMPLES = 8  # rows that a module is exported with, which the number of rows in a batch need not be
NAMED = 3  # parameters named in a note


class TorchAdapter(Adapter):
    """A module, or a function without arguments that builds one, on rows; `loss` as Loss takes it.

    BadValue for a module without parameters to train, one that does not convert (with the operation and its place), and a loss
    that does not fit.
    """

    framework = "PyTorch"
    keyed = False  # PyTorch's chance is its own: no key of ours gives the same, so both are compared with chance apart

    def __init__(self, module: Any, given: Rows, loss: Any = None):
        super().__init__()
        x, y = given.data.train
        build = None if isinstance(module, torch.nn.Module) else module
        self.own = module if build is None else _build(module)
        self.title = type(self.own).__name__
        _check_module(self.own, self.title)
        self.loss = Loss(loss, y)
        self.criterion = self.loss.criterion()
        self.exported = Exported(self.own, self.title, tuple(x) if isinstance(x, Mapping) else ())
        example = _rows(x)
        outputs = self._outputs(example, False)
        self.loss.check(jax.tree.map(lambda a: jax.ShapeDtypeStruct((given.data.rows, *a.shape[1:]), a.dtype), outputs), y)
        self._outputs(example, True)
        self.noisy = self.exported.graph(_inputs(example), True).draws
        self.starts = Starts(self.own, build)
        self.twin = copy.deepcopy(self.own)  # whose attributes show what a call changes
        self.notes = _notes(self.own, self.starts, build)

    def _outputs(self, x: Any, training: bool) -> Any:
        """The outputs in shapes: what does not run in JAX is refused."""
        graph = self.exported.graph(_inputs(x), training)
        params, buffers = jax.tree.map(lambda a: jax.ShapeDtypeStruct(a.shape, a.dtype), self.exported.numbers())
        return jax.eval_shape(lambda p, b, x: graph(p, b, _inputs(x), None)[0], params, buffers, x)

    def init(self, key: jax.Array) -> tuple[Any, Any]:
        return _in_precision(self.starts(key))

    def given(self) -> tuple[Any, Any]:
        return _in_precision(jax.tree.map(jnp.asarray, numbers(self.own)))

    def forward(self, params: Any, aux: Any, x: Any, key: jax.Array | None, training: bool) -> Forward:
        inputs = _inputs(x)
        examples = tuple(np.zeros(a.shape, a.dtype) for a in inputs)
        graph = self.exported.graph(examples, training)
        outputs, after = graph(params, aux, inputs, key if training else None)
        return Forward(outputs, 0.0, after)

    def reference(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> Reference:
        """The same by PyTorch, chance apart."""
        quiet, trained = (self._pass(params, aux, batch, training) for training in (False, True))
        return Reference(quiet.outputs, quiet.loss, trained.loss, trained.gradient)

    def _pass(self, params: Any, aux: Any, batch: Any, training: bool) -> torch_reference.Pass:
        x, y = batch
        inputs = dict(x) if isinstance(x, Mapping) else _inputs(x)
        return torch_reference.run(self.twin, self.loss.torch, params, aux, inputs, y, training)

    def parts(self) -> Mapping[str, Any]:
        """The submodules by name."""
        return {name or self.title: part for name, part in self.twin.named_modules()}

    def differing(self, params: Any, aux: Any, batch: Any) -> str:
        """The first layer, in the order in which they run, whose output in evaluation mode differs from PyTorch's."""
        inputs = _inputs(batch[0])
        graph = self.exported.graph(tuple(np.asarray(a) for a in inputs), False)
        values = graph.values(params, aux, inputs, None)
        last = {node.layer: rows_first(values[node.name]) for node in graph.nodes}
        for name, theirs in torch_reference.layers(self.own, params, aux, batch[0]):
            if name in last and not _alike(last[name], theirs):
                return name
        return ""

    def layers(self, params: Any) -> dict[str, Any]:
        parts: dict[str, Any] = {}
        for name, value in params.items():
            layer, _, own = name.rpartition(".")
            parts.setdefault(layer or self.title, {})[own] = value
        return parts

    def weights(self, params: Any, aux: Any) -> Any:
        """A state_dict of tensors: trained and frozen parameters, and buffers."""
        return OrderedDict((name, value.clone()) for name, value in self.model(params, aux).state_dict().items())

    def model(self, params: Any, aux: Any) -> Any:
        """A copy of the module with these numbers, in evaluation mode."""
        module = copy.deepcopy(self.own).eval()
        own = {**dict(module.named_parameters()), **dict(module.named_buffers())}
        with torch.no_grad():
            for name, value in {**params, **aux}.items():
                own[name].copy_(torch.from_numpy(np.array(value)).to(own[name].dtype))
        return module


def _build(build: Any) -> torch.nn.Module:
    """What a function builds, without a trace in the random state."""
    if not callable(build):
        raise BadValue(f"module is {short(build)}, must be a torch.nn.Module, or a function without arguments that builds one")
    name = getattr(build, "__name__", "the function")
    try:
        with seeded(0):
            module = build()
    except Exception as error:
        raise BadValue(f"{name}() raised {type(error).__name__}: {short(error, str, 120)}") from error
    if not isinstance(module, torch.nn.Module):
        raise BadValue(f"{name}() gives {short(module)}, must give a torch.nn.Module")
    return module


def _check_module(module: torch.nn.Module, title: str) -> None:
    if any(isinstance(p, torch.nn.parameter.UninitializedParameter) for p in module.parameters()):
        raise BadValue(f"{title} has lazy layers, whose sizes are not known yet: call it once on a few rows first")
    trained = [(name, p) for name, p in module.named_parameters() if p.requires_grad]
    if not trained:
        raise BadValue(f"{title} has no parameters to train: set requires_grad to True for some")
    for name, p in trained:
        if p.dtype != torch.float32:
            raise BadValue(f"{title}: parameter {name} is {p.dtype}, must be torch.float32: call module.float()")


def _notes(module: torch.nn.Module, starts: Starts, build: Callable[[], Any] | None) -> tuple[str, ...]:
    """How the module was read, a sentence each."""
    notes = ["The module runs in JAX, as its exported graph."]
    if build is None:
        notes.append(
            "Fresh starts are by the reset_parameters of its layers: a function that builds the module repeats its constructor."
        )
    if starts.kept:
        notes.append(f"No reset_parameters sets {_some(starts.kept)}: every lane starts with the values given.")
    frozen = [name for name, p in module.named_parameters() if not p.requires_grad]
    if frozen:
        notes.append(f"Without requires_grad, and so as given: {_some(frozen)}.")
    return tuple(notes)


def _some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _rows(x: Any) -> Any:
    return jax.tree.map(lambda a: np.asarray(a)[:EXAMPLES], x)


def _inputs(x: Any) -> tuple[Any, ...]:
    """Rows as a module is called with them: a tuple or list in order, a dict by its names."""
    if isinstance(x, Mapping):
        return tuple(x.values())
    return tuple(x) if isinstance(x, tuple | list) else (x,)


def _in_precision(tree: Any) -> Any:
    """Floats as wide as the race's."""
    return jax.tree.map(lambda a: a.astype(float) if jnp.issubdtype(a.dtype, jnp.floating) else a, tree)


def _alike(mine: Any, theirs: Any) -> bool:
    mine = np.asarray(mine)
    return mine.shape != theirs.shape or np.allclose(mine, theirs, rtol=1e-4, atol=1e-4 * max(float(np.abs(theirs).max()), 1e-6))
