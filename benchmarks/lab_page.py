"""How long the lab's page takes from the mouse to the painted picture: a slider dragged in Chromium, 6 rules, 500 steps."""

import contextlib
import json
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

sys.path.append(str(Path(__file__).parents[1] / "tests/lab"))
from browser import NAMES, OPTIONS, found

from .lab import ASKED, MOVES, RULES, STEPS

PAUSE = 1 / 60  # seconds between two movements of the mouse
SCRIPT = Path(__file__).with_name("lab_page.js")


def report(console: Console) -> None:
    """Milliseconds from an input event to the first painted picture that has it, and where they go."""
    where = found()
    if where is None:
        console.print(f"The page: not measured, no browser is installed (one of {', '.join(NAMES)})")
        return
    seen = _dragged(where)
    taken, drawn = latencies(seen), np.array(seen["painted"])
    shown = drawn[(drawn >= seen["inputs"][0])]
    rate = (len(shown) - 1) * 1e3 / (shown[-1] - shown[0])
    middle, late = np.percentile(taken, [50, 95])
    console.print(f"The page, mouse to picture: median {middle:.0f} ms, p95 {late:.0f} ms, {rate:.0f} a second ({ASKED})")
    parts = {"asked to answered": "answered", "answered to drawn": "waited", "drawing": "drawing", "taking an answer": "taking"}
    told = [f"{name} {np.median(seen[key]):.1f} and {np.percentile(seen[key], 95):.1f}" for name, key in parts.items()]
    console.print(f"  median and p95, ms: {'; '.join(told)}")
    spent = [f"{kind} {whole / len(shown):.1f}" for kind, whole in seen["spent"].items()]
    console.print(f"  main thread, ms a picture: {', '.join(spent)}")


def latencies(seen: dict[str, Any]) -> np.ndarray:
    """For each input event, how long until a picture is painted that was asked for after it."""
    sent, painted = np.array(seen["sent"]), np.array(seen["painted"])
    covering = np.searchsorted(sent, seen["inputs"])
    kept = covering < len(painted)
    return painted[covering[kept]] - np.array(seen["inputs"])[kept]


def _dragged(where: str) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    rules = [{"rule": name, "values": {"learning_rate": 0.01}, "look": i} for i, name in enumerate(RULES)]
    state = {"descent": {"problem": "bowl", "steps": STEPS, "start": [-5.0, -2.0], "rules": rules}}
    with _hosted() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=where, args=OPTIONS)
        page = browser.new_page(viewport={"width": 1300, "height": 900})
        page.add_init_script(path=SCRIPT)
        page.goto(f"{address}#{urllib.parse.quote(json.dumps(state))}")
        page.wait_for_selector("canvas[role=img][aria-label]", timeout=60_000)
        box = page.locator("[data-key='1.learning_rate']").bounding_box() or {}
        y = box["y"] + box["height"] / 2
        _drag(page, box["x"] + box["width"] * np.linspace(0.2, 0.6, 40), y)  # everything once, unmeasured
        page.wait_for_timeout(1500)
        tools = page.context.new_cdp_session(page)
        tools.send("Performance.enable")
        before = _spent(tools)
        page.evaluate("window.seen.begin()")
        _drag(page, box["x"] + box["width"] * (0.5 + 0.4 * np.sin(np.linspace(0, 4 * np.pi, MOVES))), y)
        page.wait_for_timeout(1500)
        seen = page.evaluate("window.seen.told()")
        seen["spent"] = {name: spent - before[name] for name, spent in _spent(tools).items()}
        browser.close()
    return seen


def _spent(tools: Any) -> dict[str, float]:
    """Milliseconds that the page's main thread has spent, by kind of work."""
    found = {one["name"]: 1e3 * one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
    return {kind: found[f"{kind}Duration"] for kind in ("Script", "RecalcStyle", "Layout", "Task")}


@contextlib.contextmanager
def _hosted() -> Iterator[str]:
    """The address of a lab in a process of its own, so that this one does not slow it down."""
    lab = "import sys; from descend.cli.main import main; sys.exit(main(['lab', '--no-browser']))"
    with subprocess.Popen([sys.executable, "-u", "-c", lab], stdout=subprocess.PIPE, text=True) as hosting:
        try:
            yield next(word for line in hosting.stdout or () for word in line.split() if word.startswith("http"))
        finally:
            hosting.terminate()


def _drag(page: Any, places: np.ndarray, y: float) -> None:
    page.mouse.move(places[0], y)
    page.mouse.down()
    due = time.perf_counter()
    for x in places:
        page.mouse.move(x, y)
        due += PAUSE
        time.sleep(max(due - time.perf_counter(), 0))
    page.mouse.up()
