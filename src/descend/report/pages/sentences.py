"""Numbers and settings in words, and the meaning of each leaderboard column."""

from typing import Any

from descend.core.language.text import NONE, amount, duration, number, rate
from descend.store import Line, RaceResult
from descend.store.spending import FIRST, spent

from ..figures import effort

_OVER_SEEDS = ": the interquartile mean (the mean of the middle half) over the evaluation seeds, with {spread} in brackets"
_FEW = 5  # seeds below which the brackets are a range, which promises no confidence
_COLUMNS = {
    "rule": "The update rule. Rules marked = do not differ significantly from the first; the others are significantly behind it.",
    "learning rate": "{rate}",
    "loss": "The final {judged}{over}. Lower is better{ranking}.",
    "accuracy": "The share of {rows} rows classified correctly at the end.",
    "steps to target": "The median number of updates {until} the {judged}{looks} is first below the target. "
    "A rule that oscillates may rise above the target again.",
    "evaluations to target": "What these updates ask of the loss, counted in gradients; see Cost.",
    "time to target": "The time one training alone takes for these updates on this machine, gradients included: a step of one "
    "rule may cost as much as several of another.",
    "settling steps": "The median number of updates {until} the {judged}{looks} stays below the target.",
    "diverged": "The share of the rule's runs{tried} that ended above their starting loss, or with a loss that is NaN or infinite.",
    "working decades": "The width, in powers of ten, of the range of learning rates at which the rule comes close to the best "
    "result of the race. The wider it is, the less tuning matters.",
}
_MEASURES = {
    "balanced_accuracy": (
        "balanced accuracy",
        "The share of a class's {rows} rows classified correctly, averaged over the classes.",
    ),
    "r2": (
        "R2",
        "The share of the target's variance over the {rows} rows that is explained: 1 is all of it, 0 no better than the mean.",
    ),
    "profit": ("profit", "Earnings per row: profit times units sold, minus cost times units left over."),
}
_OWN = "A metric of the problem, measured at the end."
_BEST_RATE = "The best of the learning rates tried, chosen by {tuned}. A star marks the lowest or highest of them."


def percent(value: float | None) -> str:
    """A share as a percentage with one decimal where it has one."""
    return NONE if value is None else f"{100 * value:.1f}".removesuffix(".0") + " %"


def steps(value: int | float | None, every: int) -> str:
    """A number of updates; where it is known to `every` updates only, the one by which it had happened."""
    return NONE if value is None else f"{'by ' if every > 1 else ''}{value:,.0f}"


def seconds_to_target(line: Line) -> str:
    """What the updates to the target take in a training alone, where both are known."""
    return duration(spent(line, FIRST, "seconds"))


def evaluations(value: float | None) -> str:
    """A number of gradient-equivalents."""
    return NONE if value is None else amount(value, "evaluations").split(" ")[0]


def loss(line: Line) -> str:
    """A line's loss and, where seeds differ, its interval."""
    middle, low, high = line.loss.iqm, line.loss.low, line.loss.high
    if middle is None:
        return "diverged" if line.diverged else NONE
    return number(middle) if low == high else f"{number(middle)} [{number(low)}, {number(high)}]"


def columns(race: RaceResult) -> dict[str, str]:
    """The leaderboard's columns that have something to show, with what each means."""
    has_target = race.summary["target"] is not None
    hidden = set() if has_target else {"steps to target", "evaluations to target", "time to target", "settling steps"}
    if all(line.seconds_per_update is None for line in race.leaderboard):
        hidden |= {"evaluations to target", "time to target"}
    if all(line.accuracy is None for line in race.leaderboard):
        hidden |= {"accuracy"}
    if all(line.working_decades is None for line in race.leaderboard):
        hidden |= {"working decades"}
    judged, every, many = race.summary["judged"], race.summary["target_every"], has_sweep(race)
    fields = {
        "judged": judged,
        "rows": judged.removesuffix(" loss") if judged != "loss" else "training",
        "over": ""
        if race.summary["deterministic"]
        else _OVER_SEEDS.format(spread=f"the {spread(race.summary['evaluation_seeds'])}"),
        "ranking": "" if has_target else "; rules are ranked by it",
        "rate": _BEST_RATE.format(tuned=_criterion(race)) if many else "The only learning rate tried.",
        "tried": ", at all learning rates tried," if many else "",
        "until": "by which" if every > 1 else "after which",
        "looks": f", judged every {every} updates," if every > 1 else "",
    }
    meanings = {name: meaning.format(**fields) for name, meaning in _COLUMNS.items() if name not in hidden}
    measures = [_MEASURES.get(name, (name, _OWN)) for name in _measures(race.leaderboard[0])]
    more = {name: meaning.format(**fields) for name, meaning in measures if name not in meanings}
    before = list(meanings)[: 4 if "accuracy" in meanings else 3]
    return {name: meanings[name] for name in before} | more | meanings


def spread(seeds: int) -> str:
    """What stands beside a figure of so many seeds: an interval, or where seeds are few the range of their losses."""
    return "95 % interval" if seeds >= _FEW else f"range of {seeds} seeds"


def _criterion(race: RaceResult) -> str:
    """What learning rates are chosen by."""
    return race.summary["tuned"] if race.summary["target"] is None else f"the {effort.measure(race.summary)} to the target"


def _measures(line: Line) -> list[str]:
    """What was judged beside the loss and the accuracy, by name."""
    return [name for name in line.measures if name != "accuracy"]


def cells(line: Line, every: int) -> dict[str, str]:
    """What a line of the leaderboard says in each column; the target was looked at every so many updates."""
    measures = {_MEASURES.get(name, (name,))[0]: _measure(name, line.measures[name]) for name in _measures(line)}
    return measures | {
        "rule": line.rule,
        "learning rate": line.rate_text or NONE,
        "loss": loss(line),
        "accuracy": percent(line.accuracy),
        "steps to target": steps(line.steps_to_target, every),
        "evaluations to target": evaluations(line.evaluations_to_target),
        "time to target": seconds_to_target(line),
        "settling steps": steps(line.settling_steps, every),
        "diverged": percent(line.diverged),
        "working decades": number(line.working_decades, 2),
    }


def _measure(name: str, value: float | None) -> str:
    return percent(value) if name in ("accuracy", "balanced_accuracy") else number(value)


_COSTS = {
    "evaluations": ("evaluations a step", lambda line: evaluations(line.evaluations_per_update)),
    "time": ("time a step", lambda line: duration(line.seconds_per_update)),
}


def costs(race: RaceResult) -> list[dict[str, str]]:
    """What a step costs and how many a training makes, and in which place a line stands by each measure: a row of cells each;
    nothing where that was not measured."""
    places = {by: {name: str(i) for i, name in enumerate(order, 1)} for by, order in (race.summary.get("orders") or {}).items()}
    known = [line for line in race.leaderboard if line.seconds_per_update is not None]
    return [
        {"rule": line.rule, "steps": f"{line.steps:,}"}
        | {name: cell(line) for name, cell in _COSTS.values()}
        | {f"place by {by}": places[by].get(line.rule, NONE) for by in places}
        for line in known
    ]


_ASKED = {"values": "a value", "hvps": "a Hessian-vector product", "hessians": "a Hessian", "solves": "a linear solve"}


def exchange(summary: dict[str, Any]) -> str:
    """At which rates what rules ask for is counted in gradients, measured here; nothing where it was not."""
    told = summary.get("exchange") or []
    if not told:
        return ""
    if len(told) > 1:
        return "An evaluation is one gradient; what else rules ask for counts as measured for each program."
    rates = [f"{words} {number(told[0][name], 2)}" for name, words in _ASKED.items() if name in told[0]]
    rest = f"; {', '.join(rates)}" if rates else ""
    return f"Evaluations: a gradient counts as 1 (it takes {duration(told[0]['gradient'])} here){rest}."


def baselines(summary: dict[str, Any]) -> list[str]:
    """What the majority class or the mean, and a linear model, reach on the same rows, a sentence each."""
    return [
        f"{each['name']}: "
        + ", ".join(f"{_MEASURES.get(name, (name,))[0]} {_measure(name, value)}" for name, value in each["measures"].items())
        for each in summary.get("baselines", [])
    ]


def has_sweep(race: RaceResult) -> bool:
    """Whether some rule was tried at more than one learning rate."""
    tried = [(each["rule"], each["learning_rate"]) for each in race.summary["sensitivity"]]
    return len(set(tried)) > len({rule for rule, _ in tried})


def at_rates(race: RaceResult) -> str:
    """At which learning rates the rules are shown, as the end of a sentence; nothing where no rule has one."""
    rates = {line.learning_rate for line in race.leaderboard if line.learning_rate is not None}
    if has_sweep(race):
        return " at its best learning rate"
    return f" at learning rate {rate(max(rates))}" if len(rates) == 1 else " at its learning rate" if rates else ""


def facts(race: RaceResult) -> dict[str, str]:
    """How the race was run, in words, by what is told."""
    summary = race.summary
    looks = f", judged every {summary['target_every']} updates" if summary["target_every"] > 1 else ""
    tuning = f"{summary['tuning_seeds']} to tune each rule's learning rate, " if summary["tuning_seeds"] else ""
    seeds = f"{tuning}{summary['evaluation_seeds']} fresh ones for the verdict"
    seconds = summary["seconds"]
    return {
        "Runs": f"{summary['lanes']:,} parallel trainings of {effort.words(summary)}",
        "Batch": effort.batch(summary),
        "Seeds": "none needed: nothing in this problem is random" if summary["deterministic"] else seeds,
        "Judged by": f"{summary['judged']} at the end",
        "Rows": _rows(summary),
        "Target": f"{summary['judged']} below {number(summary['target'])}{looks}" if summary["target"] is not None else "none set",
        "Time": f"{number(seconds['compile'], 3)} s to compile, {number(seconds['run'], 3)} s to run, "
        f"{number(seconds['total'], 3)} s in total",
    }


def _rows(summary: dict[str, Any]) -> str:
    """How many rows each part has."""
    if summary["rows"] is None:
        return "none"
    parts = {"train": "train", "validation": "choose settings", "test": "give the verdict"}
    counts = [f"{summary['rows'][part]:,} {does}" for part, does in parts.items() if summary["rows"][part]]
    return ", ".join(counts) + (", split again for every seed" if summary["resplits"] else "")


def settings(value: Any, name: str = "") -> dict[str, str]:
    """What was asked, the versions and the machine: nested settings as one list of dotted names, without the empty ones."""
    if isinstance(value, dict):
        parts = [settings(part, f"{name}.{key}" if name else str(key)) for key, part in value.items() if part is not None]
        return {key: text for part in parts for key, text in part.items() if text}
    if isinstance(value, list | tuple):
        value = ", ".join(_setting(part) for part in value)
    return {name: _setting(value)}


def _setting(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
