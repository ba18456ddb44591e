"""What the Keras bridge refuses: each refusal says what is wrong and how to mend it."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import jax

from descend.core.errors import BadValue, UnknownName
from descend.core.numbers import real
from descend.rules import Rule
from descend.rules.from_optax import OptaxRule

from ..rule_state import switches


def carries(rule: Rule, backend: str) -> None:
    """Raise BadValue unless the rule runs on a Keras backend."""
    if backend not in ("jax", "tensorflow", "torch"):
        raise BadValue(f"Keras' backend is {backend}, must be jax, tensorflow or torch; set KERAS_BACKEND before Keras is imported")
    parts = jax.tree.leaves(rule, is_leaf=lambda part: isinstance(part, OptaxRule))
    optax = next((part for part in parts if isinstance(part, OptaxRule)), None)
    if optax is not None and backend != "jax":
        raise BadValue(
            f"{optax.name} runs on JAX only, and Keras' backend is {backend}; set KERAS_BACKEND=jax before Keras is "
            "imported, or take one of descend's own rules"
        )


def arguments(rule: Rule, given: Iterable[str], native: Iterable[str]) -> None:
    """Raise UnknownName for an argument that is neither a hyperparameter of the rule nor one of Keras' own."""
    names = [*(field.name for field in dataclasses.fields(rule)), *native]  # type: ignore[arg-type]
    for name in given:
        if name not in names:
            raise UnknownName(f"argument of the {rule.name} optimizer", name, names)


def learning_rate(rule: Rule, value: Any) -> float:
    """A learning rate as a number. Raises BadValue unless it is one of zero or more."""
    number = real(f"{rule.name}: learning_rate", value)
    if number < 0:
        raise BadValue(f"{rule.name}: learning_rate is {value}, must be in [0, inf)")
    return number


def no_rate(rule: Rule, given: Any) -> None:
    """Raise BadValue for a learning rate given to a rule that has none."""
    if given is not None:
        raise BadValue(f"{rule.name}: learning_rate is {given}, but the rule has no learning rate; leave it out")


def has_rate(rule: Rule) -> None:
    """Raise BadValue where a learning rate is to be changed that the rule does not have."""
    if rule.rate is None:
        raise BadValue(
            f"{rule.name} has no learning rate to change; leave out the callback that does, such as ReduceLROnPlateau or "
            "LearningRateScheduler"
        )


def unbuilt(rule: Rule, built: bool) -> None:
    """Raise BadValue where variables are to be left out of decay whose updates are made already."""
    if built:
        raise BadValue(f"{rule.name}: the optimizer is built; call exclude_from_weight_decay() before the first fit or build()")


def goes_with(rule: Rule, native: Mapping[str, Any]) -> None:
    """Raise BadValue for arguments of Keras' that change the model's variables where the rule's weights are others."""
    if rule.probes and native.get("weight_decay"):
        raise BadValue(
            f"{rule.name}: weight_decay is {native['weight_decay']}, but the variables it would shrink are not the rule's "
            "weights; give the rule a decay of its own, or wrap it in CoupledWeightDecay"
        )
    if switches(rule) and native.get("use_ema"):
        raise BadValue(
            f"{rule.name}: use_ema would average variables that are not the weights it ships; leave it off, or wrap in Average a "
            "rule that ships what it trains"
        )


def trainable(rule: Rule, variables: Sequence[Any], replicas: int) -> None:
    """Raise BadValue unless variables of a model are real floats, free where the rule's weights are others, and in one place."""
    for variable in variables:
        path, kind = getattr(variable, "path", variable.name), str(variable.dtype)
        if "float" not in kind:
            raise BadValue(f"{rule.name}: {path} is a variable of {kind}, must be a real float, such as float32")
        if rule.probes and getattr(variable, "constraint", None) is not None:
            raise BadValue(
                f"{rule.name}: {path} has a constraint, which would not hold the rule's weights; remove the constraint, or take "
                "a rule whose gradient is taken at its weights, such as adam"
            )
    if replicas > 1:
        raise BadValue(
            f"{rule.name}: the strategy of tf.distribute has {replicas} replicas, must have 1; build the model outside its scope, "
            "or train on Keras' JAX backend, which distributes"
        )


def same_state(rule: Rule, saved: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Raise BadValue unless a saved state has this rule's variables, by name and shape."""
    for name in [*wanted, *(name for name in saved if name not in wanted)]:
        have = f"of shape {tuple(saved[name].shape)}" if name in saved else "missing"
        want = f"of shape {tuple(wanted[name].shape)}" if name in wanted else "absent"
        if have != want:
            raise BadValue(
                f"{rule.name}: the saved optimizer's '{name}' is {have}, must be {want}; load the state into a model and a rule "
                "like those that saved it"
            )
