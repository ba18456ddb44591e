"""Several schedules as one, so that settings with different schedules share a compiled program."""

from typing import Any

import jax
import jax.numpy as jnp

from descend import schedules
from descend.schedules import Schedule

SCHEDULES = ("constant", "cosine", "one_cycle", "warmup_stable_decay")


class Choice(Schedule):
    """The schedule of number `pick` among `known`, all of one learning rate. A pytree; pick is a leaf."""

    name = "choice"

    def __init__(self, known: tuple[Schedule, ...], pick: Any):
        self.known, self.pick = known, pick

    def __call__(self, step: Any) -> Any:
        """The value of the schedule that is picked."""
        values = [jnp.asarray(each(step), float) for each in self.known]
        return jnp.select([self.pick == number for number in range(len(values))], values)


jax.tree_util.register_pytree_node(Choice, lambda choice: ((choice.known, choice.pick), None), lambda _, parts: Choice(*parts))


def choice(names: tuple[str, ...], name: str, rate: float, steps: int) -> Choice:
    """The schedule `name`, one of `names`, of a learning rate over so many steps."""
    return Choice(tuple(schedules.around(each, rate, steps) for each in names), float(names.index(name)))
