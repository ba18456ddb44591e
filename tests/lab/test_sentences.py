"""Every sentence about a path, held against the path itself: a long one, in double precision, worked out apart from the lab."""

import itertools

import numpy as np
import pytest
from lab_client import ask, picture, rule
from walks import LINES, PLANES, bottom, path

from descend.lab.end_point import EndPoint
from descend.lab.regime import regime

STARTS = {"ln(x)": [1.0], "x^2/4 + sin(3x)": [2.0], "saddle": [1.0, 1e-3], "bowl": [-4.0, 2.0]}
STARTS |= {"rastrigin": [3.3, -2.6]}
RATES = {
    "sgd": [1e-3, 0.01, 0.05, 0.3, 0.5, 0.9, 1.0, 1.05], "momentum": [1e-3, 0.01, 0.1, 0.5, 1.0, 1.9, 2.5],
    "adam": [0.01, 0.1, 0.5, 2.0, 10.0], "signum": [0.013, 0.09, 0.23],
}  # fmt: skip
CHAOS = {"rastrigin": 0.009, "x^2/4 + sin(3x)": 0.4}  # from where on 32 and 64 bits part
STEPS = (40, 300)


def state(surface, start, steps, rules):
    where = {"problem": surface} if surface in PLANES else {"problem": "formula", "options": {"text": surface}}
    return where | {"start": start, "steps": steps, "rules": rules}


class Truth:
    """What is so of a path: of the window that a person sees (n + 1,), and of one eight times as long."""

    def __init__(self, surface, name, rate, start, steps):
        self.surface = {**LINES, **PLANES}[surface]
        self.points, self.long = path(self.surface, name, rate, start, 8 * steps)
        self.n, self.losses = steps, self.long[: steps + 1]
        last = np.flatnonzero(np.isfinite(self.losses))[-1]
        self.end = self.points[last]
        self.low = 0.0 if surface in ("bowl", "rastrigin") else bottom(self.surface, self.end)
        first = bottom(self.surface, self.points[0])
        self.low = min(self.low, first) if np.isfinite(first) else self.low
        self.low = {"ln(x)": -np.inf, "exp(-x)": 0.0}.get(surface, self.low)
        self.high = self.losses[0] - self.low

    @property
    def share(self):
        return (self.losses - self.low) / self.high

    @property
    def flat(self):
        slope = self.surface[1](self.end if len(self.end) > 1 else self.end[0])
        return np.abs(slope).max() < 1e-2

    def grows(self):
        return not np.isfinite(self.long).all() or np.max(self.long[-self.n :]) > 10 * np.max(np.abs(self.losses))

    def sinks(self):
        return not np.isfinite(self.long).all() or self.long[-1] < self.losses[-1] - 0.5 * abs(self.losses[0] - self.losses[-1])


def up(losses, least):
    """How many times a loss turns to rise by more than `least`."""
    rising = np.diff(losses) > least
    return sum(1 for before, now in itertools.pairwise([False, *rising]) if now and not before)


def diverges(true, said):
    above = ~(true.losses <= true.losses[0])
    return true.grows() and said["at"] == np.argmax(above) and not true.losses[-1] <= true.losses[0]


def leaves(true, said):
    return (
        not np.isfinite(true.losses[said["at"]]) and np.isfinite(true.losses[: said["at"]]).all() and np.abs(true.end).max() < 1e6
    )


def falls(true, said):
    return true.low == -np.inf and true.sinks()


def stands(true, said):
    around = [true.surface[0](true.end + d if len(true.end) > 1 else (true.end + d)[0]) for d in np.eye(len(true.end)) * 0.03]
    around += [true.surface[0](true.end - d if len(true.end) > 1 else (true.end - d)[0]) for d in np.eye(len(true.end)) * 0.03]
    here = true.losses[-1]
    kind = "maximum" if max(around) < here + 1e-9 else "saddle" if min(around) < here < max(around) else "level"
    rests = np.abs(true.points[true.n + 1 :][: true.n] - true.end).max() < 1e-2 * max(np.ptp(true.points[: true.n + 1]), 1e-9)
    return true.flat and said["on"] == kind and rests


def begins(true, said):
    return np.abs(true.losses - true.low).max() < 1e-9


def one_step(true, said):
    return np.all(np.abs(true.share[1:]) < 1e-5)


def settles(true, said):
    from_there = true.share[said["settled"] :]
    before = true.share[: said["settled"]]
    return from_there.max() <= 1.01e-3 and before[-1] > 0.99e-3


def arrives(true, said):
    return settles(true, said) and not up(true.share[: said["settled"] + 1], 1e-5)


def rings(true, said):
    few, many = (up(true.share[: said["settled"] + 1], least) for least in (1e-5, 1e-7))
    return settles(true, said) and few <= said["rises"] <= many


def restless(true, said):
    scale = 1.0 if np.isinf(true.low) else true.high
    few, many = (up(true.losses, least * scale) for least in (1e-4, 1e-8))
    again = np.isinf(true.low) or (true.long[true.n - true.n // 2 :] - true.low).max() > 1e-3 * true.high
    return 0.9 * few - 1 <= said["rises"] <= 1.1 * many + 1 and again


def zigzags(true, said):
    moves = np.diff(true.points[: (said["settled"] or true.n) + 1], axis=0)
    turned = (moves[1:] * moves[:-1] < 0).sum(axis=0).max()
    ends = settles(true, said) if said["settled"] else abs(true.share[-1] / said["left"] - 1) < 0.05
    return turned >= said["turns"] - 1 and said["turns"] >= 4 and ends


def stuck(true, said):
    later = (true.long[true.n :] - true.low) / true.high
    return said["left"] > 1e-3 and np.abs(later / said["left"] - 1).max() < 0.05


def slow(true, said):
    if "left" not in said:
        return true.low == -np.inf and true.losses[-1] <= true.losses[0]
    later = (np.nanmin(true.long) - true.low) / true.high
    return said["left"] > 1e-3 and abs(true.share[-1] / said["left"] - 1) < 0.05 and later < 0.98 * said["left"]


def climbs(true, said):
    return true.high < 1e-7 and true.losses[-1] > true.low + 1e-7


CLAIMS = {
    f.__name__: f
    for f in (diverges, climbs, leaves, falls, stands, begins, one_step, arrives, rings, restless, zigzags, stuck, slow)
}


# Every surface with some of the rules, and every rule with some of the surfaces.
PAIRS = [(surface, name) for i, surface in enumerate([*LINES, *PLANES]) for j, name in enumerate(RATES) if (i + j) % 3 == 0]


@pytest.mark.parametrize(("surface", "name"), PAIRS)
def test_what_is_said_is_so(surface, name):
    start = STARTS.get(surface, [1.0])
    rates = [rate for rate in RATES[name] if rate < CHAOS.get(surface, np.inf)]
    wrong = []
    for steps in STEPS:
        header, _ = picture(**state(surface, start, steps, [rule(name, learning_rate=rate) for rate in rates]))
        for rate, told in zip(rates, header["rules"], strict=True):
            with np.errstate(all="ignore"):
                true, said = Truth(surface, name, rate, start, steps), told["regime"]
                if not CLAIMS[said["kind"]](true, said):
                    wrong.append((rate, steps, said, true.low, true.losses[[0, -1]].tolist(), true.long[-1]))
                if np.isfinite(true.losses).all() and true.losses[-1] > true.losses[0] and true.grows():
                    assert said["kind"] == "diverges", (rate, steps, said)
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize(
    ("where", "rate", "said"),
    [
        ({"problem": "parabola", "start": [1]}, 1.05, {"kind": "diverges", "at": 1}),
        ({"problem": "formula", "options": {"text": "x^2"}, "start": [1]}, 1.05, {"kind": "diverges", "at": 1}),
        ({"problem": "formula", "options": {"text": "x^2"}, "start": [1]}, 1.0, {"kind": "zigzags", "turns": 39}),
        ({"problem": "formula", "options": {}, "start": [2, 1.5]}, 1.1, {"kind": "diverges", "at": 1}),
        ({"problem": "formula", "options": {"text": "cos(x)"}, "start": [0]}, 0.1, {"kind": "stands", "on": "maximum"}),
        ({"problem": "formula", "options": {"text": "-|x|"}, "start": [0]}, 0.1, {"kind": "stands", "on": "maximum"}),
        ({"problem": "formula", "options": {"text": "x^3"}, "start": [0]}, 0.1, {"kind": "stands", "on": "level"}),
        ({"problem": "formula", "options": {"text": "sigmoid(x)"}, "start": [200]}, 0.1, {"kind": "stands", "on": "level"}),
        ({"problem": "formula", "options": {"text": "x^2"}, "start": [0]}, 0.1, {"kind": "begins"}),
        ({"problem": "formula", "options": {"text": "x^2"}, "start": [1]}, 0.0, {"kind": "stands", "on": "slope"}),
        ({"problem": "saddle", "start": [0, 0]}, 0.05, {"kind": "stands", "on": "saddle"}),
        ({"problem": "saddle", "start": [1, 0]}, 0.3, {"kind": "stands", "on": "saddle"}),
        ({"problem": "himmelblau", "start": [-0.270845, -0.923039]}, 1e-5, {"kind": "stands", "on": "maximum"}),
        ({"problem": "bowl", "start": [0, 0]}, 0.05, {"kind": "begins"}),
        ({"problem": "formula", "options": {"text": "-x^2"}, "start": [1]}, 5.0, {"kind": "falls"}),
        ({"problem": "formula", "options": {"text": "x^3"}, "start": [1]}, 0.9, {"kind": "falls"}),
        ({"problem": "formula", "options": {"text": "-exp(x)"}, "start": [1]}, 0.1, {"kind": "falls"}),
        ({"problem": "formula", "options": {"text": "exp(x)"}, "start": [1]}, 500.0, {"kind": "one_step"}),
        ({"problem": "formula", "options": {"text": "cosh(x)"}, "start": [3]}, 2.0, {"kind": "diverges", "at": 1}),
        ({"problem": "formula", "options": {"text": "sqrt(x)"}, "start": [1]}, 0.3, {"kind": "leaves"}),
        ({"problem": "formula", "options": {"text": "sqrt(x^2+y^2)"}, "start": [0, 3]}, 1.0, {"kind": "arrives", "settled": 3}),
    ],
)
def test_the_cases_that_are_told_apart(where, rate, said):
    header, _ = picture(**where, steps=40, rules=[rule("sgd", learning_rate=rate)])
    found = header["rules"][0]["regime"]
    assert {key: found.get(key) for key in said} == said, found


def test_bursts_to_the_end_do_not_settle():
    losses = np.where(np.arange(200) % 30 == 29, 0.5, 1e-6)
    losses[0] = 1.0
    points = np.sqrt(losses)[:, None]
    found = regime(points, losses, 0.0, lambda: EndPoint(0.0, "slope"))
    assert found["kind"] == "restless"
    assert found["rises"] == 6
    header, _ = picture(problem="parabola", start=[1], steps=2000, rules=[rule("adam", learning_rate=0.5, b1=0.9, b2=0.99, eps=0)])
    assert header["rules"][0]["regime"]["kind"] == "restless"


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov", "nesterov_lookahead"])
@pytest.mark.parametrize(
    "where", [{"problem": "bowl", "start": [-4, 2]}, {"problem": "formula", "options": {"text": "x^2 + 3y^2"}}]
)
def test_a_rule_is_stable_up_to_its_limit(name, where):
    ((header, _),) = ask("limits", where | {"rules": [rule(name)]})
    (limit,) = header["limits"]
    rules = [rule(name, learning_rate=share * limit) for share in (0.97, 1.03)]
    header, arrays = picture(**where, steps=2000, rules=rules)
    below, beyond = (found["regime"]["kind"] for found in header["rules"])
    assert beyond == "diverges"
    assert below != "diverges"
    assert arrays["r0.losses"][-1] < 1e-6
