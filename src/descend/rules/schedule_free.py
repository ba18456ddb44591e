"""What the schedule-free rules share: Defazio et al., The Road Less Scheduled (2024), equations 3 to 5.

w is x, the average; slots hold z, the iterate of the rule averaged, and the weights given so far.
"""

from typing import Any

import jax

from descend.core.numeric import trees
from descend.core.numeric.arrays import cast, full_like, maximum, namespace, one_if_zero, where


def start(w: Any) -> dict[str, Any]:
    """The slots of a start w: z = x = w, no weight given."""
    return {"z": jax.tree.map(lambda a: a + 0, w), "weight": trees.scalar(w), "largest": trees.scalar(w)}


def between(b1: Any, x: Any, z: Any) -> Any:
    """y = (1 - b1) z + b1 x, where the gradient is taken."""
    return jax.tree.map(lambda x, z: (1 - b1) * z + b1 * x, x, z)


def follow(b1: Any, x: Any, z: Any, old: Any, new: Any) -> tuple[Any, Any]:
    """x and z after y has been set from `old` to `new` from outside.

    Both move as far. But as far as the way leads back towards x, only z does, which alone had left it: so a projection after
    every update leaves x where it is. Both are `new` where they were no numbers.
    """
    ends = jax.tree.map(lambda *each: _follow_array(b1, *each), x, z, old, new)
    return tuple(jax.tree.map(lambda _, pair, i=i: pair[i], x, ends) for i in (0, 1))  # type: ignore[return-value]


def _follow_array(b1: Any, x: Any, z: Any, old: Any, new: Any) -> tuple[Any, Any]:
    way, apart, share = new - old, z - x, 1 - b1
    back = where(way * apart < 0, where(abs(way) <= share * abs(apart), way, -share * apart), 0 * way)
    moved, taken = x + (way - back), z + back / one_if_zero(share) + (way - back)
    known = namespace(taken).isfinite(moved + taken)
    return where(known, moved, new), where(known, taken, new)


def warm_up(learning_rate: Any, warmup_steps: Any, t: Any) -> Any:
    """The learning rate of update t, which rises from learning_rate / warmup_steps to learning_rate."""
    return learning_rate * where(t < warmup_steps, t / one_if_zero(warmup_steps), 1.0)


def average(x: Any, z: Any, slots: dict[str, Any], rate: Any, power: Any) -> tuple[Any, dict[str, Any]]:
    """The change of x toward the new z, and the slots that all schedule-free rules have."""
    largest = maximum(slots["largest"], cast(full_like(slots["largest"], rate), slots["largest"]))
    given = largest**power
    weight = slots["weight"] + given
    toward = given / one_if_zero(weight)
    change = jax.tree.map(lambda x, z: cast(toward, x) * (z - x), x, z)
    return change, {"z": z, "weight": cast(weight, slots["weight"]), "largest": largest}
