"""Hostile and unlucky inputs by the thousand: `python -m fuzz [--minutes M] [--seed N] [TARGETS...]`.

Every attempt can be repeated: `python -m fuzz --seed N --attempt K TARGET`. The exit code is 1 where something was found.
"""

import argparse
import secrets
import sys
import time

from rich.console import Console
from rich.markup import escape

from .harness import MEMORY, TARGETS, Finding, Tally, hunt

console = Console()
ENDLESS = 10**9  # attempts
LOG = 40  # lines of a finding's log


def main() -> int:
    """Hunt in each target for its share of the time."""
    options = _options()
    targets = options.targets or list(TARGETS)
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    share = 60 * options.minutes / len(targets)
    first = options.attempt or 0
    count = options.attempts or (1 if options.attempt is not None else ENDLESS)
    tallies = []
    for name in targets:
        console.print(f"[bold]{name}[/] ({TARGETS[name]}), seed {seed}")
        until = time.monotonic() + (share if count == ENDLESS else 86400)
        with console.status(name) as status:
            told = _Teller(status, whole=options.attempt is not None)
            tallies.append(hunt(name, seed, first, first + count, until, told, int(options.memory * 2**30)))
        _summary(tallies[-1])
    return int(any(tally.findings for tally in tallies))


def _options() -> argparse.Namespace:
    top = argparse.ArgumentParser(prog="python -m fuzz", description="Hostile and unlucky inputs by the thousand.")
    top.add_argument("--minutes", type=float, default=10.0, help="for all targets together, default 10")
    top.add_argument("--seed", type=int, help="of the attempts; default: another one every time")
    top.add_argument("--attempt", type=int, help="make this attempt alone, and show its whole traceback")
    top.add_argument("--attempts", type=int, help="make so many attempts of each target, however long they take")
    top.add_argument("--memory", type=float, default=MEMORY / 2**30, help="GiB that a child may hold, default %(default)g")
    top.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    options = top.parse_args()
    for name in options.targets:
        if name not in TARGETS:
            top.error(f"unknown target '{name}'; there are: {', '.join(TARGETS)}")
    return options


class _Teller:
    """Shows how far a target is, and every new kind of finding at once."""

    def __init__(self, status: object, whole: bool):
        self.status, self.whole, self.said, self.begun = status, whole, 0.0, time.monotonic()

    def __call__(self, tally: Tally, finding: Finding | None) -> None:
        """Told of every look (None) and of every finding that is the first of its kind."""
        if finding:
            console.print(f"[red]{escape(finding.kind)}[/]: {escape(finding.text)}\n  again: {finding.again}", soft_wrap=True)
            lines = finding.log.splitlines()
            if self.whole or finding.kind.startswith(("ended", "hang", "memory", "start")):
                console.print("\n".join(lines[-LOG:]), markup=False, highlight=False, soft_wrap=True)
        if time.monotonic() - self.said > 0.5:
            self.said = time.monotonic()
            self.status.update(f"{_line(tally)}, {self.said - self.begun:.0f} s")  # type: ignore[attr-defined]


def _line(tally: Tally) -> str:
    found = len(tally.findings)
    return (
        f"{tally.target}: {tally.attempts:,} attempts, {found} findings of {len(tally.kinds)} kinds, at most "
        f"{tally.peak / 2**30:.2f} GiB and {tally.slowest:.1f} s an attempt"
    )


def _summary(tally: Tally) -> None:
    console.print(_line(tally), highlight=False)
    for kind, count in tally.kinds.most_common():
        first = next(finding for finding in tally.findings if finding.kind == kind)
        console.print(f"  {count:>6} x {escape(kind)}, first: {first.again}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
