"""Any problem, seen through gradients that chance disturbs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from descend.core.errors import BadValue, short
from descend.core.numbers import real
from descend.core.numeric import draws

from .base import Data, Problem


@dataclass(frozen=True)
class Noisy(Problem):
    """Another problem whose gradient, at every step, is off by `scale` times a normal draw in each parameter.

    The loss itself is that of the problem: only where it seems to fall steepest is disturbed, as by a mini-batch.
    """

    name: ClassVar[str] = "noisy"
    numbers: ClassVar[tuple[str, ...]] = ("scale",)

    problem: Problem
    scale: Any

    @property
    def title(self) -> str:
        return f"{self.problem.title}, noisy"

    @property
    def data(self) -> Data | None:  # type: ignore[override]
        return self.problem.data

    @property
    def resplits(self) -> bool:
        return self.problem.resplits

    def resplit(self, seed: int) -> Data | None:
        return self.problem.resplit(seed)

    @property
    def noisy(self) -> bool:
        return True

    @property
    def random_start(self) -> bool:  # type: ignore[override]
        return self.problem.random_start

    @property
    def steps(self) -> int:  # type: ignore[override]
        return self.problem.steps

    @property
    def batch(self) -> int | str:  # type: ignore[override]
        return self.problem.batch

    @property
    def bounds(self) -> Any:
        """What to draw, where the problem says so."""
        return getattr(self.problem, "bounds", None)

    @property
    def optimum(self) -> Any:
        """The lowest point and its value, where they are known."""
        return getattr(self.problem, "optimum", None)

    def at(self, numbers: Mapping[str, Any]) -> "Noisy":
        rest = {name: value for name, value in numbers.items() if name != "scale"}
        return Noisy(self.problem.at(rest) if rest else self.problem, numbers.get("scale", self.scale))

    def init(self, key: jax.Array) -> tuple[Any, Any]:
        return self.problem.init(key)

    def loss(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> tuple[jax.Array, Any]:
        inner, draw = jax.random.split(key)
        value, aux = self.problem.loss(params, aux, batch, inner)
        return value + self._noise(self._tilt(params, draw)), aux

    def outputs(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> tuple[Any, Callable[[Any], Any]] | None:
        inner, draw = jax.random.split(key)
        parts = self.problem.outputs(params, aux, batch, inner)
        if parts is None:
            return None
        return (parts[0], self._tilt(params, draw)), lambda both: parts[1](both[0]) + self._noise(both[1])

    def _tilt(self, params: Any, key: jax.Array) -> Any:
        """A plane through 0 of normal slopes: its value at the parameters."""
        leaves = jax.tree.leaves(params)
        keys = jax.random.split(key, len(leaves))
        return sum(jnp.sum(w * draws.normal(k, jnp.shape(w))) for w, k in zip(leaves, keys, strict=True))

    def _noise(self, tilt: Any) -> Any:
        """Nothing, whose slope is the tilt's."""
        return self.scale * (tilt - jax.lax.stop_gradient(tilt))

    def evaluate(self, params: Any, aux: Any, batch: Any) -> dict[str, jax.Array]:
        return self.problem.evaluate(params, aux, batch)


def noisy(problem: Problem, scale: Any) -> Noisy:
    """A problem with noise of `scale`, [0, inf), in each number of its gradient. Raises BadValue for another scale."""
    if not isinstance(problem, Problem):
        raise BadValue(f"problem is {short(problem)}, must be a Problem, such as problems.find('bowl')")
    if real("scale", scale) < 0:
        raise BadValue(f"scale is {scale}, must be 0 or more")
    return Noisy(problem, float(scale))
