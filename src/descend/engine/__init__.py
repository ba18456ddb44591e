"""Lanes: many trainings as one compiled program. Arrays in, arrays out; no files."""

from descend.core.system.interrupts import on_ctrl_c

from .best import NEVER
from .control import Control, Progress
from .job import LANES, Job, batch_size
from .lanes import Entry
from .order import SAMPLINGS
from .program import TEST
from .records import Records
from .run import Run
from .timing import Costs, costs
from .train import Training, train

__all__ = [
    "Costs",
    "NEVER",
    "Control",
    "Entry",
    "Job",
    "LANES",
    "Progress",
    "Records",
    "Run",
    "SAMPLINGS",
    "TEST",
    "Training",
    "batch_size",
    "on_ctrl_c",
    "costs",
    "train",
]
