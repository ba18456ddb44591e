"""Whatever is wrong with a call is said in one line that names it, before anything is trained."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from wrong_calls import CALLS

from descend.core.errors import LONGEST


@pytest.fixture(scope="module")
def results():
    """What each call raises in a process whose annotations go unchecked, as a person's."""
    script = Path(__file__).with_name("wrong_calls.py")
    ran = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=300)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return json.loads(ran.stdout)


@pytest.mark.parametrize("number", range(len(CALLS)))
def test_a_wrong_call_is_refused_in_one_line(results, number):
    found = results[number]
    assert found is not None, "it was accepted"
    kind, said, seconds = found
    assert kind == "BadInput", f"{kind}: {said[:300]}"
    assert said.isprintable(), said
    assert len(said) <= LONGEST, said
    assert CALLS[number][1] in said, said
    assert seconds < 20


def test_there_are_many():
    assert len(CALLS) > 200
