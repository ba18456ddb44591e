"""The leaderboard of a race: typed lines in rank order, as a table for people, as dicts and as frames."""

from collections.abc import Iterable
from dataclasses import MISSING, asdict, dataclass, field, fields
from html import escape
from typing import Any, get_args, get_origin, get_type_hints

import pyarrow as pa

from descend.core.errors import StoreError
from descend.core.language.text import number, rate
from descend.core.system.extras import library


class _Keyed:
    """Fields by key too, as in the dicts of summary.json."""

    def __getitem__(self, name: str) -> Any:
        if name not in self.__dict__:
            raise KeyError(name)
        return self.__dict__[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The field of that name; `default` where there is none."""
        return self.__dict__.get(name, default)


@dataclass(frozen=True)
class Interval(_Keyed):
    """A figure over seeds: the interquartile mean, and the ends of its 95 % interval. None: not a finite number."""

    iqm: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Line(_Keyed):
    """One line: a rule with one value of all that is swept, at the setting that tuning chose for it.

    - `entrant_id`, `setting_id`: as in the tables of lanes and curves
    - `rule`: the name that it raced under; `entrant`: the name of the entrant whose value it is
    - `values`: what is swept by name, with the value that it has here
    - `standing`: "leader", "level" (not told apart from it), "behind" it, "open" (too few seeds), or "value" (not in the
      verdict: tuning seeds prefer another value of this entrant); `tied`: not behind; `p`: of the difference to the leader,
      corrected for the number of entrants; None where nothing was tested
    - `learning_rate`: None for a rule that has none, or a schedule of its own; `schedule`: the schedule of its learning rate in
      words, None for a constant one; `hyperparameters`: all of them as text; `code`: the Python that makes the rule (see
      core.scripting.Code), None for a rule of one's own
    - `loss`: the judged loss; `accuracy` and `measures` (all that was judged beside the loss): interquartile means
    - `settings`: how many were tried; `at_edge`: whether the learning rate is the lowest ("low" is the `edge`) or the highest
      ("high") of them
    - `steps_to_target`, `settling_steps`: medians in updates; None: not reached, or no target
    - `diverged`: the share of all its lanes; `diverged_at_best`: of those of the verdict; `diverged_in_tuning`: of the tuning
      lanes at this setting, None where nothing was tuned
    - `working_decades`: of learning rates; None where only one was tried
    - `gap`: validation loss less training loss at the end; `best_step`: the median step of the weights that patience kept
    - `steps`, `batch`, `rows`: updates of a training, rows an update sees or "full", and how many those are (None: no rows)
    - `unit`: what an update counts as: 1 or, where batches differ, its rows
    - `numbers`: the problem's own that were swept; `seconds_per_update`: of one training alone, where there is a target or cost is
      not counted in steps; `evaluations_per_update` then, in gradients and on average over the training, and
      `evaluations_to_target`, `settling_evaluations`, as steps_to_target and settling_steps
    """

    entrant_id: int
    setting_id: int
    rule: str
    entrant: str
    standing: str
    tied: bool
    learning_rate: float | None
    hyperparameters: str
    loss: Interval
    diverged: float
    settings: int
    steps: int
    p: float | None = None
    schedule: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    code: dict[str, Any] | None = None
    accuracy: float | None = None
    measures: dict[str, float | None] = field(default_factory=dict)
    gap: float | None = None
    best_step: int | None = None
    numbers: dict[str, float] = field(default_factory=dict)
    steps_to_target: int | None = None
    settling_steps: int | None = None
    diverged_at_best: float = 0.0
    diverged_in_tuning: float | None = None
    working_decades: float | None = None
    at_edge: bool = False
    edge: str | None = None
    batch: int | str = "full"
    rows: int | None = None
    unit: int = 1
    seconds_per_update: float | None = None
    evaluations_per_update: float | None = None
    evaluations_to_target: float | None = None
    settling_evaluations: float | None = None

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Line":
        """The line of a dict as `to_dict` gives it. Raises StoreError for other keys."""
        known, needed = {f.name for f in fields(cls)}, {f.name for f in fields(cls) if _required(f)}
        if odd := sorted({*values} - known) + sorted(needed - {*values}):
            raise StoreError(f"a line of the leaderboard is of another form ({odd[0]}): run the race again")
        hints = get_type_hints(cls)
        return cls(**{name: _coerce(hints[name], value) for name, value in values.items()})

    def to_dict(self) -> dict[str, Any]:
        """The line as plain values."""
        return asdict(self)

    @property
    def rate_text(self) -> str:
        """The learning rate in words, or the schedule that stands in its place; nothing for a rule without one."""
        return rate(self.learning_rate, none=self.schedule or "")


def _coerce(hint: Any, value: Any) -> Any:
    """A value of JSON as the field has it: an interval, and floats where whole numbers were written."""
    if hint is Interval:
        return Interval(**{name: _coerce(float | None, part) for name, part in value.items()})
    if get_origin(hint) is dict:
        return {name: _coerce(get_args(hint)[1], part) for name, part in value.items()}
    return float(value) if hint in (float, float | None) and type(value) is int else value


def _required(each: Any) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


class Leaderboard(list[Line]):
    """The lines of a race in rank order, those that are not in the verdict last. Prints as a table."""

    @classmethod
    def from_dicts(cls, lines: Iterable[dict[str, Any]]) -> "Leaderboard":
        """The leaderboard of dicts, as summary.json has them."""
        return cls(Line.from_dict(line) for line in lines)

    def to_dicts(self) -> list[dict[str, Any]]:
        """The lines as plain values."""
        return [line.to_dict() for line in self]

    def to_arrow(self) -> pa.Table:
        """A row a line: loss, loss_low and loss_high in place of the interval, every measure in a column, code as text."""
        return pa.Table.from_pylist([_flat(line) for line in self])

    def to_pandas(self) -> Any:
        """`to_arrow` as a pandas DataFrame (needs the extra descend[pandas])."""
        library("pandas", "to_pandas")
        return self.to_arrow().to_pandas()

    def to_polars(self) -> Any:
        """`to_arrow` as a polars DataFrame (needs the extra descend[polars])."""
        return library("polars", "to_polars").from_arrow(self.to_arrow())

    def __repr__(self) -> str:
        cells = self._cells()
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        places = [str.rjust, str.ljust] + [str.rjust] * len(widths)  # the names of rules stand to the left
        places = places if cells[0][0] == "" else places[1:]
        aligned = [[place(cell, w) for place, cell, w in zip(places, row, widths, strict=False)] for row in cells]
        return "\n".join("  ".join(row).rstrip() for row in aligned)

    def _repr_html_(self) -> str:
        head, *rows = ([escape(cell) for cell in row] for row in self._cells())
        body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
        return f"<table><thead><tr>{''.join(f'<th>{cell}</th>' for cell in head)}</tr></thead><tbody>{body}</tbody></table>"

    def _cells(self) -> list[list[str]]:
        """A heading and the cells of each line, without columns that are empty."""
        ranks = [str(n) if line.standing != "value" else "" for n, line in enumerate(self, 1)]
        columns = {
            "": ranks,
            "rule": [line.rule + (" =" if line.standing in ("level", "open") else "") for line in self],
            "learning rate": [line.rate_text for line in self],
            "loss": [number(line.loss.iqm, none="diverged") for line in self],
            "interval": [_interval(line.loss) for line in self],
            "accuracy": ["" if line.accuracy is None else f"{line.accuracy:.1%}" for line in self],
            "steps to target": [number(line.steps_to_target, 9, none="") for line in self],
            "diverged": [f"{line.diverged:.0%}" for line in self],
        }
        shown = {name: cells for name, cells in columns.items() if any(cells) or name == "rule"}
        return [list(shown), *map(list, zip(*shown.values(), strict=True))]


def _interval(loss: Interval) -> str:
    return "" if loss.low == loss.high else f"{number(loss.low)} - {number(loss.high, none='diverged')}"


def _flat(line: Line) -> dict[str, Any]:
    """A line as one row of plain cells."""
    plain = line.to_dict()
    loss, measures, values, numbers, code = (plain.pop(name) for name in ("loss", "measures", "values", "numbers", "code"))
    plain |= {"batch": str(plain["batch"]), "loss": loss["iqm"], "loss_low": loss["low"], "loss_high": loss["high"]}
    plain |= {name: value for name, value in measures.items() if name != "accuracy"}
    plain |= {name: str(value) for name, value in (values | numbers).items() if name not in plain}
    return plain | {"code": code["expression"] if code else None}
