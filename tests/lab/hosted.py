"""A lab that is served while a test runs, on a free port of this machine."""

import contextlib
import threading
from collections.abc import Iterator

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
