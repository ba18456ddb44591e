"""descend rules: the rules and wrappers, or one of them: equations, hyperparameters, dialects, and its path as a picture."""

import argparse
from pathlib import Path
from typing import Any

from ..arguments import shared
from ..terminal import figure_file as picture
from ..terminal import out
from . import catalogue as lists

EXAMPLES = {"rules": "examples:\n  descend rules\n  descend rules adam\n  descend rules adam --plot --out adam.png"}
RATES = "0.01:10:10"  # three learning rates a decade


def add_arguments(sub: argparse.ArgumentParser) -> None:
    """The words of `descend rules`."""
    sub.add_argument("name", nargs="?", help="the rule or wrapper to show in full (default: list all)")
    sub.add_argument("-p", "--plot", action="store_true", help="draw its path on the bowl at the best of several learning rates")
    shared.add_picture(sub)


def act(options: argparse.Namespace) -> int:
    """Print the lists, or one rule or wrapper; draw its path where asked. Bad input is found before anything is printed."""
    from descend.rules import RULES, WRAPPERS

    from ..terminal.console import console

    _check(options.name, options.plot, options.out)
    on = console()
    if options.name is None:
        on.print(lists.table(RULES, "rules"))
        on.print(lists.table(WRAPPERS, "\nwrappers around a rule"))
        return 0
    cls = _find(options.name)
    for part in description(cls, min(on.width, lists.WIDTH)):
        on.print(part)
    if options.plot:
        on.print(draw_path(cls, options.out or out.free(cls.name, ".png")), soft_wrap=True)
    return 0


def _check(name: str | None, plot: bool, file: Path | None) -> None:
    """Raise for what cannot be shown or drawn."""
    from descend.core.errors import BadValue
    from descend.rules import WRAPPERS

    if name is not None:
        _find(name)
    if file and not plot:
        raise BadValue(f"--out {file} is the file for --plot's picture; add --plot")
    if plot and not name:
        raise BadValue("--plot draws the path of one rule; name it, as in: descend rules adam --plot")
    if plot and name and name in WRAPPERS:
        raise BadValue(f"{name} is a wrapper and has no path of its own; --plot draws rules, such as adam")
    picture.check(file)


def _find(name: str) -> Any:
    """The rule or wrapper of that name."""
    from descend.core.errors import UnknownName
    from descend.rules import RULES, WRAPPERS

    for registry in (RULES, WRAPPERS):
        if name in registry:
            return registry[name]
    raise UnknownName("rule", name, [*RULES, *WRAPPERS])


def description(cls: Any, width: int) -> list[Any]:
    """All there is to print: the docstring's sections, the dialects before the reference."""
    parts = lists.sections(cls, width)
    reference = parts.pop("Reference", None)
    last = [] if reference is None else [reference]
    return [lists.heading(cls, width), *parts.values(), *slots(cls), *dialects(cls), *last]


def slots(cls: Any) -> list[Any]:
    """What each slot of a rule is, in the field's words; nothing for a wrapper, or a rule that has none."""
    import numpy as np
    from rich.text import Text

    from descend.rules import RULES

    names = cls().init_tree(np.zeros(2)) if cls.name in RULES else {}
    if not isinstance(names, dict) or not names:
        return []
    lines = [f"\n  {name}: {cls.slot_meaning(name)}" for name in names]
    return [Text.assemble(("What the slots are", "bold"), *lines, "\n")]


def dialects(cls: Any) -> list[Any]:
    """The hyperparameters that differ between the dialects as a table, and how one is asked for; nothing without dialects."""
    from rich.table import Table
    from rich.text import Text

    from descend.rules.dialects import dialects_of, table

    names = dialects_of(cls)
    if not names:
        return []
    use = Text(f"  {cls.__name__}.as_in({names[0]!r})\n".replace("'", '"'))
    rows = table(cls)
    if not rows:
        return [Text.assemble(("Dialects", "bold"), f"\n  {', '.join(names)}: as the default"), use]
    grid = Table(title=Text("Dialects", "bold"), title_justify="left", box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for heading in ("  ", "default", *names):
        grid.add_column(heading, justify="left" if heading == "  " else "right", overflow="fold")
    for name, values in rows.items():
        grid.add_row(f"  {name}", *(_number(value) for value in values))
    return [grid, use]


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def draw_path(cls: Any, file: Path) -> str:
    """Race one rule on the bowl over a few learning rates, write its best path as a picture, and say so."""
    from descend import races as study
    from descend import report

    race = study.race("bowl", {cls.name: cls()}, learning_rates=RATES, steps=50)
    picture.write(report.figure(race, "paths"), file)
    best = race.leaderboard[0].learning_rate
    rate = "" if best is None else f" at learning rate {best:.3g}, the best of {RATES}"
    return f"Saved its path of 50 updates on the bowl{rate}, to {file}"
