"""A person's own table: how its file, its columns and its target are read."""

from .files import ENDINGS, is_table
from .table import Table, table

__all__ = ["ENDINGS", "Table", "is_table", "table"]
