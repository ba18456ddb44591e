"""The command line, `descend`. Loads JAX only where a subcommand needs it."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from itertools import takewhile
from typing import Any, NoReturn

from descend.core.errors import BadInput, BadValue, DescendError, UnknownName, one_line
from descend.core.system.device import check_device
from descend.core.version import __version__

from .arguments import words
from .terminal import signals, streams

COMMANDS = {
    "race": "race update rules on a problem and get a fair verdict, tables and pictures",
    "tune": "find what to train a problem with: rule, learning rate and schedule",
    "columns": "show how each column of a table is read",
    "explain": "count a problem's layers, parameters, multiply-accumulates and bytes",
    "rules": "list the update rules, or show one",
    "problems": "list the problems, or show one",
    "schedules": "list the schedules, or show one",
    "show": "draw and describe an activation, a loss, a schedule or a rule's stability",
    "lab": "open an interactive page where sliders move the paths of rules",
    "export": "print a short training program that uses a rule in another framework",
}
PARTS = {
    "race": "races",
    "columns": "problems",
    "explain": "analysis.complexity",
    "export": "rules",
    "show": "problems",
    "tune": "tuning",
}  # loaded where its name differs


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one line with a remedy."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and one line on standard error."""
        raise BadValue(f"{message}; see {self.prog} --help")


def parser() -> Parser:
    """The parser of the whole command line."""
    top = Parser(
        "descend", description="A laboratory for neural-network optimizers.", epilog="example: descend race digits --rules sgd,adam"
    )
    top.add_argument("-V", "--version", action="version", version=f"descend {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for name, what in COMMANDS.items():
        module = import_module(f"descend.cli.commands.{'catalogue' if name in ('problems', 'schedules') else name}")
        sub = commands.add_parser(
            name, help=what, description=what.capitalize() + ".", epilog=module.EXAMPLES[name], allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        module.add_arguments(sub)
        sub.set_defaults(act=module.act)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0, 2 for what cannot be done, 130 for Ctrl-C, 143 for SIGTERM.

    Without `argv` the process is the command's own: it takes the words from there, and signals may end it at once.
    """
    own = argv is None
    with signals.watch_signals(own) as watch:
        code = _code(list(sys.argv[1:] if argv is None else argv), watch)
    if own:  # the process ends here
        signals.ignore_interrupts()
    return code


def _code(arguments: list[str], watch: signals.Watch) -> int:
    """Run one command, and put what ends it early into words."""
    try:
        streams.prepare()
        with streams.warnings_in_a_line():
            code = _run(arguments, watch)
        sys.stdout.flush()
    except SystemExit as end:  # --help and --version
        return int(end.code or 0)
    except KeyboardInterrupt as stopped:
        why = str(stopped)
        return _report_end(f"{why}; {watch.message.split('; ')[-1]}" if why else watch.message, getattr(stopped, "code", 130))
    except DescendError as error:
        return _report_end(error.say(spelling="command"), 2)
    except BrokenPipeError:  # the reader of a pipe went away
        streams.give_up()
        return 0
    except OSError as error:
        return _report_end(streams.complaint(error), 2)
    except (RuntimeError, AssertionError) as error:
        return _report_end(_without_device(error), 2)
    return code


def _without_device(error: Exception) -> BadInput:
    """What to say where JAX has no device, which it tells in many ways; any other error is raised again."""
    try:
        if "jax" in sys.modules:
            check_device()
    except BadInput as missing:
        return missing
    raise error


def _report_end(why: object, code: int) -> int:
    with suppress(OSError):
        print("descend:", one_line(str(why)), file=sys.stderr)
    return code


def _run(arguments: list[str], watch: signals.Watch) -> int:
    options = _parse(arguments)
    if options is None:
        return 0
    import_module(f"descend.{PARTS.get(options.command, options.command)}")
    watch.check()
    options.watch = watch
    return options.act(options)


def _parse(arguments: list[str]) -> argparse.Namespace | None:
    top = parser()
    if not arguments:
        top.print_help()
        return None
    words.check(arguments)
    if not arguments[0].startswith("-") and arguments[0] not in COMMANDS:
        raise UnknownName("command", arguments[0], COMMANDS)
    if arguments[0] in COMMANDS:
        _check_dashes(arguments, _options(top, arguments[0]))
    options, extra = top.parse_known_args(arguments)
    if options.command is None:
        raise UnknownName("option of descend", (extra or arguments)[0].split("=")[0], ["--help", "--version"])
    if extra:
        name = options.command
        raise UnknownName(f"option of descend {name}", extra[0].split("=")[0], _options(top, name))
    return options


def _check_dashes(arguments: list[str], known: list[str]) -> None:
    """UnknownName for -steps, which is not --steps and would be read as -s with the value teps."""
    for word in takewhile(lambda word: word != "--", arguments):
        name = word.split("=")[0]
        if len(name) > 2 and f"-{name}" in known:
            raise UnknownName(f"option of descend {arguments[0]}", name, known)


def _options(top: Parser, command: str) -> list[str]:
    """The options that a command takes."""
    subparsers: Any = next(a for a in top._actions if isinstance(a, argparse._SubParsersAction))
    return [option for option in subparsers.choices[command]._option_string_actions if option.startswith("--")]
