"""The class of Keras optimizers that carry a rule."""

import dataclasses
import inspect
import warnings
from collections.abc import Callable
from typing import Any, ClassVar

import keras

from descend.rules import Rule
from descend.schedules import Schedule

from ..rule_state import TrainingWeights, switches
from . import backend, checks, config
from .schedule import DescendSchedule, rate
from .state import State

NATIVE = {  # the arguments of every Keras optimizer, some of whose classes take and hand on anything
    name: parameter
    for cls in keras.optimizers.Optimizer.__mro__
    for name, parameter in inspect.signature(cls.__init__).parameters.items()
    if parameter.kind is parameter.POSITIONAL_OR_KEYWORD and name not in ("self", "learning_rate")
}


class RuleOptimizer(keras.optimizers.Optimizer):
    """A Keras optimizer whose updates are those of a rule, `rule`."""

    default_rule: ClassVar[Rule]
    watcher: ClassVar[Callable[[Any], None] | None] = None  # is told of every optimizer that is built, where others are shipped

    def __init__(self, learning_rate: Any = None, **given: Any):
        default = type(self).default_rule
        checks.arguments(default, given, NATIVE)
        hyper = {name: value for name, value in given.items() if name in config.names(default)}
        native = {name: value for name, value in given.items() if name not in hyper}
        rule: Any = dataclasses.replace(default, **hyper) if hyper else default  # type: ignore[type-var]
        checks.goes_with(rule, native)
        super().__init__(learning_rate=rate(rule, learning_rate), **native)
        self.rule = rule
        self._rule_state: State | None = None
        self.warned_of_saving = self.warned_of_evaluation = False

    @property
    def learning_rate(self) -> Any:
        """Keras' own; 1 for a rule that has none. It may be set to one of descend's schedules; that of a rule without one not."""
        return self._get_current_learning_rate()

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        checks.has_rate(self.rule)
        given = DescendSchedule(value) if isinstance(value, Schedule) else value
        keras.optimizers.Optimizer.learning_rate.fset(self, given)  # type: ignore[attr-defined]

    def build(self, variables: Any) -> None:
        """Make the variables that hold the rule's slots. Raises BadValue for model variables that the rule cannot train."""
        if self.built:
            return
        checks.trainable(self.rule, variables, backend.replicas())
        super().build(variables)
        spared = {i for i, variable in enumerate(variables) if not self._use_weight_decay(variable)}
        self._rule_state = State(self, self.rule, variables, spared)
        if watcher := type(self).watcher:
            watcher(self)

    @backend.without_gradients
    def _backend_update_step(self, grads: Any, trainable_variables: Any, learning_rate: Any) -> None:
        numbers = map(self._get_variable_index, trainable_variables)
        given = {i: backend.array(g) for i, g in zip(numbers, grads, strict=True)}
        self._state().step(self._at(learning_rate), given, self._next())

    def finalize_variable_values(self, var_list: Any) -> None:
        """At the end of `fit` Keras calls this: the model gets the weights that the rule ships."""
        super().finalize_variable_values(var_list)
        self.ship_variable_values()

    @backend.without_gradients
    def ship_variable_values(self) -> None:
        """The model gets the weights that the rule ships, until training goes on."""
        if switches(self.rule) and self._rule_state is not None:
            self._rule_state.ship(self._next())

    @backend.without_gradients
    def resume_variable_values(self) -> None:
        """The model gets back the weights that the rule trains: the reverse of ship_variable_values."""
        if switches(self.rule) and self._rule_state is not None:
            self._rule_state.back(self._next())

    def exclude_from_weight_decay(self, var_list: Any = None, var_names: Any = None) -> None:
        """Variables to leave out of weight decay, Keras' or the rule's own: these, and those whose names have one of these in them.

        Both as keras.optimizers.Optimizer has them. Raises BadValue once the optimizer is built.
        """
        checks.unbuilt(self.rule, self.built)
        super().exclude_from_weight_decay(var_list, var_names)

    @property
    def trains_others(self) -> bool:
        """Whether the model holds weights in training where those that the rule ships are others, as from the first update on."""
        if not switches(self.rule) or self._rule_state is None:
            return False
        return not self._rule_state.away and bool(backend.on_processor(self.iterations) > 0)

    def get_config(self) -> dict[str, Any]:
        """Keras' own entries and the rule's hyperparameters, as plain values. Raises BadValue for what cannot be saved."""
        found = super().get_config()
        if self.rule.rate is None:
            del found["learning_rate"]
        return found | config.hyperparameters(self.rule, type(self).default_rule)

    @classmethod
    def from_config(cls, entries: dict[str, Any], custom_objects: Any = None) -> Any:
        """The optimizer of such entries."""
        own = {name: config.revive(entries[name]) for name in config.names(cls.default_rule) if name in entries}
        return super().from_config(entries | own, custom_objects)

    def save_own_variables(self, store: Any) -> None:
        """Keras' own variables by number, the rule's by the name of the rule and the slot."""
        if self._rule_state is None:
            super().save_own_variables(store)
            return
        if self.trains_others and not self.warned_of_saving:
            self.warned_of_saving = True
            warnings.warn(
                f"{self.rule.name}: what is being saved has the weights that it trains, right to go on from, not those that it "
                "ships; to save these during fit, put shipped_weights(swap_on_epoch=True) before the callback that saves",
                TrainingWeights,
                stacklevel=2,
            )
        for name, variable in self._variables_by_name().items():
            store[name] = backend.on_processor(variable)

    def load_own_variables(self, store: Any) -> None:
        """The variables that save_own_variables saved. Raises BadValue for the state of another rule or other shapes."""
        if self._rule_state is None:
            super().load_own_variables(store)  # which says that the optimizer is not built yet
            return
        saved, own = {name: store[name] for name in store.keys()}, self._variables_by_name()  # noqa: SIM118 - a store is no mapping
        checks.same_state(self.rule, saved, own)
        for name, variable in own.items():
            variable.assign(saved[name])

    def _variables_by_name(self) -> dict[str, Any]:
        """Every variable by the name under which it is saved."""
        kept = self._state()
        of_rule = {id(v) for v in kept.variables}
        native = [v for v in self.variables if id(v) not in of_rule]
        return {str(i): v for i, v in enumerate(native)} | dict(zip(kept.keys, kept.variables, strict=True))

    def _state(self) -> State:
        assert self._rule_state is not None
        return self._rule_state

    def _next(self) -> Any:
        """The number t = 1, 2, ... of the next update."""
        return backend.number(self.iterations) + 1

    def _at(self, learning_rate: Any) -> Rule:
        """The rule at Keras' learning rate; one of descend's schedules it reads itself, as wrappers may count in their own way."""
        if self.rule.rate is None:
            return self.rule
        if isinstance(self._learning_rate, DescendSchedule) and not self.gradient_accumulation_steps:  # for Keras counts batches
            return self.rule.with_rate(self._learning_rate.schedule)
        return self.rule.with_rate(backend.number(learning_rate))


def rule_optimizer_of(optimizer: Any) -> RuleOptimizer | None:
    """The optimizer of a rule that a model's optimizer is, or scales the loss for; None for any other."""
    found = getattr(optimizer, "inner_optimizer", optimizer)  # of a LossScaleOptimizer
    return found if isinstance(found, RuleOptimizer) else None
