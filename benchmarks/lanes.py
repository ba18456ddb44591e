"""The lanes: 1,024 trainings in one race, as the engine runs any race, records and evaluations included."""

from collections.abc import Callable

import numpy as np

from descend.engine import Entry, Job, Run
from descend.problems import find
from descend.rules import SGD, Adam, Momentum, Nesterov

from . import task

RULES = {
    "sgd": lambda rate: SGD(rate),
    "momentum": lambda rate: Momentum(rate),
    "nesterov": lambda rate: Nesterov(rate),
    "adam": lambda rate: Adam(rate),
    "adam 0.5": lambda rate: Adam(rate, b1=0.5),
    "adam 0.99": lambda rate: Adam(rate, b2=0.99),
    "adam 0 0.9": lambda rate: Adam(rate, b1=0.0, b2=0.9),
    "adam 0 0.99": lambda rate: Adam(rate, b1=0.0, b2=0.99),
}


def race(rates: int = 16, seeds: int = 8, width: int | None = None, judgements: int = 10) -> tuple[Callable[[], object], int]:
    """A race of 8 rules x `rates` x `seeds`, compiled; and how many lanes it has."""
    grid = np.geomspace(1e-4, 1, rates)
    entries = [Entry(name, tuple(make(float(rate)) for rate in grid)) for name, make in RULES.items()]
    problem = find("digits", hidden=(task.HIDDEN,))
    job = Job(problem, entries, range(seeds), task.STEPS, task.BATCH, width=width, judgements=judgements)
    return Run(job).compile().run, len(entries) * rates * seeds


def matrix_rate() -> float:
    """Floating-point operations a second of a large matrix product on all cores."""
    from concurrent.futures import ThreadPoolExecutor

    import jax
    import jax.numpy as jnp

    from descend.engine import runtime

    n, cores = 2048, runtime.available_cores()
    a = jnp.ones((n, n))
    product = jax.jit(lambda a: a @ a)

    def work() -> object:
        with ThreadPoolExecutor(cores) as pool:
            return [f.block_until_ready() for f in pool.map(lambda _: product(a), range(2 * cores))]

    return 2 * cores * 2 * n**3 / task.seconds(work)
