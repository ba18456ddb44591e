"""Networks on measurements that scikit-learn brings: wines, tumours, patients."""

from typing import Any, ClassVar

import numpy as np

from descend.core.system.extras import module

from ..base import Data, problem
from ..networks.heads import Classes, Head, Number
from ..networks.problem import Network
from ..options import Widths
from ..splits import Scaling, pack, scale, standardise


@problem("wine")
class Wine(Network):
    """A dense network that identifies the grower of a wine by 13 chemical measurements, with scales that differ a thousandfold.

    **Loss**

    Softmax cross entropy of three logits, plus the penalties on weights in training.

    **Data**

    178 wines of three growers; 106 train, 36 validate and 36 judge, split by grower.

    **Options**

    - scaling: standardised (default) by mean and deviation of the training part, or raw as measured, which trains slowly

    **Reference**

    Forina et al., PARVUS (1988), as in scikit-learn.
    """

    batch: ClassVar[int | str] = 32
    steps: ClassVar[int] = 300

    scaling: Scaling = "standardised"

    def prepare(self, seed: int) -> tuple[Data, Head]:
        load_wine = module("sklearn.datasets").load_wine  # here: it takes a second to import

        return classes_of(load_wine(), self, seed)


@problem("cancer")
class Cancer(Network):
    """A dense network that classifies breast tumours as malignant or benign by 30 measurements of cell nuclei.

    **Loss**

    Softmax cross entropy of two logits, plus the penalties on weights in training.

    **Data**

    569 tumours, 212 malignant (class 0) and 357 benign; 341 train, 114 validate and 114 judge, split by class.

    **Options**

    - scaling: standardised (default) by mean and deviation of the training part, or raw as measured, which trains slowly

    **Reference**

    Street, Wolberg, Mangasarian, Nuclear feature extraction for breast tumor diagnosis (1993), as in scikit-learn.
    """

    steps: ClassVar[int] = 300
    known_names: ClassVar[tuple[str, ...]] = ("malignant", "benign")

    scaling: Scaling = "standardised"

    def prepare(self, seed: int) -> tuple[Data, Head]:
        load_breast_cancer = module("sklearn.datasets").load_breast_cancer  # here: it takes a second to import

        return classes_of(load_breast_cancer(), self, seed)


@problem("diabetes")
class Diabetes(Network):
    """A network, by default a linear one, that predicts the progression of diabetes from ten measurements: noisy, so it overfits.

    **Loss**

    Mean squared error in units of the target's variance over the training part, with r2; plus the penalties on weights in
    training.

    **Data**

    442 patients; 266 train, 88 validate and 88 judge. The progression after a year, 25 to 346, is
    standardised on the training part.

    **Options**

    - hidden: default none, which is linear regression
    - scaling: standardised (default) by mean and deviation of the training part, or raw as measured, which trains slowly

    **Reference**

    Efron, Hastie, Johnstone, Tibshirani, Least angle regression (2004), as in scikit-learn.
    """

    steps: ClassVar[int] = 300

    hidden: Widths = ()
    scaling: Scaling = "standardised"

    def prepare(self, seed: int) -> tuple[Data, Head]:
        load_diabetes = module("sklearn.datasets").load_diabetes  # here: it takes a second to import

        found: Any = load_diabetes(scaled=False)
        parts = self.split(len(found["target"]), seed)
        y = standardise(found["target"][:, None], parts.train)[:, 0].astype("float32")
        return pack(scale(found["data"], parts.train, self.scaling), y, parts), Number()


def classes_of(found: Any, owner: Any, seed: int) -> tuple[Data, Head]:
    """A data set of scikit-learn as rows and head, split and scaled as `owner` says."""
    y = np.asarray(found["target"], "int32")
    parts = owner.split(len(y), seed, y)
    return pack(scale(found["data"], parts.train, owner.scaling), y, parts), Classes(len(found["target_names"]))
