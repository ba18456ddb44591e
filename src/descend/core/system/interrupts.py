"""Ctrl-C as a request: work under way comes to an end soon, and what there is is kept."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any


class _Ask:
    """A handler of Ctrl-C that sets `stop`, and raises KeyboardInterrupt where that is set and `insist` allows it."""

    def __init__(self, stop: threading.Event, insist: bool):
        self.stop, self.insist = stop, insist

    def __call__(self, number: int, frame: Any) -> None:
        if self.insist and self.stop.is_set():
            raise KeyboardInterrupt("stopped at the second Ctrl-C, without waiting for results")
        self.stop.set()


@contextlib.contextmanager
def on_ctrl_c(stop: threading.Event, insist: bool = True) -> Iterator[None]:
    """Within, the first Ctrl-C sets `stop` instead of raising, so that it cannot be lost or break something half done.

    The second raises KeyboardInterrupt, unless `insist` is False. Where this stands inside another such block whose `stop`
    is set already, `stop` is set from the beginning. Python allows this in the main thread only; elsewhere nothing changes,
    nor where Ctrl-C is ignored, as in what a shell runs in the background.
    """
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) in (None, signal.SIG_IGN):
        yield
        return
    before = signal.signal(signal.SIGINT, _Ask(stop, insist))
    if isinstance(before, _Ask) and before.stop.is_set():  # asked after the handler changed hands, so that none is lost
        stop.set()
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
