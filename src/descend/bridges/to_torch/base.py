"""The optimizer that every bridged rule is a subclass of."""

from collections.abc import Callable
from typing import Any, ClassVar

import torch

from descend.core.errors import BadValue
from descend.rules import Rule

from .. import rule_state
from . import checks, groups, state_dicts, steps, switch
from .rule_parts import full_name


class RuleOptimizer(torch.optim.Optimizer):
    """A torch.optim.Optimizer whose update is a rule's.

    Its arguments are parameters (or named parameters, or param groups, as of any torch optimizer) and hyperparameters,
    under PyTorch's names: `lr` for learning_rate, `betas` for (b1, b2, b3), all others as the rule calls them. Any of
    them may be a schedule of descend, which counts updates: its entry in `param_groups` shows the value used last.
    `compiled=True`, or `torch.compile(optimizer.step)`, makes one pass over the memory of rules that work number by number.

    A rule that sees all parameters at once, such as clip_by_global_norm or prodigy, sees those of one param group, by
    their names where they were given with names; where one of them has no gradient it sees zeros, and leaves it as it is.

    Rules whose weights to ship are not those trained (look-ahead, averages, schedule-free): call `optimizer.eval()` before
    evaluating or saving the model and `optimizer.train()` before training on; they exchange the parameters in place.

    Raises UnknownName for a hyperparameter that the rule lacks, BadValue for a value out of its range, for a parameter
    that is not real and floating or that requires no gradient, and for a state dict of another rule or shape.
    """

    rule: ClassVar[Rule]

    def __init__(self, params: Any, lr: Any = None, *, compiled: bool = False, **hyperparameters: Any) -> None:
        given = hyperparameters | ({} if lr is None else {groups.RATE: lr})
        self._places = groups.places(self.rule)
        self._base, self._rules, self.compiled = self._with_values(self.rule, given), [], compiled
        super().__init__(params, self._entries(self._base, given))
        if rule_state.switches(self.rule):
            switch.watch(self)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group, whose hyperparameters, where given, are its own; see torch.optim.Optimizer."""
        own = {name: value for name, value in param_group.items() if name not in checks.BESIDES}
        rule = self._with_values(self._base, own)
        param_group.update({name: value for name, value in self._entries(rule, own).items() if name in own})
        super().add_param_group(param_group)
        try:
            checks.parameters(self, self.param_groups[-1])
        except BadValue:
            self.param_groups.pop()
            raise
        self._rules.append(rule)
        self._mark()

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Make one update of every parameter that has a gradient; the loss that `closure` returns, if given."""
        return self._step(closure, self.compiled or torch.compiler.is_compiling())

    @torch.compiler.disable()
    def _step(self, closure: Callable[[], Any] | None, compiled: bool) -> Any:
        checks.trains(self)
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        with torch.no_grad():
            for group, rule in zip(self.param_groups, self._rules, strict=True):
                checks.gradients(self, group)
                checks.no_scheduler(rule, self._places, group)
                t = steps.step(groups.read_group(rule, self._places, group), group, self.state, compiled)
                scheduled = groups.scheduled_entries(rule, self._places) if t else ()
                if scheduled:
                    values = groups.entries(rule, self._places, t)
                    group.update({name: values[name] for name in scheduled})
        return loss

    def eval(self) -> None:
        """Put the weights to evaluate and ship in the parameters' place; nothing if they are there or are the same."""
        switch.ship(self)

    def train(self, mode: bool = True) -> None:
        """Put back the weights that are trained, after eval(); nothing if they are there. mode=False: eval()."""
        switch.back(self) if mode else switch.ship(self)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from a state dict of this rule; numbers keep their types. Raises BadValue for any other's."""
        handle = self.register_load_state_dict_pre_hook(state_dicts.prepare)  # the last of them
        try:
            super().load_state_dict(state_dict)
        finally:
            handle.remove()

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state | {"state": state_dicts.unbox(state["state"])})
        self._mark()
        if rule_state.switches(self.rule):
            switch.watch(self)

    def __getstate__(self) -> dict[str, Any]:
        own = ("_places", "_base", "_rules", "compiled")
        return super().__getstate__() | {name: self.__dict__[name] for name in own}

    def __reduce__(self) -> Any:
        return _rebuild, (self.rule,), self.__getstate__()

    def _with_values(self, rule: Rule, values: dict[str, Any]) -> Rule:
        return groups.with_values(rule, self._places, values)

    def _entries(self, rule: Rule, values: dict[str, Any]) -> dict[str, Any]:
        """What a param group holds of a rule; a tensor that a person gave stays one."""
        tensors = {name: value for name, value in values.items() if isinstance(value, torch.Tensor)}
        return groups.entries(rule, self._places, 1) | tensors

    def _mark(self) -> None:
        """What a group says besides its hyperparameters: the rule, and which weights the parameters hold."""
        mode = next((group["mode"] for group in self.param_groups if "mode" in group), "train")
        for i, group in enumerate(self.param_groups):
            group["rule"] = full_name(self.rule)
            if rule_state.switches(self.rule):
                group["mode"] = mode
            self.param_groups[i] = group if self.rule.rate is not None else checks.Rateless(group)


def _rebuild(rule: Rule) -> RuleOptimizer:
    """An optimizer of the rule without its state, for pickle and copy to fill."""
    from . import optimizer

    cls = optimizer(rule)
    return cls.__new__(cls)
