"""The leaderboard as a table for a terminal, and what its reader must know."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from descend.core.language import tables, text
from descend.report.figures import effort
from descend.report.pages import sentences as words
from descend.store import Leaderboard, Line
from descend.store.spending import STAYS, spent

# columns to go without, the first one first
SPARE = ("decades", "diverged", "per step", "settled", "time", "accuracy", "{spread}", "evaluations", "steps")


def title(summary: dict[str, Any]) -> str:
    """What raced, how much and how long."""
    lanes = f"{summary['lanes']:,} lane{'s' * (summary['lanes'] != 1)}"
    return f"{summary['title']}: {lanes} of {effort.words(summary)} in {summary['seconds']['total']:.1f} s"


def board(summary: dict[str, Any], hidden: Sequence[str] = ()) -> Table:
    """The leaderboard as a table, without the columns that are `hidden` or that would be empty."""
    table = tables.table_of((), ())
    everything = [*COLUMNS[:BEFORE], *_measures(summary), *COLUMNS[BEFORE:]]
    spread = words.spread(summary["evaluation_seeds"] or summary["tuning_seeds"])
    columns = [column for column in everything if column.there(summary) and column.name not in hidden]
    for column in columns:
        table.add_column(column.name.format(**summary, spread=spread), justify=column.justify, overflow="fold")
    for rank, line in enumerate(_lines(summary), 1):
        entered = line.standing != "value"
        cells = [str(rank) if entered and column.name == "" else column.cell(line) for column in columns]
        table.add_row(*cells, style="" if entered else "dim")
    return table


def fit(console: Console, summary: dict[str, Any]) -> Table:
    """The leaderboard with as many columns as the console is wide; report.html has them all."""
    return tables.fit(lambda hidden: board(summary, hidden), SPARE, console)


def legend(summary: dict[str, Any]) -> list[str]:
    """What the columns of cost mean, and at which rates evaluations are counted, a line each."""
    by, told = effort.measure(summary), words.exchange(summary)
    each = f"per step: the {'time' if by == 'seconds' else 'evaluations'} of one step"
    if not _has_target(summary):
        return [f"{each}. {told}"] if told else []
    timed = "steps, evaluations and time" if _has_times(summary) else "steps"
    target = text.number(summary["target"])
    first = f"{timed}: to the first loss below {target}, ranked by {by}; settled: {by} from which it stays below"
    return [f"{first}{f'; {each}' * bool(told)}.", *([told] if told else [])]


def baselines(summary: dict[str, Any]) -> list[str]:
    """What needs no network, a line each, as far as a table has such."""
    return [f"without a network: {line}" for line in words.baselines(summary)]


def notes(summary: dict[str, Any]) -> list[str]:
    """What a reader of the table must know: which way the grid should have gone on, and what speaks against the problem."""
    edges = [
        f"* the best learning rate of {', '.join(rules)} is the {edge}est tried: extend --lr {way}"
        for edge, way in (("low", "downwards"), ("high", "upwards"))
        if (rules := [line.rule for line in _lines(summary) if _is_at_edge(line) and line.edge == edge])
    ]
    return edges + summary["notes"]


def _lines(summary: dict[str, Any]) -> Leaderboard:
    return Leaderboard.from_dicts(summary["leaderboard"])


def _is_at_edge(line: Line) -> bool:
    """Whether a learning rate at the edge tells anything: not where every one of them diverged."""
    return line.at_edge and line.loss.iqm is not None and line.diverged_at_best < 1


def _rate(line: Line) -> str:
    return (line.rate_text or "-") + ("*" if _is_at_edge(line) else "")


def _number(value: float | None) -> str:
    return text.number(value, none="diverged")


def _interval(line: Line) -> str:
    return f"{_number(line.loss.low)} - {_number(line.loss.high)}"


def _accuracy(line: Line) -> str:
    return "-" if line.accuracy is None else f"{line.accuracy:.1%}"


def _steps(value: int | None) -> str:
    return "never" if value is None else str(value)


def _decades(line: Line) -> str:
    return "-" if line.working_decades is None else f"{line.working_decades:.1f}"


def _measures(summary: dict[str, Any]) -> list["Column"]:
    """A column for each thing judged beside the loss: the accuracy where there are classes, all of them elsewhere."""
    names = [name for name in _lines(summary)[0].measures if name not in ("accuracy", "balanced_accuracy")]
    return [Column(name, "right", lambda line, name=name: text.number(line.measures[name], none="-")) for name in names]


def _some(name: str) -> Any:
    return lambda summary: any(getattr(line, name) not in (None, "") for line in _lines(summary))


def _always(summary: dict[str, Any]) -> bool:
    return True


def _has_several_lines(summary: dict[str, Any]) -> bool:
    return len(summary["leaderboard"]) > 1


def _has_target(summary: dict[str, Any]) -> bool:
    return summary["target"] is not None


def _has_budget(summary: dict[str, Any]) -> bool:
    return not _has_target(summary) and bool(summary.get("budget"))


def _by(measure: str) -> Callable[[dict[str, Any]], bool]:
    return lambda summary: _has_target(summary) and effort.measure(summary) == measure


def _step_costs(seconds: bool) -> Callable[[dict[str, Any]], bool]:
    """Whether what a step costs is known, and shown in seconds or in evaluations."""
    return lambda summary: _some("seconds_per_update")(summary) and (effort.measure(summary) == "seconds") is seconds


def _has_times(summary: dict[str, Any]) -> bool:
    return _has_target(summary) and _some("seconds_per_update")(summary)


class Column(NamedTuple):
    """A heading, how its cells stand, a line's cell, and whether a race has the column."""

    name: str
    justify: Any
    cell: Callable[[Line], str]
    there: Callable[[dict[str, Any]], bool] = _always


COLUMNS = [
    Column("", "right", lambda line: "", _has_several_lines),
    Column("rule", "left", lambda line: line.rule + (" =" if line.standing in ("level", "open") else "")),
    Column("lr", "right", _rate, _some("rate_text")),
    Column("{judged}", "right", lambda line: _number(line.loss.iqm)),
    Column("{spread}", "right", _interval, lambda summary: not summary["deterministic"]),
    Column("accuracy", "right", _accuracy, _some("accuracy")),
    Column("per step", "right", lambda line: words.evaluations(line.evaluations_per_update), _step_costs(seconds=False)),
    Column("per step", "right", lambda line: text.duration(line.seconds_per_update), _step_costs(seconds=True)),
    Column("steps", "right", lambda line: _steps(line.steps_to_target), _has_target),
    Column("steps", "right", lambda line: f"{line.steps:,}", _has_budget),
    Column("evaluations", "right", lambda line: words.evaluations(line.evaluations_to_target), _has_times),
    Column("time", "right", lambda line: words.seconds_to_target(line), _has_times),
    Column("settled", "right", lambda line: _steps(line.settling_steps), _by("steps")),
    Column("settled", "right", lambda line: words.evaluations(line.settling_evaluations), _by("evaluations")),
    Column("settled", "right", lambda line: text.duration(spent(line, STAYS, "seconds")), _by("seconds")),
    Column("diverged", "right", lambda line: f"{line.diverged:.0%}"),
    Column("decades", "right", _decades, _some("working_decades")),
]
BEFORE = 6  # of these stand the other measures
