"""Praise or blame in film reviews, from the words that are in them."""

import io
import zipfile
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from descend.core.errors import BadData
from descend.core.language.messages import Message, Option
from descend.core.system.archives import arrays, content, why

from .. import pickles
from ..base import Data, problem
from ..networks.bag_of_words import bag_rows
from ..networks.heads import Classes, Head
from ..networks.vocabulary import Vocabulary, Weighting
from ..options import Widths
from ..tables import limits
from .base import Published, PublishedNetwork, check_file
from .download import Source, fetch
from .mnist import KERAS

FILE = "imdb.npz as Keras has it"
SOURCE = Source(f"{KERAS}/imdb.npz", "imdb.npz", "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f")
TEXTS, LABELS = ("x_train", "x_test"), ("y_train", "y_test")
ARRAYS = ("x_train", "y_train", "x_test", "y_test")
COPIES = 20  # of a file's bytes that exist at once: words become Python's numbers, then their ranks and bags


@problem("imdb")
class IMDB(PublishedNetwork):
    """A network, by default a logistic regression, that classifies film reviews as positive or negative by their words.

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
        text = "get imdb.npz elsewhere and name it with {option}, the path of {kinds}"
        path = self.file or fetch(SOURCE, Message("own-imdb", text, option=Option(file="FILE"), kinds=FILE))
        texts, labels, test_texts, test_labels = read(path)
        order = np.random.default_rng(0).permutation(len(labels))  # they may come sorted by label
        train = count_words(texts, self.vocabulary)[order], labels[order]
        return Published(train, (count_words(test_texts, self.vocabulary), test_labels), Classes(2))

    @property
    def resplits(self) -> bool:
        return False  # another split has other longest texts, so other shapes

    def prepare(self, seed: int) -> tuple[Data, Head]:
        counts, head = super().prepare(seed)
        return bag_rows(counts, self.weighting), head


def count_words(texts: list[np.ndarray], vocabulary: int) -> Any:
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
        data = content(path, limits.of_file(path, COPIES))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            raw = {name: _part(path, len(data), archive, f"{name}.npy") for name in (*TEXTS, *LABELS)}
        texts, test_texts = (pickles.lists(raw.pop(name)) for name in TEXTS)
        labels = arrays(io.BytesIO(data), limits.of_archive(path, len(data), COPIES), LABELS)
    except BadData:
        raise
    except KeyError:
        raise BadData(f"{path} must hold the arrays {', '.join(ARRAYS)}: fetch it anew") from None
    except pickles.NoLists as error:
        raise BadData(f"{path}: texts must be lists of whole numbers, not {error}: is it another data set?") from None
    except Exception as error:  # damage shows as errors of many kinds
        raise BadData(f"{path} is not a readable imdb.npz ({why(error)}): fetch it anew") from None
    return texts, _labels(path, texts, labels["y_train"]), test_texts, _labels(path, test_texts, labels["y_test"])


def _part(path: Path, packed: int, archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of one array, watched as they are unpacked."""
    with archive.open(name) as stream:
        return limits.unpack(path, stream, packed, COPIES)


def _labels(path: Path, texts: list[np.ndarray], labels: np.ndarray) -> np.ndarray:
    if labels.shape != (len(texts),) or not len(labels) or labels.dtype.kind not in "iufb" or not np.isin(labels, (0, 1)).all():
        raise BadData(f"{path}: {len(texts)} texts have labels {labels.shape}, must have one each, 0 or 1")
    return labels.astype("int32")
