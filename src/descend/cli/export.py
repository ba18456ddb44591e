"""descend export: a short program that trains with a rule, or with a race's winner, in a framework of one's own."""

import argparse
from pathlib import Path

from descend.scripts import FRAMEWORKS

EXAMPLES = {
    "export": "examples:\n  descend export adam --to torch\n"
    "  descend export lion --to keras --set learning_rate=0.001 --out train.py\n"
    "  descend export races/digits-20260131-120000 --to optax"
}


def add_arguments(sub: argparse.ArgumentParser) -> None:
    """The words of `descend export`."""
    sub.add_argument("rule", metavar="RULE", help="a rule's name, or the folder of a race: its winner as tuned there")
    sub.add_argument("--to", required=True, metavar="FRAMEWORK", help=", ".join(FRAMEWORKS))
    sub.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a hyperparameter of the rule")
    sub.add_argument("--out", type=Path, metavar="FILE", help="write the program there instead of printing it")


def act(options: argparse.Namespace) -> int:
    """Print the program, or write it."""
    program = _program(options.rule, options.set, options.to)
    if options.out is None:
        print(program, end="")
        return 0
    _write(options.out, program)
    print(f"The program is in {options.out}")
    return 0


def _program(asked: str, given: list[str], to: str) -> str:
    """The program with a rule by name, or with the winner of the race in a folder."""
    from descend.core.errors import BadValue
    from descend.rules import RULES
    from descend.rules.code import code
    from descend.scripts import script
    from descend.store import load

    from . import settings

    if asked not in RULES and Path(asked).is_dir():
        if given:
            raise BadValue(f"--set {given[0]}: the winner of {asked} keeps those it raced with; name a rule to set some")
        return load(asked).best().code(to)
    return script(code(settings.made(RULES[asked], given)), to)


def _write(file: Path, text: str) -> None:
    from descend.core.errors import StoreError

    if file.exists():
        raise StoreError(f"{file} exists; choose another --out or delete it")
    try:
        file.write_text(text)
    except OSError as error:
        raise StoreError(f"cannot write {file}: {error.strerror}; choose another --out") from error
