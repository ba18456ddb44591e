"""The child process: attempt after attempt of one target, each told to the parent before it begins and after it ends.

    python -m fuzz.child TARGET SEED FIRST LAST MEMORY

Lines of JSON go to what was standard output when it started; whatever the attempts print goes to standard error.
"""

import contextlib
import faulthandler
import json
import os
import random
import resource
import shutil
import sys
import tempfile
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

from .harness import module

ADDRESSES = 12 * 2**30  # bytes of address space beyond the memory allowed: libraries reserve far more than they use
GROWN = 0.6  # of the memory allowed: more than that in use between two attempts, and a fresh child takes over


def main() -> None:
    """Make the attempts FIRST to LAST, or until the process has grown too much."""
    target, (seed, first, last, memory) = sys.argv[1], map(int, sys.argv[2:])
    tell = _teller()
    faulthandler.enable(all_threads=True)
    resource.setrlimit(resource.RLIMIT_AS, (memory + ADDRESSES, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit(min(memory // 2, 3 * 2**30))
    attempt = import_module(module(target)).attempt
    home = Path(tempfile.mkdtemp(prefix=f"fuzz-{target}-"))
    os.chdir(home)
    try:
        tell(ready=os.getpid(), home=str(home))
        for number in range(first, last):
            tell(begin=number)
            found = _one(attempt, random.Random(f"{seed} {target} {number}"), home / "attempt")
            tell(end=number, **found)
            if _resident() > GROWN * memory:
                return
    finally:
        os.chdir("/")
        shutil.rmtree(home, ignore_errors=True)


def _limit(size: int) -> None:
    """Let descend find a machine of so many bytes, so that what it takes for allowed stays within what the child may hold."""
    from descend.core.system import machine

    machine._physical = lambda: size


def _teller() -> Any:
    """A function that writes one line to the parent; standard output becomes standard error."""
    line = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    def tell(**what: Any) -> None:
        print(json.dumps(what), file=line)

    return tell


def _one(attempt: Any, chance: random.Random, folder: Path) -> dict[str, str]:
    """What an attempt in its own empty folder has found: the error, and where it was raised."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        attempt(chance, folder)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        places = [f"{Path(place.filename).name}:{place.lineno}" for place in traceback.extract_tb(error.__traceback__)]
        text = " ".join(str(error).split())
        with contextlib.suppress(Exception):
            traceback.print_exc()
        return {"error": f"{type(error).__name__}: {text[:600]}", "place": " < ".join(places[:-4:-1])}
    return {}


def _resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    main()
