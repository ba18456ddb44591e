"""A problem by what a person calls it: a name, or a file and its target."""

from pathlib import Path
from typing import Any

from descend.core.errors import BadData, BadValue, UnknownName

from .base import PROBLEMS, Problem
from .options import make
from .reading import ENDINGS
from .tables import table


def find(spec: Any, **options: Any) -> Problem:
    """The problem called `spec`: a registered name ("digits"), or FILE:TARGET ("wine.csv:quality"; the last colon counts).

    A Problem is returned as it is, and a class of problems stands for its defaults.
    Options are the problem's fields, as values or as text ("64,32", "none", "true", "0.03"). UnknownName where there is no
    such problem, option or column; BadValue for an option's value; BadData for a file that cannot be trained on.
    """
    if isinstance(spec, Problem) and not options:
        return spec
    if isinstance(spec, type) and issubclass(spec, Problem) and hasattr(spec, "name"):
        return make(spec, **options)
    if not isinstance(spec, str):
        raise BadValue(f"{spec!r} is not a problem; give a name ({', '.join(PROBLEMS)}), 'FILE:TARGET' as text, or a Problem")
    if spec in PROBLEMS:
        return make(PROBLEMS[spec], **options)
    path, colon, target = spec.rpartition(":")
    if Path(spec).suffix.lower() in ENDINGS and not Path(path).is_file():
        raise BadData(f"'{spec}' is a file without a target: write {spec}:TARGET with the name of the column to predict")
    if colon:
        return table(path, target, **options)
    raise UnknownName("problem", spec, [*PROBLEMS, "FILE:TARGET for a table"])
