"""Texts as bags of words: which words there are, and what each weighs in a row, learned from the training rows only."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import numpy as np

from descend.core.hyper import Range
from descend.core.system.extras import module

from ..options import OneOf

Vocabulary = Annotated[int, Range(1.0, 1_000_001.0)]
Weighting = Annotated[str, OneOf(("presence", "counts", "tfidf"))]

# Words of two letters or more; where words are written without spaces, as in Chinese, each character is one.
_TOGETHER = "\u3040-\u30ff\u3400-\u9fff"
WORD = rf"(?u)[{_TOGETHER}]|[^\W{_TOGETHER}]{{2,}}"


def count_words(texts: Sequence[str], train: np.ndarray, vocabulary: int) -> Any:
    """How often each of the most frequent words of the rows `train` is in each text: sparse (rows, words).

    ValueError where those rows have no words.
    """
    CountVectorizer = module("sklearn.feature_extraction.text").CountVectorizer  # here: it takes a second to import

    counter = CountVectorizer(token_pattern=WORD, max_features=vocabulary)
    counter.fit([texts[row] for row in train])
    return counter.transform(texts)


def weigher(counts: Any, weighting: str) -> Callable[[Any], Any]:
    """What makes weights of counts (rows, words): 1 where a word is there, the counts themselves, or counts times rarity.

    The last ("tfidf") is scikit-learn's, learned from these `counts`: count * (1 + log((1 + rows) / (1 + rows with the
    word))), then each row divided by its length.
    """
    if weighting == "tfidf":
        TfidfTransformer = module("sklearn.feature_extraction.text").TfidfTransformer  # here: it takes a second to import

        return TfidfTransformer().fit(counts).transform
    return (lambda found: found.sign()) if weighting == "presence" else lambda found: found
