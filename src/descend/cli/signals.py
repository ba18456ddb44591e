"""Ctrl-C and SIGTERM while a command runs: a request that is noted, and looked at where nothing can break."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

from descend.core.stopping import on_ctrl_c


@contextlib.contextmanager
def noted(stop: threading.Event) -> Iterator[None]:
    """Within, Ctrl-C and SIGTERM only set `stop`: libraries do not survive an exception in the middle of their import.

    What handles Ctrl-C further in (a race under way does) gets SIGTERM too. In the main thread only, as Python wants it.
    """
    with on_ctrl_c(stop, insist=False):
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGTERM, _as_ctrl_c)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)


def _as_ctrl_c(number: int, frame: Any) -> None:
    handler: Any = signal.getsignal(signal.SIGINT)
    handler(number, frame)


def check(stop: threading.Event) -> None:
    """Raise KeyboardInterrupt if `stop` is set."""
    if stop.is_set():
        raise KeyboardInterrupt


def deaf() -> None:
    """Ignore Ctrl-C from here on: nothing is left to stop, and the end of the process would show a traceback."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
