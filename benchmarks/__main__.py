"""Measurements side by side with peers, as ratios within one run.

`python -m benchmarks`, or with names: races widths networks start updates compiles tables lab optax torch keras fairness
judged_rows second_order models torch_models tune.
"""

import sys

from rich.console import Console
from rich.table import Table

from . import (
    bridges_keras,
    bridges_optax,
    bridges_torch,
    compiles,
    fairness,
    judged_rows,
    lab,
    lab_page,
    lanes,
    models,
    networks,
    second_order,
    start,
    tables,
    task,
    torch_models,
    tuned,
    updates,
)  # fmt: skip
from .peers import PEERS

console = Console()


def races() -> None:
    """A training in a race of 1,024 lanes against one training of each peer."""
    run, count = lanes.race()
    table = Table(title=f"One training: digits, 64-{task.HIDDEN}-10, batch {task.BATCH}, {task.STEPS} steps")
    for name in ("", "ms a training", "times a lane", "asked"):
        table.add_column(name, justify="right" if name else "left")
    before = task.seconds(run, 2) / count
    peers = {name: task.seconds(make()) for name, make in PEERS.items()}
    lane = min(before, task.seconds(run, 2) / count)
    table.add_row(f"a lane of {count:,}", f"{1e3 * lane:.2f}", "1", "")
    for name, asked in zip(peers, ("40", "30", "40", "10"), strict=True):
        table.add_row(name, f"{1e3 * peers[name]:.1f}", f"{peers[name] / lane:.1f}", asked)
    single, _ = single_lane()
    table.add_row("one lane alone", f"{1e3 * single:.1f}", f"{single / lane:.1f}", "")
    console.print(table)
    rate = lanes.matrix_rate()
    mine = task.FLOPS / lane
    console.print(f"Lanes: {mine / 1e9:.0f} GFLOP/s, {mine / rate:.0%} of a large matrix product's {rate / 1e9:.0f} GFLOP/s")


def single_lane() -> tuple[float, int]:
    """One training with the engine, as descend.train does it, its program compiled."""
    from descend.engine import Entry, Job, Run
    from descend.problems import find
    from descend.rules import Adam

    job = Job(find("digits"), [Entry("adam", (Adam(task.RATE),))], [0], task.STEPS, task.BATCH)
    return task.seconds(Run(job).compile().run), 1


def widths() -> None:
    """What a lane costs by the number of lanes in one program, and by the number of lanes in the race."""
    table = Table("lanes in the race", "lanes in a program", "ms a training", title="Cost by width")
    for seeds, width in [(8, 32), (8, 64), (8, 128), (8, 256), (8, 512), (8, None), (1, None), (32, None)]:
        run, count = lanes.race(seeds=seeds, width=width)
        table.add_row(f"{count:,}", str(width or "planned"), f"{1e3 * task.seconds(run, 2) / count:.2f}")
    console.print(table)


PARTS = {
    "races": races,
    "widths": widths,
    "networks": networks.report,
    "models": lambda: models.report(console),
    "start": start.report,
    "updates": updates.report,
    "compiles": compiles.report,
    "tables": tables.report,
    "lab": lambda: (lab.report(console), lab_page.report(console)),
    "optax": bridges_optax.report,
    "torch": bridges_torch.report,
    "keras": bridges_keras.report,
    "fairness": fairness.report,
    "judged_rows": judged_rows.report,
    "torch_models": torch_models.report,
    "second_order": lambda: second_order.report(console),
    "tune": lambda: tuned.report(console),
}


def main() -> None:
    """Measure what was named, or everything."""
    for name in sys.argv[1:] or PARTS:
        if name not in PARTS:
            sys.exit(f"unknown benchmark '{name}'; there are: {', '.join(PARTS)}")
        PARTS[name]()


if __name__ == "__main__":  # processes of a benchmark import this file again
    main()
