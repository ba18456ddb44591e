"""A column of texts, whose words are features."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from descend.core.errors import BadData

from ..networks.vocabulary import count_words
from .columns import Column


def texts(where: str, name: str, raw: pa.ChunkedArray) -> Column:
    """An Arrow column of the file `where` as texts, None where missing. BadData where it holds none."""
    kind: Any = raw.type
    if raw.null_count == len(raw):
        raise BadData(f"{where}: column '{name}' has no values at all: name another column of texts")
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
        held = _words(kind)
        raise BadData(f"{where}: column '{name}' holds {held}, must hold texts: name another column, or leave out text={name}")
    return Column(name, "text", np.array(pc.cast(raw, pa.string()).to_pylist(), dtype=object))


def _words(kind: Any) -> str:
    """What an Arrow type holds, in words where people have one."""
    if pa.types.is_boolean(kind):
        return "true and false"
    numbers = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    return "numbers" if numbers else str(kind)


def word_counts(where: str, column: Column, train: np.ndarray, vocabulary: int) -> Any:
    """How often each word of the training rows is in each row: sparse (rows, words); a missing text has no words."""
    values = [value or "" for value in column.values]
    try:
        return count_words(values, train, vocabulary)
    except ValueError:
        raise BadData(
            f"{where}: column '{column.name}' has no words of two letters or more in the training rows: name another one"
        ) from None
