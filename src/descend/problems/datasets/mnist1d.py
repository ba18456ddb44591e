"""MNIST-1D: made on this machine by the package mnist1d, and kept."""

import io
import random
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from descend.core.system.extras import library

from ..base import problem
from ..networks.heads import Classes
from ..options import Seed
from .base import Published, PublishedNetwork, Rows
from .cache import load_or_make

TRAINING = 0.8  # of all rows, as in the paper


@problem("mnist1d")
class MNIST1D(PublishedNetwork):
    """A network that reads digits drawn as curves of 40 points: small, but it separates good networks from poor ones.

    **Loss**

    Softmax cross entropy of ten logits, plus the penalties on weights in training.

    **Data**

    4,000 curves train and 1,000 judge, made offline by the package mnist1d (`pip install 'descend[mnist1d]'`) in a few
    seconds and then kept in the user's cache folder. All together have mean 0 and variance 1.

    **Options**

    - rows: how many curves train, [10, 1e+07), default 4000 (the paper); a quarter as many more are the test part
    - draw_seed: which curves are drawn, default 42 (the paper)
    - validation: share of the training rows that choose settings, [0, 1), default 0.2; with 0 all of them do

    **Reference**

    Greydanus and Kobak, Scaling down deep learning with MNIST-1D (2020).
    """

    steps: ClassVar[int] = 1000
    shape: ClassVar[tuple[int, ...]] = (40,)

    rows: Rows | None = 4000
    draw_seed: Seed = 42

    def published(self) -> Published:
        package = library("mnist1d", "mnist1d")
        rows = self.rows or 4000
        name = f"mnist1d-{version('mnist1d')}-{rows}-{self.draw_seed}.npz"
        with np.load(io.BytesIO(load_or_make(name, lambda: _generate(package, rows, self.draw_seed)))) as found:
            return Published((found["x"], found["y"]), (found["x_test"], found["y_test"]), Classes(10))


def _generate(package: Any, rows: int, seed: int) -> bytes:
    """The data set as the bytes of an .npz file; the chance of whoever asks stays as it was."""
    chance: Any = np.random.mtrand._rand  # the generator of NumPy's own functions, which the package seeds
    numpy_state, python_state = chance.get_state(), random.getstate()
    try:
        every = 10 * -(-round(rows / TRAINING) // 10)  # as many of each digit
        options = package.data.get_dataset_args(as_dict=True) | {"num_samples": every, "train_split": rows / every, "seed": seed}
        dataset = package.data.make_dataset(SimpleNamespace(**options))
    finally:
        chance.set_state(numpy_state)
        random.setstate(python_state)
    file = io.BytesIO()
    kinds = {"x": "float32", "y": "int32", "x_test": "float32", "y_test": "int32"}
    arrays: Any = {name: np.asarray(dataset[name], kind) for name, kind in kinds.items()}
    np.savez(file, **arrays)
    return file.getvalue()
