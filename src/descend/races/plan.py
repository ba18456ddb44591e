"""What a race will do: its spec as jobs for the engine, checked before anything is compiled."""

import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import jax
import numpy as np

from descend import schedules
from descend.core.errors import BadValue
from descend.core.system.device import check_device
from descend.engine import LANES, Job, batch_size, runtime
from descend.engine.runtime import scope
from descend.problems import Problem

from .judging import cost
from .judging.cost import Cost
from .phases import check_last
from .specs import entrants as field
from .specs import grid
from .specs.budget import Budget
from .specs.spec import RaceSpec
from .specs.sweep import BATCH, Entrant, Sweeps, Variant
from .tables.paths import numbers

PROGRAMS = 200  # that one race may compile
JUDGEMENTS = 20
JUDGEMENTS_TO_TARGET = 60  # finer, since steps to target, and losses at the cost of the shortest training, are read off them
FINE = 500_000  # lanes x steps up to which every step is kept where some trainings are much shorter than others


@dataclass(frozen=True)
class EntryInfo:
    """What an entry of the jobs stands for: its learning rates (none where it has none of its own), the entrant of the verdict
    whose value it is, the ids of that entrant and of its settings, and the values that are swept."""

    rates: np.ndarray
    entrant: str
    entrant_id: int
    setting_ids: np.ndarray
    values: dict[str, Any]

    def only(self, setting: int) -> "EntryInfo":
        """The entry with one of its settings."""
        return replace(self, rates=self.rates[setting : setting + 1], setting_ids=self.setting_ids[[setting]])


@dataclass(frozen=True)
class Plan:
    """A spec worked out: the tuning jobs, what each entry stands for by name, whether chance plays a part, and the seeds of the
    verdict (none where chance plays no part); where cost is not counted in steps alone, what each training may use, and what the
    updates of each entry cost. `shares`: the rows of an update of each job to those of the batch that was asked for."""

    spec: RaceSpec
    jobs: tuple[Job, ...]
    info: dict[str, EntryInfo]
    chance: bool
    evaluation_seeds: range
    budget: Budget | None = None
    costs: Mapping[str, Cost] | None = None
    shares: tuple[float, ...] = ()

    @property
    def chooses(self) -> bool:
        """Whether an entrant has several values, of which tuning seeds choose one."""
        return len({each.entrant_id for each in self.info.values()}) < len(self.info)

    @property
    def batch(self) -> Any:
        """The rows that an update sees, or those of each job where they differ."""
        return _one_or_all([each.batch_words for each in self.jobs])

    def document(self) -> dict[str, Any]:
        """The spec with the versions, the machine and what came of it: nested dicts of plain values, for race.toml."""
        document, lost = self.spec.document()
        del document["schema"]
        costs = {"costs": {name: each.document() for name, each in self.costs.items()}} if self.costs else {}
        return (
            document
            | costs
            | {
                "plan": {
                    "title": self.jobs[0].problem.title,
                    "started": datetime.now(UTC).isoformat(timespec="seconds"),
                    "steps": _one_or_all([each.steps for each in self.jobs]),
                    "batch": self.batch,
                    "learning_rates": grid.learning_rates(self.spec.learning_rates).tolist(),
                    "seeds": list(self.jobs[0].seeds),
                    "evaluation_seeds": list(self.evaluation_seeds),
                    "settings": {e.name: field.texts(e.settings) for each in self.jobs for e in each.entries},
                },
                "machine": {
                    "system": platform.platform(),
                    "processor": platform.processor() or platform.machine(),
                    "devices": [str(d.device_kind) for d in jax.local_devices()],
                    "cores": runtime.available_cores(),
                    "precision": str(np.dtype(jax.numpy.result_type(float))),
                },
                **({"unwritable": lost} if lost else {}),
            }
        )


@scope()
def prepare(spec: RaceSpec) -> Plan:
    """What the race of a spec will do, checked: everything that can be wrong with it raises BadInput here."""
    check_device()
    problem, sweeps = spec.problem, Sweeps(spec.problem, spec.rules, spec.sweep)
    rates, variants, entrants = grid.learning_rates(spec.learning_rates), sweeps.variants(spec.batch), sweeps.entrants()
    _check_lanes(len(entrants) * len(rates), len(variants), spec.seeds)
    asked = Budget.read(spec.budget) if spec.budget else None
    steps = int(asked.amount) if asked and asked.by == "steps" else spec.steps or problem.steps
    samples = _samples(problem, spec.batch, steps, variants)
    grids = _grids(entrants, spec, rates)
    info: dict[str, EntryInfo] = {}

    def job(variant: Variant, limits: Mapping[str, int]) -> Job:
        most = max(1, round(samples / _rows(problem, variant.batch))) if BATCH in sweeps.values else steps
        shape = spec.schedule
        entries = []
        for entrant in entrants:
            updates = limits.get(field.entry_name(entrant, variant.name), most)
            shaped: Any = partial(schedules.around, shape, steps=updates) if isinstance(shape, str) else shape
            entry, own = field.entry(entrant, grids[entrant.owner], shaped, variant.name)
            owner = entrant.owner if len(grids) > 1 else entry.name
            if entry.name not in info:
                info[entry.name] = _entry_info(info, own, owner, len(entry.settings), {**entrant.values, **variant.values})
            entries.append(replace(entry, steps=updates))
        return Job(
            variant.problem,
            entries,
            range(spec.seeds),
            max(entry.steps or most for entry in entries),
            variant.batch,
            spec.sampling,
            spec.target,
            every=1 if limits and len(entries) * len(rates) * spec.seeds * most <= FINE else None,
            judgements=JUDGEMENTS if spec.target is None and not limits else JUDGEMENTS_TO_TARGET,
            patience=spec.patience,
            keep_params=len(variants) == 1 and numbers(problem) <= 2,
            health=spec.health,
            risk=True,
            snapshots=True,
            width=spec.width,
        )

    jobs, costs, budget = [job(variant, {}) for variant in variants], None, None
    counted = spec.by if asked is None else asked.by
    shares = tuple(_rows(problem, variant.batch) / _rows(problem, spec.batch) for variant in variants)
    if spec.by != "steps" or counted != "steps":
        costs = cost.measure(jobs, shares, spec.costs)
    if costs and counted != "steps":
        budget = asked or cost.allowance(costs, steps, counted)
        limits = cost.limits(costs, budget)
        jobs = [job(variant, limits) for variant in variants]
    chance = problem.random_start or problem.resplits or not all(each.noiseless for each in jobs)
    for each in jobs:
        each.seeds = range(spec.seeds if chance else 1)
    fresh = range(spec.seeds, spec.seeds + spec.evaluation_seeds) if chance else range(0)
    for each in jobs if fresh else ():
        check_last(each, fresh)
    return Plan(spec, tuple(jobs), info, chance, fresh, budget or asked, costs, shares)


def _entry_info(known: dict[str, EntryInfo], rates: np.ndarray, entrant: str, settings: int, values: dict[str, Any]) -> EntryInfo:
    """An entry with the next ids: those of its entrant where that has a value already."""
    ids = {each.entrant: each.entrant_id for each in known.values()}
    first = sum(len(each.setting_ids) for each in known.values())
    return EntryInfo(rates, entrant, ids.get(entrant, len(ids)), np.arange(first, first + settings), values)


def _grids(entrants: Sequence[Entrant], spec: RaceSpec, rates: np.ndarray) -> dict[str, np.ndarray]:
    """The learning rates of each rule, so many that all try as many settings where that is to be balanced and can be."""
    values = Counter(entrant.owner for entrant in entrants)
    most = max(values.values())
    return {name: grid.finer(spec.learning_rates, rates, most // count if spec.balance else 1) for name, count in values.items()}


def _check_lanes(settings: int, programs: int, seeds: int) -> None:
    """Raise BadValue for a race of too many lanes, before any of them is made."""
    if settings * seeds > LANES:
        raise BadValue(
            f"{settings:,} settings x {seeds:,} seeds are {settings * seeds:,} lanes, more than {LANES:,}; "
            "take fewer learning rates, values to sweep, rules or seeds"
        )
    if programs > PROGRAMS:
        raise BadValue(f"the values to sweep take {programs:,} programs, more than {PROGRAMS:,}: take fewer values")


def _samples(problem: Problem, batch: int | str | None, steps: int, variants: Sequence[Variant]) -> int:
    """What trainings of different batches see: as `steps` updates with the batch asked for, in whole updates of the largest."""
    largest = max(_rows(problem, variant.batch) for variant in variants)
    return max(1, round(steps * _rows(problem, batch) / largest)) * largest


def _rows(problem: Problem, batch: int | str | None) -> int:
    """The rows that an update sees; 1 where there are none."""
    return batch_size(problem, batch) or (problem.data.rows if problem.data else 1)


def _one_or_all(values: list[Any]) -> Any:
    """The value that all jobs share, or each job's."""
    return values[0] if len(set(values)) == 1 else values
