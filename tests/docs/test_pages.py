"""The reference pages have everything there is, and the hand-written pages every option and public name."""

import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import descend
from descend.problems import PROBLEMS
from descend.rules import RULES
from descend.schedules import SCHEDULES

ROOT = Path(__file__).parents[2]
WRITTEN = "\n".join(p.read_text(encoding="utf-8") for p in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


@pytest.fixture(scope="module")
def hooks():
    """The module that makes the reference pages."""
    sys.path.insert(0, str(ROOT / "docs" / "generate"))
    try:
        import hooks

        yield hooks
    finally:
        sys.path.pop(0)


@pytest.mark.parametrize(("kind", "registry"), [("rules", RULES), ("schedules", SCHEDULES), ("problems", PROBLEMS)])
def test_every_entry_has_a_page_a_place_in_the_list_and_what_it_says_of_itself(hooks, kind, registry):
    listing = hooks.pages.listing(registry)
    for name in registry:
        text = hooks.pages.page(registry[name], None)
        assert text.startswith(f"# {name}\n"), name
        assert f"[{name}]({name}.md)" in listing
        assert text.count("```") % 2 == 0, name
        if kind != "problems":
            heading = {"rules": "## Update", "schedules": "## Value"}[kind]
            assert f"{heading}\n\n```text\n" in text, name


def test_what_code_blocks_tell_the_tests_is_not_shown(hooks):
    page = SimpleNamespace(file=SimpleNamespace(src_uri="words.md"))
    text = "```console check\n$ descend race iris\n```\n\n```python no-run\nx = 1\n```\n\n```text\na\n```\n"
    assert hooks.on_page_markdown(text, page) == text.replace(" check", "").replace(" no-run", "")


@pytest.mark.parametrize("name", list(RULES))
def test_every_rule_is_shown_on_a_path_that_descends(hooks, name):
    bowl = PROBLEMS["bowl"]()
    rate, points = hooks.pictures.descent(RULES[name], bowl)
    assert (rate is None) == (RULES[name]().rate is None)
    assert rate is None or 0.01 <= rate <= 100
    assert points.shape == (51, 2)
    assert bowl.f(points[-1]) < 0.2 * bowl.f(points[0])


def test_the_picture_of_a_rule_says_what_it_shows(hooks):
    picture = hooks.pictures.rule(RULES["sgd"])
    assert picture.svg.count("<path") > 20
    assert picture.says == "50 updates on the bowl, learning rate 0.464; the cross marks the minimum."


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_every_schedule_has_a_picture(hooks, name):
    picture = hooks.pictures.schedule(SCHEDULES[name])
    assert picture.svg.count("<path") > 5
    assert "100 steps" in picture.says


def test_every_option_of_a_race_is_documented(capsys):
    from descend.cli.main import main

    assert main(["race", "--help"]) == 0
    options = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert options
    assert sorted(option for option in options if option not in WRITTEN) == []


def test_every_public_name_is_documented():
    assert [name for name in descend.__all__ if f"descend.{name}" not in WRITTEN] == []
