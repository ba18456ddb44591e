"""Networks on MNIST and Fashion-MNIST, which are fetched once."""

from pathlib import Path
from typing import ClassVar

import numpy as np

from descend.core.language.messages import Message, Option

from ..base import problem
from ..networks.heads import Classes
from . import idx
from .base import Published, PublishedNetwork, check_file
from .download import Source, fetch

SIDE = 28  # pixels
KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets"
ZALANDO = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/b2617bb6d3ffa2e429640350f613e3291e10b141/data/fashion"


class Images(PublishedNetwork):
    """Images of 28 x 28 grey pixels in ten classes; subclasses give their sources and the option `file`."""

    shape: ClassVar[tuple[int, ...]] = (SIDE, SIDE)
    steps: ClassVar[int] = 1000
    sources: ClassVar[tuple[Source, ...]]

    file: Path | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_file(self.name, self.file, idx.KINDS)

    def published(self) -> Published:
        found = idx.read(self.file or self._fetch(), classes=10, side=SIDE)
        train, test = (found.train, found.train_labels), (found.test, found.test_labels)
        return Published(_rows(*train), _rows(*test), Classes(10))

    def _fetch(self) -> Path:
        """The one file, or the folder of several."""
        text = "get it elsewhere and name it with {option}, the path of {kinds}"
        remedy = Message("own-file", text, option=Option(file="PATH"), kinds=idx.KINDS)
        paths = [fetch(source, remedy) for source in self.sources]
        return paths[0] if len(paths) == 1 else paths[0].parent


def _rows(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return images.reshape(len(images), -1).astype("float32") / 255, labels.astype("int32")


@problem("mnist")
class MNIST(Images):
    """A network that reads handwritten digits of 28 by 28 pixels.

    **Loss**

    Softmax cross entropy of ten logits, plus the penalties on weights in training.

    **Data**

    60,000 images of 784 pixels, scaled to [0, 1], train and 10,000 judge. 11 MB, fetched once into the user's cache folder.

    **Options**

    - file: mnist.npz as Keras has it, or a folder with the four IDX files (.gz or not), default none: fetch it
    - rows: how many of the training rows are used, the first ones, [10, 1e+07), default none: all
    - validation: share of the training rows that choose settings, [0, 1), default 0.2; with 0 all of them do

    **Reference**

    LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition (1998).
    """

    sources: ClassVar = (
        Source(f"{KERAS}/mnist.npz", "mnist.npz", "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"),
    )

    file: Path | None = None


@problem("fashion_mnist")
class FashionMNIST(Images):
    """A network that recognises clothes in images of 28 by 28 pixels: harder than digits.

    **Loss**

    Softmax cross entropy of ten logits, plus the penalties on weights in training.

    **Data**

    60,000 images of 784 pixels, scaled to [0, 1], train and 10,000 judge. 31 MB, fetched once into the user's cache folder.

    **Options**

    - file: an .npz in the layout of Keras' mnist.npz, or a folder with the four IDX files (.gz or not), default none: fetch it
    - rows: how many of the training rows are used, the first ones, [10, 1e+07), default none: all
    - validation: share of the training rows that choose settings, [0, 1), default 0.2; with 0 all of them do

    **Reference**

    Xiao, Rasul, Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms (2017).
    """

    known_names: ClassVar[tuple[str, ...]] = (
        *("T-shirt", "trouser", "pullover", "dress", "coat"),
        *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
    )
    sources: ClassVar = tuple(
        Source(f"{ZALANDO}/{name}.gz", f"fashion-mnist/{name}.gz", sha256)
        for name, sha256 in zip(
            idx.IDX,
            (
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            ),
            strict=True,
        )
    )

    file: Path | None = None
