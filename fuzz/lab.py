"""Messages to the lab: states right, wrong and absurd by the same way as from a page, and requests of strangers."""

import asyncio
import json
from pathlib import Path
from random import Random
from typing import Any

from descend.core.errors import BadInput
from descend.lab import requests
from descend.lab.functions import GROUPS
from descend.lab.server import Lab
from descend.lab.state import surfaces
from descend.rules import RULES
from descend.schedules import SCHEDULES

from .formulas import written
from .messages import answered
from .refusals import Finding, check_line

SECONDS = 180  # that an attempt may take: programs are compiled in it
MESSAGES, STRANGERS = 4, 20  # an attempt
TOKEN, HOST = "the token of this lab", "127.0.0.1:8700"
ABSURD = (
    None, True, False, 0, -1, 0.5, 1, 2.0, 2**31, 2**32 - 1, 2**32, 2**70, 10**400, 1e-320, 1e30, -1e30, 1e308, float("nan"),
    float("inf"), "", "x", "nan", "1e5", "\0", "é" * 300, "\ud800", "__class__", [], {}, [[]], [1], [1, 2], [0.1, "a"], [None] * 9,
    {"name": "cosine"}, {"rule": "sgd"}, {"": 1}, {"steps": 1}, {"self": 1}, "cosine", "sgd",
)  # fmt: skip
FIELDS = (
    "problem", "options", "start", "steps", "noise", "seed", "rules", "target", "known", "rule", "values", "schedule", "name",
    "names", "group", "at", "across", "curvature", "probes", "text", "learning_rate", "cls", "self", "given", "where", "then",
    "boundaries",
)  # fmt: skip
HEADERS = (
    b"", b"127.0.0.1:8700", b"http://127.0.0.1:8700", b"null", b"[::1", b"]", b"http://[", b"http://[::1]:x", b"//", b"\xff\xfe",
    b"a b", b"http://elsewhere.example", b"127.0.0.1:99999999", b"x" * 5000, b"http://127.0.0.1:8700@evil", b"%5b",
    b"http://127.0.0.1:8700#",
)  # fmt: skip
QUERIES = (b"", b"token", b"token=%00", b"token=%ff%fe", b"token=&token=", b"token=" + b"a" * 9000, b"&&&=", b"token=\xff", b"%")
PATHS = ("/", "/link", "/lab.js", "/lab.css", "/lab.js/", "//", "/../x", "/%2e%2e/", "/\0", "/é", "", "/link/", "/" + "a" * 5000)


def attempt(random: Random, folder: Path) -> None:
    """Some messages of one page, and some requests of strangers."""
    for _ in range(MESSAGES):
        ask = random.choice(list(requests.ANSWERS))
        state = _state(random, ask)
        for _ in range(random.choice((0, 0, 1, 1, 3))):
            state = _spoilt(random, state)
        answered(ask, state)
    _said(random)
    for _ in range(STRANGERS):
        asyncio.run(_stranger(random))


def _said(random: Random) -> None:
    """Messages that no page sends."""
    texts = [
        "",
        "{",
        "[" * 20_000,
        '{"ask":' * 5000,
        "NaN",
        '{"ask": "descent", "seq": 1e999}',
        '"\\ud800"',
        "1" * 30_000,
        "x" * 40_000,
    ]
    whole = json.dumps({"ask": "descent", "seq": 1, "state": {"rules": []}})
    at = random.randrange(len(whole))
    for text in (random.choice(texts), whole[:at], whole[:at] + random.choice('{}[]",:0e\\') + whole[at + 1 :], None, b"\xff", 5):
        try:
            requests.read(text)
        except BadInput as error:
            check_line(str(error))


# States


def _state(random: Random, ask: str) -> Any:
    if ask.startswith("stability"):
        return {
            "rule": random.choice(("sgd", "momentum", "nesterov", "rmsprop")),
            "curvature": random.choice((1e-3, 1, 1e3)),
            "probes": [[random.choice((0, 0.1, 5, 1e30)), random.choice((0, 0.5, 0.999))] for _ in range(random.randint(0, 2))],
        }
    if ask.startswith("functions"):
        group = random.choice(list(GROUPS))
        curves = list(GROUPS[group].curves)
        return {"group": group, "names": random.sample(curves, min(len(curves), random.randint(0, 3)))}
    return _descent(random)


def _descent(random: Random) -> dict[str, Any]:
    problem = random.choice(surfaces())
    state: dict[str, Any] = {"problem": problem, "rules": [_rule(random) for _ in range(random.choice((0, 1, 1, 2)))]}
    if problem == "formula":
        state["options"] = {"text": written(random)}
    for name, values in {
        "steps": (1, 2, 50, 2000),
        "noise": (0, 1e-30, 1, 100),
        "seed": (0, 2**32 - 1, 2**31),
        "start": ([0, 0], [1e10, -1e10], [3], [-0.0, 1e-30]),
        "target": (None, 0, -1e30, 1e30),
        "known": ("", "x", None),
    }.items():
        if random.random() < 0.4:
            state[name] = random.choice(values)
    return state


def _rule(random: Random) -> dict[str, Any]:
    rule: dict[str, Any] = {"rule": random.choice(list(RULES))}
    if random.random() < 0.5:
        rule["values"] = {"learning_rate": random.choice((0, 1e-30, 0.1, 1, 1e30))}
    if random.random() < 0.4:
        rule["schedule"] = {"name": random.choice(list(SCHEDULES))}
        if random.random() < 0.5:
            rule["schedule"][random.choice(("init_value", "transition_steps", "then", "boundaries", "values", "peak_value"))] = (
                random.choice(ABSURD)
            )
    return rule


def _spoilt(random: Random, state: Any) -> Any:
    """The state with something absurd somewhere in it."""
    if isinstance(state, dict) and state and random.random() < 0.85:
        name = random.choice(list(state))
        if random.random() < 0.2:
            return {**state, random.choice(FIELDS): random.choice(ABSURD)}
        return {**state, name: _spoilt(random, state[name])}
    if isinstance(state, list) and state and random.random() < 0.85:
        at = random.randrange(len(state))
        return [*state[:at], _spoilt(random, state[at]), *state[at + 1 :]]
    return random.choice(ABSURD)


# Strangers


async def _stranger(random: Random) -> None:
    """A request straight to the application, with any headers, path and query: no exception, and no page without the token."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    socket = random.random() < 0.5
    waiting = (
        [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1000}] if socket else [{"type": "http.request"}]
    )

    async def receive() -> Any:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    names = random.choices((b"host", b"origin", b"cookie", b"x-forwarded-host", b"sec-fetch-site"), k=random.randint(0, 4))
    scope = {
        "type": "websocket" if socket else "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": random.choice(("GET", "HEAD", "POST", "OPTIONS", "x")),
        "scheme": "ws" if socket else "http",
        "path": (path := random.choice(PATHS)),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": random.choice(QUERIES),
        "headers": [(name, random.choice(HEADERS)) for name in names],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8700),
        "subprotocols": [],
    }
    lab = Lab(TOKEN, {HOST})
    await lab.app(scope, receive, send)
    status = next((message.get("status") for message in sent if message["type"].endswith("response.start")), None)
    opened = any(message["type"] == "websocket.accept" for message in sent)
    if opened or (status == 200 and path == "/") or (status or 0) >= 500 or lab.open:
        raise Finding(f"{scope} got {sent}")
