"""A lab that is served while a test runs, on a free port of this machine, and a connection to it."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from descend.lab import hosting


@contextlib.contextmanager
def served(**more) -> Iterator[tuple[str, list[str]]]:
    """The address that the lab prints, of which the token is part, and all that it says."""
    stop, said, ready = threading.Event(), [], threading.Event()

    def say(text: str) -> None:
        said.append(text)
        if "Ctrl-C" in text:
            ready.set()

    thread = threading.Thread(target=hosting.serve, kwargs={"port": 0, "stop": stop, "show": False, "say": say, **more})
    thread.start()
    try:
        assert ready.wait(120)
        yield next(word for word in said[-1].split() if word.startswith("http")), said
    finally:
        stop.set()
        thread.join(120)
        assert not thread.is_alive()


def link(address: str, origin: str | None = None, **headers: str) -> Any:
    """A connection as a page of the lab's own opens it, or with another origin and headers."""
    from websockets.sync.client import connect

    parts = urlsplit(address)
    return connect(f"ws://{parts.netloc}/link?{parts.query}", origin=origin or f"http://{parts.netloc}", additional_headers=headers)
