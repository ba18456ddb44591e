"""descend: a laboratory for how neural networks learn."""

import importlib
import sys
from typing import TYPE_CHECKING, Any

from descend.core.version import __version__

if TYPE_CHECKING:  # what editors and type checkers see; at run time __getattr__ loads each name when it is first used
    from descend import errors, ranges
    from descend.analysis.complexity import explain
    from descend.analysis.stability import stability
    from descend.engine import train
    from descend.races import RaceSpec, race
    from descend.report import save
    from descend.store import load
    from descend.tuning import tune

__all__ = ["RaceSpec", "__version__", "errors", "explain", "load", "race", "ranges", "save", "stability", "train", "tune"]

_HOMES = {
    "RaceSpec": "descend.races",
    "explain": "descend.analysis.complexity",
    "load": "descend.store",
    "race": "descend.races",
    "save": "descend.report",
    "stability": "descend.analysis.stability",
    "train": "descend.engine",
    "tune": "descend.tuning",
}
_PARTS = (
    *("core", "errors", "ranges", "schedules", "scripts", "rules", "problems", "store"),
    *("engine", "bridges", "analysis", "races", "tuning", "report", "lab"),
)


if "jax" in sys.modules:  # is this process forked from one that has used it? Seen by its threads, before others begin some
    importlib.import_module("descend.core.system.process")


def __getattr__(name: str) -> Any:
    """Load a part when it is first used, so that `import descend` is quick and loads no JAX."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    if name in _PARTS:
        return importlib.import_module(f"descend.{name}")
    raise AttributeError(f"module 'descend' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_PARTS})
