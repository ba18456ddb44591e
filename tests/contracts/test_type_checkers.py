"""A type checker refuses what the classes refuse, and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

FILE = Path(__file__).with_name("seen_by_type_checkers.py")


def test_pyright_sees_the_fields_of_rules_schedules_and_problems():
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, str(FILE)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    found = {one["range"]["start"]["line"] for one in json.loads(ran.stdout)["generalDiagnostics"] if one["severity"] == "error"}
    wrong = {number for number, line in enumerate(FILE.read_text(encoding="utf-8").splitlines()) if line.endswith("# wrong")}
    assert found == wrong, ran.stdout[-2000:]
