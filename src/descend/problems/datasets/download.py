"""Files from the network, fetched once into the user's cache folder and checked by their sha256."""

import contextlib
import contextvars
import errno
import hashlib
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from descend.core.errors import BadData
from descend.core.language.messages import Message
from descend.core.system import leftovers
from descend.core.system.cache import folder

Listener = Callable[[str, int, int | None], None]  # a file's name, bytes that have come, bytes in all where known
CHUNK = 2**18  # bytes
PATIENCE = 30  # seconds without a byte

_listener: contextvars.ContextVar[Listener | None] = contextvars.ContextVar("told", default=None)


class Source(NamedTuple):
    """One file: where it is, what it is called in the cache, and the sha256 that it must have."""

    url: str
    name: str
    sha256: str


@contextlib.contextmanager
def report_to(listener: Listener) -> Iterator[None]:
    """While this lasts, `listener` hears of every piece of a file that is being fetched."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def cache() -> Path:
    """The folder in which data sets are kept; OSError where the user has no home folder."""
    home = folder()
    if home is None:
        raise FileNotFoundError(errno.ENOENT, "there is no home folder to keep it in; set HOME or XDG_CACHE_HOME")
    return home / "data"


def digest(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(source: Source, remedy: Message) -> Path:
    """The file of that source: from the cache where it is there and whole, else from the network.

    BadData, one line that ends in `remedy`, where it cannot be fetched or kept, or is not the file it should be.
    """
    path = Path(source.name)
    try:
        path = cache() / path
        if path.is_file() and digest(path) == source.sha256:
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        leftovers.clear(path.parent)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=leftovers.ENDING, delete=False) as file:
            part = Path(file.name)
    except OSError as error:
        text = "{path} cannot be read or written ({why}): {remedy}"
        raise BadData(Message("cache-file", text, path=path, why=error.strerror or error, remedy=remedy)) from None
    try:
        with part.open("wb") as file:
            _download(source, file)
        if digest(part) != source.sha256:
            text = "{url} is not the file that was expected (its sha256 differs): try again, or {remedy}"
            raise BadData(Message("download-differs", text, url=source.url, remedy=remedy))
        part.replace(path)
    except (OSError, HTTPException) as error:
        why = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        text = "{url} cannot be fetched ({why}): {remedy}"
        raise BadData(Message("download-fails", text, url=source.url, why=_line(why), remedy=remedy)) from None
    finally:
        part.unlink(missing_ok=True)
    return path


def _download(source: Source, file: BinaryIO) -> None:
    listener, came = _listener.get(), 0
    with _open(source.url) as answer:
        length = answer.headers.get("Content-Length")
        total = int(length) if length and length.isdigit() else None
        while chunk := answer.read(CHUNK):
            file.write(chunk)
            came += len(chunk)
            if listener:
                listener(source.name, came, total)
    if total is not None and came < total:
        raise ConnectionError(f"it broke off after {came:,} of {total:,} bytes")


def _open(url: str) -> Any:
    try:
        return urllib.request.urlopen(url, timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        error.close()  # it is an open answer
        raise


def _line(text: object) -> str:
    return " ".join(str(text).split())
