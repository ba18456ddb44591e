"""A rule that enters as CONTRIBUTING says, by one file and one line of export, is held to every contract."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from descend.core.errors import UnknownName
from descend.rules import RULES

ROOT = Path(__file__).parents[2]
HEAD = '"""A rule from outside."""\n\n'
SUITES = [f"tests/contracts/test_rules{part}.py" for part in ("", "_bad_input", "_gradients", "_state", "_types", "_values")]


def entered(copy, text):
    """A copy of the package and its contracts, with the rule in one file, its line of export, and its claim."""
    for part in ("src", "tests/contracts"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("pyproject.toml", "tests/conftest.py"):
        shutil.copy(ROOT / part, copy / part)
    rules = copy / "src/descend/rules"
    text = text.replace("from descend.rules import Rule, Slots, rule", "from .base import Rule, Slots, rule")
    (rules / "powersign.py").write_text(HEAD + text)
    for file, line in (
        (rules / "__init__.py", "from .powersign import PowerSign"),
        (copy / "tests/contracts/rule_claims.py", CLAIM),
    ):
        file.write_text(f"{file.read_text()}\n{line}\n")


CLAIM = 'CLAIMS["powersign"] = Claim(1, first=0.01 * 2.718)'


def contracts(copy):
    """pytest's report on the contracts of that rule alone."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *SUITES, "-k", "powersign"]
    env = os.environ | {"PYTHONPATH": str(copy / "src")}
    return subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True, check=False).stdout


def test_a_rule_of_one_file_and_one_line_is_held_to_every_contract(tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
    text = next(block for block in blocks if "class PowerSign" in block)
    entered(tmp_path, text)
    report = contracts(tmp_path)
    assert re.search(r"^\d\d+ passed", report, re.MULTILINE), report


def test_a_name_that_no_rule_has_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match=r"^unknown rule 'adan_'; did you mean 'adan'\? There are: ada"):
        RULES["adan_"]
