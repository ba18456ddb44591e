"""Classes that have no row to train on: which they are, and what helps."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from descend.core.errors import BadData

FEW = 5  # classes that a message names


def check_classes(where: str, names: Sequence[str], train: Any, drawn: Sequence[Any], remedy: str) -> None:
    """BadData for classes, by their `names`, that have no row in the training part, which no network can learn.

    `drawn` are the parts that were drawn from the same rows as `train`; `remedy` helps where smaller ones would not.
    """
    missing = set(range(len(names))) - _classes_in(train)
    if not missing:
        return
    elsewhere = missing <= set().union(*(_classes_in(part) for part in drawn if part is not None))
    noun, verb = ("class", "has") if len(missing) == 1 else ("classes", "have")
    which = f"{noun} {join_names([names[i] for i in sorted(missing)])} (of {len(names)})"
    raise BadData(
        f"{where}: {which} {verb} no row to train on: {'take smaller shares for validation and test' if elsewhere else remedy}"
    )


def join_names(names: Sequence[str]) -> str:
    """The first few names with commas.

    >>> join_names(["a", "b"]), join_names("abcdefg")
    ('a, b', 'a, b, c, d, e, ...')
    """
    return ", ".join([*names[:FEW], *(["..."] if len(names) > FEW else [])])


def _classes_in(rows: Any) -> set[int]:
    return set(np.unique(np.asarray(rows[1])).astype(int).tolist())
