"""Folders of races: edited, truncated, damaged and half written; read, exported, drawn anew and raced in again."""

import contextlib
import copy
import functools
import io
import json
import shutil
from pathlib import Path
from random import Random
from typing import Any

import descend
from descend import store
from descend.cli.main import main
from descend.core.errors import DescendError
from descend.scripts import FRAMEWORKS
from descend.store.claim import MARK
from descend.store.folder import FILES

from .mutations import mutated
from .refusals import Finding, check_line, refused_well

SECONDS = 90
VALUES: tuple[Any, ...] = (
    *(None, True, -1, 0, 1, 0.5, 1e300, 10**30, "", "x", "x" * 5000, [], {}, [[]], [1, "a"], {"": None}, {"iqm": "x"}),
    *("__import__('os').system('touch pwned')", "Adam(b1=2)", "SGD(1)\nimport os", "\x1b[2J", "<script>alert(1)</script>"),
    *({"expression": "SGD()", "imports": {"os": ["system"]}, "switches": False}, {"descend.rules": ["SGD; import os"]}),
)
TOKENS = (b"{", b"}", b"[", b"]", b'"', b",", b":", b"null", b"1e999", b"NaN", b"\\ud800", b"\n[x]\n", b"'''", b"=", b"\x00")


@functools.cache
def races() -> tuple[Any, ...]:
    """A race of each kind: on a surface, on rows with two features, and with everything recorded."""
    short: Any = {"steps": 20, "seeds": 1, "evaluation_seeds": 2}
    return (
        descend.race("bowl", "sgd,adam", learning_rates=[0.05, 0.1], **short),
        descend.race("dots", "sgd,momentum", learning_rates=[0.1], health=True, schedule="cosine", **short),
    )


def attempt(random: Random, folder: Path) -> None:
    """Change a whole folder in one way, then use it."""
    home = store.write(random.choice(races()), folder / "race")
    random.choice((_edit, _edit, _damage, _truncate, _remove, _deepen))(random, home)
    with refused_well():
        race = store.load(home)
        for line in race.leaderboard:
            with refused_well():
                race.best(line["rule"]).code(random.choice(FRAMEWORKS))
        if random.random() < 0.1:
            _draw(race, folder / "again")
    _export(random, home)
    if random.random() < 0.2:
        _claim(random, home)
    if list(folder.rglob("pwned")) or Path("pwned").exists():
        raise Finding("code of the folder was run")


def _edit(random: Random, home: Path) -> None:
    """Another value in some place of the summary."""
    summary = json.loads((home / "summary.json").read_text())
    for _ in range(random.choice((1, 1, 2, 5))):
        place, key = _place(random, summary)
        if place is None:
            break
        if isinstance(place, dict) and random.random() < 0.2:
            del place[key]
        else:
            place[key] = copy.deepcopy(random.choice(VALUES))
    (home / "summary.json").write_text(json.dumps(summary))


def _place(random: Random, value: Any) -> tuple[Any, Any]:
    """Somewhere in nested lists and objects, as what holds it and its key there."""
    held = None, None
    while isinstance(value, dict | list) and value:
        key = random.choice([*value]) if isinstance(value, dict) else random.randrange(len(value))
        held, value = (value, key), value[key]
        if random.random() < 0.25:
            break
    return held


def _damage(random: Random, home: Path) -> None:
    path = random.choice([*home.iterdir()])
    path.write_bytes(mutated(random, path.read_bytes(), TOKENS))


def _truncate(random: Random, home: Path) -> None:
    path = random.choice([*home.iterdir()])
    whole = path.read_bytes()
    path.write_bytes(whole[: random.randint(0, len(whole))])


def _remove(random: Random, home: Path) -> None:
    path = random.choice([*home.iterdir()])
    path.unlink()
    if random.random() < 0.5:
        random.choice((path.mkdir, lambda: path.symlink_to("/dev/zero"), lambda: path.symlink_to(path)))()


def _deepen(random: Random, home: Path) -> None:
    depth = random.choice((10, 100, 1000, 100_000))
    if random.random() < 0.5:
        (home / "race.toml").write_text(
            random.choice(("x = " + "[" * depth + "]" * depth, "a." * depth + "a = 1", "[a" + ".a" * depth + "]"))
        )
    else:
        (home / "summary.json").write_text(
            random.choice(("[" * depth, '{"leaderboard":' * depth, '{"leaderboard": [' + "[" * depth + "]" * depth + "]}"))
        )


def _draw(race: Any, folder: Path) -> None:
    """Save it anew: all of it, or nothing."""
    try:
        descend.save(race, folder)
    except DescendError as error:
        check_line(str(error))
        if folder.exists() and any(folder.iterdir()):
            raise Finding("a race that was not saved left files") from None


def _export(random: Random, home: Path) -> None:
    """The program, or one line on standard error and nothing else."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["export", str(home), "--to", random.choice(FRAMEWORKS)])
    if code == 0:
        compile(out.getvalue(), "program", "exec")
        if "system" in out.getvalue() or err.getvalue():
            raise Finding(f"text of the folder in a program: {out.getvalue()[:500]}")
    elif code == 2:
        check_line(err.getvalue().removesuffix("\n"))
        if out.getvalue():
            raise Finding("half a program and a refusal")
    else:
        raise Finding(f"exit code {code}")


def _claim(random: Random, home: Path) -> None:
    """What a killed race left must not keep the next one out, nor be taken for a whole race."""
    (home / MARK).write_text("of a process that is gone")
    (home / f".{'0' * 32}.part").write_text("half")
    whole = (home / "summary.json").exists()
    if random.random() < 0.3 and not whole:
        shutil.rmtree(home)
    try:
        store.claim(home)
    except DescendError as error:
        check_line(str(error))
        if not whole and all(not (home / name).is_dir() for name in FILES):
            raise Finding("half a race of a process that is gone keeps the next one out") from None
    else:
        store.release(home)
    if list(home.glob("*.part")) or (home / MARK).exists():
        raise Finding("leftovers that were not cleared")
