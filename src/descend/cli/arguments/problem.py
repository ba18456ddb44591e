"""The problem that a command is asked about: its name or file, and what it is read from and set to."""

import argparse
from pathlib import Path
from typing import Any

from .shared import add_set


def add_problem(sub: argparse.ArgumentParser, optional: bool = False) -> None:
    """PROBLEM, the first word."""
    sub.add_argument(
        "problem",
        nargs="?" if optional else None,
        metavar="PROBLEM",
        help="a name from `descend problems`, or FILE:TARGET for a table (.csv, .xlsx, .parquet, .npz, ...), or FILE.py:NAME for "
        "a model of your own, or a function build(features, outputs) of one, with --data: that file is run as code",
    )


def add_columns(sub: argparse.ArgumentParser) -> None:
    """--columns."""
    sub.add_argument(
        "-c", "--columns", action="append", default=[], metavar="NAME=KIND",
        help="tables: read a column as number, category, date, text, or ignore it; repeatable",
    )  # fmt: skip


def add_options(sub: argparse.ArgumentParser) -> None:
    """--set, --data, --text, --columns, --test and --split."""
    add = sub.add_argument
    add_set(sub, "set an option of the problem (hidden=64,32) or of a rule (adam.b1=0.5); repeatable")
    add(
        "--data", type=Path, metavar="FILE",
        help="local file of a data set, instead of downloading it; of a model of your own its rows, FILE:TARGET",
    )  # fmt: skip
    add("--text", metavar="COLUMN", help="tables: text column to read as a bag of words")
    add_columns(sub)
    add("--test", type=Path, metavar="FILE", help="tables: file with the same columns, whose rows give the verdict")
    add("--split", metavar="HOW", help="tables: random (default) or time (the last rows give the verdict)")


def _flags(options: argparse.Namespace) -> list[tuple[str, Any]]:
    """The options that are options of problems too, None where they are not given."""
    table = [("--columns", options.columns or None), ("--test", options.test), ("--split", options.split)]
    return [("--data", options.data), ("--text", options.text), *table]


def build(options: argparse.Namespace) -> tuple[Any, dict[str, dict[str, str]]]:
    """The problem, checked, and the settings of rules, by rule and hyperparameter. Raises BadInput."""
    from descend.problems import find

    from . import settings

    rules, own = settings.split(options.set)
    for flag, value in _flags(options):
        settings.add(flag, value, options.problem, own)
    return find(options.problem, **own), rules
