"""A network on a person's own table: the path of a file and the column to predict."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar

from descend.core.errors import BadData, BadValue, UnknownName

from .bags import bagged
from .base import Data
from .columns import Column, check_constant, check_feature, column, drop
from .heads import Classes, Head, Number
from .options import OneOf, make
from .preparing import encode, standardised_target
from .reading import read
from .splits import pack
from .supervised import Network
from .targets import MOST_CLASSES, check_target, labels, means_classes
from .texts import texts, word_counts
from .words import Vocabulary, Weighting

FEWEST = 5  # rows: fewer cannot be split into rows that train and rows that judge


@dataclass(frozen=True)
class Table(Network):
    """A dense network that predicts one column of a CSV, Parquet or NumPy file from the others.

    **Loss**

    For classes, softmax cross entropy of one logit a class, with accuracy; for a number, mean squared error in units of the
    target's variance over the training part, with r2. In training, plus the penalties l1 and l2.

    **Data**

    Numbers and booleans are standardised, missing ones being the median; text becomes one column a value (the 100 most
    frequent ones), missing text a value of its own: all learned from the training part only. Missing are empty cells, NA,
    N/A, #N/A, null and ?. Rows without a target are left out. The target means classes where it is text, boolean, or
    at most 20 different whole numbers that occur twice or more on average; else a number.

    **Options**

    - path: a .csv (between commas, semicolons or tabs), .parquet or .npz file; of an .npz each array is one column (rows,) or
      several, name[0], name[1], ..., (rows, d)
    - target: the name of the column to predict
    - task: class or number, default none: as the target looks
    - drop: names of columns to leave out, default none of them; in text, a name with a comma goes in quotes: "a, b",c
    - text: a column of texts, default none; its words are the features then, and the other columns are left out
    - vocabulary: how many words are features, the most frequent ones of the training part, [1, 1e+06), default 10000
    - weighting: presence (default: 1 where a word is there), counts, or tfidf (rare words weigh more)

    **Reference**

    Hastie, Tibshirani, Friedman, The Elements of Statistical Learning (2009), chapter 11.
    """

    name: ClassVar[str] = "table"
    steps: ClassVar[int] = 500

    path: Path
    target: str
    task: Annotated[str, OneOf(("class", "number"))] | None = None
    drop: tuple[str, ...] = ()
    text: str | None = None
    vocabulary: Vocabulary = 10_000
    weighting: Weighting = "presence"

    @property
    def title(self) -> str:
        return f"{self.path.name}:{self.target}"

    @property
    def batch(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride] (here it depends on the data)
        """64 rows, or all where there are fewer."""
        return min(64, self.data.rows)

    @property
    def _where(self) -> str:
        return self.path.name

    def _names(self, head: Head) -> tuple[str, ...]:
        return vars(self)["_classes"]

    def columns(self) -> tuple[Column, list[Column]]:
        """The target and the features, of the rows that have a target."""
        table, where = read(self.path), self._where
        for name in (self.target, *self.drop, *([] if self.text is None else [self.text])):
            if name not in table.column_names:
                raise UnknownName(f"column of {where}", name, table.column_names)
        if self.target in self.drop:
            raise BadValue(f"{where}: drop names the target '{self.target}': drop other columns")
        if self.text in (self.target, *self.drop):
            raise BadValue(f"{where}: text is '{self.text}', which is the target or dropped: name another column of texts")
        few = None if self.task == "class" else 0
        goal = column(where, self.target, table[self.target], "choose another target", few)
        if self.text is not None:
            features = [texts(where, self.text, table[self.text])]
        else:
            names = [name for name in table.column_names if name not in (self.target, *self.drop)]
            features = [column(where, name, table[name], drop(name), MOST_CLASSES) for name in names]
        there = ~goal.missing
        return goal._replace(values=goal.present), [f._replace(values=f.values[there]) for f in features]

    @property
    def resplits(self) -> bool:
        return False

    def prepare(self, seed: int) -> tuple[Data, Head]:
        goal, features = self.columns()
        where, rows = self._where, len(goal.values)
        if not features:
            raise BadData(f"{where} has no column to predict '{self.target}' from: add one")
        if rows < FEWEST:
            count = f"{rows} row{'s' * (rows != 1)}"
            raise BadData(f"{where} has {count} with a target, too few to split: at least {FEWEST} are needed")
        if self.text is None:
            for feature in features:
                check_feature(where, feature)
            if self.path.suffix.lower() != ".npz":  # of whose matrices a column may well stay the same
                check_constant(where, features)
        as_classes = means_classes(goal) if self.task is None else self.task == "class"
        check_target(where, goal, as_classes)
        codes, names = labels(goal) if as_classes else (None, ())
        vars(self)["_classes"] = names  # found with the data, kept beside it
        parts = self.split(rows, seed, codes)
        y = standardised_target(where, goal, parts.train) if codes is None else codes
        head = Number() if codes is None else Classes(len(names))
        if self.text is None:
            return pack(encode(where, features, parts.train), y, parts), head
        counts = word_counts(where, features[0], parts.train, self.vocabulary)
        rows_of = ((counts[part], y[part]) if len(part) else None for part in parts)
        return bagged(Data(*rows_of), self.weighting), head


def table(path: str | Path, target: str, **options: Any) -> Table:
    """The problem of predicting the column `target` of the file `path`; the options are Table's.

    Reads the file at once: BadData, UnknownName or BadValue say what in it, or in the options, has to be mended.
    """
    made = make(Table, path=path, target=target, **options)
    _ = made.data
    return made
