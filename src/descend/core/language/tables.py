"""Tables for a terminal: one look, and as many columns as it is wide."""

from collections.abc import Callable, Collection, Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

ENDLESS = 10_000  # columns where nothing limits them


def table_of(headings: Iterable[str], left: Collection[str]) -> Table:
    """A table without rows; the columns under the headings `left` begin on the left, all others end on the right."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for heading in headings:
        table.add_column(heading, justify="left" if heading in left else "right", overflow="fold")
    return table


def fit(make: Callable[[Sequence[str]], Table], spare: Sequence[str], on: Console) -> Table:
    """The table that `make` gives, without as few of the spare columns, the first one first, as the console's width allows."""
    endless = on.options.update(width=ENDLESS)
    tables = (make(spare[:count]) for count in range(len(spare) + 1))
    narrow = (table for table in tables if Measurement.get(on, endless, table).maximum <= on.width)
    return next(narrow, make(spare))
