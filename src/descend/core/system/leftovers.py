"""Parts of files that a process which was killed has left behind: found by their names, cleared by the next."""

import time
from contextlib import suppress
from pathlib import Path

ENDING = ".part"
OLD = 3600  # seconds without a byte after which nobody is writing any more


def clear(folder: Path, pattern: str = f"*{ENDING}", older: float | int = OLD) -> None:
    """Remove the files of a folder whose names match the pattern and that nobody has written to for so many seconds."""
    with suppress(OSError):
        for path in folder.glob(pattern):
            with suppress(OSError):
                if path.is_file() and not path.is_symlink() and time.time() - path.stat().st_mtime >= older:
                    path.unlink()
