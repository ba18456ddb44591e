import re
import subprocess
import sys

import pytest

from descend.core.errors import BadData, BadValue
from descend.core.system import machine

OWN = "9:name=systemd:/\n4:cpu,memory:/box/inner\n0::/two/deep\n"


def groups(folder, **limits):
    own = folder / "cgroup"
    own.write_text(OWN)
    for place, text in limits.items():
        file = folder / "root" / place.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return machine._of_groups(folder / "root", own)


def test_limits_of_both_versions_of_control_groups_and_of_the_groups_above(tmp_path):
    files = {
        "memory__box__inner__memory.limit_in_bytes": "9223372036854771712\n",
        "memory__box__memory.limit_in_bytes": "3000000000\n",
        "two__deep__memory.max": "max\n",
        "two__memory.max": "2000000000\n",
        "memory.max": "max\n",
    }
    assert sorted(groups(tmp_path, **files)) == [2_000_000_000, 3_000_000_000, 9223372036854771712]


def test_groups_that_the_container_does_not_show_are_passed_over(tmp_path):
    assert groups(tmp_path, **{"memory.max": "1000000000"}) == [1_000_000_000]
    assert machine._of_groups(tmp_path, tmp_path / "nowhere") == []


def test_a_limit_of_the_process_is_seen():
    program = "from descend.core.system.machine import memory; print(memory())"
    limited = f"ulimit -v 3000000; exec {sys.executable} -c '{program}'"
    out = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, check=True).stdout
    assert int(out) == 3_000_000 * 1024


def test_the_memory_is_at_most_that_of_the_machine():
    assert 2**28 < machine.memory() <= machine._physical()


def test_a_refusal_says_how_much_how_much_there_is_and_what_to_change(monkeypatch):
    monkeypatch.setattr(machine, "memory", lambda: 10_000_000_000)
    machine.check_memory("a race", 8_000_000_000, "take fewer steps")
    words = "a race takes about 8.1 GB of memory, and this machine has 10 GB: take fewer steps"
    with pytest.raises(BadValue, match=f"^{re.escape(words)}$"):
        machine.check_memory("a race", 8_100_000_000, "take fewer steps")
    with pytest.raises(BadData, match="of memory"):
        machine.check_memory("a file", 1e30, "take another", BadData)


@pytest.mark.parametrize(("size", "words"), [(0, "0 B"), (999, "999 B"), (1e3, "1 kB"), (2.5e9, "2.5 GB"), (1e15, "1 PB")])
def test_sizes_in_words(size, words):
    assert machine.in_bytes(size) == words
