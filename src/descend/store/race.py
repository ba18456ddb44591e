"""A finished race, as plain tables: what study makes, folders keep and reports draw. No JAX here."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from descend.core.errors import UnknownName
from descend.core.extras import library

from .winner import Winner, winner


@dataclass(frozen=True)
class Race:
    """Everything one race found.

    - `asked`: what was asked, the versions and the machine (nested dicts of plain values; race.toml)
    - `summary`: the verdict and the figures' data (plain values; summary.json): problem, title, steps, batch, lanes, judged
      (what the verdict is by: "test loss", "validation loss" or "loss"), tuned (what settings are chosen by), rows (how many
      train, validate and test; None where there are none), resplits (whether every seed parts them anew), target,
      tuning_seeds, evaluation_seeds, deterministic, interrupted, verdict (one sentence), basis (by which rows, seeds and
      test), notes (what else a reader must know), each_rate (whether pictures show every learning rate that was tried), of a
      person's own table reading (how it was read, one line), columns (dicts) and baselines (name and measures), seconds
      {compile, run, total}, and two lists of dicts: leaderboard, in rank order, the values of entrants that tuning did not
      choose below: rule, entrant (whose value it is), standing ("leader", "level": not told apart from it, "behind" it,
      "open": too few seeds, "value": not in the verdict), p (of the difference to the leader, corrected for the number of
      entrants), settings (how many were tried), learning_rate, loss {iqm, low, high}, accuracy, measures (all that was judged
      beside the loss, by name: interquartile means), steps_to_target, settling_steps, diverged (share of lanes),
      working_decades, at_edge (whether the learning rate is the lowest or highest tried), edge (None, "low" or "high"),
      hyperparameters (as text), tied (with the leader), code (the Python that makes the rule, see core.scripting.Code; None
      for a rule of one's own), gap (validation loss less training loss at the end) and best_step (median step of the best
      weights, where patience was set), each None elsewhere, numbers (the problem's own that the rival had, {} where none was
      swept), steps (updates of a training), batch (rows an update sees, or "full"), rows (how many those are, None where
      there are none); sensitivity, one a rule and learning rate: rule, learning_rate, iqm, low, high, diverged (a loss that
      is not a finite number is None)
    - `lanes`: a row a lane: lane, phase ("tuning" or "evaluation"), rule, learning_rate, hyperparameters, seed, status
      ("finished", "reached", "early" where patience was over, "diverged", "stopped"), steps, start_loss, loss, accuracy and
      the other measures, steps_to_target, settling_steps
    - `curves`: rows by lane and step: lane, step (updates done), loss (training loss there, before the next update),
      gradient_norm, update_norm, judged_loss (of the validation rows, or what else settings are chosen by), test_loss (in the
      evaluation), training_loss (the same measure on as many training rows, without noise; only where rows are held out),
      accuracy; null where not measured
    - `paths`: for problems of one or two numbers, a row a rule and step: rule, learning_rate, step, x1, x2 (null in 1-D), loss
    - `landscape`: with paths: arrays x1 (n,), x2 (m,) and f (m, n), or x1 (n,) and f (n,) in 1-D; start and optimum (d,); names
      (d,), what the problem calls these numbers
    - `portraits`: arrays that show the trained weights, rivals (`names`) in rank order: for classifiers confusion (rivals,
      classes, classes), counts over the seeds of the verdict, rows being the true class, with classes (classes,), their
      names; for problems with two features field (rivals, values, n, m), the outputs of the first seed over x1 (m,) and x2 (n,):
      one value with the line at 0.5, or a probability a class; points (rows, 2), labels (rows,), held_out (rows,) and
      accuracy (rivals,), that of the seed shown
    - `health`: where asked, a row a rival, learning rate, step and layer: rule, learning_rate, chosen (true: of the first seed of
      the verdict; false: another learning rate that was tried, of the first tuning seed), step, layer, weight_norm,
      gradient_norm, update_norm (null where not recorded at that step), dead, saturated (shares in [0, 1], null where a layer
      has no such units)
    - `functions`: where the race has such, a row a point of a function of one number: kind ("schedule": the step size over the
      updates of the first of the leaderboard that has one; "activation": those that are compared), name, x, y, slope (the
      derivative, null of schedules)
    """

    asked: dict[str, Any]
    summary: dict[str, Any]
    lanes: pa.Table
    curves: pa.Table
    paths: pa.Table | None = None
    landscape: dict[str, np.ndarray] = field(default_factory=dict)
    portraits: dict[str, np.ndarray] = field(default_factory=dict)
    health: pa.Table | None = None
    functions: pa.Table | None = None

    @property
    def leaderboard(self) -> list[dict[str, Any]]:
        """The rules in rank order, each a dict (see `summary`)."""
        return self.summary["leaderboard"]

    def best(self, rule: str | None = None) -> Winner:
        """The first of the leaderboard, or the rule of that name, as tuned; `.code("torch")` is a program with it.

        Raises UnknownName for a rule that did not race.
        """
        lines = {line["rule"]: line for line in self.leaderboard}
        if rule is not None and rule not in lines:
            raise UnknownName("rule of this race", rule, lines)
        return winner(self.leaderboard[0] if rule is None else lines[rule])

    def to_arrow(self) -> pa.Table:
        """The table of lanes, as Arrow."""
        return self.lanes

    def to_pandas(self) -> Any:
        """The table of lanes, as a pandas DataFrame; MissingExtra where pandas is not installed (descend[pandas])."""
        library("pandas", "to_pandas")
        return self.lanes.to_pandas()
