"""The code blocks of the README, the guide to contributing and the documentation run as they stand.

- ```python blocks of one page share a namespace; ```console blocks run their lines that begin with `$ descend`.
- A page's blocks run in order, in an empty folder of their own.
- ```console exit=2 says that its commands end with that code; `no-run` leaves a block out.
- ```console check has races that take long: everything is checked that can be before they start.
"""

import shlex
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from descend import races as study
from descend.problems import PROBLEMS
from descend.rules import RULES
from descend.schedules import SCHEDULES

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path):
    """The language, flags, text and first line of each fenced block of a page."""
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        if token.type == "fence" and token.map:
            language, *flags = token.info.split() or [""]
            yield language, flags, token.content, token.map[0] + 1


def commands(text: str):
    """The arguments of each `$ descend ...` line; a line that ends in a backslash goes on in the next."""
    lines = text.replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True)[2:] for line in lines if line.startswith("$ descend ")]


def to_run(page: Path):
    return [block for block in blocks(page) if block[0] in ("python", "console") and "no-run" not in block[1]]


@pytest.fixture
def registries_restored(monkeypatch):
    """What a page registers is forgotten after it."""
    for registry in (RULES, SCHEDULES, PROBLEMS):
        monkeypatch.setattr(registry, "_classes", dict(registry._classes))


def unstarted(*_):
    """Stands for a race that is only checked."""
    raise KeyboardInterrupt


@pytest.mark.parametrize("page", [p for p in PAGES if to_run(p)], ids=lambda p: str(p.relative_to(ROOT)))
def test_the_code_on_the_page_runs(page, tmp_path, monkeypatch, registries_restored):
    from descend.cli.main import main

    monkeypatch.chdir(tmp_path)
    namespace, started = {"__name__": "page"}, study.start
    for language, flags, text, line in to_run(page):
        if language == "python":
            exec(compile("\n" * line + text, str(page), "exec"), namespace)
        else:
            expected = next((int(flag.removeprefix("exit=")) for flag in flags if flag.startswith("exit=")), 0)
            if "check" in flags:
                monkeypatch.setattr(study, "start", unstarted)
                expected = 130
            for arguments in commands(text):
                assert main(arguments) == expected, f"{page.name}, line {line}: descend {shlex.join(arguments)}"
            if "check" in flags:
                monkeypatch.setattr(study, "start", started)


def test_blocks_and_commands_are_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "```python\nx = 1\n```\n\n"
        "```console exit=2\n$ descend race \\\n    'a b'  # why\nout\n$ make test\n```\n\n"
        "```python no-run\n1/0\n```\n"
    )
    assert [block[:2] for block in to_run(page)] == [("python", []), ("console", ["exit=2"])]
    assert commands(to_run(page)[1][2]) == [["race", "a b"]]


def test_the_readme_has_examples_that_run():
    assert {block[0] for block in to_run(ROOT / "README.md")} == {"python", "console"}
