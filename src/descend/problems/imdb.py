"""Praise or blame in film reviews, from the words that are in them."""

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from descend.core.errors import BadData

from .bags import bagged
from .base import Data, problem
from .fetching import Source, fetched
from .heads import Classes, Head
from .images import KERAS
from .options import Widths
from .parted import Parted, Published, check_file
from .words import Vocabulary, Weighting

FILE = "imdb.npz as Keras has it"
SOURCE = Source(f"{KERAS}/imdb.npz", "imdb.npz", "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f")
ARRAYS = ("x_train", "y_train", "x_test", "y_test")
MAKERS = {("numpy", "ndarray"): np.ndarray, ("numpy", "dtype"): np.dtype}


@problem("imdb")
class IMDB(Parted):
    """A network, by default a logistic regression, that tells praise from blame in film reviews by the words that are in them.

    **Loss**

    Softmax cross entropy of two logits, plus the penalties on weights in training.

    **Data**

    25,000 reviews train and 25,000 judge, half of them praise (class 1), as bags of their most frequent words. 17 MB, fetched
    once into the user's cache folder.

    **Options**

    - file: imdb.npz as Keras has it, default none: fetch it
    - vocabulary: how many of the most frequent words are used, [1, 1e+06], default 10000
    - weighting: presence (default: 1 where a word is there), counts, or tfidf (rare words weigh more)
    - hidden: default none, which is logistic regression
    - rows: how many of the training rows are used, the first of a fixed shuffle, [10, 1e+07), default none: all
    - validation: share of the training rows that choose settings, [0, 1), default 0.2; with 0 all of them do

    **Reference**

    Maas et al., Learning word vectors for sentiment analysis (2011). Kingma and Ba, Adam (2015), section 6.1, race rules on it.
    """

    steps: ClassVar[int] = 1000
    known_names: ClassVar[tuple[str, ...]] = ("blame", "praise")

    file: Path | None = None
    vocabulary: Vocabulary = 10_000
    weighting: Weighting = "presence"
    hidden: Widths = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        check_file(self.name, self.file, FILE)

    def published(self) -> Published:
        path = self.file or fetched(SOURCE, f"get imdb.npz elsewhere and name it with --data FILE, the path of {FILE}")
        texts, labels, test_texts, test_labels = read(path)
        order = np.random.default_rng(0).permutation(len(labels))  # they may come sorted by label
        train = counted(texts, self.vocabulary)[order], labels[order]
        return Published(train, (counted(test_texts, self.vocabulary), test_labels), Classes(2))

    @property
    def resplits(self) -> bool:
        return False  # another split has other longest texts, so other shapes

    def prepare(self, seed: int) -> tuple[Data, Head]:
        counts, head = super().prepare(seed)
        return bagged(counts, self.weighting), head


def counted(texts: list[np.ndarray], vocabulary: int) -> Any:
    """How often each of the most frequent words is in each text, the words' ranks from 1: sparse (rows, vocabulary)."""
    from scipy.sparse import csr_array

    rows, ranks = np.repeat(np.arange(len(texts)), [len(text) for text in texts]), np.concatenate(texts)
    used = (ranks >= 1) & (ranks <= vocabulary)
    ones = np.ones(used.sum(), "float32")
    return csr_array((ones, (rows[used], ranks[used] - 1)), shape=(len(texts), vocabulary))


def read(path: Path) -> tuple[list[np.ndarray], np.ndarray, list[np.ndarray], np.ndarray]:
    """Texts as their words' ranks and labels (rows,), to train on and to test by; nothing in the file is run.

    BadData says what is wrong in the file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            texts, labels, test_texts, test_labels = (_array(archive.read(f"{name}.npy")) for name in ARRAYS)
    except KeyError:
        raise BadData(f"{path} must hold the arrays {', '.join(ARRAYS)}: fetch it anew") from None
    except Exception as error:  # damage shows as errors of many kinds
        raise BadData(f"{path} is not a readable imdb.npz ({type(error).__name__}): fetch it anew") from None
    return *_part(path, texts, labels), *_part(path, test_texts, test_labels)


def _part(path: Path, texts: np.ndarray, labels: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    if texts.shape != labels.shape or not len(labels) or not np.isin(labels, (0, 1)).all():
        raise BadData(f"{path}: {len(texts)} texts have labels {labels.shape}, must have one each, 0 or 1")
    ranks = [np.asarray(text if len(text) else [0]) for text in texts]
    if any(each.ndim != 1 or each.dtype.kind not in "iu" for each in ranks):
        raise BadData(f"{path}: texts must be lists of whole numbers: is it another data set?")
    return ranks, labels.astype("int32")


def _array(content: bytes) -> np.ndarray:
    file = io.BytesIO(content)
    version = np.lib.format.read_magic(file)
    header = np.lib.format.read_array_header_1_0 if version[0] == 1 else np.lib.format.read_array_header_2_0
    if header(file)[2].hasobject:
        return _Lists(file).load()
    file.seek(0)
    return np.lib.format.read_array(file, allow_pickle=False)


class _Lists(pickle.Unpickler):
    """Reads arrays of lists and nothing else: a file can name any function, and pickle would call it."""

    def find_class(self, module: str, name: str) -> Any:
        if module in ("numpy.core.multiarray", "numpy._core.multiarray") and name == "_reconstruct":
            return np._core.multiarray._reconstruct  # pyright: ignore[reportAttributeAccessIssue] (the older name warns)
        try:
            return MAKERS[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name}") from None
