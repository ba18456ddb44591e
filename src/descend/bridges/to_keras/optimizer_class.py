"""The class of Keras optimizers for one rule."""

import inspect
from typing import Any

import keras

from descend.rules import Rule

from ..rule_state import switches
from . import config
from .evaluation_warning import watch
from .rule_optimizer import NATIVE, RuleOptimizer

USE = """

Made by `descend.bridges.keras({rule})`. Its arguments are `learning_rate`, a number or a schedule of Keras' or descend's, the
rule's hyperparameters ({names}), and those of every Keras optimizer{shared}. With gradient accumulation an update is one of
the rule's; its other schedules count updates. Patterns of wrappers match paths such as "net.hidden.kernel".
"""
SHARED = "; `weight_decay` is the rule's own"
SWITCHES = """
The weights that this rule ships are not those that it trains. At the end of `fit` Keras puts those to ship into the model.
During `fit` validation sees the weights that are trained, and warns once, as does evaluation after `train_on_batch`: give
`fit` or `evaluate` the callback `descend.bridges.to_keras.shipped_weights()`, under which it sees those to ship, and which
puts the trained ones back before a later `fit` goes on; without it the first gradient of that `fit` is taken at those
shipped. Saving the model between updates, as ModelCheckpoint does, warns once. In a loop of your own call
`ship_variable_values()` before evaluating and `resume_variable_values()` after.
"""


def optimizer_class(rule: Rule) -> type[RuleOptimizer]:
    """The class of optimizers whose defaults are this rule, registered with Keras as "descend>" and the rule's name."""
    space = {"default_rule": rule, "__doc__": _doc(rule), "__module__": __name__, "__signature__": _signature(rule)}
    watcher = {"watcher": staticmethod(watch)} if switches(rule) else {}
    cls: Any = type(f"Descend{type(rule).__name__}", (RuleOptimizer,), space | watcher)
    register: Any = keras.saving.register_keras_serializable("descend", rule.name)
    return register(cls)


def _signature(rule: Rule) -> inspect.Signature:
    own = config.names(rule)
    rate = inspect.Parameter("learning_rate", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=rule.rate)
    fields = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=getattr(rule, name)) for name in own]
    native = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for name, p in NATIVE.items() if name not in own]
    return inspect.Signature([rate, *fields, *native])


def _doc(rule: Rule) -> str:
    summary = (type(rule).__doc__ or rule.name).split("\n\n")[0]
    own = config.names(rule)
    use = USE.format(rule=rule, names=", ".join(own) or "none", shared=SHARED if "weight_decay" in own else "")
    return summary + use + (SWITCHES if switches(rule) else "")
