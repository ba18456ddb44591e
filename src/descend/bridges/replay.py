"""The step of a rule whose loss is evaluated outside of JAX: the rule is run up to each question, and again with the answer."""

from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp

from descend.core.errors import BadValue
from descend.rules import Oracle, Rule, Step, step

Answer = tuple[Any, Any]  # the loss at a point, and its gradient


class Replay(Oracle):
    """An oracle that has the answers to the first so many questions, gives zeros to others, and notes where it was asked."""

    def __init__(self, answers: tuple[Answer, ...]) -> None:
        object.__setattr__(self, "answers", answers)
        object.__setattr__(self, "asked", [])

    answers: tuple[Answer, ...]
    asked: list[Any]

    def gradient(self, w: Any) -> tuple[Any, Any, Any]:
        """The answer, or zeros."""
        self.asked.append(w)
        number = len(self.asked) - 1
        if number < len(self.answers):
            value, gradient = self.answers[number]
            return value, (), gradient
        kind = jnp.result_type(*jax.tree.leaves(w))
        return jnp.zeros((), kind), (), jax.tree.map(jnp.zeros_like, w)

    def value(self, w: Any) -> Any:
        """The answer, or zero."""
        return self.gradient(w)[0]

    def hvp(self, w: Any, v: Any) -> Any:
        """None there are: raises BadValue."""
        raise BadValue("only values and gradients can be evaluated outside of JAX")

    def hessian(self, w: Any) -> Any:
        """None there are: raises BadValue."""
        return self.hvp(w, w)


@lru_cache(maxsize=256)
def questions(rule: Any, params: Any, shapes: Any) -> int:
    """How many gradients one step of a rule of this structure asks for."""
    numbers = rule.unflatten([1.0] * rule.num_leaves)
    tree = params.unflatten([jax.ShapeDtypeStruct(shape, jnp.float32) for shape in shapes])
    seen: list[Any] = []

    def once(rule: Rule, w: Any) -> None:
        oracle = Replay(())
        step(rule, oracle, w, rule.init_tree(w), 1)
        seen.append(len(oracle.asked))

    jax.eval_shape(once, numbers, tree)
    return seen[0]


@jax.jit
def point(rule: Rule, params: Any, slots: Any, t: Any, answers: tuple[Answer, ...]) -> Any:
    """Where the rule asks next, after so many answers."""
    oracle = Replay(answers)
    step(rule, oracle, params, slots, t)
    return oracle.asked[len(answers)]


@jax.jit
def finish(rule: Rule, params: Any, slots: Any, t: Any, answers: tuple[Answer, ...]) -> Step:
    """The step, once all is answered."""
    return step(rule, Replay(answers), params, slots, t)
