"""Messages: every code stands for one sentence, and the Chinese sentence of a code has the same values."""

import ast
import copy
import pickle
import re
import string
from pathlib import Path

import pytest

import descend
from descend.core.errors import BadData, BadInput, MissingExtra, StoreError, UnknownName, must_be
from descend.core.language.messages import Message, Option, catalogue, say

SOURCES = Path(descend.__file__).parent
REGISTRIES = {"kind-rule", "kind-wrapper", "kind-problem", "kind-schedule"}  # made by core/registry.py from their kinds


def templates() -> dict[str, set[str]]:
    """The English templates of each code, as the sources write them."""
    found: dict[str, set[str]] = {}
    for file in sorted(SOURCES.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        texts = {}
        for node in sorted(ast.walk(tree), key=lambda node: getattr(node, "lineno", 0)):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                    texts[name] = text
                case ast.Call(func=ast.Name(id="Message"), args=[ast.Constant(value=code), ast.Constant(value=text)]):
                    found.setdefault(code, set()).add(text)
                case ast.Call(func=ast.Name(id="Message"), args=[ast.Constant(value=code), ast.Name(id=name)]):
                    found.setdefault(code, set()).add(texts[name])
    return found


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_a_code_stands_for_one_sentence():
    assert len(templates()) > 50
    assert {code: texts for code, texts in templates().items() if len(texts) > 1} == {}


def test_the_chinese_of_a_code_has_the_values_of_the_english():
    english = templates()
    for code, chinese in catalogue("zh").items():
        if code in english:
            (text,) = english[code]
            assert fields(chinese) == fields(text), code


def test_a_message_is_its_english_sentence_and_can_be_said_in_chinese():
    error = must_be("b1", "2", Message("in", "in {range}", range="[0, 1)"))
    assert str(error) == error.say() == error.say("en") == "b1 is 2, must be in [0, 1)"
    assert error.say("zh") == "b1 是 2，应为 [0, 1) 中的数"
    assert (error.code, error.fields["what"]) == ("must-be", "b1")
    assert say("plain", "zh") == "plain"
    assert Message("a-code-without-chinese", "left as {it} is", it="it").say("zh") == "left as it is"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UnknownName("rule", "adm", ["adam", "sgd"]), "unknown-name-near"),
        (UnknownName("rule", "best", ["adam", "sgd"]), "unknown-name"),
        (UnknownName("rule", "best", []), "none-known"),
        (must_be("steps", "0", Message("whole-from-to", "a whole number from {least} to {most:,}", least=1, most=9)), "must-be"),
        (BadInput("no"), "bad-input"),
        (BadData("no"), "bad-data"),
        (StoreError("no"), "store"),
        (MissingExtra("no"), "missing-extra"),
    ],
)
def test_an_error_keeps_its_code_and_values_on_the_way_to_another_process(error, code):
    for again in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(again) is type(error)
        assert (str(again), again.code, again.fields, again.say("zh")) == (str(error), code, error.fields, error.say("zh"))


def test_options_are_written_as_in_python_or_as_on_the_command_line():
    error = BadData(Message("leave-it-out", "leave it out with {option}", option=Option(drop=("a", "b, c"))))
    assert str(error) == "leave it out with drop=('a', 'b, c')"
    assert error.say(spelling="command") == "leave it out with --set 'drop=a,\"b, c\"'"
    kinds, file = Option(columns={"x y": "category"}), Option(file="a b.csv")
    assert [one.say(spelling="command") for one in (kinds, file)] == ["--columns 'x y=category'", "--data 'a b.csv'"]
    again = pickle.loads(pickle.dumps(error))
    assert again.say(spelling="command") == error.say(spelling="command")


def test_errors_of_the_library_do_not_speak_of_the_command_line():
    """Its options are written by the command line alone: see messages.Option."""
    strings = {
        (file.relative_to(SOURCES).as_posix(), node.value)
        for file in SOURCES.rglob("*.py")
        if file.relative_to(SOURCES).parts[0] != "cli"
        for raised in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(raised, ast.Raise)
        for node in ast.walk(raised)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert len(strings) > 300
    assert {(file, text) for file, text in strings if re.search(r"(^|\s)--[a-z]", text)} == set()
