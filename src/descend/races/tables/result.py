"""The result of a race, put together from the records of its jobs and their phases."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np
import pyarrow as pa

from descend.core.language.text import amount
from descend.store import Leaderboard, RaceResult

from ..jobs import Parts, part, rows_of_a_step
from ..judging import cost, leaderboard, orders
from ..judging.cost import Cost
from ..judging.verdict import Conclusion, basis, remarks, verdict
from ..phases import Phases
from ..plan import Plan
from ..specs.own_table import epochs, table
from . import lanes as tables
from .functions import functions
from .health import health
from .paths import landscape, paths
from .snapshots import snapshots
from .weights import weights

UNUSED = 0.01  # of a budget, up to which nothing is said of what is left
FEW_RATES, FEW_LINES = 5, 8  # learning rates of each rule, and lines in all, up to which pictures show each


def result(plan: Plan, ran: Sequence[Phases], begin: float) -> RaceResult:
    """The race's tables, leaderboard and verdict; `begin` is the clock (time.perf_counter) when it began.

    Of a race that was stopped, the jobs that came to their end count; the one that was stopped only where it is the first.
    """
    complete = [phases for phases in ran if not phases.stopped] or ran[:1]
    parts = Parts([part(job, phases, plan.info) for job, phases in zip(plan.jobs, complete, strict=False)])
    costs, units = _costs(plan, parts), parts.units()
    scores = parts.scores(plan.chance, plan.spec.by, costs)
    ranked = leaderboard.leaderboard(scores)
    board: list[dict[str, Any]] = [line | _work(parts, line["rule"]) | {"unit": units[line["rule"]]} for line in ranked.lines]
    board = [line | (_cost(line, costs[line["rule"]]) if costs else {}) for line in board]
    board = Leaderboard.from_dicts(board).to_dicts()
    lanes, curves = tables.lanes(parts.phases), tables.curves(parts.phases)
    summary = _summary(plan, parts) | {
        "lanes": len(lanes),
        "seconds": _seconds(complete) | {"total": time.perf_counter() - begin},
        "leaderboard": board,
        "sensitivity": leaderboard.sensitivity(scores),
        "each_rate": _few_rates(parts),
        **table(plan.jobs[0], plan.evaluation_seeds or plan.jobs[0].seeds),
        **(_orders(plan, parts, board, costs) if costs else {}),
    }
    conclusion = Conclusion(summary, ranked.figures, ranked.comparison, parts.share_of_test_rows())
    summary |= {
        "verdict": verdict(conclusion),
        "basis": basis(conclusion),
        "notes": [*remarks(conclusion), *_leftovers(plan, parts), *_notes(parts), *epochs(plan.jobs[0])],
    }
    job, places = plan.jobs[0], parts.places(board)
    health_table = health(parts, board) if job.health else None
    arrays = snapshots(job.problem, places)
    return RaceResult(
        plan.document(), summary, lanes, curves, *_paths(parts, board), arrays, health_table, functions(parts, board),
        weights(places), problem=job.problem,
    )  # fmt: skip


def _summary(plan: Plan, parts: Parts) -> dict[str, Any]:
    """What a reader is told first."""
    job, names = plan.jobs[0], {phase.name for phase in parts.phases}
    data, last = job.problem.data, parts.phases[-1]
    tuned = "loss" if data is None or data.tuning is data.train else "validation loss"
    tests = data is not None and data.test is not None and (parts.has_evaluation or not plan.chance)
    return {
        "problem": job.problem.name,
        "title": job.problem.title,
        "steps": max(each.job.steps for each in parts.parts),
        "batch": plan.batch,
        "judged": "test loss" if tests else tuned,
        "tuned": tuned,
        "rows": None if data is None else {name: _count(part) for name, part in data._asdict().items()},
        "resplits": job.problem.resplits,
        "target": job.target,
        "target_every": parts.every,
        "patience": job.patience,
        "by": plan.spec.by,
        "budget": {"amount": plan.budget.amount, "by": plan.budget.by} if plan.budget else None,
        "tuning_seeds": len(job.seeds) if "tuning" in names else 0,
        "evaluation_seeds": len(last.records.seeds) if "evaluation" in names else 0,
        "deterministic": not plan.chance,
        "interrupted": _was_stopped(plan, parts),
    }


def _few_rates(parts: Parts) -> bool:
    """Whether so few learning rates were tried that pictures show each: too small, right and too large."""
    tried = [len(info.rates) for each in parts.parts for info in each.info.values()]
    return 1 < max(tried) <= FEW_RATES and sum(tried) <= FEW_LINES


def _was_stopped(plan: Plan, parts: Parts) -> bool:
    """Whether the race ended before its end."""
    return len(parts.parts) < len(plan.jobs) or any(each.phases.stopped for each in parts.parts)


def _costs(plan: Plan, parts: Parts) -> Mapping[str, Cost] | None:
    """What updates cost by entry, where there is a target or cost is not counted in steps: those flatter rules of dear steps."""
    if plan.costs or plan.jobs[0].target is None or _was_stopped(plan, parts):
        return plan.costs
    return cost.measure([each.job for each in parts.parts], plan.shares, plan.spec.costs)


def _cost(line: dict[str, Any], of: Cost) -> dict[str, Any]:
    """What a line's updates cost, and its way to the target."""

    def evaluations(steps: int | None) -> float | None:
        return None if steps is None else float(of.of("evaluations", steps))

    return {
        "seconds_per_update": of.seconds,
        "evaluations_per_update": float(of.of("evaluations", line["steps"])) / line["steps"],
        "evaluations_to_target": evaluations(line["steps_to_target"]),
        "settling_evaluations": evaluations(line["settling_steps"]),
    }


def _orders(plan: Plan, parts: Parts, board: list[dict[str, Any]], costs: Mapping[str, Cost]) -> dict[str, Any]:
    """The exchange rates, and the order of the entrants by every measure."""
    entrants, by = [line for line in board if line["standing"] != "value"], plan.spec.by
    rates = [next(iter(costs[e.name] for e in each.job.entries)).document() for each in parts.parts]
    exchange = [{name: value for name, value in each.items() if name != cost.SECONDS} for each in rates]
    if len(entrants) < 2:
        return {"exchange": exchange}
    found = orders.orders(entrants, parts, costs, plan.jobs[0].target, by)
    said = orders.sentence(found, by) if found.other or plan.budget or by != "steps" else (None, None)
    return {"exchange": exchange, "orders": found.names, "order": said[0], "order_zh": said[1]}


def _leftovers(plan: Plan, parts: Parts) -> list[str]:
    """Which entrants cannot use all of the budget, a sentence each."""
    if plan.budget is None or plan.costs is None or plan.budget.by == "steps":
        return []
    left, all_of_it = cost.left_over(plan.costs, parts.steps, plan.budget), plan.budget.amount
    return [
        f"{name} leaves {100 * rest / all_of_it:.2g} % of its {amount(all_of_it, plan.budget.by)} unused: another step costs more."
        for name, rest in left.items()
        if rest > UNUSED * all_of_it
    ]


def _count(part: Any) -> int:
    """How many rows a part has."""
    return len(jax.tree.leaves(part)[0]) if part is not None else 0


def _work(parts: Parts, rule: str) -> dict[str, Any]:
    """How many updates a training has, its batch, and how many rows that is; None where there are no rows."""
    job = parts.homes[rule].job
    return {"steps": parts.steps[rule], "batch": job.batch_words, "rows": rows_of_a_step(job)}


def _seconds(ran: Sequence[Phases]) -> dict[str, float]:
    return {name: sum(phases.seconds[name] for phases in ran) for name in ("compile", "run")}


def _notes(parts: Parts) -> list[str]:
    """What the problems say of themselves that a reader should know, each once."""
    return list(dict.fromkeys(note for each in parts.parts for note in getattr(each.job.problem, "notes", ())))


def _paths(parts: Parts, board: list[dict[str, Any]]) -> tuple[pa.Table | None, dict[str, np.ndarray]]:
    """The paths (a table) and the landscape of a problem of one or two numbers; None and nothing for others."""
    first = parts.parts[0]
    if not first.job.keep_params:
        return None, {}
    problem, names = first.job.problem, [line["rule"] for line in board]
    walked = paths(first.last.records, [first.place(name) for name in names])
    if _few_rates(parts):
        others = [place for name in names for place in first.others(name)]
        walked = pa.concat_tables([walked, paths(first.completed[0].records, others)]) if others else walked
    seed = first.last.records.seeds[0]
    data = problem.resplit(seed)
    return walked, landscape(problem, None if data is None else data.judging, walked, seed)
