"""The command `descend`: words in, a race or a list out. Loads JAX only where a subcommand needs it."""

import argparse
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

from descend import __version__
from descend.core.errors import BadInput, DescendError, UnknownName

from . import signals, streams

COMMANDS = {
    "race": "race update rules on a problem: tables, pictures and a fair verdict",
    "columns": "show how each column of a table is read, without racing",
    "explain": "count a problem's layers, parameters, multiply-accumulates and bytes",
    "rules": "list the update rules, or show one",
    "problems": "list the problems, or show one",
    "schedules": "list the schedules, or show one",
    "show": "draw an activation, a loss, a schedule or a rule's stability, and say what is worth knowing of it",
    "lab": "open a page on which sliders move the paths of rules",
    "export": "print a short program that trains with a rule in another framework",
}
PARTS = {
    "race": "study",
    "columns": "problems",
    "explain": "complexity",
    "export": "rules",
    "show": "problems",
}  # loaded where its name differs


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one line with a remedy."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and one line on standard error."""
        raise BadInput(f"{message}; see {self.prog} --help")


def parser() -> Parser:
    """The parser of the whole command line."""
    top = Parser(
        "descend", description="A laboratory for how neural networks learn.", epilog="example: descend race digits --rules sgd,adam"
    )
    top.add_argument("--version", action="version", version=f"descend {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for name, what in COMMANDS.items():
        module = import_module(f"descend.cli.{'lists' if name in ('problems', 'schedules') else name}")
        sub = commands.add_parser(
            name, help=what, description=what.capitalize() + ".", epilog=module.EXAMPLES[name], allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        module.add_arguments(sub)
        sub.set_defaults(act=module.act)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0, 2 for what cannot be done, 130 for Ctrl-C."""
    words = list(sys.argv[1:] if argv is None else argv)
    stop = threading.Event()
    with signals.noted(stop):
        code = _code(words, stop)
    if argv is None:  # the process ends here
        signals.deaf()
    return code


def _code(words: list[str], stop: threading.Event) -> int:
    """Run one command, and put what ends it early into words."""
    try:
        streams.prepare()
        code = _run(words, stop)
        sys.stdout.flush()
    except SystemExit as end:  # --help and --version
        return int(end.code or 0)
    except KeyboardInterrupt as stopped:
        return _ended(f"{str(stopped) or 'stopped before the first result'}; nothing was written", 130)
    except DescendError as error:
        return _ended(error, 2)
    except BrokenPipeError:  # the reader of a pipe went away
        streams.give_up()
        return 0
    except OSError as error:
        return _ended(streams.complaint(error), 2)
    return code


def _ended(why: object, code: int) -> int:
    with suppress(OSError):
        print("descend:", " ".join(str(why).split()), file=sys.stderr)
    return code


def _run(words: list[str], stop: threading.Event) -> int:
    options = _parse(words)
    if options is None:
        return 0
    import_module(f"descend.{PARTS.get(options.command, options.command)}")
    signals.check(stop)
    options.stop = stop
    return options.act(options)


def _parse(words: list[str]) -> argparse.Namespace | None:
    top = parser()
    if not words:
        top.print_help()
        return None
    if not words[0].startswith("-") and words[0] not in COMMANDS:
        raise UnknownName("command", words[0], COMMANDS)
    options, extra = top.parse_known_args(words)
    if extra:
        raise UnknownName(f"option of descend {words[0]}", extra[0].split("=")[0], _options(top, words[0]))
    return options


def _options(top: Parser, command: str) -> list[str]:
    """The options that a command takes."""
    subparsers: Any = next(a for a in top._actions if isinstance(a, argparse._SubParsersAction))
    return [option for option in subparsers.choices[command]._option_string_actions if option.startswith("--")]


if __name__ == "__main__":
    sys.exit(main())
