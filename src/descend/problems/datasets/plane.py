"""Networks on points of the plane, drawn as many and as noisy as asked: small enough to draw their decisions."""

from typing import Annotated, Any, ClassVar

import numpy as np

from descend.core.hyper import Range
from descend.core.system.extras import module

from ..base import Data, problem
from ..networks.heads import Classes, Head
from ..networks.problem import Network
from ..options import Seed
from ..splits import pack

Points = Annotated[int, Range(20.0, 1_000_001.0)]
Noise = Annotated[float, Range(0.0, 10.0)]
Turns = Annotated[float, Range(0.1, 10.0)]
Arms = Annotated[int, Range(2.0, 21.0)]
Factor = Annotated[float, Range(0.0, 1.0)]


class Plane(Network):
    """Points (rows, 2) of some classes; subclasses give `points` and the options `rows`, `noise` and `draw_seed`."""

    steps: ClassVar[int] = 500

    def points(self) -> tuple[Any, Any]:
        """All points (rows, 2) and their classes (rows,)."""
        raise NotImplementedError

    def prepare(self, seed: int) -> tuple[Data, Head]:
        x, y = self.points()
        y = np.asarray(y, "int32")
        return pack(x, y, self.split(len(y), seed, y)), Classes(int(y.max()) + 1)


@problem("moons")
class Moons(Plane):
    """A dense network that separates two interlocking half circles.

    **Loss**

    Softmax cross entropy of two logits, plus the penalties on weights in training.

    **Data**

    Half of the points on each half circle of radius 1, with normal noise; split by class. They are not scaled.

    **Options**

    - rows: how many points in all, [20, 1e+06], default 400
    - noise: standard deviation of the noise, [0, 10), default 0.15
    - draw_seed: which points are drawn, default 0

    **Reference**

    scikit-learn's make_moons.
    """

    bounds: ClassVar = ((-2.0, 3.0), (-1.5, 2.0))

    rows: Points = 400
    noise: Noise = 0.15
    draw_seed: Seed = 0

    def points(self) -> tuple[Any, Any]:
        make_moons = module("sklearn.datasets").make_moons  # here: it takes a second to import

        return make_moons(self.rows, noise=self.noise, random_state=self.draw_seed)


@problem("circles")
class Circles(Plane):
    """A dense network that separates a circle from a smaller one inside it: no straight line can.

    **Loss**

    Softmax cross entropy of two logits, plus the penalties on weights in training.

    **Data**

    Half of the points on a circle of radius 1 (class 0), half on the inner one, with normal noise; split by class. They are
    not scaled.

    **Options**

    - rows: how many points in all, [20, 1e+06], default 400
    - noise: standard deviation of the noise, [0, 10), default 0.1
    - factor: radius of the inner circle, [0, 1), default 0.5
    - draw_seed: which points are drawn, default 0

    **Reference**

    scikit-learn's make_circles.
    """

    bounds: ClassVar = ((-1.5, 1.5), (-1.5, 1.5))

    rows: Points = 400
    noise: Noise = 0.1
    factor: Factor = 0.5
    draw_seed: Seed = 0

    def points(self) -> tuple[Any, Any]:
        make_circles = module("sklearn.datasets").make_circles  # here: it takes a second to import

        return make_circles(self.rows, noise=self.noise, factor=self.factor, random_state=self.draw_seed)


@problem("spirals")
class Spirals(Plane):
    """A dense network that separates the arms of a spiral: the more turns, the harder.

    **Loss**

    Softmax cross entropy of one logit an arm, plus the penalties on weights in training.

    **Data**

    Points uniform along each arm, whose radius grows from 0 to 1 with its angle, with normal noise; split by class. They are
    not scaled.

    **Options**

    - rows: how many points in all, [20, 1e+06], default 600
    - noise: standard deviation of the noise, [0, 10), default 0.03
    - arms: how many classes, [2, 20], default 2
    - turns: how often an arm goes round, [0.1, 10), default 1
    - draw_seed: which points are drawn, default 0

    **Reference**

    Lang and Witbrock, Learning to tell two spirals apart (1988); theirs turn three times.
    """

    steps: ClassVar[int] = 1000
    bounds: ClassVar = ((-1.2, 1.2), (-1.2, 1.2))

    rows: Points = 600
    noise: Noise = 0.03
    arms: Arms = 2
    turns: Turns = 1.0
    draw_seed: Seed = 0

    def points(self) -> tuple[Any, Any]:
        random = np.random.default_rng(self.draw_seed)
        arm = np.arange(self.rows) % self.arms
        radius = random.uniform(size=self.rows)
        angle = 2 * np.pi * (self.turns * radius + arm / self.arms)
        x = radius * np.stack([np.cos(angle), np.sin(angle)])
        return x.T + self.noise * random.normal(size=(self.rows, 2)), arm
