"""Networks on data sets that come with a part to be tested by."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import jax

from descend.core.errors import BadValue
from descend.core.hyper import Range

from ..base import Data
from ..networks.heads import Head
from ..networks.problem import Network
from ..splits import split
from ..tables.files import is_table

Rows = Annotated[int, Range(10.0, 10_000_000.0)]


class Published(NamedTuple):
    """A data set as it comes: rows (x, y) to train on and to test by, and what the outputs mean."""

    train: tuple[Any, Any]
    test: tuple[Any, Any]
    head: Head


@dataclass(frozen=True, kw_only=True)
class PublishedNetwork(Network):
    """A network on a data set that has a test part of its own, which judges; `validation` is a share of the training part.

    Subclasses give `published`. BadValue for more `rows` than the training part has, and for another share of test rows.
    """

    rows: Rows | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.test is not None:
            raise BadValue(f"{self.name}: test is {self.test:g}, but the data set has a test part of its own: leave it out")

    def published(self) -> Published:
        """The data set, both parts whole."""
        raise NotImplementedError

    @cached_property
    def _published(self) -> Published:
        return self.published()

    @property
    def _where(self) -> str:
        file = getattr(self, "file", None)
        return self.name if file is None else f"{self.name} ({file.name})"

    def _sampled_parts(self, data: Data) -> tuple[Any, ...]:
        return (data.validation,)

    @property
    def _complete(self) -> str:
        return "take more rows" if self.rows else "give a file with rows of every class"

    def prepare(self, seed: int) -> tuple[Data, Head]:
        (x, y), test, head = self._published
        if self.rows is not None and self.rows > len(y):
            raise BadValue(f"{self.name}: rows is {self.rows}, but there are {len(y)} training rows: take at most so many")
        x, y = _take((x, y), slice(self.rows))
        parts = split(len(y), self.validation, 0.0, seed, y)
        validation = _take((x, y), parts.validation) if len(parts.validation) else None
        return Data(_take((x, y), parts.train), validation, test), head


def _take(rows: Any, which: Any) -> Any:
    return jax.tree.map(lambda a: a[which], rows)


def check_file(owner: str, file: Path | None, kinds: str) -> None:
    """BadValue where the option `file` of the problem `owner` names nothing that is there, or a table."""
    if file is not None and not _there(file):
        raise BadValue(f"{owner}: file is '{file}', must be the path of {kinds}; there is nothing of that name")
    if file is not None and is_table(file) and file.suffix.lower() not in (".npz", ".zip"):  # which data sets too come in
        raise BadValue(f"{owner}: file is '{file}', must be the path of {kinds}; a table is a problem of its own, {file}:TARGET")


def _there(file: Path) -> bool:
    try:
        return file.exists()
    except (OSError, ValueError):  # a name too long, or that no system takes; a link to itself
        return False
