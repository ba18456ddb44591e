"""What takes long to make, kept in the user's cache folder with its sha256 and made anew where that does not fit."""

import contextlib
import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from descend.core.system import leftovers

from .download import cache

SUM = 32  # bytes of a sha256, which come before the content


def load_or_make(name: str, make: Callable[[], bytes]) -> bytes:
    """The content called `name`: as it was kept, or made now and kept, where the folder lets it be."""
    with contextlib.suppress(OSError):
        whole = (cache() / name).read_bytes()
        if hashlib.sha256(whole[SUM:]).digest() == whole[:SUM]:
            return whole[SUM:]
    content = make()
    with contextlib.suppress(OSError):  # no writable cache: made anew each time
        _store(cache() / name, hashlib.sha256(content).digest() + content)
    return content


def _store(path: Path, whole: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    leftovers.clear(path.parent)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=leftovers.ENDING, delete=False) as file:
        part = Path(file.name)
        try:
            file.write(whole)
            file.close()
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
