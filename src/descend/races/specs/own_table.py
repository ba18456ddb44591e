"""What a race on a person's own table adds to its summary: how the file was read, and what needs no network at all."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from descend.engine import Job
from descend.problems.tables import Table, baselines

SPLITS = 5  # of the rows, that baselines are averaged over


def table(job: Job, seeds: Sequence[int]) -> dict[str, Any]:
    """`reading` (one line), `columns` (a dict each) and `baselines` (name and mean measures over the splits of a few `seeds`,
    fitted to the training rows and judged by the rows that judge); None and nothing for other problems."""
    problem = job.problem
    if not isinstance(problem, Table):
        return {"reading": None, "columns": [], "baselines": []}
    splits = [problem.resplit(seed) for seed in seeds[: SPLITS if problem.resplits else 1]]
    measured = [baselines(problem, split) for split in splits]
    means = [
        {name: _mean([measures[i][1].get(name) for measures in measured]) for name in measured[0][i][1]}
        for i in range(len(measured[0]))
    ]
    named = [{"name": name, "measures": mean} for (name, _), mean in zip(measured[0], means, strict=True)]
    return {"reading": problem.reading, "columns": problem.columns_table, "baselines": named}


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None and np.isfinite(value)]
    return float(np.mean(known)) if known else None


def epochs(job: Job) -> list[str]:
    """Whether a training ends before it has seen every row once, in a sentence."""
    data, batch = job.problem.data, job.batch_words
    if data is None or job.problem.endless or batch == "full" or job.steps * int(batch) >= data.rows:
        return []
    seen, whole = job.steps * int(batch), -(-data.rows // int(batch))
    return [
        f"{job.steps:,} updates of {batch} rows see {seen:,} of {data.rows:,} training rows, {seen / data.rows:.2g} of an epoch: "
        f"a whole one takes {whole:,} updates."
    ]
