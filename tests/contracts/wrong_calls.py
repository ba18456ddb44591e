"""Some two hundred calls of the Python API that cannot be meant, each with a word that its refusal must hold."""

import json
import sys
import time

import jax.numpy as jnp
import numpy as np

import descend
from descend import problems, rules, schedules
from descend.core.errors import BadInput
from descend.problems import Problem, find, function, noisy, problem, stream
from descend.rules import (
    SGD,
    Accumulate,
    Adam,
    Average,
    ClipByValue,
    Groups,
    Lookahead,
    Momentum,
    Muon,
    Prodigy,
    Rule,
    ScheduleFreeSGD,
)
from descend.schedules import Constant, Cosine, Exponential, Linear, OneCycle, PiecewiseConstant, Warmup


class Hostile:
    """An object whose repr fails."""

    def __repr__(self):
        raise RuntimeError("no repr")


class Endless:
    """An object whose repr is long and of many lines."""

    def __repr__(self):
        return "line\n" * 10_000


def deep(levels=900):
    found = []
    for _ in range(levels):
        found = [found]
    return found


class Bare(Problem):
    """A problem of one's own without its decorator."""

    def init(self, key):
        return jnp.ones(2), ()

    def loss(self, params, aux, batch, key):
        return jnp.sum(params**2), aux

    def evaluate(self, params, aux, batch):
        return {"loss": jnp.sum(params**2)}


class Unnamed(Rule):
    """A rule of one's own without its decorator."""


def mine(**methods):
    """A problem of one's own with other methods."""
    made = problem("mine")(type("Mine", (Bare,), {"__annotations__": {}, **methods}))()
    problems.PROBLEMS._classes.pop("mine")
    return made


def fails(*arguments):
    raise ZeroDivisionError("mine")


ODD = [
    Hostile(),
    Endless(),
    deep(),
    3 + 4j,
    {"a": 1},
    b"x",
    object(),
    lambda: 0,
    np.zeros((2, 2)),
    float("nan"),
    "\x00\x1b[31m",
    "",
]


def race(*arguments, **named):
    return lambda: descend.race(*arguments, **named)


def train(*arguments, **named):
    return lambda: descend.train(*arguments, **named)


def calls():
    """Pairs of a call and a word of its refusal."""
    for odd in ODD:
        yield race(odd), "problem"
        yield race("iris", [odd]), "rule"
        yield race("bowl", learning_rates=odd), "learning rate"
        yield race("bowl", steps=odd), "steps"
        yield race("bowl", seeds=odd), "seeds"
        yield race("bowl", target=odd), "target"
        yield race("bowl", health=odd), "health"
        yield race("bowl", width=odd), "width"
        yield train("bowl", odd), "rule"
        yield train("bowl", "sgd", seed=odd), "seed"
        yield train("bowl", "sgd", keep_params=odd), "keep_params"
        yield lambda odd=odd: Adam(b1=odd), "b1"
        yield lambda odd=odd: Muon(nesterov=odd), "nesterov"
        yield lambda odd=odd: Cosine(0.1, odd), "transition_steps"
        yield lambda odd=odd: descend.explain(odd), "problem"
        yield lambda odd=odd: descend.stability(odd), "rule"
        yield lambda odd=odd: find("digits", hidden=odd) if not isinstance(odd, str) or odd else find("digits", l2=odd), "digits: "
    yield from races()
    yield from others()


def races():
    yield race(), "problem"
    yield race("iris", "sgd", 0.1), "race()"
    for name in ("lr", "learning_rate", "epochs", "optimizer", "n_seeds", "batch_size", "callbacks", "verbose"):
        yield race("iris", **{name: 1}), "unknown argument of race()"
        yield train("iris", "sgd", **{name: 1}), "unknown argument of train()"
    yield lambda: descend.explain("iris", lr=1), "unknown argument of explain()"
    for progress in (3, "yes", True, [print]):
        yield race("bowl", on_progress=progress), "on_progress"
    yield race("bowl", "sgd", learning_rates=0.1, steps=2, on_progress=fails), "on_progress raised ZeroDivisionError: mine"
    for schedule in (3, True, Cosine(0.1, 10), [Cosine], "cosin", "", b"cosine"):
        yield race("bowl", schedule=schedule), "schedule"
    yield race("bowl", schedule=fails), "raised ZeroDivisionError: mine"
    yield race("bowl", schedule=lambda: 0), "raised TypeError"
    yield race("bowl", schedule=lambda rate: rate), "must give a Schedule"
    yield race("bowl", schedule=lambda rate: Hostile()), "must give a Schedule"
    for rates in ("", "a:b:c", "1:0.1:5", "0.1:1:1", "0:1:5", "1e-4:10:1e9", [], [0.0], [-1.0], [np.inf], True, range(10**6), 1e60):
        yield race("bowl", learning_rates=rates), "learning rate"
    for sweep in (
        {"l2": range(10**7)},
        {"l2": []},
        {"l2": [0, 0]},
        {"l2": iter(int, 1)},
        {"l2": [Hostile()]},
        {"nothing": [1]},
        {"adam.b3": [1]},
    ):
        yield race("iris", "adam", sweep=sweep), next(iter(sweep)).split(".")[-1] if sweep != {"l2": [Hostile()]} else ""
    yield race("iris", "adam", sweep={"l2": range(1000), "l1": range(1000)}), "entrants"
    yield race("iris", "sgd,adam", sweep={"l2": np.linspace(0, 1, 400)}, learning_rates="1e-4:1:5000"), "lanes"
    yield race("iris", "adam", sweep="l2"), "NAME=VALUES"
    yield race("iris", "adam", sweep={"criterion": ["mse"]}), "criterion"
    yield race("iris", "adam", sweep={"adam.learning_rate": [1]}), "learning_rate"
    for batch in (0, -1, 1.5, "all", True, 10**9):
        yield race("iris", batch=batch), "batch"
    for seeds in (0, -1, 1.5, True, "3", 10**7):
        yield race("iris", seeds=seeds), "seeds"
    for steps in (0, -1, 1.5, True, "3", 10**12):
        yield race("iris", steps=steps), "steps"
    for patience in (0, 21, 1.5, True):
        yield race("iris", patience=patience), "patience"
    yield race("bowl", patience=3), "patience"
    yield race("iris", sampling="random"), "sampling"
    yield race("iris", width=10**9), "width"
    yield race("iris", []), "rule"
    yield race("iris", "sgd,sgd"), "sgd"
    yield race("iris", "sgd,adm"), "adm"
    yield race("iris", {"a": 3}), "rule"
    yield race("iris", Unnamed()), "@rule"
    yield race("iris", Unnamed), "@rule"
    yield race("nowhere.csv:y"), "nowhere.csv"
    yield race("x" * 100_000), "problem"


def others():
    yield race(Bare()), "@problem"
    yield race(Bare), "@problem"
    yield train(mine(evaluate=lambda self, p, a, b: {"x": jnp.sum(p)}), "sgd"), "'loss'"
    yield train(mine(evaluate=lambda self, p, a, b: {"loss": p}), "sgd"), "evaluate"
    yield train(mine(evaluate=lambda self, p, a, b: jnp.sum(p)), "sgd"), "evaluate"
    yield train(mine(evaluate=fails), "sgd"), "Mine.evaluate raised ZeroDivisionError: mine"
    yield train(mine(loss=lambda self, p, a, b, k: jnp.sum(p)), "sgd"), "(loss, aux)"
    yield train(mine(loss=lambda self, p, a, b, k: (p, a)), "sgd"), "of shape (2,)"
    yield train(mine(loss=lambda self, p, a, b, k: (jnp.sum(p), p)), "sgd"), "aux"
    yield train(mine(loss=lambda self, p, a, b, k: (float(p[0]), a)), "sgd"), "jax.numpy"
    yield train(mine(loss=fails), "sgd"), "Mine.loss raised ZeroDivisionError: mine"
    yield train(mine(init=lambda self, key: jnp.ones(2)), "sgd"), "(params, aux)"
    yield train(mine(init=lambda self, key: (jnp.ones(2, int), ())), "sgd"), "floating"
    yield train(mine(init=Problem.init), "sgd"), "no method init"
    yield train(mine(loss=Problem.loss), "sgd"), "no method loss"
    yield train(mine(data=3), "sgd"), "data"
    for b1 in ([0.9, 0.8], (0.9,), True, "0.9", None, 1.0, -0.1, float("inf"), 1j):
        yield lambda b1=b1: Adam(b1=b1), "b1"
    for rate in (True, "0.1", [0.1], -1, float("nan"), {}):
        yield lambda rate=rate: SGD(learning_rate=rate), "learning_rate"
        yield lambda rate=rate: ScheduleFreeSGD(rate), "learning_rate"
        yield lambda rate=rate: Momentum(rate), "learning_rate"
    yield lambda: Adam(bogus=1), "argument of Adam 'bogus'"
    yield lambda: Adam(lr=0.1), "did you mean 'learning_rate'"
    yield lambda: Adam(beta1=0.1), "did you mean 'b1'"
    yield lambda: SGD(0.1, 0.9, 3, 4, 5, 6), "SGD: too many"
    yield lambda: Prodigy(d0="x"), "d0"
    yield lambda: Lookahead(), "rule"
    yield lambda: Lookahead("sgd"), "rule"
    yield lambda: Lookahead(SGD(), k=0), "k"
    yield lambda: Lookahead(SGD(), k=2.5), "k"
    yield lambda: Average(SGD(), decay=1), "decay"
    yield lambda: Average(SGD(), uniform="yes"), "uniform"
    yield lambda: Accumulate(SGD(), k=True), "k"
    yield lambda: ClipByValue(SGD(), -1), "max_value"
    yield lambda: Groups(SGD(), {"a": 3}), "'a'"
    yield lambda: Groups(SGD(), {"a": Hostile()}), "'a'"
    yield lambda: Groups(SGD(), {"a": {"momentum": 1}}), "momentum"
    yield lambda: Muon(fallback="adam"), "fallback"
    yield lambda: Muon(ns_steps=0), "ns_steps"
    yield lambda: Adam.as_in("theano"), "dialect"
    yield lambda: rules.find("adm"), "did you mean 'adam'"
    yield lambda: rules.find(None), "rule"
    for schedule in (Constant, lambda x: Exponential(0.1, x), lambda x: Linear(x, 0.0, 5), lambda x: OneCycle(x, 5)):
        yield lambda schedule=schedule: schedule("x"), "must be"
        yield lambda schedule=schedule: schedule(Hostile()), "must be"
    yield lambda: Cosine(), "Cosine: missing"
    yield lambda: Cosine(0.1, 0), "transition_steps"
    yield lambda: Cosine(0.1, steps=10), "argument of Cosine 'steps'"
    yield lambda: Warmup(0.1, 10), "then"
    yield lambda: Warmup(Hostile(), 10), "then"
    yield lambda: PiecewiseConstant(3, 4), "boundaries"
    yield lambda: PiecewiseConstant((5, 3), (1, 2, 3)), "increasing"
    yield lambda: schedules.around("cosin", 0.1, 10), "cosin"
    yield lambda: schedules.around("cosine", 0.1, 0), "steps"
    yield lambda: schedules.around("cosine", 0.1, 10, colour=1), "colour"
    yield lambda: find("digits", hiden=3), "did you mean 'hidden'"
    yield lambda: find("digits", hidden="a,b"), "hidden"
    yield lambda: find("digits", activation="rel"), "activation"
    yield lambda: find("digits", dropout=1.0), "dropout"
    yield lambda: find("bowl", start=(1, 2, 3)), "start"
    yield lambda: problems.Bowl(start=(1.0,)), "start"
    yield lambda: problems.Bowl(beginning=(1.0,)), "argument of Bowl 'beginning'"
    yield lambda: problems.Ravine(condition=-1), "condition"
    yield lambda: problems.Formula("x +"), "something is missing"
    yield lambda: function(3, [1.0]), "function"
    yield lambda: function(lambda x: x, [1.0, 2.0]), "one real number"
    yield lambda: function(lambda x: 1 / 0, 1.0), "raised ZeroDivisionError"
    yield lambda: function(lambda x: x**2, Hostile()), "start"
    yield lambda: function(lambda x: x**2, 1.0, bounds=3), "bounds"
    yield lambda: noisy(find("bowl"), -1), "scale"
    yield lambda: noisy("bowl", 1.0), "problem"
    yield lambda: stream(3), "drawn"
    yield lambda: stream(lambda key, rows: 0), "drawn"
    yield lambda: descend.stability("momentum", momentm=0.5), "momentm"
    yield lambda: descend.stability("momentum", momentum="x"), "momentum"
    yield lambda: descend.stability("momentum", curvature=-1), "curvature"
    yield lambda: descend.stability("momentum", curvature=Hostile()), "curvature"
    yield lambda: descend.stability("momentum", steps=3), "steps"
    yield lambda: descend.explain("iris", batch=0), "batch"
    yield lambda: descend.explain("iris", lanes=0), "lanes"
    yield lambda: descend.save(3, "x"), "race"


CALLS = list(calls())


def results():
    """For each call what it raises: the kind of error, its message and seconds, or None where nothing was refused."""
    for call, _ in CALLS:
        begin, found = time.perf_counter(), None
        try:
            call()
        except Exception as error:
            found = ["BadInput" if isinstance(error, BadInput) else type(error).__name__, str(error), time.perf_counter() - begin]
        yield found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(list(results())))
