"""descend explain: what a problem costs, layer by layer, and what its lanes hold."""

import argparse
import json

from ..arguments import numbers
from ..arguments import problem as problem_arguments
from ..terminal import downloads

EXAMPLES = {
    "explain": """examples:
  descend explain digits
  descend explain digits --set hidden=64,32 --rules adam,shampoo --lanes 1024
  descend explain sales.csv:revenue --json"""
}


def add_arguments(sub: argparse.ArgumentParser) -> None:
    """The words of `descend explain`."""
    add = sub.add_argument
    problem_arguments.add_problem(sub)
    add(
        "-r",
        "--rules",
        default="textbook",
        metavar="A,B",
        help="rules whose memory to count, 'all', or 'textbook' (default)",
    )
    add("--lanes", type=numbers.count, metavar="N", help="count the memory of N lanes")
    add("-b", "--batch", type=numbers.batch, metavar="N|full", help="rows per update (default: the problem's)")
    problem_arguments.add_options(sub)
    add("--json", action="store_true", help="print everything as JSON")


def act(options: argparse.Namespace) -> int:
    """Count, and print it."""
    from descend.analysis.complexity import explain

    from ..arguments import settings

    with downloads.progress(options.watch):
        problem, rule_settings = problem_arguments.build(options)
        _ = problem.data
    rules = settings.rules(options.rules, rule_settings)
    explanation = explain(problem, rules, batch=options.batch, lanes=options.lanes)
    if options.json:
        print(json.dumps(explanation.to_dict(), indent=2, allow_nan=False))
        return 0
    from descend.analysis.complexity.explanation import show

    from ..terminal.console import console

    show(explanation, console())
    return 0
