"""How long the lab takes from a slider to a picture: 6 rules, 500 steps, a request that changes every number."""

import json
import time

import numpy as np
from rich.console import Console

from descend.engine import runtime
from descend.lab import requests

RULES = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam")
MOVES, STEPS = 200, 500
ASKED = "asked: p95 under 50 ms, 30 pictures a second"


def report(console: Console) -> None:
    """Milliseconds of a picture without the wire, in Python: the message read, the rules run, the frame packed."""
    with runtime.scope():
        for _ in range(2):  # the first compiles
            _picture(0)
        taken = 1e3 * np.array([_picture(move) for move in range(MOVES)])
    middle, late = np.percentile(taken, [50, 95])
    console.print(
        f"The lab, slider to frame: median {middle:.1f} ms, p95 {late:.1f} ms, {1e3 / taken.mean():.0f} a second ({ASKED})"
    )


def _picture(move: int) -> float:
    rules = [{"rule": name, "values": {"learning_rate": 0.01 * (1 + move / MOVES)}} for name in RULES]
    state = {"problem": "bowl", "steps": STEPS, "start": [-5 + move / MOVES, -2.0], "rules": rules}
    began = time.perf_counter()
    asked = requests.read(json.dumps({"ask": "descent", "seq": move, "state": state}))
    for _ in requests.answers(asked):
        pass
    return time.perf_counter() - began
