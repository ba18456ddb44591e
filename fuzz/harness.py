"""A target's attempts in a child process of bounded memory and time; what happens to it is written down as findings."""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parent.parent
TARGETS = {
    "files": "tables, images and reviews: damaged, crafted and huge",
    "folders": "folders of races: edited, truncated, half written",
    "formulas": "what people and others type as a formula",
    "lab": "messages to the lab's server",
    "commands": "command lines",
}
MEMORY = 5 * 2**30  # bytes that a child may hold
SECONDS = 60  # that an attempt may take; a module's own SECONDS counts before it
STARTING = 180  # seconds until a child must have loaded its target
LOOK = 0.05  # seconds between two looks at a child


@dataclass(frozen=True)
class Finding:
    """What went wrong, at which attempt; `kind` is the same for what is likely the same fault."""

    target: str
    seed: int
    attempt: int
    kind: str
    text: str
    log: str = ""

    @property
    def again(self) -> str:
        """The command that repeats it."""
        return f"python -m fuzz --seed {self.seed} --attempt {self.attempt} {self.target}"


@dataclass
class Tally:
    """What came of a target so far."""

    target: str
    attempts: int = 0
    peak: int = 0  # bytes of memory
    slowest: float = 0.0  # seconds of an attempt
    findings: list[Finding] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, finding: Finding) -> bool:
        """Note a finding; whether it is the first of its kind."""
        self.findings.append(finding)
        self.kinds[finding.kind] += 1
        return self.kinds[finding.kind] == 1


def module(target: str) -> str:
    """The module of a target, which is in this folder unless its name has points."""
    return target if "." in target else f"fuzz.{target}"


def hunt(
    target: str, seed: int, first: int, last: int, until: float, told: Callable[[Tally, Finding | None], None], memory: int = MEMORY
) -> Tally:
    """Make the attempts `first`, `first` + 1, ... below `last` until the time `until` (of time.monotonic); a child that ends
    is followed by another at the next attempt. `told` hears of every new kind of finding, and of every look (None)."""
    tally, number, idle = Tally(target), first, 0
    while number < last and time.monotonic() < until:
        with _Child(target, seed, number, last, memory) as child:
            number = child.watch(tally, until, told)
            idle = idle + 1 if child.begun is None else 0
        if idle == 2:
            break  # it cannot even start
    return tally


class _Child:
    """One child process, from its start to its end."""

    def __init__(self, target: str, seed: int, first: int, last: int, memory: int):
        self.target, self.seed, self.number, self.memory = target, seed, first, memory
        self.log = tempfile.TemporaryFile("w+b")  # noqa: SIM115 (closed in __exit__)
        words = [sys.executable, "-m", "fuzz.child", target, str(seed), str(first), str(last), str(memory)]
        self.process = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=self.log, stdin=subprocess.DEVNULL, cwd=ROOT, env=_environment(),
            start_new_session=True,
        )  # fmt: skip
        self.lines: queue.Queue[bytes] = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.begun: float | None = None
        self.under_way = False
        self.home: str | None = None
        self.limit = float(_seconds(target))

    def __enter__(self) -> "_Child":
        return self

    def __exit__(self, *_: object) -> None:
        self._kill()
        self.reader.join(5)
        if self.process.stdout and not self.reader.is_alive():
            self.process.stdout.close()
        self.log.close()
        if self.home:
            shutil.rmtree(self.home, ignore_errors=True)

    def watch(self, tally: Tally, until: float, told: Callable[[Tally, Finding | None], None]) -> int:
        """Listen until the child ends or the time is over; the number of the attempt to go on with."""
        started, self.begun = time.monotonic(), None
        while True:
            for line in self._heard():
                self._take(json.loads(line), tally, told)
            told(tally, None)
            now = time.monotonic()
            trouble = self._trouble(tally, now, started)
            if trouble:
                return self._report(tally, told, *trouble)
            if self.process.poll() is not None and self.lines.empty():
                if self.under_way or self.begun is None:
                    code = self.process.returncode
                    name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
                    return self._report(tally, told, f"ended by {name}", f"the process ended by {name}")
                return self.number
            if now > until and self.begun is not None:
                return self.number

    def _read(self) -> None:
        with suppress(ValueError, OSError):
            for line in self.process.stdout or ():
                self.lines.put(line)

    def _heard(self) -> Iterator[bytes]:
        with suppress(queue.Empty):
            yield self.lines.get(timeout=LOOK)
            while True:
                yield self.lines.get_nowait()

    def _take(self, what: dict[str, Any], tally: Tally, told: Callable[[Tally, Finding | None], None]) -> None:
        now = time.monotonic()
        if "ready" in what:
            self.home = what["home"]
        elif "begin" in what:
            self.number, self.begun, self.under_way = what["begin"], now, True
        else:
            tally.attempts += 1
            tally.slowest = max(tally.slowest, now - (self.begun or now))
            self.under_way = False
            if "error" in what:
                kind = f"{what['error'].split(':')[0]} at {what['place'].split(' < ')[0]}"
                self._note(tally, told, kind, f"{what['error']} ({what['place']})")
            self.number += 1

    def _trouble(self, tally: Tally, now: float, started: float) -> tuple[str, str] | None:
        """A hang or too much memory, as a kind and words."""
        size = _memory(self.process.pid)
        tally.peak = max(tally.peak, size)
        if size > self.memory:
            return "memory", f"it holds {size / 2**30:.1f} GiB, more than {self.memory / 2**30:.1f}"
        if self.under_way and self.begun is not None and now - self.begun > self.limit:
            return "hang", f"it runs for more than {self.limit:g} s"
        if self.begun is None and now - started > STARTING:
            return "start", f"it has not started after {STARTING} s"
        return None

    def _report(self, tally: Tally, told: Any, kind: str, text: str) -> int:
        """Write down the end of a child, with what it printed last; the number of the attempt after."""
        if self.process.poll() is None:
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGABRT)  # on which it prints where every thread is
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(2)
        self._kill()
        self._note(tally, told, kind, text)
        tally.attempts += 1
        return self.number + 1

    def _note(self, tally: Tally, told: Callable[[Tally, Finding | None], None], kind: str, text: str) -> None:
        self.log.seek(max(0, self.log.seek(0, os.SEEK_END) - 6000))
        log = self.log.read().decode(errors="replace")
        finding = Finding(self.target, self.seed, self.number, kind, text, log)
        if tally.add(finding):
            told(tally, finding)

    def _kill(self) -> None:
        """End the child and what it has started (its own session)."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _seconds(target: str) -> float:
    """The seconds that an attempt may take, by the target's own line SECONDS = ..., read without loading it."""
    file = ROOT / f"{module(target).replace('.', '/')}.py"
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("SECONDS ="):
            return float(line.split("=")[1].split("#")[0])
    return SECONDS


def _environment() -> dict[str, str]:
    source = str(ROOT / "src")
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{source}{os.pathsep}{known}" if known else source, "MPLBACKEND": "Agg"}


def _memory(process: int) -> int:
    """Bytes that a process and its children hold."""
    total = 0
    with suppress(psutil.Error):
        parent = psutil.Process(process)
        total = parent.memory_info().rss
        for each in parent.children(recursive=True):
            with suppress(psutil.Error):
                total += each.memory_info().rss
    return total
