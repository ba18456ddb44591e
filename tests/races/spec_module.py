"""A rule, a problem and functions of one's own, at the top of a module: what a race's file can name by import path."""

from typing import Any

import jax.numpy as jnp
import optax

from descend.core.hyper import Positive
from descend.problems import PROBLEMS, Problem, problem
from descend.rules import RULES, Rule, rule
from descend.schedules import Cosine


@rule("halved")
class Halved(Rule):
    """Half a step of gradient descent."""

    learning_rate: Positive = 0.1
    share: Positive = 0.5

    def update(self, g, slots, w, t):
        return -self.share * self.learning_rate * g, slots


@problem("cup")
class Cup(Problem):
    """A parabola in three numbers."""

    depth: float = 2.0

    def init(self, key: Any) -> tuple[Any, Any]:
        return jnp.ones(3), ()

    def loss(self, params: Any, aux: Any, batch: Any, key: Any) -> tuple[Any, Any]:
        return self.depth * jnp.sum(params**2), aux

    def evaluate(self, params: Any, aux: Any, batch: Any) -> dict[str, Any]:
        return {"loss": self.depth * jnp.sum(params**2)}


def valley(w: Any) -> Any:
    """A function of two numbers."""
    return w[0] ** 2 + 10 * w[1] ** 2


def slow(rate: float) -> Cosine:
    """A schedule from a learning rate."""
    return Cosine(rate, 50)


for registry, name in ((RULES, "halved"), (PROBLEMS, "cup")):
    registry._classes.pop(name)  # so that no test of all that is registered meets them


def plain_optax(learning_rate):
    return optax.sgd(learning_rate)
