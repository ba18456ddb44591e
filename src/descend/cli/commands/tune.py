"""descend tune: what to train a problem with, within a budget, and the evidence in a folder."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ..arguments import numbers, shared
from ..arguments import problem as problem_arguments
from ..terminal import downloads, session

EXAMPLES = {
    "tune": """examples:
  descend tune digits
  descend tune digits --budget 5min --rules adam,adamw,lion --schedules constant,cosine
  descend tune sales.csv:revenue --set hidden=64,32 --budget 2min --out tuned
  descend tune iris --budget 300trainings --steps 400"""
}


def add_arguments(sub: argparse.ArgumentParser) -> None:
    """The words of `descend tune`."""
    add = sub.add_argument
    problem_arguments.add_problem(sub)
    add(
        "--budget", default="60s", metavar="COST",
        help="what all of it may use: 60s (default), 5min, 500trainings (of full length) or 1e6steps (updates of single trainings)",
    )  # fmt: skip
    add(
        "-r", "--rules", metavar="A,B",
        help="rules to choose from, separated by commas (default: eight common ones, fewer on a small budget). "
        "FILE.py:CLASS loads your own rule and runs that file as code",
    )  # fmt: skip
    add("--schedules", metavar="A,B", help="schedules to choose from (default constant,cosine,one_cycle,warmup_stable_decay)")
    add("-n", "--steps", type=numbers.count, metavar="N", help="updates per training (default: the problem's)")
    add("-b", "--batch", type=numbers.batch, metavar="N|full", help="rows per update (default: the problem's)")
    problem_arguments.add_options(sub)
    shared.add_output(sub, "DIR", "folder for the results (default races/PROBLEM-DATE-TIME)")
    add("--json", action="store_true", help="print only the answer and its evidence, as JSON")


def act(options: argparse.Namespace) -> int:
    """Tune as the words ask. Bad input is found before anything is written."""
    from descend.tuning import RULES, SCHEDULES, tune

    from ..arguments import settings

    watch = options.watch
    watch.message = "stopped before the first result; nothing was written"
    with downloads.progress(watch):
        problem, rule_settings = problem_arguments.build(options)
        named = options.rules or (",".join(RULES) if rule_settings else None)
        rules = settings.rules(named, rule_settings) if named else None
    asked = {"rules": rules, "schedules": options.schedules or SCHEDULES, "steps": options.steps, "batch": options.batch}
    with session.claimed(options.out, problem.title, watch) as folder:
        with session.progress(watch, first=("timing",)) as tell:
            result = tune(problem, options.budget, on_progress=tell, **asked)
        return _leave(result, folder, options)


def _leave(result: Any, folder: Path, options: argparse.Namespace) -> int:
    """Save the race, then print the answer: that also where it could not be saved."""
    from descend.store.schema import SCHEMA

    from ..terminal import saving, tuning

    stream = sys.stderr if options.json else sys.stdout
    saved, error = None, None
    try:
        if result.race is not None:
            with options.watch.gently():
                saved, error = saving.save(result.race, folder)
    finally:
        tuning.show(result, saved, stream, brief=options.json)
        if options.json:
            print(json.dumps({"schema": SCHEMA} | result.to_dict(), indent=2, allow_nan=False))
    if error:
        raise error
    return 130 if result.interrupted or options.watch.stop.is_set() else 0
