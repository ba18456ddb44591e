"""PyTorch modules of a person's own, in lanes against their own training loop: a dense one on digits, a convnet on MNIST-1D."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from torch import nn

from descend.engine import Entry, Job, Run
from descend.problems import find, models

from . import lanes, task
from .updates import side_by_side

ASKED = 15
RATES, SEEDS = 16, 2  # beside 8 rules
STEPS = 100  # of the convnet's training
ROUNDS = 5


class Case(NamedTuple):
    """A module, and the rows it is trained on."""

    name: str
    build: Callable[[], nn.Module]
    x: np.ndarray
    y: np.ndarray
    steps: int


def dense() -> nn.Module:
    return nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))


def convnet() -> nn.Module:
    return nn.Sequential(
        nn.Conv1d(1, 8, 5, stride=2, padding=2),
        nn.ReLU(),
        nn.Conv1d(8, 16, 5, stride=2, padding=2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(160, 10),
    )


def cases() -> list[Case]:
    """Both modules with the rows that descend's own problems train on."""
    digits, signals = find("digits").data.train, find("mnist1d").data.train
    return [
        Case("dense 64-32-10, digits", dense, np.asarray(digits[0]), np.asarray(digits[1]), task.STEPS),
        Case("convnet of 8 and 16 channels, MNIST-1D", convnet, np.asarray(signals[0])[:, None, :], np.asarray(signals[1]), STEPS),
    ]


def loop(case: Case) -> Callable[[], object]:
    """The training loop that PyTorch's tutorials show; one thread, which is faster than two for modules this small."""
    torch.set_num_threads(1)
    x, y = torch.from_numpy(np.array(case.x)), torch.from_numpy(case.y.astype(np.int64))
    batches = torch.from_numpy(task.order(0, len(x))[: case.steps])

    def train() -> object:
        module, criterion = case.build(), nn.CrossEntropyLoss()
        optimizer = torch.optim.Adam(module.parameters(), lr=task.RATE)
        for rows in batches:
            optimizer.zero_grad()
            criterion(module(x[rows]), y[rows]).backward()
            optimizer.step()
        return module

    return train


def race(case: Case, rates: int = RATES, seeds: int = SEEDS) -> tuple[Callable[[], object], int]:
    """A race of 8 rules x `rates` x `seeds`, compiled; and how many lanes it has."""
    problem: Any = models.from_torch(case.build, case.x, case.y, loss=nn.CrossEntropyLoss(), validation=0.1, test=0.0)
    grid = np.geomspace(1e-4, 1, rates)
    entries = [Entry(name, tuple(make(float(rate)) for rate in grid)) for name, make in lanes.RULES.items()]
    job = Job(problem, entries, range(seeds), case.steps, task.BATCH, judgements=1)
    return Run(job).compile().run, len(entries) * rates * seeds


def measure(case: Case, rates: int = RATES, seeds: int = SEEDS, rounds: int = ROUNDS) -> tuple[float, float, float]:
    """Seconds a training takes in lanes, and by the loop, and how many times as long, measured in turns."""
    run, count = race(case, rates, seeds)
    lane, theirs, ratio = side_by_side(run, loop(case), rounds=rounds)
    return lane / count, theirs, count / ratio


def report() -> None:
    """Print both cases."""
    table = Table(title=f"One training of a PyTorch module, batch {task.BATCH}; {8 * RATES * SEEDS} lanes")
    for name in ("", "steps", "ms in lanes", "ms by its own loop", "times", "asked"):
        table.add_column(name, justify="right" if name else "left")
    for case in cases():
        mine, theirs, times = measure(case)
        table.add_row(case.name, str(case.steps), f"{1e3 * mine:.2f}", f"{1e3 * theirs:.1f}", f"{times:.1f}", str(ASKED))
    Console().print(table)
