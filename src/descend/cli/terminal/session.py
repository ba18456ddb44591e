"""What commands that run long share: a folder that is theirs meanwhile, and progress from which on Ctrl-C may wait for a result."""

import contextlib
import threading
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from . import out, signals


@contextlib.contextmanager
def claimed(place: Path | None, title: str, watch: signals.Watch) -> Iterator[Path]:
    """The folder `place`, or a new one named after `title`, claimed until the end. StoreError where it cannot be."""
    from descend.store import claim, claim_new, release

    if place:
        out.check_links(place)
    folder = claim(place) if place else claim_new(title)
    try:
        with watch.at_end(partial(release, folder)):
            yield folder
    finally:
        release(folder)


@contextlib.contextmanager
def progress(watch: signals.Watch, first: Collection[str] = ()) -> Iterator[Any]:
    """Progress, as a function (phase, engine progress) to call. From its first result on Ctrl-C lets the work come to an end;
    before, and in the phases `first`, there is nothing to wait for."""
    from .progress import progress

    with progress() as show, contextlib.ExitStack() as gentle:

        def tell(phase: str, now: Any) -> None:
            if now is not None and phase not in first and not results.is_set():
                results.set()
                gentle.enter_context(watch.gently())
            show(phase, now)

        results = threading.Event()
        yield tell
