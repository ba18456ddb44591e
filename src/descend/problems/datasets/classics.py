"""Networks on small well-known data sets."""

from typing import Any, ClassVar

import numpy as np

from descend.core.system.extras import module

from ..base import Data, problem
from ..networks.heads import Classes, Decision, Head
from ..networks.problem import Network
from ..options import Strength, Widths
from ..splits import Scaling, pack, scale


@problem("iris")
class Iris(Network):
    """A dense network that classifies three species of iris by four lengths.

    **Loss**

    Softmax cross entropy of three logits; in training plus the penalties l1 and l2.

    **Data**

    150 flowers, four lengths each; 90 train, 30 validate and 30 judge, split by species.

    **Options**

    - scaling: standardised (default) by mean and deviation of the training part, or raw as measured, in cm

    **Reference**

    Fisher, The use of multiple measurements in taxonomic problems (1936), as in scikit-learn.
    """

    batch: ClassVar[int | str] = 32
    steps: ClassVar[int] = 300
    known_names: ClassVar[tuple[str, ...]] = ("setosa", "versicolor", "virginica")

    scaling: Scaling = "standardised"

    def prepare(self, seed: int) -> tuple[Data, Head]:
        load_iris = module("sklearn.datasets").load_iris  # here: it takes a second to import

        found: Any = load_iris()
        x, y = found["data"], np.asarray(found["target"], "int32")
        parts = self.split(len(y), seed, y)
        return pack(scale(x, parts.train, self.scaling), y, parts), Classes(3)


@problem("digits")
class Digits(Network):
    """A dense network that reads handwritten digits of 8 by 8 pixels.

    **Loss**

    Softmax cross entropy of ten logits; in training plus the penalties l1 and l2.

    **Data**

    1,797 images of 64 pixels, their 17 shades scaled to [0, 1]; 1,079 train, 359 validate and 359 judge, split by digit.

    **Options**

    **Reference**

    Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI repository (1998), its test part as in scikit-learn.
    """

    steps: ClassVar[int] = 560
    shape: ClassVar = (8, 8)

    def prepare(self, seed: int) -> tuple[Data, Head]:
        load_digits = module("sklearn.datasets").load_digits  # here: it takes a second to import

        found: Any = load_digits()
        y = np.asarray(found["target"], "int32")
        return pack(found["data"] / 16, y, self.split(len(y), seed, y)), Classes(10)


@problem("dots")
class Dots(Network):
    """A dense network that finds the disc containing the dots of one class: small enough to draw its decision boundary.

    **Loss**

    Mean squared error of one output on the labels 0 and 1; in training plus the penalties l1 and l2. Accuracy is
    that of the decision `output > 0.5`.

    **Data**

    300 normal points (x1, x2), labelled 1 where x1^2 + x2^2 < 2; 180 train, 60 validate and 60 judge, split by label.

    **Options**

    - l2: penalty l2 / 2 * sum(w^2) on the weights, [0, 1e30), default 0.03; with 0 the decision follows single dots

    **Reference**

    Drawn here by NumPy's RandomState(2).
    """

    steps: ClassVar[int] = 1000
    bounds: ClassVar = ((-3.0, 3.0), (-3.0, 3.0))

    hidden: Widths = (11,)
    l2: Strength = 0.03

    @staticmethod
    def points() -> tuple[np.ndarray, np.ndarray]:
        """All 300 dots (300, 2) and their labels (300,), in the order in which they were drawn."""
        x = np.random.RandomState(2).randn(300, 2)
        return x, np.asarray((x**2).sum(axis=1) < 2, "float32")

    def prepare(self, seed: int) -> tuple[Data, Head]:
        x, y = self.points()
        return pack(x, y, self.split(len(y), seed, y)), Decision()
