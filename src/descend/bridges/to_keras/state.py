"""What a rule keeps between updates, in variables of the Keras optimizer, and its updates on them."""

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np

from descend.core import trees
from descend.core.arrays import zeros_like
from descend.rules import Rule

from ..kept import begin, shipped, switches
from . import backend


class State:
    """A rule's slots for a model's variables; where the weights to ship are others, also the rule's w, and whether it is away.

    It is away while the model holds the weights to ship, from `ship` to `back` or the next step.
    """

    def __init__(self, optimizer: Any, rule: Rule, variables: Sequence[Any]):
        self.optimizer, self.rule, self.params = optimizer, rule, list(variables)
        self.names = _names(variables)
        with backend.outside_graphs():
            start = self._tree([backend.on_processor(v) for v in variables])
            kept = begin(rule, start)
            kept |= {"w": start, "away": np.int32(0)} if switches(rule) else {}
            found, self.structure = jax.tree.flatten_with_path(kept)
            self.of = [self._owner(path) for path, _ in found]
            self.variables = [self._variable(path, np.asarray(leaf)) for path, leaf in found]
        self.keys = [self._key(path) for path, _ in found]
        alike = all(i is not None and v.shape == self.params[i].shape for i, v in zip(self.of, self.variables, strict=True))
        self.pieces = _pieces(rule) if alike and backend.BACKEND == "torch" else None

    def step(self, rule: Rule, grads: Mapping[int, Any], t: Any) -> None:
        """Update t = 1, 2, ... by the gradients of the variables with these numbers; the others, and their slots, stay."""
        if self.pieces and len(grads) == len(self.params):
            rows = zip(self.params, map(grads.get, range(len(grads))), self._slots(), strict=True)
            self.pieces.move(rule, [(v.value.detach(), g, slots, int(t)) for v, g, slots in rows])
            return
        params, kept = self._now()
        given = self._tree([grads[i] if i in grads else zeros_like(p) for i, p in enumerate(params.values())])
        w = kept.get("w", params)
        if "w" in kept and not rule.probes:
            w = trees.select(kept["away"] > 0, w, params)
        change, slots = rule.update_tree(given, kept["slots"], w, t)
        w = jax.tree.map(lambda a, c: a + c, w, change)
        point = rule.probe_tree(w, slots, t + 1)
        later = {"slots": slots}
        if "w" in kept:
            later |= {"w": w if rule.probes else kept["w"], "away": kept["away"] * 0}
        self._write(point, later, None if len(grads) == len(self.params) else set(grads))

    def _slots(self) -> list[dict[str, Any]]:
        """The slots of each of the model's variables, of a rule of single arrays."""
        return list(self.structure.unflatten([v.value for v in self.variables])["slots"].values())

    def ship(self) -> None:
        """Put the weights to ship into the model."""
        if self.away:
            return
        params, kept = self._now()
        if self.rule.probes:
            weights = shipped(self.rule, kept, params)
        else:
            weights = shipped(self.rule, {"slots": kept["slots"]}, params)
            kept["w"] = jax.tree.map(lambda a: a + 0, params)  # before PyTorch writes over them
        self._write(weights, kept | {"away": kept["away"] + 1})

    def back(self, t: Any) -> None:
        """Put back into the model the point at which update t takes its gradient."""
        if not self.away:
            return
        _, kept = self._now()
        self._write(self.rule.probe_tree(kept["w"], kept["slots"], t), kept | {"away": kept["away"] * 0})

    @property
    def away(self) -> bool:
        """Whether the model holds the weights to ship instead of those to train."""
        return switches(self.rule) and bool(backend.on_processor(self.variables[self.keys.index(f"{self.rule.name}.away")]))

    def _now(self) -> tuple[Any, Any]:
        """The model's variables and what is kept, as arrays that rules run on."""
        return self._tree(map(backend.array, self.params)), self.structure.unflatten(map(backend.array, self.variables))

    def _write(self, params: Any, kept: Any, only: set[int] | None = None) -> None:
        """New values; `only`: for the variables with these numbers, their slots, and what belongs to none."""
        of, variables = [*range(len(self.params)), *self.of], [*self.params, *self.variables]
        values = [*params.values(), *self.structure.flatten_up_to(kept)]
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
        made = self.optimizer.add_variable(value.shape, dtype=str(value.dtype), layout=layout, name=name)
        if value.any():
            self.optimizer.assign(made, value)
        return made


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
