"""A rule as an optax optimizer, whose hyperparameters are part of its state."""

import inspect
import re
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.tree_util import keystr, tree_leaves_with_path

from descend.core.errors import BadValue
from descend.core.system.extras import library
from descend.rules import Oracle, OracleRule, Rule, find
from descend.rules import step as oracle_step

from .rule_state import RuleState, begin, follow_parameters, readout, rule_for, step, switches, with_parameters


class State(NamedTuple):
    """The state of a bridged rule.

    - `count` (): updates made, int32
    - `hyperparams`: the rule's numbers by name, as arrays of no dimension; `optax.tree.set(state, learning_rate=0.01)`
      changes one without a recompilation. A name that the rules inside one another share has its path: "rule.eps". In the
      place of a hyperparameter that is a schedule stand the schedule's own numbers: "learning_rate.init_value"
    - `rule_state`: the slots; w where gradients are taken elsewhere; the parameters as they were left, where others are shipped
    """

    count: Any
    hyperparams: dict[str, Any]
    rule_state: RuleState


def transformation(rule: Rule | type[Rule] | str) -> Any:
    """The rule as an optax.GradientTransformation: `init(params)`, `update(grads, state, params)`, with a State.

    The parameters that optax moves are where the rule takes its gradients. For rules that evaluate and ship other weights
    (schedule-free, averages, look-ahead) get these with `evaluation(rule, state, params)`: optax has no hook for it. Such a
    rule follows what else is done to the parameters between updates, such as a projection.

    Of a rule that asks for more than a gradient, such as lbfgs, an optax.GradientTransformationExtraArgs, whose update takes the
    loss too, as that of optax.lbfgs does: `update(grads, state, params, value=value, grad=grads, value_fn=loss)`. The rule
    evaluates `value_fn(params)` and its derivatives where it asks for them, once for each trial of a search, and takes neither
    value nor gradient from you. Further arguments of update that value_fn names, such as a batch, are handed to it.

    Raises UnknownName for a rule that does not exist, MissingExtra without optax; update raises BadValue without params.
    """
    chosen, optax = rule_for(rule, "optax"), library("optax", "bridges.optax")

    def init(params: Any) -> State:
        numbers = (1.0 * number for number in jax.tree.leaves(chosen))  # plain ones stay weakly typed, as those set later
        hyperparams = {name: jnp.asarray(number) for name, number in zip(_names(chosen), numbers, strict=True)}
        return State(jnp.zeros((), jnp.int32), hyperparams, begin(chosen, params))

    def update(grads: Any, state: State, params: Any = None) -> tuple[Any, State]:
        if params is None:
            raise BadValue(f"{chosen.name}: params is None, must be the parameters: call update(grads, state, params)")
        count, rule = state.count + 1, _with(chosen, state)
        change, rule_state = step(rule, grads, follow_parameters(rule, state.rule_state, params, count), params, count)
        if switches(rule):
            rule_state = with_parameters(rule, rule_state, optax.apply_updates(params, change))
        return change, State(count, state.hyperparams, rule_state)

    def update_by_loss(grads: Any, state: State, params: Any = None, *, value_fn: Any = None, **more: Any) -> tuple[Any, State]:
        if params is None or value_fn is None:
            call = "update(grads, state, params, value=value, grad=grads, value_fn=loss)"
            raise BadValue(f"{chosen.name} evaluates the loss itself: call {call}")
        count, oracle = state.count + 1, Oracle(lambda w: (value_fn(w, **_wanted(value_fn, more)), ()))
        done = oracle_step(_with(chosen, state), oracle, params, state.rule_state["slots"], count)
        after = with_parameters(chosen, {"slots": done.slots}, done.params)
        return done.change, State(count, state.hyperparams, after)

    if isinstance(chosen, OracleRule):
        return optax.GradientTransformationExtraArgs(init, update_by_loss)
    return optax.GradientTransformation(init, update)


def _wanted(function: Any, more: dict[str, Any]) -> dict[str, Any]:
    """Of arguments by name those that a function has."""
    names = inspect.signature(function).parameters
    return {name: value for name, value in more.items() if name in names}


def evaluation(rule: Rule | type[Rule] | str, state: Any, params: Any) -> Any:
    """The weights to evaluate and ship, a tree like params, where optax trains `params` with `rule` and holds `state`.

    The rule's State may lie anywhere in `state` (in a chain, in MultiSteps, ...). Raises BadValue unless it holds one.
    """
    states = [part for part in jax.tree.leaves(state, is_leaf=_is_state) if _is_state(part)]
    if len(states) != 1:
        raise BadValue(f"the optimizer state holds {len(states)} bridged rules, must be 1; give the part of it that has the rule")
    return readout(_with(find(rule), states[0]), states[0].rule_state, params, states[0].count + 1)


def _names(rule: Rule) -> list[str]:
    """A name for each number of a rule, in the order of its leaves: its path, from the innermost rule where that is clear."""
    paths = [keystr(path, simple=True, separator=".") for path, _ in tree_leaves_with_path(rule)]
    short = [re.sub(r"^(rule\.)+", "", path) for path in paths]
    return [name if short.count(name) == 1 else path for name, path in zip(short, paths, strict=True)]


def _with(rule: Rule, state: State) -> Rule:
    """The rule with the numbers of a state."""
    names = _names(rule)
    if sorted(names) != sorted(state.hyperparams):
        raise BadValue(
            f"{rule.name}: the state's hyperparameters are {', '.join(state.hyperparams)}, must be {', '.join(names)}, "
            "as in this rule's own init(params)"
        )
    return jax.tree.unflatten(jax.tree.structure(rule), [state.hyperparams[name] for name in names])


def _is_state(part: Any) -> bool:
    return isinstance(part, State)
