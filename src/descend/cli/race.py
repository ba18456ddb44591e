"""descend race: ask, run with progress, print the leaderboard, leave a folder."""

import argparse
import json
import sys
from pathlib import Path

EXAMPLES = {
    "race": """examples:
  descend race digits
  descend race digits --rules sgd,adam --lr 1e-4:1:9 --steps 300 --out my-race
  descend race sales.csv:revenue --set hidden=64,32
  descend race bivariate --rules sgd,momentum,nesterov --lr 0.003 --batch full --target 1e-6 --steps 1200
  descend race bowl --lr 0.61 --rules sgd,momentum --set momentum.momentum=0.42"""
}


def add_arguments(sub: argparse.ArgumentParser) -> None:
    """The words of `descend race`."""
    add = sub.add_argument
    add("problem", metavar="PROBLEM", help="a name from `descend problems`, or FILE:TARGET for a .csv, .parquet or .npz file")
    add("--rules", default="textbook", metavar="A,B", help="rules to race, with commas, or 'all', or 'textbook' (default)")
    add("--lr", metavar="LO:HI:N", help="learning rates: a log-spaced range, or values with commas (default 1e-4:10:16)")
    add("--schedule", metavar="NAME", help="the shape each learning rate takes over time, such as cosine (default constant)")
    add("--seeds", type=_count, default=3, metavar="N", help="tuning seeds, which choose the learning rates (default 3)")
    add("--evaluation-seeds", type=_count, default=10, metavar="N", help="fresh seeds, which judge (default 10)")
    add("--steps", type=_count, metavar="N", help="updates of every training (default: the problem's)")
    add("--batch", type=_batch, metavar="N|full", help="rows an update sees (default: the problem's)")
    add("--target", type=_number, metavar="X", help="count the steps to this loss (held-out where rows are held out)")
    add(
        "--set", action="append", default=[], metavar="NAME=VALUE",
        help="an option of the problem (hidden=64,32) or of a rule (adam.b1=0.5); may be repeated",
    )  # fmt: skip
    add("--out", type=Path, metavar="DIR", help="the folder to leave (default races/PROBLEM-DATE-TIME)")
    add("--json", action="store_true", help="print the summary alone, as JSON, on standard output")


def _count(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number") from None
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is too small, must be at least 1")
    return value


def _batch(text: str) -> int | str:
    try:
        return "full" if text == "full" else _count(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}; give a number of rows, or full") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number") from None


def act(options: argparse.Namespace) -> int:
    """Run the race that the words ask for. Bad input is found before anything is written."""
    from descend import report, study
    from descend.problems import find
    from descend.store import claim, default_folder, release

    from . import settings, show

    rule_settings, problem_options = settings.split(options.set)
    problem = find(options.problem, **problem_options)
    rules = settings.rules(options.rules, rule_settings)
    asked = study.prepare(
        problem, rules, learning_rates=options.lr, schedule=options.schedule, seeds=options.seeds, steps=options.steps,
        evaluation_seeds=options.evaluation_seeds, batch=options.batch, target=options.target,
    )  # fmt: skip
    folder = options.out or default_folder(problem.title)
    claim(folder)
    try:
        with show.progress() as tell:
            race = study.start(asked, tell)
        report.save(race, folder)
    except BaseException:
        release(folder)
        raise
    show.outcome(race, folder, sys.stderr if options.json else sys.stdout, brief=options.json)
    if options.json:
        print(json.dumps(race.summary, indent=2, allow_nan=False))
    return 130 if race.summary["interrupted"] else 0
