"""How often a verdict is wrong, by simulation: false differences between equal rules, power, and coverage of the intervals.

Every figure is a share of simulated races. Losses are drawn with a known answer and given to the functions that a race uses.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy import stats

from descend.core.numeric.statistics import iqm
from descend.races.judging import comparison
from descend.races.judging.estimates import interval

ENTRANTS, SEEDS = (2, 5, 10, 29), (3, 5, 10, 20, 30)
RACES = {2: 1500, 5: 800, 10: 400, 29: 200}  # simulated for each figure, by entrants
INTERVALS = 1000
PERMUTATIONS = 1000  # in place of the 4,000 of a race: the level is the same, the p values are coarser

console = Console()


class Field(NamedTuple):
    """How losses are drawn: their distribution, the correlation of rules within a seed, and the share that diverges."""

    kind: str
    pairing: float = 0.0
    failing: float = 0.0

    @property
    def title(self) -> str:
        failing = f", {self.failing:.0%} diverge" if self.failing else ""
        return f"{self.kind}, pairing {self.pairing:g}{failing}"

    def draw(self, random: np.random.Generator, entrants: int, seeds: int) -> np.ndarray:
        """Losses (entrants, seeds) of equal rules; infinite where one diverged."""
        z = np.sqrt(self.pairing) * random.normal(size=seeds) + np.sqrt(1 - self.pairing) * random.normal(size=(entrants, seeds))
        losses = SHAPES[self.kind](z)
        return np.where(random.random(losses.shape) < self.failing, np.inf, losses)


SHAPES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "normal": lambda z: z,
    "lognormal": np.exp,
    "heavy-tailed": lambda z: stats.t.ppf(stats.norm.cdf(z), 2),  # Student's t with two degrees of freedom
}
FIELDS = (
    Field("normal"), Field("normal", 0.5), Field("normal", 0.9), Field("lognormal"), Field("lognormal", 0.9),
    Field("heavy-tailed"), Field("heavy-tailed", 0.9), Field("normal", 0.0, 0.02), Field("lognormal", 0.5, 0.1),
)  # fmt: skip
SHIFTS = (1.0, 1.5, 2.5)  # standard deviations of a rule's losses


def leader(losses: np.ndarray) -> int:
    """The row that a leaderboard puts first."""
    return int(np.argmin(iqm(losses)))


def false_differences(case: tuple[Field, int, int]) -> tuple[float, float]:
    """Of races between equal rules, the share in which some rule is called worse, and that in which a given one is."""
    field, entrants, seeds = case
    comparison.PERMUTATIONS = PERMUTATIONS
    random = np.random.default_rng([FIELDS.index(field), entrants, seeds])
    behind = [comparison.compare(losses, leader(losses)).behind for losses in _races(field, random, entrants, seeds)]
    return float(np.mean([row.any() for row in behind])), float(np.mean(behind))


def _races(field: Field, random: np.random.Generator, entrants: int, seeds: int) -> Iterator[np.ndarray]:
    return (field.draw(random, entrants, seeds) for _ in range(RACES[entrants]))


def power(case: tuple[str, float, float]) -> float:
    """The share of rules found behind, of ten with twenty seeds, where one is better, or worse, by so many deviations."""
    which, pairing, shift = case
    comparison.PERMUTATIONS = PERMUTATIONS
    random, found = np.random.default_rng(1), []
    for losses in _races(Field("normal", pairing), random, 10, 20):
        losses[0] += shift if which == "worse" else -shift
        first = leader(losses)
        behind = comparison.compare(losses, first).behind
        found.append(behind[0] if which == "worse" else (first == 0) * behind[1:].mean())
    return float(np.mean(found))


def coverage(case: tuple[str, int]) -> float:
    """How often the interval of a figure holds the interquartile mean of the distribution."""
    kind, seeds = case
    random = np.random.default_rng(2)
    truth = float(np.mean(SHAPES[kind](stats.norm.ppf((np.arange(20_000) + 0.5) / 40_000 + 0.25))))
    bounds = (interval(Field(kind).draw(random, 1, seeds)[0], n) for n in range(INTERVALS))
    return float(np.mean([low <= truth <= high for low, high in bounds]))


def report() -> None:
    """Print the three tables."""
    with ProcessPoolExecutor() as pool:
        _levels(pool)
        _powers(pool)
        _coverages(pool)


def _all(pool: ProcessPoolExecutor, of: Callable[[Any], Any], cases: list[Any], what: str) -> dict[Any, Any]:
    return dict(zip(cases, track(pool.map(of, cases), what, len(cases), console=console), strict=True))


def _levels(pool: ProcessPoolExecutor) -> None:
    cases = [(field, entrants, seeds) for entrants in ENTRANTS for seeds in SEEDS for field in FIELDS]
    found = _all(pool, false_differences, cases, "equal rules")
    stated = f"stated: at most {comparison.ALPHA:.1%}"
    title = f"False differences, worst of {len(FIELDS)} fields ({stated})"
    table = Table("entrants", *(f"{seeds} seeds" for seeds in SEEDS), title=title)
    for entrants in ENTRANTS:
        worst = [max(found[field, entrants, seeds][0] for field in FIELDS) for seeds in SEEDS]
        table.add_row(str(entrants), *(f"{share:.1%}" for share in worst))
    console.print(table)
    table = Table(
        "field", *(f"{entrants} entrants" for entrants in ENTRANTS), title="A given equal rule left out, worst over seeds"
    )
    for field in FIELDS:
        worst = [max(found[field, entrants, seeds][1] for seeds in SEEDS) for entrants in ENTRANTS]
        table.add_row(field.title, *(f"{share:.1%}" for share in worst))
    console.print(table)


def _powers(pool: ProcessPoolExecutor) -> None:
    cases = [(which, pairing, shift) for which in ("better", "worse") for pairing in (0.0, 0.5, 0.9) for shift in SHIFTS]
    found = _all(pool, power, cases, "power")
    table = Table("one rule is", "pairing", *(f"by {shift:g} SD" for shift in SHIFTS), title="Power: 10 entrants, 20 seeds")
    for which in ("better", "worse"):
        for pairing in (0.0, 0.5, 0.9):
            table.add_row(which, f"{pairing:g}", *(f"{found[which, pairing, shift]:.0%}" for shift in SHIFTS))
    console.print(table)


def _coverages(pool: ProcessPoolExecutor) -> None:
    counts = (5, 10, 20, 30)
    found = _all(pool, coverage, [(kind, seeds) for kind in SHAPES for seeds in counts], "coverage")
    table = Table("losses", *(f"{seeds} seeds" for seeds in counts), title="Coverage of the 95 % interval")
    for kind in SHAPES:
        table.add_row(kind, *(f"{found[kind, seeds]:.1%}" for seeds in counts))
    console.print(table)
