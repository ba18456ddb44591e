"""What a rule keeps between updates, in variables of the Keras optimizer, and its updates on them."""

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np

from descend.core.numeric import trees
from descend.core.numeric.arrays import where, zeros_like
from descend.rules import Rule

from ..rule_state import begin, follow_parameters, readout, switches, with_parameters
from . import backend
from .weight_decay import update_without_decay, without_decay


class State:
    """What is kept for a model's variables; where the weights to ship are others, also whether those to train are away.

    They are away while the model holds the weights to ship, from `ship` to `back` or the next step. The variables with the
    numbers `spared` do not decay.
    """

    def __init__(self, optimizer: Any, rule: Rule, variables: Sequence[Any], spared: set[int]):
        self.optimizer, self.rule, self.params, self.spared = optimizer, rule, list(variables), spared
        self.names = _names(variables)
        with backend.outside_graphs():
            start = self._tree([backend.on_processor(v) for v in variables])
            state = begin(rule, start)
            state |= {"away": np.int32(0)} if switches(rule) else {}
            leaves, self.structure = jax.tree.flatten_with_path(state)
            self.of = [self._owner(path) for path, _ in leaves]
            self.variables = [self._variable(path, np.asarray(leaf)) for path, leaf in leaves]
        self.keys = [self._key(path) for path, _ in leaves]
        alike = all(i is not None and v.shape == self.params[i].shape for i, v in zip(self.of, self.variables, strict=True))
        self.pieces = _pieces(rule) if alike and backend.BACKEND == "torch" else None

    def step(self, rule: Rule, grads: Mapping[int, Any], t: Any) -> None:
        """Update t = 1, 2, ... by the gradients of the variables with these numbers; the others, and their slots, stay."""
        if self.pieces and len(grads) == len(self.params):
            rows = [(v.value.detach(), grads[i], slots, int(t)) for i, (v, slots) in enumerate(self._each())]
            for each, spared in (rule, False), (without_decay(rule), True):
                if members := [row for i, row in enumerate(rows) if (i in self.spared) is spared]:
                    self.pieces.move(each, members)
            return
        params, state = self._now()
        gradients = self._tree([grads[i] if i in grads else zeros_like(p) for i, p in enumerate(params.values())])
        params, followed_state = self._follow_variables(rule, state, params, t)
        w = followed_state.get("w", params)
        names = {name for i, name in enumerate(self.names) if i in self.spared}
        change, slots = update_without_decay(rule, names, gradients, followed_state["slots"], w, t)
        w = jax.tree.map(lambda a, c: a + c, w, change)
        point = rule.probe_tree(w, slots, t + 1)
        later = with_parameters(rule, {"slots": slots} | ({"w": w} if rule.probes else {}), point)
        later |= {"away": state["away"] * 0} if switches(rule) else {}
        self._write(point, later, None if len(grads) == len(self.params) else set(grads))

    def _follow_variables(self, rule: Rule, state: Any, params: Any, t: Any) -> tuple[Any, Any]:
        """The points of update t, and what is kept once it has followed what others did to the variables."""
        if not switches(rule) or (backend.BACKEND == "torch" and backend.same(params, state["point"])):
            return params, state
        points = self._points(state, params, t)
        return points, follow_parameters(rule, state, points, t)

    def _points(self, state: Any, params: Any, t: Any) -> Any:
        """Where to take up training: the points, unless others have set the variables since `ship`."""
        ships = readout(self.rule, state, state["point"], t)
        there = jax.tree.map(lambda p, s, old: where(p == s, old, p), params, ships, state["point"])
        return trees.select(state["away"] > 0, there, params)

    def _each(self) -> Any:
        """Each of the model's variables with its slots, of a rule of single arrays."""
        slots = self.structure.unflatten([v.value for v in self.variables])["slots"].values()
        return zip(self.params, slots, strict=True)

    def ship(self, t: Any) -> None:
        """Put into the model the weights to ship before update t."""
        if self.away:
            return
        params, state = self._now()
        weights = readout(self.rule, state, params, t)
        later = follow_parameters(self.rule, state, jax.tree.map(lambda a: a + 0, params), t)  # before PyTorch writes over them
        self._write(weights, later | {"away": state["away"] + 1})

    def back(self, t: Any) -> None:
        """Put back into the model the point of update t, except where others have set its variables since `ship`."""
        if not self.away:
            return
        params, state = self._now()
        self._write(self._points(state, params, t), state | {"away": state["away"] * 0})

    @property
    def away(self) -> bool:
        """Whether the model holds the weights to ship instead of those to train."""
        return switches(self.rule) and bool(backend.on_processor(self.variables[self.keys.index(f"{self.rule.name}.away")]))

    def _now(self) -> tuple[Any, Any]:
        """The model's variables and what is kept, as arrays that rules run on."""
        return self._tree(map(backend.array, self.params)), self.structure.unflatten(map(backend.array, self.variables))

    def _write(self, params: Any, state: Any, only: set[int] | None = None) -> None:
        """New values; `only`: for the variables with these numbers, their slots, and what belongs to none."""
        of, variables = [*range(len(self.params)), *self.of], [*self.params, *self.variables]
        values = [*params.values(), *self.structure.flatten_up_to(state)]
        each = [(v, x) for v, x, i in zip(variables, values, of, strict=True) if only is None or i is None or i in only]
        backend.assign(self.optimizer, *zip(*each, strict=True))

    def _tree(self, leaves: Any) -> Any:
        return OrderedDict(zip(self.names, leaves, strict=True))

    def _owner(self, path: Any) -> int | None:
        """The number of the model's variable that a slot is of; None for what is of all of them."""
        return next((self.names.index(key) for key in map(_word, path) if key in self.names), None)

    def _key(self, path: Any) -> str:
        """The name under which a variable is saved: the model's variables by number, as Keras gives layers new names."""
        words = [str(self.names.index(word)) if word in self.names else word for word in map(_word, path)]
        return ".".join([self.rule.name, *(words[1:] if words[0] == "slots" else words)]).replace("/", "|")

    def _variable(self, path: Any, value: np.ndarray) -> Any:
        """A variable of the optimizer with this value, laid out as the model's if it has its shape."""
        owner = self._owner(path)
        like = None if owner is None else self.params[owner]
        layout = getattr(like, "_layout", None) if like is not None and tuple(like.shape) == value.shape else None
        name = "_".join(map(_word, path)).replace("/", "_").replace(".", "_")
        variable = self.optimizer.add_variable(value.shape, dtype=str(value.dtype), layout=layout, name=name)
        if value.any():
            self.optimizer.assign(variable, value)
        return variable


def _pieces(rule: Rule) -> Any:
    """What makes an elementwise rule's updates on PyTorch in pieces that stay in the cache; None for other rules."""
    from .. import pieces

    return pieces if pieces.fits(rule) else None


def _word(entry: Any) -> str:
    return jax.tree_util.keystr((entry,), simple=True)


def _names(variables: Sequence[Any]) -> list[str]:
    """The variables' paths, joined by dots as patterns have them; equal ones are numbered."""
    paths = [str(getattr(v, "path", v.name)).replace("/", ".") for v in variables]
    total, seen = Counter(paths), Counter()
    names = []
    for path in paths:
        seen[path] += 1
        names.append(f"{path}.{seen[path]}" if total[path] > 1 else path)
    return names
