"""Networks on data sets that come with a part to be tested by."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import jax

from descend.core.errors import BadValue
from descend.core.hyper import Range

from .base import Data
from .heads import Head
from .options import Share
from .splits import split
from .supervised import Network
from .tables.files import is_table

Rows = Annotated[int, Range(10.0, 10_000_000.0)]


class Parts(NamedTuple):
    """A data set as it comes: rows (x, y) to train on and to test by, and what the outputs mean."""

    train: tuple[Any, Any]
    test: tuple[Any, Any]
    head: Head


@dataclass(frozen=True, kw_only=True)
class Parted(Network):
    """A network on a data set that has a test part of its own, which judges unless `validation` says otherwise.

    Subclasses give `parts`. BadValue for more `rows` than the training part has.
    """

    rows: Rows | None = None
    validation: Share | None = None  # pyright: ignore[reportIncompatibleVariableOverride] (none: the test part)

    def parts(self) -> Parts:
        """The data set, both parts whole."""
        raise NotImplementedError

    @property
    def _where(self) -> str:
        file = getattr(self, "file", None)
        return self.name if file is None else f"{self.name} ({file.name})"

    @property
    def _complete(self) -> str:
        return "take more rows" if self.rows else "give a file with rows of every class"

    def prepare(self) -> tuple[Data, Head]:
        (x, y), test, head = self.parts()
        if self.rows is not None and self.rows > len(y):
            raise BadValue(f"{self.name}: rows is {self.rows}, but there are {len(y)} training rows: take at most so many")
        x, y = _take((x, y), slice(self.rows))
        if self.validation is None:
            return Data((x, y), test), head
        train, judge = split(len(y), self.validation, self.split_seed, y)
        return Data(_take((x, y), train), _take((x, y), judge) if len(judge) else None), head


def _take(rows: Any, which: Any) -> Any:
    return jax.tree.map(lambda a: a[which], rows)


def check_file(owner: str, file: Path | None, kinds: str) -> None:
    """BadValue where the option `file` of the problem `owner` names nothing that is there, or a table."""
    if file is not None and not file.exists():
        raise BadValue(f"{owner}: file is '{file}', must be the path of {kinds}; there is nothing of that name")
    if file is not None and is_table(file) and file.suffix.lower() not in (".npz", ".zip"):  # which data sets too come in
        raise BadValue(f"{owner}: file is '{file}', must be the path of {kinds}; a table is a problem of its own, {file}:TARGET")
