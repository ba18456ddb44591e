"""Hostile and unlucky command lines: whatever the words are, a command ends with a documented code and says why in a line."""

import argparse
import contextlib
import io
import re
import string
from pathlib import Path
from random import Random

from descend.cli.main import COMMANDS, main, parser

CODES = {0, 2}  # 130 and 143 take a signal
LONGEST = 1000  # characters of what a command says on standard error
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
NUMBERS = [
    "0",
    "-1",
    "1",
    "2",
    "1e400",
    "-1e400",
    "1e-400",
    "nan",
    "inf",
    "1_0",
    "0x10",
    "9" * 5000,
    "1" + "0" * 400,
    "٣",
    "²",
    "1.5",
    "--1",
]
ODD = [
    "",
    " ",
    "\0",
    "a\0b",
    "\x1b[31m",
    "\x1b]0;x\x07",
    "\u202eabc",
    "\ud800",
    "\udcff",
    "é",
    "e\u0301",
    "🦊",
    "中文",
    "\u2028",
    "\t",
    "\n",
    "a\nb",
    "%s%n",
    "$(id)",
    "`id`",
    "'",
    '"',
    "\\",
    "/",
    "//",
    ".",
    "..",
    "~",
    "*",
    "-",
    "--",
    "=",
    "==",
    ",",
    ",,",
    ":",
    "::",
    "x" * 100_000,
    "(" * 3000,
    "[" * 3000,
    "-" * 3000 + "1",
    "None",
    "True",
    "__import__('os')",
    "1:2",
    "1:2:3",
    "0:0:0",
    "1e-3:1:1e9",
    "1:1:nan",
    "x=y=z",
    ".=1",
    "a.=1",
]
NAMES = [
    "sgd",
    "adam",
    "momentum",
    "muon",
    "all",
    "textbook",
    "bowl",
    "digits",
    "iris",
    "relu",
    "huber",
    "cosine",
    "piecewise_constant",
    "table",
]
FILES = [
    "missing.csv:y",
    "table.csv:y",
    "table.csv:z",
    "table.csv",
    "table.csv:",
    ":y",
    "folder",
    "folder:y",
    "empty.csv:y",
    "broken.npz:y",
    "link",
    "own.py:Own",
]


def _options() -> tuple[dict[str, list[str]], dict[str, set[str]]]:
    """What each command takes, as its own parser says, so that none is forgotten."""
    (commands,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    known = {name: sub._option_string_actions for name, sub in commands.choices.items()}
    helps = ("-h", "--help")
    options = {name: [option for option in actions if option not in helps] for name, actions in known.items()}
    return options, {name: {o for o, action in actions.items() if action.nargs == 0} for name, actions in known.items()}


OPTIONS, SWITCHES = _options()  # by command, long and short; those that take no value
SETTINGS = [
    "hidden",
    "l2",
    "activation",
    "validation",
    "test",
    "momentum.momentum",
    "adam.b1",
    "adam.eps",
    "learning_rate",
    "delta",
    "decimal",
    "curvature",
    "across",
    "steps",
]
REFUSED = {"lab": ["--port", "none"], "race": ["--rules", "no_such_rule"]}  # so that none starts a server or a race


def attempt(random: Random, folder: Path) -> None:
    """One command line, run in an empty folder; AssertionError, or what the command let through, where it misbehaves."""
    _furnish(folder)
    words = _words(random)
    before = _files(folder)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    told, told_out = err.getvalue(), out.getvalue()
    assert code in CODES, f"exit code {code} of {words!r}"
    assert len(told) <= LONGEST, f"{len(told):,} characters on standard error of {words!r}: {told[:200]!r}"
    assert not STEERING.search(told + told_out), f"control characters are printed by {words!r}"
    assert "Traceback" not in told, f"a traceback from {words!r}"
    after = _files(folder)
    if code == 2:
        assert told.startswith("descend: "), f"no reason given by {words!r}: {told[:200]!r}"
        assert after == before, f"left behind by {words!r}: {sorted(after.keys() ^ before.keys())}"
    assert {name: after.get(name) for name in before} == before, f"{words!r} changed what was there"
    assert not [name for name in after if Path(name).name.startswith(".")], f"half-written files of {words!r}"


def _furnish(folder: Path) -> None:
    """The files that the words may name."""
    (folder / "table.csv").write_text("x,y\n" + "\n".join(f"{i / 7},{i % 2}" for i in range(30)))
    (folder / "empty.csv").write_bytes(b"")
    (folder / "broken.npz").write_bytes(b"PK\x03\x04broken")
    (folder / "taken.png").write_bytes(b"mine")
    (folder / "own.py").write_text("raise ValueError('own')\n")
    (folder / "folder").mkdir()
    (folder / "folder" / "summary.json").write_text("{")
    (folder / "link").symlink_to("nowhere")


def _files(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def _words(random: Random) -> list[str]:
    """A command, its first word and a few options, most of which it has."""
    if random.random() < 0.05:
        return [_value(random) for _ in range(random.randrange(4))]
    command = random.choice(list(COMMANDS))
    words = [command]
    if command != "lab" and random.random() < 0.9:
        words.append(random.choice([_value(random), random.choice(NAMES), random.choice(FILES)]))
    for _ in range(random.choice([0, 1, 1, 2, 3])):
        words += _option(random, command)
    if command == "race" or command == "lab":
        words += REFUSED[command]
    if command == "show" and "--steps" not in words and random.random() < 0.2:
        words += ["stability", random.choice(NAMES)]
    return words


def _option(random: Random, command: str) -> list[str]:
    known = OPTIONS[command] if random.random() < 0.9 else [option for each in OPTIONS.values() for option in each]
    if not known or random.random() < 0.03:
        return [f"--{_value(random)}"]
    option = random.choice(known)
    if option in SWITCHES[command]:
        return [option]
    value = _value(random)
    if option in ("--set", "-s", "--sweep", "--columns") and random.random() < 0.8:
        value = f"{random.choice(SETTINGS)}={value}"
    if option in ("--out", "--output", "-o") and random.random() < 0.5:
        value = random.choice(["taken.png", "new.png", "link", "folder", "no/where.png", "table.csv/x.png", "link/x.svg"])
    joint = f"{option}={value}" if option.startswith("--") else f"{option}{value}"
    return random.choice([[option, value], [joint]])


def _value(random: Random) -> str:
    """A word that somebody, or something, might type."""
    kind = random.random()
    if kind < 0.3:
        return random.choice(ODD)
    if kind < 0.55:
        return random.choice(NUMBERS)
    if kind < 0.75:
        return random.choice(NAMES)
    if kind < 0.85:
        return random.choice(FILES)
    if kind < 0.95:
        name = list(random.choice(NAMES))
        name[random.randrange(len(name))] = random.choice(string.printable + "\x07é\u202e")
        return "".join(name)
    return ",".join(_value(random) for _ in range(random.randrange(1, 4)))
