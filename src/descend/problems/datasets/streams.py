"""Networks on rows that never come twice: a generator draws them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from descend.core.errors import BadValue

from ..base import Data, problem
from ..networks.heads import Classes, Head, Number
from ..networks.problem import Network
from ..options import Share, settle
from ..splits import pack

EXAMPLES = 2500  # rows drawn beforehand, of which some judge


class Endless(Network):
    """A network whose every step sees fresh rows; subclasses give `draw`. The examples are drawn by the seed of the split."""

    endless: ClassVar[bool] = True
    steps: ClassVar[int] = 1000

    def prepare(self, seed: int) -> tuple[Data, Head]:
        with jax.ensure_compile_time_eval():  # also where it is first asked for while something is traced
            x, y = map(np.asarray, self.draw(jax.random.key(seed), EXAMPLES))
        head = Number() if y.dtype == "float32" else Classes(int(y.max()) + 1)
        return pack(x, y, self.split(EXAMPLES, seed)), head


@problem("stream")
class Stream(Endless):
    """A dense network that finds a disc among dots that are each seen only once, so it cannot memorise them.

    **Loss**

    Softmax cross entropy of two logits, plus the penalties on weights in training.

    **Data**

    Normal points (x1, x2), of class 1 where x1^2 + x2^2 < 2, drawn anew for every step. 2,500 more are drawn beforehand: 500
    validate, 500 judge, the others are examples.

    **Options**

    - noise: share of the points, those that judge among them, whose class is the wrong one, [0, 1), default 0
    - validation: share of the points drawn beforehand that choose settings, [0, 1), default 0.2; with 0 all of them do
    - split_seed: which points are drawn beforehand, default none: others for every seed

    **Reference**

    Bottou, Online learning and stochastic approximations (1998): each step's gradient is then one of the expected loss itself.
    """

    bounds: ClassVar = ((-3.0, 3.0), (-3.0, 3.0))

    noise: Share = 0.0

    def draw(self, key: jax.Array, rows: int) -> Any:
        of_x, of_y = jax.random.split(key)
        x = jax.random.normal(of_x, (rows, 2), "float32")
        wrong = jax.random.bernoulli(of_y, jnp.float32(self.noise), (rows,))
        return x, ((jnp.sum(x**2, axis=1) < 2) != wrong).astype("int32")


@dataclass(frozen=True, eq=False)
class Drawn(Endless):
    """A network on rows that a person's own function draws: `stream` makes it."""

    name: ClassVar[str] = "drawn"

    f: Callable[[Any, int], Any]

    def __post_init__(self) -> None:
        settle(self, but=("f",))
        try:
            x, y = jax.eval_shape(lambda key: self.f(key, 3), jax.random.key(0))
            fits = x.ndim == 2 and y.ndim == 1 and len(x) == len(y) == 3
        except (jax.errors.JAXTypeError, TypeError, ValueError, AttributeError) as error:
            raise BadValue(
                f"drawn: {self.title} must give x (rows, features) and y (rows,) of (key, rows), in jax.numpy and jax.random: "
                f"it raises {type(error).__name__}"
            ) from None
        if not fits:
            raise BadValue(f"drawn: {self.title} gives x {x.shape} and y {y.shape} of 3 rows, must give (3, features) and (3,)")

    @property
    def title(self) -> str:
        return getattr(self.f, "__name__", self.name)

    def draw(self, key: jax.Array, rows: int) -> Any:
        x, y = self.f(key, rows)
        classes = jnp.issubdtype(y.dtype, jnp.integer) or y.dtype == bool
        return x.astype("float32"), y.astype("int32" if classes else "float32")


def stream(f: Callable[[Any, int], Any], **options: Any) -> Drawn:
    """The problem of learning rows that `f` draws anew for every step; the options are those of any network.

    `f(key, rows)`, traced by JAX, gives x (rows, features) and y (rows,): numbers, or classes as whole numbers from 0.
    BadValue where it does not.
    """
    return Drawn(f=f, **options)
