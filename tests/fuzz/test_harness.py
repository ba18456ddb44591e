"""The fuzz job's frame, tried on a target that goes wrong on purpose."""

import time
from importlib import import_module

import pytest

from fuzz.harness import TARGETS, hunt
from fuzz.refusals import Finding, check_line, refused_well

WAYS = {1: "ValueError at toys.py:", 2: "ended by SIGSEGV", 3: "hang", 4: "memory", 5: "ended by SIGABRT"}


def hunted(target, count, until=60.0, seed=3):
    heard = []
    tally = hunt(target, seed, 0, count, time.monotonic() + until, lambda _, finding: heard.append(finding), memory=2**30)
    return tally, [each for each in heard if each]


@pytest.mark.parametrize("way", WAYS)
def test_what_goes_wrong_is_noticed_and_the_next_attempt_is_made(way, monkeypatch):
    monkeypatch.setenv("FUZZ_TOY", str(way))
    tally, heard = hunted("tests.fuzz.toys", 2)
    assert tally.attempts == 2
    assert [finding.attempt for finding in tally.findings] == [0, 1]
    assert len(heard) == 1, "told once for each kind"
    assert heard[0].kind.startswith(WAYS[way])
    assert heard[0].again == "python -m fuzz --seed 3 --attempt 0 tests.fuzz.toys"


def test_attempts_that_go_well_find_nothing(monkeypatch):
    monkeypatch.setenv("FUZZ_TOY", "0")
    tally, heard = hunted("tests.fuzz.toys", 30)
    assert (tally.attempts, heard, tally.findings) == (30, [], [])


def test_the_same_seed_and_attempt_do_the_same():
    first, _ = hunted("tests.fuzz.toys", 4, seed=5)
    again, _ = hunted("tests.fuzz.toys", 4, seed=5)
    assert [f.kind for f in first.findings] == [f.kind for f in again.findings]
    assert first.findings


def test_the_time_ends_it():
    begin = time.monotonic()
    hunted("tests.fuzz.toys", 10**9, until=2.0)
    assert time.monotonic() - begin < 15


def test_every_target_is_there():
    assert [name for name in TARGETS if not callable(import_module(f"fuzz.{name}").attempt)] == []


def test_a_refusal_is_one_short_line():
    from descend.core.errors import BadData

    with refused_well():
        raise BadData("x.csv is empty: add rows")
    for text in ("", "two\nlines", "a bell \x07", "long " * 1000):
        with pytest.raises(Finding):
            check_line(text)
    with pytest.raises(KeyError), refused_well():
        raise KeyError("another error")
