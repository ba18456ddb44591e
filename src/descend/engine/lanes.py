"""What runs side by side: rules, each with settings of its hyperparameters, and seeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from descend.core.errors import BadValue
from descend.rules import Rule


@dataclass(frozen=True)
class Entry:
    """One rule of a race, with the settings of its hyperparameters to try: rules of one class and structure."""

    name: str
    settings: tuple[Rule, ...]

    def __post_init__(self) -> None:
        shapes = {jax.tree.structure(rule) for rule in self.settings}
        if len(shapes) != 1:
            raise BadValue(
                f"{self.name}: {len(shapes)} kinds of settings in one entry, must be one; give each its own name "
                "(a schedule in place of a number, or another option, is another kind)"
            )

    def stacked(self, first: int, count: int, dtype: Any) -> Rule:
        """Settings first, first + 1, ... as one rule whose leaves have `count` numbers; the last is repeated to fill.

        Raises BadValue for a number that `dtype` does not hold.
        """
        chosen = [self.settings[min(i, len(self.settings) - 1)] for i in range(first, first + count)]
        with np.errstate(over="ignore"):
            stacked = jax.tree.map(lambda *leaves: np.asarray(leaves, dtype), *chosen)
        if not all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(stacked)):
            raise BadValue(f"{self.name}: a hyperparameter of {chosen[0]} is beyond {np.finfo(dtype).max:.1e}, what {dtype} holds")
        return stacked


@dataclass(frozen=True)
class Group:
    """The lanes of one run of the program: for every entry `counts[i]` settings from `firsts[i]`, and some seeds."""

    firsts: tuple[int, ...]
    counts: tuple[int, ...]
    seeds: tuple[int, ...]


def groups(entries: Sequence[Entry], seeds: Sequence[int], width: int, least: int = 1) -> list[Group]:
    """Cut entries x settings x seeds into groups of one shape, at most `width` lanes each, at least `least` groups.

    Seeds are cut first, because lanes of one seed share their batches and so one matrix product; settings only where
    one seed's lanes are already too many. Shapes agree between groups, so that one program serves them all.
    """
    chunks = 1
    counts = tuple(len(e.settings) for e in entries)
    while sum(counts) > max(width, len(entries)):
        chunks += 1
        counts = tuple(-(-len(e.settings) // chunks) for e in entries)
    chunks = max(-(-len(e.settings) // k) for e, k in zip(entries, counts, strict=True))
    blocks = -(-len(seeds) // max(1, width // sum(counts)))
    blocks = min(len(seeds), max(blocks, -(-least // chunks)))
    size = -(-len(seeds) // blocks)
    cut = [tuple(seeds[i : i + size]) for i in range(0, len(seeds), size)]
    return [
        Group(tuple(min(c * k, len(e.settings)) for e, k in zip(entries, counts, strict=True)), counts, block)
        for block in cut
        for c in range(chunks)
    ]
