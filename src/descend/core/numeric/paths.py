"""Choosing parameters by their place in the tree: "layers.0.weight" and patterns such as "*.bias"."""

import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import Any

import jax

from ..errors import BadValue

Patterns = str | Sequence[str] | None
REGEX = "re:"
SHOWN = 40  # paths that a message lists at most


def paths(tree: Any) -> list[str]:
    """Where each array of a tree is, in the order of its leaves: attributes, keys and positions joined by dots.

    A tree that is a single array has the path "".
    """
    return [jax.tree_util.keystr(path, simple=True, separator=".") for path, _ in jax.tree.leaves_with_path(tree)]


def plain_patterns(patterns: Patterns, owner: str) -> tuple[str, ...] | None:
    """One pattern or several as a tuple; None (every path) as it is. Raises BadValue for what is no pattern."""
    if patterns is None:
        return None
    each = (patterns,) if isinstance(patterns, str) else tuple(patterns)
    for pattern in each:
        _matcher(pattern, owner)
    return each


def matches(pattern: str, among: Sequence[str], owner: str) -> list[bool]:
    """Which paths a pattern matches as a whole: shell wildcards (* also crosses dots), or "re:" and a regular expression.

    Raises BadValue, naming the pattern and listing the paths, if it matches none.
    """
    match = _matcher(pattern, owner)
    found = [bool(match(path)) for path in among]
    if not any(found):
        raise BadValue(f"{owner}: pattern '{pattern}' matches no parameter; there are: {enumerate_paths(among)}")
    return found


def select(tree: Any, patterns: Patterns, owner: str) -> Any:
    """A tree of True and False like `tree`: what the patterns choose; None chooses everything.

    They work in order: a pattern adds what it matches, "!" and a pattern takes it away. Where the first takes away, all
    is chosen before it. Raises BadValue for a pattern that matches nothing.
    """
    patterns, among = plain_patterns(patterns, owner), paths(tree)
    flags = [patterns is None or (bool(patterns) and patterns[0].startswith("!"))] * len(among)
    for pattern in patterns or ():
        adds = not pattern.startswith("!")
        hit = matches(pattern.removeprefix("!"), among, owner)
        flags = [adds if here else flag for flag, here in zip(flags, hit, strict=True)]
    return jax.tree.structure(tree).unflatten(flags)


def enumerate_paths(among: Sequence[str]) -> str:
    """The paths for a message, in order."""
    words = [path or "the whole ('')" for path in among[:SHOWN]]
    rest = [f"and {len(among) - SHOWN} more"] * (len(among) > SHOWN)
    return ", ".join(words + rest) or "none"


def _matcher(pattern: Any, owner: str) -> Callable[[str], Any]:
    if not isinstance(pattern, str):
        raise BadValue(f"{owner}: {pattern!r} is no pattern, must be text such as '*.bias' or 're:layers\\.[01]\\..*'")
    pattern = pattern.removeprefix("!")
    if not pattern.startswith(REGEX):
        return lambda path: fnmatchcase(path, pattern)
    try:
        return re.compile(pattern.removeprefix(REGEX)).fullmatch
    except re.error as error:
        raise BadValue(f"{owner}: pattern '{pattern}' is not a regular expression: {error}") from None
