"""The words and tables of a race in the terminal, made from races that never ran."""

from dataclasses import replace
from io import StringIO
from types import SimpleNamespace

import pytest
from fake import Asked, network_race

from descend.cli.terminal import leaderboard as board
from descend.cli.terminal import result as outcome
from descend.cli.terminal.progress import status
from descend.engine import Progress
from descend.store import RaceResult

TWO = network_race(Asked(rules=("sgd", "schedule_free_adamw"), rates=(0.01, 0.1), evaluation=2, tuning=1, steps=20))


def altered(race: RaceResult, **changes) -> RaceResult:
    """The race with another summary; in it, what `lines` says of every rule."""
    lines = {"diverged_at_best": 0.0} | changes.pop("lines", {})
    summary = race.summary | {"leaderboard": [line | lines for line in race.summary["leaderboard"]]} | changes
    return replace(race, summary=summary)


def shown(race: RaceResult, **options) -> str:
    stream = StringIO()
    outcome.show(race, None, stream, brief=False, **options)
    return stream.getvalue()


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 120, 140])
def test_no_name_and_no_number_is_cut_at_any_width(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    out = shown(altered(TWO, title="a very long title " * 9))
    assert max(len(line) for line in out.splitlines()) <= columns
    assert "\N{HORIZONTAL ELLIPSIS}" not in out
    assert columns < 60 or "schedule_free_adamw" in out
    assert out.count("a very long title") + out.count("long title a") >= 1


def test_names_are_shown_as_they_are():
    race = altered(TWO, title="[red]x[/nothing] :smile:", verdict="[bold]y :smile:", lines={"rule": "[blue]z"})
    out = shown(race)
    assert all(name in out for name in ("[red]x[/nothing] :smile:", "[bold]y :smile:", "[blue]z"))


EDGE = {"at_edge": True, "edge": "high", "learning_rate": 0.5}


@pytest.mark.parametrize(
    ("lines", "note"),
    [
        (EDGE, "is the highest tried: extend --lr upwards"),
        (EDGE | {"edge": "low"}, "is the lowest tried: extend --lr downwards"),
        (EDGE | {"diverged_at_best": 1.0}, None),
        (EDGE | {"loss": {"iqm": None, "low": None, "high": None}}, None),
        ({"at_edge": False, "edge": None, "learning_rate": 0.5}, None),
    ],
)
def test_a_rule_at_the_edge_is_told_which_way_to_go_on_unless_it_diverged(lines, note):
    race = altered(TWO, lines=lines)
    assert ("0.5*" in shown(race)) == bool(note)
    notes = board.notes(race.summary)
    assert len(notes) == (note is not None)
    assert all(text.endswith(note) for text in notes)


def test_one_rule_has_no_rank_and_one_lane_is_one():
    race = altered(TWO, lanes=1, steps=1)
    alone = replace(race, summary=race.summary | {"leaderboard": race.summary["leaderboard"][:1]})
    assert ": 1 lane of 1 update in " in shown(alone)
    assert board.board(alone.summary).columns[0].header == "rule"
    assert board.board(race.summary).columns[0].header == ""


def test_an_accuracy_that_is_no_number_is_a_dash(monkeypatch):
    race = altered(TWO)
    race.summary["leaderboard"][0]["accuracy"] = None
    monkeypatch.setenv("COLUMNS", "140")
    row = next(line for line in shown(race).splitlines() if line.split()[:1] == ["1"])
    assert " - " in row


@pytest.mark.parametrize(
    ("summary", "late", "words"),
    [
        ({"interrupted": True}, False, "Stopped early: these are the results so far."),
        ({"interrupted": False}, True, "Stopped after the race had finished: these are all its results."),
        ({"interrupted": False}, False, ""),
    ],
)
def test_the_closing_words_say_what_happened(summary, late, words):
    out = shown(altered(TWO, **summary), late=late)
    assert words in out
    assert ("Stopped" in out) == bool(words)


@pytest.mark.parametrize("room", range(20, 120, 5))
def test_progress_keeps_to_its_room_and_drops_the_least(room):
    now = Progress(208, 100, 12, 3, 1000, 2000, ("schedule_free_adamw", 3, 0.1234))
    words = status(now, 0.5, room)
    assert len(words) <= room
    assert words.startswith("12/208 lanes done")
    assert ("running" in words) <= ("k steps/s" in words) <= ("diverged" in words)


def test_progress_says_all_where_there_is_room():
    now = SimpleNamespace(lanes=2, running=1, finished=1, diverged=0, lane_steps=1000, total_lane_steps=2000, leader=None)
    assert status(now, 0.5) == "1/2 lanes done, 1 running, 2 k steps/s"
