"""descend export: a short program that trains with a rule, or with a race's winner, in a framework of one's own."""

import argparse
from dataclasses import replace
from pathlib import Path

from descend.scripts import FRAMEWORKS

from ..arguments import shared
from ..terminal import out

EXAMPLES = {
    "export": "examples:\n  descend export adam --to torch\n"
    "  descend export lion --to keras --set learning_rate=0.001 --out train.py\n"
    "  descend export races/digits-20260131-120000 --to optax"
}


def add_arguments(sub: argparse.ArgumentParser) -> None:
    """The words of `descend export`."""
    sub.add_argument("rule", metavar="RULE", help="a rule's name, or the folder of a race to export its tuned winner")
    sub.add_argument("-t", "--to", required=True, metavar="FRAMEWORK", help=", ".join(FRAMEWORKS))
    shared.add_set(sub, "set a hyperparameter of the rule")
    shared.add_output(sub, "FILE", "write the program to FILE instead of printing it")


def act(options: argparse.Namespace) -> int:
    """Print the program, or write it."""
    out.check(options.out)
    program = _program(options.rule, options.set, options.to)
    if options.out is None:
        print(program, end="")
        return 0
    out.write(options.out, lambda place: place.write(program.encode()))
    print(f"Saved the program to {options.out}")
    return 0


def _program(source: str, words: list[str], to: str) -> str:
    """The program with a rule by name, or with the winner of the race in a folder."""
    from descend.core.errors import BadValue
    from descend.rules import RULES
    from descend.rules.code import code
    from descend.scripts import script

    from ..arguments import settings

    if source not in RULES and Path(source).is_dir():
        if words:
            raise BadValue(f"--set {words[0]}: the winner of {source} keeps those it raced with; name a rule to set some")
        return _of_race(Path(source), to)
    return script(code(settings.build_rule(RULES[source], words)), to)


def _of_race(folder: Path, to: str) -> str:
    """The program with a race's winner: the rule is made anew from what the folder says, and no text of the folder is copied."""
    from descend.core.errors import BadInput, StoreError
    from descend.rules.code import code, rebuild
    from descend.store import load

    winner = load(folder).best()
    try:
        code_of_rule = None if winner.source is None else code(rebuild(winner.source))
    except BadInput as error:
        remedy = "restore it from a copy or run the race again"
        raise StoreError(f"{folder / 'summary.json'} names a winner that descend cannot make ({error}): {remedy}") from None
    return replace(winner, source=code_of_rule).code(to)
