"""How long a person waits: imports, help, and the default race from nothing to its folder."""

import os
import subprocess
import sys
import tempfile
import time

from rich.console import Console
from rich.table import Table

COMMANDS = {
    "python -c 'pass'": [sys.executable, "-c", "pass"],
    "import descend": [sys.executable, "-c", "import descend"],
    "descend --help": [sys.executable, "-m", "descend", "--help"],
    "import jax": [sys.executable, "-c", "import jax"],
}


def report() -> None:
    """Print the waits, and the default race with an empty cache and with a full one."""
    table = Table("what", "seconds", title="Waiting")
    for name, command in COMMANDS.items():
        table.add_row(name, f"{min(_run(command) for _ in range(3)):.2f}")
    with tempfile.TemporaryDirectory() as folder:
        places = {"XDG_CACHE_HOME": f"{folder}/cache"}
        for n, name in enumerate(("descend race digits, empty cache", "descend race digits, again")):
            race = [sys.executable, "-m", "descend", "race", "digits", "--out", f"{folder}/{n}"]
            table.add_row(name, f"{_run(race, places):.1f}")
    Console().print(table)


def _run(command: list[str], places: dict[str, str] | None = None) -> float:
    begin = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=os.environ | (places or {}))
    return time.perf_counter() - begin
