"""A person's own table: how its file, its columns and its target are read."""

from .baselines import baselines
from .files import ENDINGS, is_table
from .table import Table, survey_of, table

__all__ = ["ENDINGS", "Table", "baselines", "is_table", "survey_of", "table"]
