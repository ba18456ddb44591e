"""descend columns: how each column of a table is read, without a race."""

import argparse
from typing import Any

from ..arguments import problem as problem_arguments
from ..arguments import shared

EXAMPLES = {
    "columns": "examples:\n  descend columns sales.csv\n  descend columns sales.csv:revenue\n"
    "  descend columns sales.csv:revenue --columns region=category --set decimal=comma"
}


def add_arguments(sub: argparse.ArgumentParser) -> None:
    """The words of `descend columns`."""
    sub.add_argument("problem", metavar="FILE[:TARGET]", help="a table and, optionally, the column to predict")
    problem_arguments.add_columns(sub)
    shared.add_set(sub, "set an option of the table (decimal=comma)")


def act(options: argparse.Namespace) -> int:
    """Print a line and a table of the columns."""
    from descend.problems.find import file_and_target
    from descend.problems.tables import survey_of

    from ..arguments import settings
    from ..terminal.console import console

    path, target = file_and_target(options.problem)
    rules, own = settings.split(options.set)
    settings.check_no_rules(rules)
    settings.add("--columns", options.columns or None, options.problem, own)
    line, rows = survey_of(path, target, **own)
    on = console()
    on.print(table(rows))
    on.print(line)
    return 0


def table(rows: list[dict[str, str]]) -> Any:
    """The rows of a table of columns, to print."""
    from rich.table import Table

    made = Table(*rows[0], box=None, padding=(0, 2, 0, 0))
    for row in rows:
        made.add_row(*row.values())
    return made
