"""Ctrl-C as a request: work under way comes to the end of its segment, and what there is is kept."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def on_ctrl_c(stop: threading.Event) -> Iterator[None]:
    """Within, the first Ctrl-C sets `stop` instead of raising, so that it cannot be lost or break something half done.

    The second raises KeyboardInterrupt. Python allows this in the main thread only; elsewhere nothing changes.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is None:
        yield
        return

    def ask(number: int, frame: Any) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
