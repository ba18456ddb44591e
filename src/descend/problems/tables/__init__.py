"""A person's own table: how its file, its columns and its target are read."""

from .baselines import baselines
from .files import ENDINGS, is_table
from .memory import MemoryTable, is_arrays, is_data_frame, is_frame, memory_table
from .table import Table, survey_of, table

__all__ = [
    "ENDINGS",
    "MemoryTable",
    "Table",
    "baselines",
    "is_arrays",
    "is_data_frame",
    "is_frame",
    "is_table",
    "memory_table",
    "survey_of",
    "table",
]
