"""Linear models whose answer is known."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from descend.core.errors import BadValue
from descend.core.numeric import draws

from .base import Bounds, Data, Problem, problem
from .networks import losses
from .options import Strength, settle


class Linear(Problem):
    """A linear model: `error` on rows is both what training descends and what judges."""

    def prediction(self, params: Any, x: Any) -> Any:
        """What the model says of rows x (rows, features): (rows,)."""
        raise NotImplementedError

    def error(self, params: Any, batch: Any) -> Any:
        """The mean squared error on rows (x, y)."""
        x, y = batch
        return losses.mse(self.prediction(params, x), y)

    def outputs(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> tuple[Any, Callable[[Any], Any]] | None:
        return self.prediction(params, batch[0]), lambda prediction: losses.mse(prediction, batch[1])

    def loss(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> tuple[jax.Array, Any]:
        return self.error(params, batch), aux

    def evaluate(self, params: Any, aux: Any, batch: Any) -> dict[str, jax.Array]:
        return {"loss": self.error(params, batch)}


@problem("bivariate")
class Bivariate(Linear):
    """A linear regression on three rows, 165 times steeper in one direction than in the next, and almost flat in a third.

    **Loss**

    Mean squared error of w . x + b over the three rows.

    **Data**

    x = (5, 2), (10, 2), (20, 2); y = 10, 20, 40. All rows at every step; none held out.

    **Options**

    None: it starts from w = (0.1, 0.1), b = 0.

    **Reference**

    Linear least squares: Goodfellow, Bengio, Courville, Deep Learning (2016), section 5.1.4.
    """

    random_start: ClassVar[bool] = False
    steps: ClassVar[int] = 1200
    goal: ClassVar[float | None] = 1e-6

    @property
    def floor(self) -> float:
        return 0.0  # the three rows lie on a plane

    @cached_property
    def data(self) -> Data:
        return Data((np.array([[5, 2], [10, 2], [20, 2]], "float32"), np.array([10, 20, 40], "float32")))

    def init(self, key: jax.Array) -> tuple[Any, Any]:
        return {"w": jnp.array([0.1, 0.1], float), "b": jnp.array(0.0, float)}, ()

    def plane(self) -> tuple[Bounds, tuple[int, ...]]:
        return ((-1.5, 5.0), (-3.0, 8.0)), (1, 2)  # parameters are the bias, then the two weights

    def on_plane(self, point: Any) -> Any:
        """The two weights, and the bias, which follows the second by half as much, as gradient descent moves it."""
        return {"w": point, "b": (point[1] - 0.1) / 2}

    def prediction(self, params: Any, x: Any) -> Any:
        return x @ params["w"] + params["b"]


@problem("yoghurt")
class Yoghurt(Linear):
    """Sales to predict from two factors, with unequal costs for predicting too much and too little.

    **Loss**

    Mean squared error of w . x, which has no bias; with profit and cost, the mean of profit per unit predicted too low
    and cost per unit predicted too high. Judged then by the profit made, too: the mean of profit times what is sold, which is
    the lower of prediction and y, less cost times what is left over.

    **Data**

    y = x1 + x2 + noise, x uniform in [0, 1), noise uniform in [-0.05, 0.05); 32 rows train, 32 validate
    and 32 judge, others for every seed.

    **Options**

    - profit: lost per unit predicted too low, [0, 1e30), default none
    - cost: lost per unit predicted too high, [0, 1e30), default none; both or neither

    **Reference**

    Koenker and Bassett, Regression Quantiles (1978): profit above cost puts the prediction above the middle.
    """

    batch: ClassVar[int | str] = 8
    steps: ClassVar[int] = 1000

    profit: Strength | None = None
    cost: Strength | None = None

    def __post_init__(self) -> None:
        settle(self)
        if (self.profit is None) != (self.cost is None):
            raise BadValue(f"yoghurt: profit is {self.profit} and cost is {self.cost}, must be two numbers or none of them")

    @cached_property
    def data(self) -> Data:
        return self.resplit(0)

    @property
    def resplits(self) -> bool:
        return True

    def resplit(self, seed: int) -> Data:
        random = np.random.default_rng(7 + seed)
        sales = [self._sales(random, 64), self._sales(random, 32)]
        x, y = (np.concatenate(columns) for columns in zip(*sales, strict=True))
        return Data(*((x[i : i + 32], y[i : i + 32]) for i in (0, 32, 64)))

    @staticmethod
    def _sales(random: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
        x = random.uniform(size=(rows, 2))
        y = x.sum(axis=1) + random.uniform(-0.05, 0.05, size=rows)
        return np.asarray(x, "float32"), np.asarray(y, "float32")

    def init(self, key: jax.Array) -> tuple[Any, Any]:
        return {"w": draws.normal(key, (2,))}, ()

    def prediction(self, params: Any, x: Any) -> Any:
        return x @ params["w"]

    def error(self, params: Any, batch: Any) -> Any:
        """The squared error or the cost on rows (x, y)."""
        x, y = batch
        if self.profit is None or self.cost is None:
            return super().error(params, batch)
        return losses.asymmetric(self.prediction(params, x), y, self.profit, self.cost)

    def outputs(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> tuple[Any, Callable[[Any], Any]] | None:
        return super().outputs(params, aux, batch, key) if self.profit is None else None

    def evaluate(self, params: Any, aux: Any, batch: Any) -> dict[str, jax.Array]:
        x, y = batch
        scores = super().evaluate(params, aux, batch)
        if self.profit is None or self.cost is None:
            return scores
        return scores | {"profit": losses.earnings(self.prediction(params, x), y, self.profit, self.cost)}
