"""What the lab refuses: a request for each sentence with which it does, and many that chance makes."""

import json
import random
from typing import Any

from lab_client import rule

MESSAGES = ["", "[]", " " * 40_000, '{"ask": "everything"}', '{"ask": 5}', '{"ask": "code"}', '{"ask": "code", "seq": 1, "now": 1}']


def descent(**state: Any) -> tuple[str, Any]:
    return "descent", state


def formula(text: Any, **more: Any) -> tuple[str, Any]:
    return descent(problem="formula", options={"text": text}, **more)


def one(*rules: Any, **values: Any) -> tuple[str, Any]:
    return descent(rules=[rule(*rules, **values)])


def schedule(*names: Any, **settings: Any) -> tuple[str, Any]:
    return descent(rules=[{"rule": "sgd", "schedule": dict(zip(("name",), names, strict=False)) | settings}])


FORMULAS = [
    "", "x" * 201, "x" + "+x" * 60, "-" * 45 + "x", "(" * 45 + "x", "2^" * 45 + "x", "sin " * 45 + "x", "x; y", "x 2", "(x", "|x",
    "x)", "1", "x < 1", "f(x) = x", "x[0]", "x and y", "x + 1e999", "x + 1" + "0" * 190, "sin", "sin 2(x)", "max x", "z", "f(x)",
    "sin(x, y)", "max(x)", "x.y", "x +", "* x", "0,5", "1/2x", "sin^-1(x)", "x + w",
]  # fmt: skip
STATES = [
    ("descent", None),
    descent(colour=1),
    descent(problem=5),
    descent(problem="digits"),
    descent(problem="bowl", options=[1]),
    descent(problem="bowl", options={"colour": 1}),
    descent(problem="bowl", options={"start": "here"}),
    descent(problem="bowl", options={"start": 10**400}),
    descent(problem="bowl", start="here"),
    descent(problem="bowl", start=[1]),
    descent(problem="parabola", start=[1, 2]),
    descent(problem="bowl", start=["a", 2]),
    descent(problem="bowl", start=[[0] * 900, 2]),
    descent(problem="bowl", start=[1e30, 2]),
    descent(problem="parabola", options={"curvature": -1}),
    descent(problem="parabola", options={"center": "x"}),
    descent(steps=1e9),
    descent(noise=-1),
    descent(rules=[{}] * 9),
    one("adm"),
    one("zzzzzzzz"),
    one("adam", b3=1),
    one("adam", b1=1),
    one("adam", b1=None),
    one("adam", b1=[1]),
    one("adam", eps_hat=2),
    one("muon", fallback="adam"),
    one("muon", ns_steps=0),
    schedule("cosin"),
    schedule(),
    schedule("cosine", colour=1),
    schedule("cosine", transition_steps=0),
    schedule("warmup", then=3),
    schedule("piecewise_constant", boundaries=3),
    *map(formula, FORMULAS),
    formula(5),
    formula("log(-x^2 - 1)"),
    formula("1/x", start=[0]),
    descent(problem="saddle", rules=[rule("gauss_newton")]),
    descent(problem="bowl", noise=1, rules=[rule("coordinate_descent")]),
    one("lbfgs", search="long"),
    one("lbfgs", memory=0),
    one("newton_cg", radius=0),
    ("stability", {"rule": "sgd"}),
    ("stability", {"rule": "newton"}),
    ("stability", {"rule": "adahessian", "across": "b1"}),
    ("stability", {"rule": "momentum", "across": "b1"}),
    ("stability", {"probes": [[1]]}),
    ("functions", {"group": "curves"}),
    ("functions", {"names": ["cosine"]}),
    ("functions", {"values": {"steps": 1}}),
]

PLAIN = [None, True, False, -1, 0, 0.5, 1e308, 10**400, "", "x", "nan", "'", "is", [], {}, [1, 2], [[1]], {"rule": "sgd"}, "\u2028"]
WORDS = [
    "sgd",
    "adam",
    "adm",
    "momentum",
    "bowl",
    "formula",
    "saddle",
    "cosine",
    "warmup",
    "errors",
    "schedules",
    "tanh",
    "b1",
    "learning_rate",
]
FIELDS = {
    "descent": ["problem", "options", "start", "steps", "noise", "seed", "rules", "target", "known"],
    "stability": ["rule", "values", "across", "curvature", "probes"],
    "functions": ["group", "names", "values", "at"],
}
INNER = [
    "rule",
    "values",
    "schedule",
    "name",
    "text",
    "start",
    "curvature",
    "angle",
    "then",
    "eps_hat",
    "b1",
    "learning_rate",
    "steps",
]
PIECES = [
    *"xyz()+-*/^.,;0123456789 ",
    "x",
    "x",
    "y",
    "sin",
    "max",
    "exp(",
    "sqrt",
    "pi",
    "e",
    "2*",
    "**",
    "1e9",
    "lambda ",
    "__",
    "is not ",
]


def made(seed: int) -> tuple[str, Any]:
    """A request that chance makes: mostly of known fields, mostly with values that do not fit."""
    chance = random.Random(seed)
    if seed % 2:
        return formula("".join(chance.choices(PIECES, k=chance.randrange(1, 30))))

    def value(depth: int) -> Any:
        kind = chance.random()
        if depth and kind < 0.25:
            return {chance.choice(INNER): value(depth - 1) for _ in range(chance.randrange(1, 3))}
        if depth and kind < 0.4:
            return [value(depth - 1) for _ in range(chance.randrange(1, 3))]
        return chance.choice(WORDS if kind < 0.7 else PLAIN)

    ask = chance.choice([*FIELDS])
    fields = chance.sample(FIELDS[ask], 2)
    return ask, json.loads(json.dumps({field: value(3) for field in fields}))
