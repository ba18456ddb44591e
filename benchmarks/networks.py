"""Networks in lanes: what their features cost against the plain lane, and a small convnet against PyTorch, in turns."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from descend.engine import Entry, Job, Run
from descend.problems import find

from . import lanes, task
from .updates import side_by_side

ROUNDS = 5
STEPS = 100  # of a convnet's training
CHANNELS = (8, 16)
PENALTIES = tuple({"l1": l1, "l2": l2} for l1, l2 in product((0.0, 1e-4), (0.0, 1e-3)))
RATES = tuple({"dropout": rate} for rate in (0.0, 0.1, 0.2, 0.4))

Training = Callable[[], object]


def race(
    numbers: Sequence[Mapping[str, float]] = ({},),
    name: str = "digits",
    steps: int = task.STEPS,
    seeds: int = 1,
    asked: Any = None,
    **options: Any,
) -> tuple[Training, int]:
    """A race of 128 lanes a seed, compiled, with `numbers` side by side and a job's options `asked`; and how many lanes it has."""
    grid = np.geomspace(1e-4, 1, 16 // len(numbers))
    entries = [
        Entry(f"{rule} {i}", tuple(make(float(rate)) for rate in grid), given)
        for rule, make in lanes.RULES.items()
        for i, given in enumerate(numbers)
    ]
    problem = find(name, hidden=(task.HIDDEN,), **options)
    job = Job(problem, entries, range(seeds), steps, task.BATCH, every=2, **asked or {})
    return Run(job).compile().run, seeds * len(entries) * len(grid)


FEATURES: dict[str, tuple[Callable[[], tuple[Training, int]], str]] = {
    "batch norm": (lambda: race(batch_norm=True), "70 %"),
    "dropout": (lambda: race(dropout=0.3), "70 %"),
    "dropout, swept": (lambda: race(RATES), "70 %"),
    "l1 and l2, swept": (lambda: race(PENALTIES), "70 %"),
    "early stopping": (lambda: race(asked={"patience": 10}), "70 %"),
    "health recorded": (lambda: race(asked={"health": True}), "85 %"),
}


def processor(run: Training) -> float:
    """Processor seconds of a race: beside other work on the machine they vary less than the time on the wall."""
    begin = time.process_time()
    run()
    return time.process_time() - begin


def pytorch(compiled: bool) -> Training:
    """A plain loop over the same convnet, batches and steps; one thread, which is faster than two for arrays this small."""
    import torch

    torch.set_num_threads(1)
    x, y = (torch.from_numpy(np.asarray(a)) for a in find("mnist1d").data.train)
    x, y, (first, second), nn = x[:, None], y.long(), CHANNELS, torch.nn
    order = np.random.default_rng(0)
    batches = [torch.from_numpy(order.choice(len(x), task.BATCH, replace=False)) for _ in range(STEPS)]
    convolutions = [nn.Conv1d(1, first, 5, 2, 2), nn.ReLU(), nn.Conv1d(first, second, 5, 2, 2), nn.ReLU(), nn.Flatten()]
    model = nn.Sequential(*convolutions, nn.Linear(10 * second, task.HIDDEN), nn.ReLU(), nn.Linear(task.HIDDEN, 10))
    called, loss = torch.compile(model) if compiled else model, nn.CrossEntropyLoss()

    def train() -> object:
        optimizer = torch.optim.Adam(model.parameters(), lr=task.RATE)
        for rows in batches:
            optimizer.zero_grad()
            loss(called(x[rows]), y[rows]).backward()
            optimizer.step()
        return model

    return train


def report() -> None:
    """Print the share of the plain rate that each feature keeps, and the convnet's times."""
    plain, count = race()
    table = Table("feature", "ms a training", "share of the plain rate", "asked", title=f"Digits, {count} lanes")
    plain()
    for name, (make, asked) in track(FEATURES.items(), "Networks", transient=True):
        run, _ = make()
        run()
        pairs = [(processor(plain), processor(run)) for _ in range(ROUNDS)]
        share = statistics.median(a / b for a, b in pairs)
        table.add_row(name, f"{1e3 * statistics.median(b for _, b in pairs) / count:.1f}", f"{share:.0%}", asked)
    Console().print(table)
    convnet()


def convnet() -> None:
    """Print what a convnet's training costs in lanes and in PyTorch's loop, as it is and compiled."""
    run, count = race(name="mnist1d", steps=STEPS, seeds=2, asked={"judgements": 1}, convolution=CHANNELS)
    title = f"MNIST-1D, convolutions of {CHANNELS} channels, {STEPS} steps"
    table = Table("", "ms a training", f"times a lane of {count}", "asked", title=title)
    for name, compiled in (("PyTorch loop", False), ("PyTorch loop, compiled", True)):
        lane, peer, ratio = side_by_side(run, pytorch(compiled), rounds=7)
        table.add_row(name, f"{1e3 * peer:.0f}", f"{count / ratio:.1f}", "15")
    table.add_row("a lane", f"{1e3 * lane / count:.1f}", "1", "")
    Console().print(table)
