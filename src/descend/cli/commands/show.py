"""descend show: an activation, a loss, a schedule or a rule's stability as a picture, with what is worth knowing in words."""

import argparse
from typing import Any

from ..arguments import numbers, shared
from ..terminal import figure_file as picture
from ..terminal import out
from . import catalogue as lists

EXAMPLES = {
    "show": "examples:\n  descend show\n  descend show relu\n  descend show huber --set delta=2\n"
    "  descend show exponential_decay --set init_value=0.1 --steps 200 --out decay.png\n"
    "  descend show stability momentum --set curvature=4"
}

OF_A_RULE = "stability"


def add_arguments(sub: argparse.ArgumentParser) -> None:
    """The words of `descend show`."""
    sub.add_argument("name", nargs="?", help="what to show (default: list everything)")
    sub.add_argument("rule", nargs="?", help="the rule, after stability")
    shared.add_set(sub, "set an option of the loss, schedule or rule")
    sub.add_argument("-n", "--steps", type=numbers.count, metavar="N", help="steps of a schedule (default 100)")
    shared.add_picture(sub)


def act(options: argparse.Namespace) -> int:
    """Print the list, or draw one and say what it shows. Bad input is found before anything is written."""
    from rich.text import Text

    from ..terminal.console import console

    on = console()
    if options.name is None:
        _check_alone(options)
        for part in tables():
            on.print(part)
        return 0
    picture.check(options.out)
    name, shown = find_page(options.name, options.set, options.steps, options.rule)
    file = options.out or out.free("-".join(filter(None, [name, options.rule])), ".png")
    width = min(on.width, lists.WIDTH)
    for heading, text in shown.says.items():
        if text:
            on.print(Text.assemble((heading, "bold"), "\n", lists.fill(text, width)))
    from descend.report.figures import panels as graphs

    picture.write(shown.figure() if shown.figure else graphs.draw(shown.title, shown.graphs), file)
    on.print(f"Saved the picture to {file}", soft_wrap=True)
    return 0


def makers() -> dict[str, Any]:
    """Everything that can be shown: by name, what makes the picture and the words of it."""
    from descend.problems import ACTIVATIONS, LOSSES
    from descend.schedules import SCHEDULES

    from .show_activation import activation
    from .show_loss import loss
    from .show_schedule import schedule
    from .show_stability import stability

    functions = dict.fromkeys(SCHEDULES, schedule) | dict.fromkeys(LOSSES, loss) | dict.fromkeys(ACTIVATIONS, activation)
    return functions | {OF_A_RULE: stability}


def find_page(name: str, words: list[str], steps: int | None, rule: str | None = None) -> tuple[str, Any]:
    """The name by which it is known here, and what is shown of it. Raises UnknownName, BadValue."""
    from descend.core.errors import BadValue, UnknownName

    from ..arguments import settings
    from .show_base import Request
    from .show_schedule import plain

    known, name = makers(), plain(name)
    if name not in known:
        raise UnknownName("activation, loss or schedule", name, known)
    if rule is not None and name != OF_A_RULE:
        raise BadValue(f"{name} takes no rule; leave out '{rule}', or write: descend show {OF_A_RULE} momentum")
    owners, own = settings.split(words)
    for owner, given in owners.items():
        raise BadValue(f"--set {owner}.{next(iter(given))}: write the setting alone, as in --set {next(iter(given))}=0.5")
    return name, known[name](Request(name, own, steps, rule))


def tables() -> list[Any]:
    """A table for each kind of what can be shown."""
    from descend.problems import ACTIVATIONS, LOSSES
    from descend.schedules import SCHEDULES

    return [
        lists.table(ACTIVATIONS, "activations", lambda told: told.formula),
        lists.table(LOSSES, "\nlosses"),
        lists.table(SCHEDULES, "\nschedules"),
        lists.table({OF_A_RULE: "stability over the learning rate: descend show stability momentum"}, "\nof a rule", str),
    ]


def _check_alone(options: argparse.Namespace) -> None:
    from descend.core.errors import BadValue

    given = [f"--{word}" for word in ("set", "steps", "out") if getattr(options, word)]
    if given:
        raise BadValue(f"{given[0]} applies to one picture; name what to show, as in: descend show relu")
