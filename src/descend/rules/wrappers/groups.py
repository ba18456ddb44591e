import dataclasses
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax

from descend.core import hyper
from descend.core.errors import BadValue, UnknownName, short
from descend.core.numeric.paths import enumerate_paths, matches, paths, plain_patterns

from ..base import Rule
from ..tree import Wrapper, wrapper
from .proportion import in_proportion


@wrapper("groups")
class Groups(Wrapper):
    """Applies different rules to sets of parameters chosen by path, and the inner rule to all others.

    **Update**

        each array is updated by the rule of the first pattern that matches its path, by the rule inside if none does

    A rule that sees whole trees sees the tree of its group. The learning rate of the whole is the rule's inside; setting
    it, as a race does, sets every group's in proportion, schedules included.

    **Hyperparameters**

    - rule: the rule for what no pattern matches; of the first group, if it has no learning rate, is the learning rate
    - groups: a mapping from patterns to rules, or to hyperparameters of the rule inside that differ:
      `{"layers.0.*": SGD(0.1), "*.bias": {"learning_rate": 0.01}}`, default none. Wildcards as in a shell, or "re:" and
      a regular expression; a rate of 0 freezes

    **Slots**

    Those of each rule, for its own arrays.

    **Reference**

    Howard and Ruder, Universal Language Model Fine-tuning (2018), section 3.2, for learning rates by layer; PyTorch's
    parameter groups, optax `partition`.
    """

    rule: Rule
    groups: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def validate(self) -> None:
        each = self.groups.items()
        self.__dict__["groups"] = OrderedDict((pattern, self._rule(pattern, given)) for pattern, given in each)

    def _rule(self, pattern: str, given: Any) -> Rule:
        plain_patterns(pattern, self.name)
        if isinstance(given, Rule):
            return given
        if not isinstance(given, Mapping):
            raise BadValue(f"{self.name}: '{pattern}' is given {short(given)}, must be a rule or a mapping of hyperparameters")
        fields = [field.name for field in dataclasses.fields(self.rule)]  # type: ignore[arg-type]
        for name in given:
            if name not in fields:
                raise UnknownName(f"{self.rule.name} hyperparameter", name, fields)
        return dataclasses.replace(self.rule, **given)  # type: ignore[type-var]

    @property
    def rules(self) -> list[Rule]:
        """Every group's rule, in order, and the rule for all others."""
        return [*self.groups.values(), self.rule]

    @property
    def probes(self) -> bool:
        return any(rule.probes for rule in self.rules)

    @property
    def ships(self) -> bool:
        return any(rule.ships for rule in self.rules)

    @property
    def rate(self) -> Any:
        return next((rule.rate for rule in [self.rule, *self.rules] if rule.rate is not None), None)

    def with_rate(self, rate: Any) -> Rule:
        def scale_rate(rule: Rule) -> Rule:
            return rule if rule.rate is None else rule.with_rate(in_proportion(rate, rule.rate, self.rate, self.name))

        groups = OrderedDict((pattern, scale_rate(rule)) for pattern, rule in self.groups.items())
        return hyper.replace(self, rule=scale_rate(self.rule), groups=groups)

    def init(self, w: Any) -> dict[str, Any]:
        self._places(w, check=True)
        found = [rule.init_tree(part) for rule, part in zip(self.rules, self._split(w, w), strict=True)]
        return self._slots(found)

    def probe(self, w: Any, slots: Any, t: Any) -> Any:
        return self._join(w, self._each(lambda rule, part, s: rule.probe_tree(part, s, t), w, slots))

    def update(self, g: Any, slots: Any, w: Any, t: Any) -> tuple[Any, Any]:
        grads = iter(self._split(g, w))
        moved = self._each(lambda rule, part, s: rule.update_tree(next(grads), s, part, t), w, slots)
        return self._join(w, [change for change, _ in moved]), self._slots([s for _, s in moved])

    def readout(self, w: Any, slots: Any) -> Any:
        return self._join(w, self._each(lambda rule, part, s: rule.readout_tree(part, s), w, slots))

    def follow(self, w: Any, slots: Any, old: Any, new: Any, t: Any) -> tuple[Any, Any]:
        points = iter(zip(self._split(old, w), self._split(new, w), strict=True))
        moved = self._each(lambda rule, part, s: rule.follow_tree(part, s, *next(points), t), w, slots)
        return self._join(w, [part for part, _ in moved]), self._slots([s for _, s in moved])

    def _slots(self, each: Sequence[Any]) -> dict[str, Any]:
        return {"rule": each[-1], "groups": dict(zip(self.groups, each[:-1], strict=True))}

    def _each(self, act: Callable[[Rule, Any, Any], Any], w: Any, slots: Any) -> list[Any]:
        """What `act` makes of each rule, its part of w and its slots."""
        own = [*(slots["groups"][pattern] for pattern in self.groups), slots["rule"]]
        return [act(rule, part, s) for rule, part, s in zip(self.rules, self._split(w, w), own, strict=True)]

    def _places(self, w: Any, check: bool = False) -> list[int]:
        """The number of each array's rule among `rules`."""
        among = paths(w)
        places = [len(self.groups)] * len(among)
        for number, pattern in reversed(list(enumerate(self.groups))):
            hit = matches(pattern, among, self.name)
            places = [number if here else place for place, here in zip(places, hit, strict=True)]
        for number, pattern in enumerate(self.groups):
            if check and number not in places:
                raise BadValue(
                    f"{self.name}: pattern '{pattern}' matches only what patterns before it do; there are: {enumerate_paths(among)}"
                )
        return places

    def _split(self, tree: Any, w: Any) -> list[Any]:
        """For each rule the tree with its own arrays, and None in the place of others."""
        structure, places = jax.tree.structure(w), self._places(w)
        leaves = structure.flatten_up_to(tree)
        numbers = range(len(self.groups) + 1)
        return [structure.unflatten([a if p == n else None for a, p in zip(leaves, places, strict=True)]) for n in numbers]

    def _join(self, w: Any, parts: Sequence[Any]) -> Any:
        """The tree like w of which `parts` are the split."""
        queues = [iter(jax.tree.leaves(part)) for part in parts]
        return jax.tree.structure(w).unflatten([next(queues[place]) for place in self._places(w)])
