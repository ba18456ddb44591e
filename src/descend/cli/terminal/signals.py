"""Ctrl-C and SIGTERM while a command runs.

The first Ctrl-C stops soon: at once where nothing is lost by it, and within a `gently` block by setting `stop`, so that what there
is can be kept. The second ends now, and so does SIGTERM (and SIGHUP, of a terminal that is closed), whatever is under way.

Python's own handlers run between two steps of the interpreter, and a library that compiles or reads takes no such step for minutes.
So the handlers here only mark what came; a thread of its own hears of each signal at once, and ends the process.
"""

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

from descend.core.system.interrupts import on_ctrl_c

ENDED = {name: getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)}
STOPPED = "stopped; nothing was written"
SOON = 1.0  # seconds in which what is read or fetched should have come to its end


class Termination(KeyboardInterrupt):
    """SIGTERM or its like came, and this is not a process of descend's own, which would have ended."""

    def __init__(self, number: int):
        super().__init__(f"ended by {signal.Signals(number).name}")
        self.code = 128 + number


class Watch:
    """What becomes of signals while a command runs: what to do before the process ends, and whether a first Ctrl-C ends it.

    `stop` is set by the first Ctrl-C. `own` says that the process is the command's own, and may be ended.
    """

    def __init__(self, own: bool):
        self.own, self.stop = own, threading.Event()
        self._gentle, self._count = 0, 0
        self._last: list[Callable[[], object]] = []
        self._patience: tuple[float, int] | None = None
        self.message = STOPPED

    def check(self) -> None:
        """Raise KeyboardInterrupt if a Ctrl-C came."""
        if self.stop.is_set():
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def gently(self, patience: float | None = None, code: int = 130) -> Iterator[None]:
        """Within, the first Ctrl-C only sets `stop`: what runs comes to its end by itself, or after so many seconds with `code`."""
        self._patience = None if patience is None else (patience, code)
        self._gentle += 1
        try:
            yield
        finally:
            self._gentle -= 1

    @contextlib.contextmanager
    def at_end(self, clear: Callable[[], object]) -> Iterator[None]:
        """Within, `clear` is called before the process is ended: it puts away what is half done."""
        self._last.append(clear)
        try:
            yield
        finally:
            self._last.remove(clear)

    def receive(self, number: int) -> None:
        """A signal came: called in the thread that listens, in a process of the command's own."""
        if number in ENDED.values():
            self._end(f"ended by {signal.Signals(number).name}", 128 + number)
        if number != signal.SIGINT:
            return
        self._count += 1
        self.stop.set()
        if self._count > 1:
            self._end("stopped at the second Ctrl-C, without waiting for results", 128 + number)
        if not self._gentle:
            self._end(None, 128 + number)
        if self._patience is not None:
            seconds, code = self._patience
            timer = threading.Timer(seconds, self._end, [None, code])
            timer.daemon = True
            timer.start()

    def _end(self, why: str | None, code: int) -> None:
        """End the process: here and now, without waiting for other threads."""
        with contextlib.suppress(BaseException):
            for clear in reversed(self._last):
                with contextlib.suppress(Exception):
                    clear()
            words = f"{why}; {self.message.split('; ')[-1]}" if why else self.message
            os.write(2, _reset_sequence() + f"descend: {words}\n".encode())
        os._exit(code)


def _reset_sequence() -> bytes:
    """What gives a terminal its cursor back, and an empty line."""
    return b"\r\x1b[2K\x1b[?25h" if os.isatty(2) else b""


@contextlib.contextmanager
def watch_signals(own: bool) -> Iterator[Watch]:
    """Handle Ctrl-C and SIGTERM as a command does, in the main thread only, as Python wants it; afterwards as before."""
    watch = Watch(own)
    if threading.current_thread() is not threading.main_thread():
        yield watch
        return
    with _listen(watch) if own else contextlib.nullcontext(), on_ctrl_c(watch.stop, insist=not own), _handle_termination(watch):
        yield watch


@contextlib.contextmanager
def _handle_termination(watch: Watch) -> Iterator[None]:
    """SIGTERM ends: here in a process that is not ours; in one that is, the thread that listens has done it."""

    def handle(number: int, frame: Any) -> None:
        if not watch.own:
            raise Termination(number)

    numbers = [number for number in ENDED.values() if signal.getsignal(number) not in (signal.SIG_IGN, None)]
    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _listen(watch: Watch) -> Iterator[None]:
    """A thread that hears of every signal as soon as it comes, whatever the main thread does."""
    hear, tell = socket.socketpair()
    with hear, tell:
        tell.setblocking(False)
        before = signal.set_wakeup_fd(tell.fileno(), warn_on_full_buffer=False)

        def listen() -> None:
            with contextlib.suppress(OSError):
                while came := hear.recv(1):
                    watch.receive(came[0])

        listener = threading.Thread(target=listen, name="descend-signals", daemon=True)
        listener.start()
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            tell.shutdown(socket.SHUT_RDWR)
            listener.join(1)


def ignore_interrupts() -> None:
    """Ignore Ctrl-C from here on: nothing is left to stop, and the end of the process would show a traceback."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
