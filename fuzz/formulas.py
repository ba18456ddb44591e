"""What people and others type as a formula: read twenty times an attempt, and now and then drawn and counted."""

import time
from pathlib import Path
from random import Random

import numpy as np

import descend
from descend.core.errors import BadInput
from descend.problems import Formula
from descend.problems.surfaces.expressions import CALLS, CONSTANTS, LONGEST, NAMES, parse

from .messages import answered
from .refusals import Finding, check_line

SECONDS = 120  # that an attempt may take: programs are compiled in it
TEXTS = 20  # an attempt reads
DRAWN = 0.3  # of the attempts draw the last one that could be read
READING = 20.0  # with what JAX compiles for it
WRITTEN = (
    "x^2/4 + y^2 + sin(3*x)", "100(y - x²)² + (1 - x)²", "3 sin 2x", "sin²x", "√x", "|x| + |y|", "max(x, y)", "e^x", "½x²",
    "log(x)", "x1^2 + x2^2", "w^2 + b^2", "θ1*θ2", "1/x", "x^x", "-x^2", "2^-x", "ln sin x", "x^0.5", "sigmoid(-x)", "(x-1)^64",
    "0*x", "x^65",
)  # fmt: skip
PIECES = (
    *NAMES, *CONSTANTS, *CALLS, *"+-*/^()|,;=<>.[]{}'\"\\_%&!?:@#$~`", "**", "//", "0", "1", "2", "1e308", "1e-320", "9" * 40,
    ".5", "5.", "1e", "0x1", "1_0", " ", "\t", "\n", "\0", "²", "½", "\u00d7", "\u2212", "π", "∞", "é", "中",
    "\u202e", "\ud800", "😀", "\u0661", "Ⅷ",
    "__import__('os')", "exec", "lambda x:", "x.__class__", "{x}", "%s", "nan", "inf", "if", "None",
)  # fmt: skip


def attempt(random: Random, folder: Path) -> None:
    """Read many; descend one and count its operations."""
    readable = [text for text in (written(random) for _ in range(TEXTS)) if _read(random, text)]
    if readable and random.random() < DRAWN:
        _draw(readable[-1], random)


def written(random: Random) -> str:
    """A formula, right or wrong: made by the grammar, of pieces at random, or one of a book with a few signs changed."""
    how = random.random()
    if how < 0.4:
        return _made(random, random.randint(0, 6))
    if how < 0.6:
        return "".join(random.choices(PIECES, k=random.choice((1, 3, 8, 30, 120))))
    text = random.choice(WRITTEN)
    for _ in range(random.choice((0, 1, 1, 2, 5))):
        at = random.randint(0, len(text))
        text = text[:at] + random.choice((random.choice(PIECES), "")) + text[at + random.choice((0, 0, 1, 3)) :]
    return text * random.choice((1, 1, 1, 1, 2, 20))


def _made(random: Random, deep: int) -> str:
    """As the grammar allows."""
    if not deep or random.random() < 0.2:
        return random.choice(("x", "y", "x", "2", "0.5", "pi", "e", "1e30", "0", "x1", "w2", "b", "θ"))
    inner = _made(random, deep - 1)
    kind = random.randrange(6)
    if kind < 2:
        return f"{inner} {random.choice('+-*/^')} {_made(random, deep - 1)}"
    if kind == 2:
        return f"{random.choice(list(CALLS))}({inner})"
    return (f"({inner})", f"|{inner}|", f"-{inner}")[kind - 3]


def _read(random: Random, text: str) -> bool:
    """Whether it is a formula with a finite value at a start; a finding where that takes long or is refused badly."""
    began = time.monotonic()
    start = random.choice(((), (), (), (0.0,), (0.0, 0.0), (1e30, -1e30), (float("nan"), 1.0), (1.0, 2.0, 3.0)))
    try:
        formula = Formula(text, start)
        value = float(formula.f(np.asarray(formula.start, np.float32)))
    except BadInput as error:
        check_line(str(error))
        return False
    finally:
        if time.monotonic() - began > READING:
            raise Finding(f"{time.monotonic() - began:.1f} s to read {text!r}")
    if len(text.strip()) > LONGEST or not np.isfinite(value) or len(formula.start) != parse(formula.text).count:
        raise Finding(f"{text!r} was read, and its value at {formula.start} is {value}")
    return True


def _draw(text: str, random: Random) -> None:
    """The picture of the lab, and what an update of it costs."""
    rules = [{"rule": random.choice(("sgd", "adam", "momentum")), "values": {"learning_rate": random.choice((1e-3, 0.1, 1e6))}}]
    answered("descent", {"problem": "formula", "options": {"text": text}, "rules": rules, "steps": random.choice((1, 20))})
    try:
        descend.explain(Formula(text), rules=["sgd"])
    except BadInput as error:
        check_line(str(error))
