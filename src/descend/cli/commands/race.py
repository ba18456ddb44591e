"""descend race: ask, run with progress, print the leaderboard, leave a folder."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ..arguments import numbers, shared
from ..arguments import problem as problem_arguments
from ..terminal import downloads, session

EXAMPLES = {
    "race": """examples:
  descend race digits
  descend race digits --rules sgd,adam --lr 1e-4:1:9 --steps 300 --out my-race
  descend race sales.csv:revenue --set hidden=64,32
  descend race dots --rules adam --sweep l2=0,1e-3:1e-1:5
  descend race digits --rules adam --sweep batch=16,64,256 --patience 5
  descend race reviews.csv:label --text body --set hidden=none
  descend race bivariate --rules sgd,momentum,nesterov --lr 0.003 --batch full --target 1e-6 --steps 1200
  descend race bivariate --rules sgd,momentum,newton,lbfgs --target 1e-6 --by evaluations
  descend race digits --rules sgd,adam,lbfgs --batch full --budget 300evaluations
  descend race iris --rules newrule.py:SoftSign,adam
  descend race model.py:build --data sales.csv:revenue
  descend race --from races/digits-20260131-120000 --out again
  descend race bowl --lr 0.61 --rules sgd,momentum --set momentum.momentum=0.42"""
}


def add_arguments(sub: argparse.ArgumentParser) -> None:
    """The words of `descend race`."""
    add = sub.add_argument
    problem_arguments.add_problem(sub, optional=True)
    add(
        "--from", type=Path, metavar="FOLDER", dest="again",
        help="repeat the race in FOLDER (or in a race.toml), bit for bit on the same machine; "
        "loads the classes and functions of your own that it names, and runs their files as code",
    )  # fmt: skip
    add(
        "-r",
        "--rules",
        default="textbook",
        metavar="A,B",
        help="rules to race, separated by commas; 'all'; or 'textbook' (default). "
        "FILE.py:CLASS loads your own rule and runs that file as code",
    )
    add(
        "-l", "--lr", metavar="LO:HI:N",
        help="learning rates: a log-spaced range, or values separated by commas (default 1e-4:10:16)",
    )  # fmt: skip
    add("--schedule", metavar="NAME", help="learning-rate schedule, such as cosine (default constant)")
    add("--seeds", type=numbers.seeds, default=3, metavar="N", help="seeds that choose the learning rates (default 3)")
    add("--evaluation-seeds", type=numbers.seeds, default=20, metavar="N", help="fresh seeds for the verdict (default 20)")
    add(
        "--sweep", action="append", default=[], metavar="NAME=VALUES",
        help="also compare these values: l2=0,1e-4:1e-1:6, hidden=8,8x8, activation=relu,tanh, batch=16,64 (at an equal number of "
        "samples), weight_decay=0,0.01 or adam.b1=0.8,0.9; repeatable",
    )  # fmt: skip
    add("-n", "--steps", type=numbers.count, metavar="N", help="updates per training (default: the problem's)")
    add(
        "--budget", metavar="COST",
        help="instead of --steps, what each training may use: 500steps, 2000evaluations or 3s (of one training alone)",
    )  # fmt: skip
    add(
        "--by", metavar="COST",
        help="compare rules by steps, evaluations (everything they ask of the loss, counted in gradients) or seconds "
        "(default: the budget's, else steps)",
    )  # fmt: skip
    add("-b", "--batch", type=numbers.batch, metavar="N|full", help="rows per update (default: the problem's)")
    add(
        "--sampling",
        default="shuffled",
        metavar="HOW",
        help="how to draw rows: shuffled (default), replacement, or online (a stream, each row once)",
    )
    add(
        "--patience",
        type=numbers.count,
        metavar="N",
        help="stop a training after N of its 20 evaluations without a lower validation loss",
    )
    add(
        "--no-balance", dest="balance", action="store_false",
        help="do not let rules with fewer swept values try more learning rates",
    )  # fmt: skip
    add("--health", action="store_true", help="record statistics for every layer: norms, dead and saturated units")
    add(
        "--target", type=numbers.loss, metavar="X",
        help="report the steps needed to reach this test loss; tune and rank by them",
    )  # fmt: skip
    problem_arguments.add_options(sub)
    shared.add_output(sub, "DIR", "folder for the results (default races/PROBLEM-DATE-TIME)")
    add("--json", action="store_true", help="print only the summary, as JSON")


def act(options: argparse.Namespace) -> int:
    """Run the race that the words ask for. Bad input is found before anything is written."""
    from descend import races as study

    watch = options.watch
    watch.message = "stopped before the first result; nothing was written"
    with downloads.progress(watch):
        plan = study.prepare(_saved_spec(options) if options.again else _new_spec(options))
    with session.claimed(options.out, plan.jobs[0].problem.title, watch) as folder:
        with session.progress(watch) as tell:
            race = study.start(plan, tell)
        return _leave(race, folder, options)


def _new_spec(options: argparse.Namespace) -> Any:
    """The spec that the words ask for, checked."""
    from descend.core.errors import BadValue
    from descend.races import RaceSpec

    from ..arguments import settings

    if options.problem is None:
        raise BadValue("no problem to race on; name one, as in: descend race digits, or repeat a race with --from FOLDER")
    settings.check_sweep(options.sweep, options.set)
    problem, rule_settings = problem_arguments.build(options)
    return RaceSpec(
        problem, settings.rules(options.rules, rule_settings), learning_rates=options.lr, schedule=options.schedule,
        seeds=options.seeds, steps=options.steps, budget=options.budget, by=options.by,
        evaluation_seeds=options.evaluation_seeds, batch=options.batch,
        target=options.target, sweep=options.sweep, patience=options.patience, health=options.health, balance=options.balance,
        sampling=options.sampling,
    )  # fmt: skip


BESIDE = ("again", "out", "json")  # what --from may be given with


def _saved_spec(options: argparse.Namespace) -> Any:
    """The spec in the folder that --from names. Raises BadInput for words that would change it."""
    from descend.core.errors import BadValue
    from descend.races import RaceSpec

    parser = argparse.ArgumentParser()
    add_arguments(parser)
    for action in parser._actions:
        if action.dest not in (*BESIDE, "help") and getattr(options, action.dest) != action.default:
            word = next((w for w in action.option_strings if w.startswith("--")), options.problem)
            raise BadValue(f"{word} cannot be combined with --from, which repeats a race unchanged: leave one of them out")
    return RaceSpec.read(options.again)


def _leave(race: Any, folder: Path, options: argparse.Namespace) -> int:
    """Save the race, then print what it found: that also where it could not be saved."""
    from ..terminal import result as outcome
    from ..terminal import saving

    saved, error = None, None
    try:
        with options.watch.gently():
            saved, error = saving.save(race, folder)
    finally:
        late = options.watch.stop.is_set()
        outcome.show(race, saved, sys.stderr if options.json else sys.stdout, brief=options.json, late=late)
        if options.json:
            print(json.dumps({"schema": race.schema} | race.summary, indent=2, allow_nan=False))
    if error:
        raise error
    return 130 if race.summary["interrupted"] or late else 0
