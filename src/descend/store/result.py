"""A finished race, as plain tables: what study makes, folders keep and reports draw. No JAX here."""

from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np
import pyarrow as pa

from descend.core.errors import UnknownName
from descend.core.system.extras import library

from .leaderboard import Leaderboard
from .schema import SCHEMA
from .winner import Winner, winner


@dataclass(frozen=True)
class RaceResult:
    """Everything one race found. `descend.save` writes it into a folder, `descend.load` reads it again.

    Every table knows its rows by ids: `entrant_id` (a rule with all of its values), `setting_id` (a learning rate of one value
    of an entrant; the same in tuning and verdict) and `lane` (one training), each counted from 0.

    - `document`: the spec, the versions, the machine and the plan that came of it (nested dicts of plain values; race.toml)
    - `summary`: the verdict and the figures' data (plain values; summary.json): problem, title, steps, batch, lanes, judged
      (what the verdict is by: "test loss", "validation loss" or "loss"), tuned (what settings are chosen by), rows (how many
      train, validate and test; None where there are none), resplits (whether every seed parts them anew), target,
      tuning_seeds, evaluation_seeds, deterministic, interrupted, verdict (one sentence), basis (by which rows, seeds and
      test), notes (what else a reader must know), each_rate (whether pictures show every learning rate that was tried), of a
      person's own table reading (how it was read, one line), columns (dicts) and baselines (name and measures), seconds
      {compile, run, total}, by (the measure of cost: "steps", "evaluations" or "seconds"), budget (amount and by; None: the
      steps), exchange (one a program: the seconds of a gradient, and how many gradients each other thing takes that rules ask
      for), orders (the entrants from best to worst by each measure), order (in a sentence, whether these differ) and order_zh
      (in Chinese), tuning (of `descend.tune`: what
      TuneResult.to_dict gives), and two lists of dicts: leaderboard (see Line), and sensitivity, one a setting: entrant_id,
      setting_id, rule, learning_rate, iqm, low, high, diverged (a loss that is not a finite number is None)
    - `lanes`: a row a lane: lane, entrant_id, setting_id, phase ("tuning" or "evaluation"), rule, learning_rate,
      hyperparameters, seed, status
      ("finished", "reached", "early" where patience was over, "diverged", "stopped"), steps, start_loss, loss, accuracy and
      the other measures, steps_to_target, settling_steps
    - `curves`: rows by lane and step: lane, entrant_id, setting_id, step (updates done), loss (training loss there, before the
      next update),
      gradient_norm, update_norm, judged_loss (of the validation rows, or what else settings are chosen by), test_loss (in the
      evaluation), training_loss (the same measure on as many training rows, without noise; only where rows are held out),
      accuracy; null where not measured
    - `paths`: for problems of one or two numbers, a row a setting and step: setting_id, rule, learning_rate, step, x1, x2 (null
      in 1-D), loss
    - `landscape`: with paths: arrays x1 (n,), x2 (m,) and f (m, n), or x1 (n,) and f (n,) in 1-D; start and optimum (d,); names
      (d,), what the problem calls these numbers
    - `snapshots`: arrays that show the trained weights, entrants (`names`, `settings`: their setting_id) in rank order: for
      classifiers confusion (entrants, classes, classes), counts over the seeds of the verdict, rows being the true class, with
      classes (classes,), their names; for problems with two features field (entrants, values, n, m), the outputs of the first
      seed over x1 (m,) and x2 (n,): one value with the line at 0.5, or a probability a class; points (rows, 2), labels
      (rows,), held_out (rows,) and accuracy (entrants,), that of the seed shown
    - `health`: where asked, a row a setting, step and layer: setting_id, rule, learning_rate, chosen (true: of the first seed of
      the verdict; false: another learning rate that was tried, of the first tuning seed), step, layer, weight_norm,
      gradient_norm, update_norm (null where not recorded at that step), dead, saturated (shares in [0, 1], null where a layer
      has no such units)
    - `functions`: where the race has such, a row a point of a function of one number: kind ("schedule": the learning rate over the
      updates of the first of the leaderboard that has one; "activation": those that are compared), name, x, y, slope (the
      derivative, null of schedules)
    - `weights`: trained weights, as "SETTING.NUMBER": the arrays of (parameters, aux) in order, of a line's lane whose loss is the
      median over seeds, for as many lines from the first on as are small enough; `best().weights()` gives them their form
    - `problem`: what was raced, while it is in memory; no file has it
    """

    document: dict[str, Any]
    summary: dict[str, Any]
    lanes: pa.Table
    curves: pa.Table
    paths: pa.Table | None = None
    landscape: dict[str, np.ndarray] = field(default_factory=dict)
    snapshots: dict[str, np.ndarray] = field(default_factory=dict)
    health: pa.Table | None = None
    functions: pa.Table | None = None
    weights: dict[str, np.ndarray] = field(default_factory=dict)
    problem: Any = field(default=None, repr=False, compare=False)
    schema: int = SCHEMA

    @cached_property
    def leaderboard(self) -> Leaderboard:
        """The lines in rank order; prints as a table, and converts to dicts and to frames."""
        return Leaderboard.from_dicts(self.summary["leaderboard"])

    @property
    def spec(self) -> Any:
        """The RaceSpec, for `descend.race` to run again. BadValue for a race with what cannot be written, such as a lambda."""
        return _above("races").RaceSpec.from_document(self.document)

    def best(self, rule: str | None = None) -> Winner:
        """The first of the leaderboard, or the rule of that name, as tuned.

        `.code("torch")` is a program with it, `.weights()` what it trained, and `.model()` a person's own model with these weights.

        Raises UnknownName for a rule that did not race.
        """
        lines = {line.rule: line for line in self.leaderboard}
        if rule is not None and rule not in lines:
            raise UnknownName("rule of this race", rule, lines)
        return winner(self.leaderboard[0] if rule is None else lines[rule], self)

    def to_arrow(self) -> pa.Table:
        """The table of lanes, as Arrow."""
        return self.lanes

    def to_pandas(self) -> Any:
        """The table of lanes, as a pandas DataFrame; MissingExtra where pandas is not installed (descend[pandas])."""
        library("pandas", "to_pandas")
        return self.lanes.to_pandas()

    def to_polars(self) -> Any:
        """The table of lanes, as a polars DataFrame (needs the extra descend[polars])."""
        return library("polars", "to_polars").from_arrow(self.lanes)

    def __repr__(self) -> str:
        summary = self.summary
        lanes = f"{summary['lanes']:,} lane{'s' * (summary['lanes'] != 1)}, judged by {summary['judged']}"
        return f"{summary['title']}: {lanes}\n\n{self.leaderboard!r}\n\n{summary['verdict']}"

    def _repr_html_(self) -> str:
        return _above("report").notebook(self)


def _above(part: str) -> Any:
    """A part that stands above this one: loaded by name, when a person asks a result for what only that part can give."""
    return import_module(f"descend.{part}")
