"""How long a race compiles: of all rules together, and what each rule adds to a race of gradient descent alone."""

import time
from collections.abc import Callable, Sequence

import jax
from rich.console import Console
from rich.progress import track
from rich.table import Table

import descend
from descend.engine import Run
from descend.races.plan import prepare
from descend.rules import RULES, TEXTBOOK

SEEDS = 3  # of a race's tuning
FEW = ("momentum", "adam", "nadam", "adafactor", "lamb", "prodigy", "muon", "shampoo", "soap")  # one of each kind


def seconds(rules: Sequence[str], clock: Callable[[], float] = time.perf_counter) -> float:
    """Tracing and compiling a race of these rules on digits, nothing of it kept from before; lanes as planned."""
    (job,) = prepare(descend.RaceSpec("digits", rules=tuple(rules), seeds=SEEDS)).jobs
    jax.clear_caches()
    begin = clock()
    Run(job).compile()
    return clock() - begin


def added(name: str, rounds: int = 3) -> float:
    """Processor seconds that a rule adds to compiling a race of gradient descent: with and without it, in turns."""
    pairs = [[seconds(rules, time.process_time) for rules in (["sgd"], ["sgd", name])] for _ in range(rounds)]
    alone, both = map(min, zip(*pairs, strict=True))
    return both - alone


def whole(rules: str) -> float:
    """Seconds that a race itself reports: the programs of its two phases, compiled side by side."""
    jax.clear_caches()
    return descend.race("digits", rules, steps=20, seeds=1, evaluation_seeds=2).summary["seconds"]["compile"]


def report() -> None:
    """Print the seconds of races of some rules and of all, and what a few rules add; asked: under 20 s, and 0.5 s a rule."""
    kept = jax.config.jax_enable_compilation_cache  # type: ignore[attr-defined]
    jax.config.update("jax_enable_compilation_cache", False)
    try:
        seconds(["sgd"])  # what is done once in a process
        table = Table("one program, digits", "seconds to compile", title="Compiling")
        table.add_row("sgd alone", f"{min(seconds(['sgd']) for _ in range(3)):.2f}")
        table.add_row(f"the {len(TEXTBOOK)} textbook rules", f"{seconds(TEXTBOOK):.2f}")
        table.add_row(f"all {len(RULES)} rules", f"{seconds(list(RULES)):.2f}")
        table.add_row(f"a race of all {len(RULES)} rules: two programs, side by side", f"{whole('all'):.2f}")
        for name in track([name for name in FEW if name in RULES], "Compiling", transient=True):
            table.add_row(f"{name} adds, in processor time", f"{added(name):.2f}")
        Console().print(table)
    finally:
        jax.config.update("jax_enable_compilation_cache", kept)
