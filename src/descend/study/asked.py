"""What was asked, with which versions, on which machine: what a reader needs to run the race again."""

import dataclasses
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import jax
import numpy as np

from descend import __version__
from descend.engine import Job, batch_size, runtime

from . import field

LIBRARIES = ("jax", "jaxlib", "equinox", "numpy", "scikit-learn", "pyarrow")


def request(job: Job, grid: np.ndarray, schedule: Any, fresh: range) -> dict[str, Any]:
    """Nested dicts of plain values: race, problem, rules, versions, machine."""
    options = {f.name: _plain(getattr(job.problem, f.name)) for f in dataclasses.fields(job.problem)}  # type: ignore[arg-type]
    return {
        "race": {
            "problem": job.problem.name,
            "title": job.problem.title,
            "steps": job.steps,
            "batch": batch_size(job.problem, job.batch) or "full",
            "learning_rates": [float(rate) for rate in grid],
            "schedule": None if schedule is None else str(schedule),
            "target": job.target,
            "seeds": list(job.seeds),
            "evaluation_seeds": list(fresh),
            "started": datetime.now(UTC).isoformat(timespec="seconds"),
        },
        "problem": options,
        "rules": {e.name: field.text(e.settings[0]) for e in job.entries},
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


def _plain(value: Any) -> Any:
    """A value that TOML can hold."""
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)
