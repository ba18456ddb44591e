"""What runs side by side: rules, each with settings of its hyperparameters, and seeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import jax
import numpy as np

from descend.core.errors import BadValue
from descend.rules import Rule

FEW = 4  # groups a worker: where there are more, it matters little that one waits for another at the end


@dataclass(frozen=True)
class Entry:
    """One rule of a race, with the settings of its hyperparameters to try: rules of one class and structure.

    `numbers` are values of the problem's own numbers (Problem.numbers) for all lanes of this entry. `steps`: after so many updates
    its lanes stay as they are, while others go on; None: those of the job.
    """

    name: str
    settings: tuple[Rule, ...]
    numbers: Mapping[str, float] = field(default_factory=dict)
    steps: int | None = None

    def __post_init__(self) -> None:
        shapes = {jax.tree.structure(rule) for rule in self.settings}
        if len(shapes) != 1:
            raise BadValue(
                f"{self.name}: {len(shapes)} kinds of settings in one entry, must be one; give each its own name "
                "(a schedule in place of a number, or another option, is another kind)"
            )


@dataclass(frozen=True)
class Block:
    """Neighbouring entries of one class and structure as one, so that their rule is compiled once.

    `numbers` has the problem's numbers of every setting.
    """

    settings: tuple[Rule, ...]
    numbers: tuple[Mapping[str, float], ...]

    def stack(self, first: int, count: int, dtype: Any) -> tuple[Rule, dict[str, np.ndarray]]:
        """Settings first, first + 1, ... as one rule whose leaves have `count` numbers, and the problem's numbers likewise.

        The last setting is repeated to fill. Raises BadValue for a number that `dtype` does not hold.
        """
        rows = [min(i, len(self.settings) - 1) for i in range(first, first + count)]
        chosen = [(self.settings[i], dict(self.numbers[i])) for i in rows]
        with np.errstate(over="ignore"):
            stacked = jax.tree.map(lambda *leaves: np.asarray(leaves, dtype), *chosen)
        if not all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(stacked)):
            raise BadValue(f"a hyperparameter of {chosen[0][0]} is beyond {np.finfo(dtype).max:.1e}, what {dtype} holds")
        return stacked


def blocks(entries: Sequence[Entry]) -> tuple[Block, ...]:
    """The entries as blocks; the settings of all blocks are those of all entries, in order."""
    alike = [list(found) for _, found in groupby(entries, lambda e: jax.tree.structure(e.settings[0]))]
    return tuple(
        Block(tuple(s for e in each for s in e.settings), tuple(e.numbers for e in each for _ in e.settings)) for each in alike
    )


@dataclass(frozen=True)
class Group:
    """The lanes of one run of the program: for every block `counts[i]` settings from `firsts[i]`, and some seeds."""

    firsts: tuple[int, ...]
    counts: tuple[int, ...]
    seeds: tuple[int, ...]


def groups(sizes: Sequence[int], seeds: Sequence[int], width: int, least: int = 1) -> list[Group]:
    """Cut blocks of so many settings, times seeds, into groups of one shape, at most `width` lanes each, at least `least` groups.

    Seeds are cut first, because lanes of one seed share their batches and so one matrix product; settings only where one
    seed's lanes are already too many, or a worker would wait for another. Shapes agree, so that one program serves all groups.
    """
    chunks = 1
    counts = tuple(sizes)
    while sum(counts) > max(width, len(sizes)):
        chunks += 1
        counts = tuple(-(-size // chunks) for size in sizes)
    chunks = max(-(-size // k) for size, k in zip(sizes, counts, strict=True))
    blocks = -(-len(seeds) // max(1, width // sum(counts)))
    blocks = min(len(seeds), max(blocks, -(-least // chunks)))
    if blocks * chunks < FEW * least and blocks * chunks % least:
        counts = tuple(-(-size // (chunks * least)) for size in sizes)
        chunks = max(-(-size // k) for size, k in zip(sizes, counts, strict=True))
    size = -(-len(seeds) // blocks)
    cut = [tuple(seeds[i : i + size]) for i in range(0, len(seeds), size)]
    return [
        Group(tuple(min(c * k, size) for size, k in zip(sizes, counts, strict=True)), counts, block)
        for block in cut
        for c in range(chunks)
    ]
