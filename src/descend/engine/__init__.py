"""Lanes: many trainings as one compiled program. Arrays in, arrays out; no files."""

from descend.core.stopping import on_ctrl_c

from .job import Job, Progress, batch_size, noiseless
from .lanes import Entry
from .program import NEVER
from .records import Records
from .run import Run
from .stability import Stability, limit, stability
from .train import Training, train

__all__ = [
    "NEVER",
    "Entry",
    "Job",
    "Progress",
    "Records",
    "Run",
    "Stability",
    "Training",
    "batch_size",
    "limit",
    "noiseless",
    "on_ctrl_c",
    "stability",
    "train",
]
