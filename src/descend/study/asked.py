"""What was asked, with which versions, on which machine: what a reader needs to run the race again."""

import dataclasses
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import jax
import numpy as np

from descend import __version__
from descend.engine import Job, runtime

from . import field

LIBRARIES = ("jax", "jaxlib", "equinox", "numpy", "scikit-learn", "pyarrow")


def request(
    jobs: Sequence[Job], grid: np.ndarray, schedule: Any, sweep: Mapping[str, Sequence[Any]], fresh: range
) -> dict[str, Any]:
    """Nested dicts of plain values: race, problem, sweep, rules, versions, machine."""
    job = jobs[0]
    fields = dataclasses.fields(job.problem) if dataclasses.is_dataclass(job.problem) else ()
    options = {f.name: _plain(getattr(job.problem, f.name)) for f in fields}
    return {
        "race": {
            "problem": job.problem.name,
            "title": job.problem.title,
            "steps": _one_or_all([each.steps for each in jobs]),
            "batch": _one_or_all([each.batch_words for each in jobs]),
            "sampling": job.sampling,
            "patience": job.patience,
            "health": job.health,
            "learning_rates": [float(rate) for rate in grid],
            "schedule": None if schedule is None else str(schedule),
            "target": job.target,
            "seeds": list(job.seeds),
            "evaluation_seeds": list(fresh),
            "started": datetime.now(UTC).isoformat(timespec="seconds"),
        },
        "problem": options,
        "sweep": {name: _plain(values) for name, values in sweep.items()},
        "rules": {e.name: field.texts(e.settings) for each in jobs for e in each.entries},
        "versions": {
            "python": platform.python_version(),
            "descend": __version__,
            **{name: version(name) for name in LIBRARIES},
        },
        "machine": {
            "system": platform.platform(),
            "processor": platform.processor() or platform.machine(),
            "devices": [str(d.device_kind) for d in jax.local_devices()],
            "cores": runtime.available_cores(),
        },
    }


def _one_or_all(values: list[Any]) -> Any:
    """The value that all jobs share, or each job's."""
    return values[0] if len(set(values)) == 1 else values


def _plain(value: Any) -> Any:
    """A value that TOML can hold."""
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)
