"""The records of both phases as tables: a row a lane, and a row a lane and step."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from descend.engine import NEVER, TEST, Records
from descend.rules import Usage

from ..judging.outcome import Outcome
from ..plan import EntryInfo
from ..specs import entrants as field


@dataclass(frozen=True)
class Phase:
    """One phase's records and outcome, and what each of its entries stands for."""

    name: str
    records: Records
    outcome: Outcome
    info: Sequence[EntryInfo]

    @property
    def ids(self) -> dict[str, np.ndarray]:
        """The ids of the entrant and the setting of every lane, in the order of the records."""
        seeds = len(self.records.seeds)
        counts = [seeds * len(each.setting_ids) for each in self.info]
        settings = np.concatenate([each.setting_ids for each in self.info])
        entrants = np.repeat([each.entrant_id for each in self.info], counts)
        return {"entrant_id": entrants.astype(np.int32), "setting_id": np.repeat(settings, seeds).astype(np.int32)}


def lanes(phases: Sequence[Phase]) -> pa.Table:
    """A row a lane, tuning before evaluation; lane numbers count from 0 and serve `curves` too."""
    tables = [_lanes(p) for p in phases]
    table = pa.concat_tables(tables)
    return table.add_column(0, "lane", pa.array(np.arange(len(table), dtype=np.int32)))


def _lanes(phase: Phase) -> pa.Table:
    records, outcome = phase.records, phase.outcome
    settings, seeds = outcome.loss.shape
    rules = [name for name, _ in records.names]
    hyper = [field.text(rule) for entry in records.entries for rule in entry.settings]
    rates = np.concatenate([each.rates if len(each.rates) else np.full(len(each.setting_ids), np.nan) for each in phase.info])

    def a_setting(values: list[str]) -> pa.Array:
        return pa.array(np.repeat(np.array(values, object), seeds), pa.string()).dictionary_encode().cast(pa.string())

    measures = {"accuracy": np.full(outcome.loss.shape, np.nan)} | outcome.measures
    return pa.table({
        **phase.ids,
        "phase": pa.array([phase.name] * (settings * seeds)),
        "rule": a_setting(rules),
        "learning_rate": _floats(np.repeat(rates, seeds)),
        "hyperparameters": a_setting(hyper),
        "seed": pa.array(np.tile(np.array(records.seeds, np.int64), settings)),
        "status": pa.array(_status(records, outcome).ravel()),
        "steps": pa.array(np.maximum(records.done, 0).ravel().astype(np.int64)),
        **{name: pa.array(counts) for name, counts in _usage(records).items()},
        "start_loss": _floats(outcome.start),
        "loss": _floats(outcome.loss),
        **{name: _floats(values) for name, values in measures.items()},
        "steps_to_target": _steps(outcome.hit),
        "settling_steps": _steps(outcome.settled),
    })  # fmt: skip


def _usage(records: Records) -> dict[str, np.ndarray]:
    """What each lane's updates asked of the loss, by the fields of Usage: whole numbers (lanes,)."""
    rules = (rule for entry in records.entries for rule in entry.settings)
    used = [rule.uses(done) for rule, done in zip(rules, np.maximum(records.done, 0), strict=True)]
    seeds = len(records.seeds)
    return {
        name: np.concatenate([np.broadcast_to(getattr(each, name), seeds) for each in used]).astype(np.int64)
        for name in Usage._fields
    }


def _status(records: Records, outcome: Outcome) -> np.ndarray:
    short = records.done < records.limits[:, None]
    early = records.early != NEVER
    reached = np.where(outcome.hit != NEVER, "reached", np.where(early, "early", "finished"))
    short &= ~early
    return np.where(outcome.diverged, "diverged", np.where(short, "stopped", reached))


def curves(phases: Sequence[Phase]) -> pa.Table:
    """A row a lane and step, at every record and judgement; null where a number was not taken, or is none."""
    tables, lane = [], 0
    for phase in phases:
        tables.append(_curves(phase, lane))
        lane += phase.records.done.size
    return pa.concat_tables(tables)


def _curves(phase: Phase, first_lane: int) -> pa.Table:
    records = phase.records
    steps = np.union1d(np.union1d(records.steps, records.judged_steps), records.limits)
    lanes = records.done.size
    ends = np.searchsorted(steps, np.repeat(records.limits, records.done.shape[1]))
    present = (steps[None, :] <= records.done.reshape(-1, 1)).ravel()

    def column(values: np.ndarray | None, at: np.ndarray) -> pa.Array:
        spread = np.full((lanes, len(steps)), np.nan, records.curves["loss"].dtype)
        if values is not None:
            spread[:, np.searchsorted(steps, at)] = values.reshape(lanes, -1)
            if at is records.judged_steps:  # the last judgement is of the weights after the last update
                spread[np.arange(lanes), ends] = values.reshape(lanes, -1)[:, -1]
        return _floats(spread.ravel()[present])

    number = np.repeat(np.arange(first_lane, first_lane + lanes, dtype=np.int32), len(steps))
    return pa.table({
        "lane": pa.array(number[present]),
        **{name: pa.array(np.repeat(values, len(steps))[present]) for name, values in phase.ids.items()},
        "step": pa.array(np.tile(steps.astype(np.int32), lanes)[present]),
        **{name: column(records.curves[name], records.steps) for name in ("loss", "gradient_norm", "update_norm")},
        "judged_loss": column(records.metrics["loss"], records.judged_steps),
        "training_loss": column(records.metrics.get("training_loss"), records.judged_steps),
        "test_loss": column(records.metrics.get(f"{TEST}loss"), records.judged_steps),
        "accuracy": column(records.metrics.get("accuracy"), records.judged_steps),
    })  # fmt: skip


def _floats(values: np.ndarray) -> pa.Array:
    return pa.array(np.asarray(values).ravel(), from_pandas=True)


def _steps(values: np.ndarray) -> pa.Array:
    flat = values.ravel()
    return pa.array(flat.astype(np.int64), mask=flat == NEVER)
