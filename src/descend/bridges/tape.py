"""The arithmetic of an elementwise rule's update, written down by having the rule compute with names in the place of arrays.

Every fast way to run an update works from this, so the formula stays in the rule. Plain numbers, such as a learning rate or
1 - b1**t, stand apart from the lines. So the lines of all updates are the same, and a program made from them serves them all.
"""

from typing import Any, NamedTuple

from descend.rules import Rule

from .tracer import Tape, Tracer


class Lines(NamedTuple):
    """A program. At places 0, 1, ... are first the inputs, then the result of each operation in turn."""

    inputs: tuple[str, ...]  # "g", "w" and the slots
    operations: tuple[tuple[Any, ...], ...]  # a name, and the places of what it takes; the first number is at place -1
    change: int
    slots: tuple[int, ...]  # where the new ones are


class Update(NamedTuple):
    """One update: its lines, its numbers, and the new values of the slots that are one number."""

    lines: Lines
    numbers: tuple[float, ...]
    single: dict[str, float]


def record(rule: Rule, t: int, slots: tuple[str, ...], single: dict[str, float]) -> Update | None:
    """Update t of a rule, given its slots that are arrays and those that are one number. None if it does what has no line here."""
    tape = Tape(2 + len(slots))
    g, w, *old = (Tracer(tape, place) for place in range(tape.inputs))
    try:
        change, new = rule.update(g, dict(zip(slots, old, strict=True)) | single, w, t)
        lines = Lines(("g", "w", *slots), tuple(tape.operations), change.place, tuple(new[name].place for name in slots))
        return Update(lines, tuple(tape.numbers), {name: float(new[name]) for name in single})
    except (ArithmeticError, AttributeError, TypeError, ValueError):  # the rule itself, on arrays, tells what is wrong
        return None
