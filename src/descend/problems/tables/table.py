"""A network on a person's own table: the path of a file and the column to predict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np

from descend.core.errors import BadData, BadValue

from ..base import Data
from ..networks.bag_of_words import bag_rows
from ..networks.class_checks import join_names
from ..networks.heads import Classes, Head, Number
from ..networks.problem import TEST, Network
from ..networks.vocabulary import Vocabulary, Weighting
from ..options import OneOf, Share, Strength, make
from ..splits import Split, pack, split
from . import summary
from .columns import Column, Marks
from .features import check_features, encode, in_time
from .files import read
from .frame import Frame, Request, frame, join, kinds_of, survey
from .sheets import Sheet
from .targets import balanced_weights, check_target, labels, means_classes, rare, scale, unit
from .texts import word_counts

PRIOR = 16.0  # the penalty l2 times the rows, unless asked otherwise: what keeps 500 rows from being learned by heart
FEWEST = 5  # rows: fewer cannot be split into rows that train and rows that judge


@dataclass(frozen=True)
class Table(Network):
    """A dense network that predicts one column of a text, Excel, Parquet or NumPy file from the others.

    **Loss**

    For classes, softmax cross entropy of one logit a class, with accuracy; for a number, mean squared error in units of the
    target's variance over all rows, with r2, and rmse and mae in the target's own units. In training, plus the penalties l1
    and l2. Where a class is rare (below a fifth of an even share), f1 and, of two classes, auc too.

    **Data**

    Numbers, booleans and dates are standardised, missing ones being the median, all by the training part only; time stamps
    give hour, weekday and month too. Categories become one column a value (the 100 most frequent ones), missing being a value
    of its own. Columns that number the rows are left out. Rows without a target are left out. The target means classes where
    it is text, boolean, or at most 20 different whole numbers that occur twice or more on average; else a number.
    `descend columns FILE:TARGET` shows how each column is read.

    **Options**

    - path: a .csv, .tsv or .txt (between commas, semicolons, tabs or bars), .xlsx, .xls, .ods, .parquet or .npz file, or one
      of them as .gz or .zip; of an .npz each array is one column (rows,) or several, name[0], name[1], ..., (rows, d)
    - target: the name of the column to predict
    - task: class or number, default none: as the target looks
    - drop: names of columns to leave out, default none of them; in text, a name with a comma goes in quotes: "a, b",c
    - columns: what columns are, where they are not to be told: city=category,born=date, each number, category, date, text
      or ignore
    - missing: further words that mean a missing cell, such as -999,nan; default none
    - decimal: comma or point, where numbers like 1,234 could mean either; default none: as the other columns show
    - dates: day-first or month-first, where dates like 01/02/2024 could be either; default none: as the other columns show
    - encoding: of a text file, default none: as its bytes show
    - l2: penalty l2 / 2 * sum(w^2) on the weights, [0, 1e30); default none: 16 / training rows, so that small tables are not
      learned by heart and large ones hardly feel it
    - class_weight: balanced, so that every class weighs as much in the loss, however rare; default none: every row does
    - label_smoothing: share of a label that training spreads over all classes, [0, 1), default 0
    - test_file: another file with the same columns, whose rows give the verdict; default none
    - split_by: random (default), or time: the earliest rows train, the next choose settings, the last give the verdict, by the
      first column of dates, or in the file's order where there is none
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
    columns: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    decimal: Annotated[str, OneOf(("comma", "point"))] | None = None
    dates: Annotated[str, OneOf(("day-first", "month-first"))] | None = None
    encoding: str | None = None
    l2: Strength | None = field(default=None, kw_only=True)  # pyright: ignore[reportIncompatibleVariableOverride]
    class_weight: Annotated[str, OneOf(("balanced",))] | None = None
    label_smoothing: Share = 0.0
    test_file: Path | None = None
    split_by: Annotated[str, OneOf(("random", "time"))] = "random"
    text: str | None = None
    vocabulary: Vocabulary = 10_000
    weighting: Weighting = "presence"

    def __post_init__(self) -> None:
        super().__post_init__()
        said = {"class_weight": self.class_weight, "label_smoothing": self.label_smoothing or None}
        for name, value in said.items():
            if value is not None and self.criterion not in (None, "cross_entropy"):
                other = f"criterion is {self.criterion}"
                raise BadValue(f"table: {name} is {value}, which is of cross_entropy, and {other}: leave one out")

    @property
    def title(self) -> str:
        return f"{self.path.name}:{self.target}"

    @property
    def batch(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride] (here it depends on the data)
        """64 rows, or all where there are fewer."""
        return min(64, self.data.rows)

    @property
    def ridge(self) -> Any:
        """l2, or, unless asked, what a Gaussian prior of the weights of deviation 1/4 adds to the mean over the rows."""
        return PRIOR / self.data.rows if self.l2 is None else self.l2

    @property
    def _where(self) -> str:
        return self.path.name

    def _names(self, head: Head) -> tuple[str, ...]:
        return labels(self._goal)[1] if head.classes else ()

    @cached_property
    def frame(self) -> Frame:
        """The file's columns, read once."""
        request = self.request()
        sheet = self.read()
        if self.test_file is None:
            result = frame(self._where, sheet, request)
        else:
            result = join(
                self._where, sheet, self.test_file.name, read(self.test_file, self.encoding, request.verbatim_columns), request
            )
        goal = result.complete(result.target)
        if not result.features:
            raise BadData(f"{self._where} has no column to predict '{self.target}' from: add one")
        if len(goal.values) < FEWEST:
            count = f"{len(goal.values)} row{'s' * (len(goal.values) != 1)}"
            raise BadData(f"{self._where} has {count} with a target, too few to split: at least {FEWEST} are needed")
        return result

    def read(self) -> Sheet:
        """The cells, as their file has them."""
        return read(self.path, self.encoding, self.request().verbatim_columns)

    def request(self) -> Request:
        """What the options say of the columns."""
        kinds = kinds_of(self._where, self.columns)
        if self.text is not None and kinds.setdefault(self.text, "text") != "text":
            raise BadValue(f"{self._where}: columns says that '{self.text}' is {kinds[self.text]}, and text names it: say one")
        decimal = None if self.decimal is None else {"comma": ",", "point": "."}[self.decimal]
        day_first = None if self.dates is None else self.dates == "day-first"
        return Request(self.target, self.drop, kinds, self.task == "class", Marks(decimal, day_first, self.missing))

    @property
    def _goal(self) -> Any:
        """The target in the rows that have one."""
        return self.frame.complete(self.frame.target)

    @cached_property
    def _features(self) -> list[Any]:
        """The features in the rows that have a target, checked."""
        features = [self.frame.complete(feature) for feature in self.frame.features]
        if features[0].kind != "text":
            check_features(self._where, features, constant=not self.frame.sheet.matrix)
        return features

    @property
    def _as_classes(self) -> bool:
        return _as_classes(self, self._goal)

    def _classes(self, codes: Any, count: int) -> Classes:
        weights = None if self.class_weight is None else balanced_weights(codes)
        return Classes(count, weights=weights, smoothing=self.label_smoothing, rare=rare(codes))

    @property
    def reading(self) -> str:
        """How the table was read, in one line."""
        return "; ".join([summary.line(self.frame, self._as_classes), *self._absent_classes()])

    def _absent_classes(self) -> list[str]:
        """Which classes have no row in the parts that choose and judge, where these have rows."""
        if not self._as_classes:
            return []
        codes, names = labels(self._goal)
        parts = self.parts(self.split_seed or 0)
        lacking = {part: np.setdiff1d(codes, codes[rows]) for part, rows in parts._asdict().items() if len(rows)}
        return [f"no {part} row of {join_names([names[i] for i in codes])}" for part, codes in lacking.items() if len(codes)]

    @property
    def columns_table(self) -> list[dict[str, str]]:
        """How each column was read: a row for every column of the file, with the same headings."""
        return summary.rows(self.frame, self._as_classes)

    @property
    def resplits(self) -> bool:
        return self.split_by == "random" and self.text is None and super().resplits

    def parts(self, seed: int) -> Split:
        """The rows with a target, by their numbers among these, of each part."""
        codes = labels(self._goal)[0] if self._as_classes else None
        rows = len(self._goal.values)
        own = rows if self.test_file is None else int(np.searchsorted(self.frame.rows, self.frame.own))
        order = np.arange(own) if self.split_by == "random" else in_time(self._features, own)
        if self.test_file is None:
            return self.split(rows, seed, codes) if self.split_by == "random" else self._in_order(order)
        if self.split_by == "random":
            part = split(own, self.validation, 0.0, seed, None if codes is None else codes[:own])
        else:
            part = self._in_order(order, test=0.0)
        return part._replace(test=np.arange(own, rows))

    def _in_order(self, order: np.ndarray, test: float | None = None) -> Split:
        """Rows in time: the earliest train, the next choose settings, the last judge."""
        share = test if test is not None else min(self.validation, TEST) if self.test is None else self.test
        last, middle = (round(part * len(order)) for part in (share, self.validation))
        first = len(order) - last - middle
        if first < 2:
            raise BadValue(f"{self._where}: validation and test leave {max(0, first)} of {len(order)} rows to train on: take less")
        return Split(order[:first], order[first : first + middle], order[first + middle :])

    def prepare(self, seed: int) -> tuple[Data, Head]:
        goal, features, where = self._goal, self._features, self._where
        check_target(where, goal, self._as_classes)
        codes, names = labels(goal) if self._as_classes else (None, ())
        parts = self.parts(seed)
        y = scale(where, goal, parts.train) if codes is None else codes
        head = Number(unit=unit(goal)) if codes is None else self._classes(codes, len(names))
        if features[0].kind != "text":
            return pack(encode(where, features, parts.train), y, parts), head
        counts = word_counts(where, features[0], parts.train, self.vocabulary)
        rows = ((counts[part], y[part]) if len(part) else None for part in parts)
        return bag_rows(Data(*rows), self.weighting), head


def _as_classes(problem: Table, target: Column) -> bool:
    """Whether the target means classes, as the options say or as it looks."""
    kind = kinds_of(problem.path.name, problem.columns).get(problem.target)
    if problem.task is None and kind != "number":
        return means_classes(target)
    return problem.task == "class"


def survey_of(path: str | Path, target: str | None = None, **options: Any) -> tuple[str, list[dict[str, str]]]:
    """How the columns of a file are read, in a line and a row for each, whether or not they can be trained on.

    Without a target every column is a feature. The options are Table's.
    """
    problem = make(Table, **{"path": path, "target": target or "", **words_of(options)})
    request = problem.request()
    where, sheet = problem.path.name, problem.read()
    if target is None:
        return summary.survey(*survey(where, sheet, request._replace(target=None)), sheet)
    table_read = frame(where, sheet, request)
    goal = table_read.complete(table_read.target)
    as_classes = _as_classes(problem, goal)
    return summary.line(table_read, as_classes), summary.rows(table_read, as_classes)


def words_of(options: dict[str, Any]) -> dict[str, Any]:
    """The options, `columns` as words where it is a dict."""
    kinds = options.get("columns")
    return {**options, "columns": tuple(f"{n}={k}" for n, k in kinds.items())} if isinstance(kinds, Mapping) else options


def table(path: str | Path, target: str, **options: Any) -> Table:
    """The problem of predicting the column `target` of the file `path`; the options are Table's.

    `columns` may be a dict of names and kinds. Reads the file at once: BadData, UnknownName or BadValue say what in it, or in
    the options, has to be mended.
    """
    made = make(Table, path=path, target=target, **words_of(options))
    _ = made.data
    return made
