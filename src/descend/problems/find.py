"""A problem by what a person calls it: a name, or a file and its target."""

from pathlib import Path
from typing import Any

from descend.core.errors import BadData, BadValue, UnknownName, short
from descend.core.system import own_file

from .base import PROBLEMS, Problem
from .models.file import from_file
from .models.recognise import from_pair, recognise, refuse_bare
from .options import make
from .tables import is_arrays, is_frame, memory_table, table
from .tables.files import is_table


def find(spec: Any, **options: Any) -> Problem:
    """The problem called `spec`: a registered name ("digits"), or FILE:TARGET ("wine.csv:quality").

    A Problem is returned as it is, and a class of problems stands for its defaults. A model of a person's own comes with its
    rows, as (model, x, y) or (model, "FILE:TARGET"), or in a file that is run, as "FILE.py:NAME" with data="FILE:TARGET". A table
    in memory is (DataFrame, "COLUMN") or (x, y), arrays: a dense network predicts the target, as from a file. File and target part
    at the last colon that has a file before it, so that both may contain colons. Options are the problem's fields, as values or as
    text ("64,32", "none", "true", "0.03"). UnknownName where there is no such problem, option or column; BadValue for an option's
    value; BadData for a file that cannot be trained on.
    """
    if isinstance(spec, Problem) and not options:
        return spec
    if isinstance(spec, type) and issubclass(spec, Problem) and hasattr(spec, "name"):
        return make(spec, **options)
    if isinstance(spec, Problem):
        raise BadValue(f"{short(spec)} is made already: give its options where it is made")
    if isinstance(spec, type) and issubclass(spec, Problem):
        raise BadValue(f'{spec.__name__} has no name: write @problem("..."), from descend.problems, above it')
    if isinstance(spec, tuple) and len(spec) == 2 and (is_frame(spec[0]) or is_arrays(spec)):
        return memory_table(*spec, **options)
    if is_frame(spec):
        raise BadValue("a DataFrame alone has no target: race (frame, 'COLUMN'), with the name of the column to predict")
    if isinstance(spec, tuple) and spec:
        return from_pair(spec, **options)
    framework = recognise(spec)
    if framework:
        raise refuse_bare(spec, framework)
    if not isinstance(spec, str):
        raise BadValue(
            f"{short(spec)} is not a problem; give a name (descend problems lists them), 'FILE:TARGET' as text, or a Problem"
        )
    if spec in PROBLEMS:
        return make(PROBLEMS[spec], **options)
    if own_file.is_file(spec):
        return from_file(spec, **options)
    parts = _parts(spec)
    if _ends_like_a_file(spec) and not (parts and _is_file(parts[0])):
        raise BadData(f"'{spec}' is a file without a target: write {spec}:TARGET with the name of the column to predict")
    if parts:
        return table(*parts, **options)
    raise UnknownName("problem", spec, [*PROBLEMS, "FILE:TARGET for a table"])


def file_and_target(spec: str) -> tuple[str, str | None]:
    """FILE and TARGET of "FILE:TARGET", or FILE alone where that is a file or ends like one, with None."""
    parts = _parts(spec)
    alone = _is_file(spec) or parts is None or (_ends_like_a_file(spec) and not _is_file(parts[0]))
    return (spec, None) if alone or parts is None else parts


def _parts(spec: str) -> tuple[str, str] | None:
    """FILE and TARGET: at the last colon after a file, else after a known ending, else at the last one; None without."""
    splits = [(spec[:i], spec[i + 1 :]) for i, mark in enumerate(spec) if mark == ":"][::-1]
    files = [parts for parts in splits if _is_file(parts[0])]
    named = [parts for parts in splits if _ends_like_a_file(parts[0])]
    return next(iter(files + named + splits), None)


def _ends_like_a_file(path: str) -> bool:
    return is_table(Path(path))


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:  # a name too long, a folder that may not be searched: reading it says so
        return False
