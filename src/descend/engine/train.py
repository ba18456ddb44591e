"""One training: a race of one lane, with everything written down."""

from dataclasses import dataclass

import numpy as np

from descend import rules
from descend.core.calls import check_calls
from descend.core.errors import BadValue, short
from descend.core.numbers import whole
from descend.core.system.device import check_device
from descend.problems import Problem, check_problem, find
from descend.rules import Rule

from .job import SEEDS, Job
from .lanes import Entry
from .run import Run
from .runtime import scope


@dataclass(frozen=True)
class Training:
    """What one training left behind; shorter than asked only if Ctrl-C ended it.

    - `losses` (steps,): the training loss before each update
    - `gradient_norms`, `update_norms` (steps,): Euclidean, over all parameters
    - `metrics`: arrays (judgements,) by name ("loss", and "accuracy" where there are classes), on validation rows where
      there are any, after `judged_steps` updates
    - `params` (steps + 1, numbers): the path, as one vector a step from the start to the end; None unless kept
    """

    losses: np.ndarray
    gradient_norms: np.ndarray
    update_norms: np.ndarray
    metrics: dict[str, np.ndarray]
    judged_steps: np.ndarray
    params: np.ndarray | None = None


@check_calls
@scope()
def train(
    problem: Problem | str,
    rule: Rule | type[Rule] | str,
    *,
    steps: int | None = None,
    seed: int = 0,
    batch: int | str | None = None,
    keep_params: bool = False,
) -> Training:
    """Train once: a problem (or its name, or FILE:TARGET), a rule (or its name), so many updates, one seed.

    `steps` and `batch` (rows an update sees, or "full") default to the problem's own. `keep_params` keeps the path, in
    memory: steps x parameters numbers. `seed` is from 0 to 2^32 - 1. Raises BadInput for what cannot be done.
    """
    check_device()
    problem, chosen = check_problem(find(problem)), rules.find(rule)
    if not isinstance(keep_params, bool):
        raise BadValue(f"keep_params is {short(keep_params)}, must be True or False")
    seed = whole("seed", seed, 0, SEEDS - 1)
    count = problem.steps if steps is None else steps
    job = Job(problem, [Entry(chosen.name, (chosen,))], [seed], count, batch, every=1, keep_params=keep_params)
    records = Run(job).run()
    if not records.started.all():
        raise KeyboardInterrupt
    done = int(records.done[0, 0])
    curves = {name: values[0, 0, :done] for name, values in records.curves.items()}
    judged = records.judged_steps <= done
    metrics = {name: values[0, 0, judged] for name, values in records.metrics.items()}
    path = np.concatenate([curves["params"], metrics.pop("params")[-1:]]) if keep_params else None
    return Training(curves["loss"], curves["gradient_norm"], curves["update_norm"], metrics, records.judged_steps[judged], path)
