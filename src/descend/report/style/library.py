"""matplotlib, loaded and used so that nothing a person has set in it changes, or stops, the pictures here."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any

_OURS = ("backend", "backend_fallback", "interactive", "toolbar", "timezone")  # no matter of looks, or not to be set for a while


def _load() -> Any:
    """matplotlib, which otherwise refuses to be loaded where MPLBACKEND names a backend that it does not have."""
    fresh, backend = "matplotlib" not in sys.modules, os.environ.pop("MPLBACKEND", None)
    try:
        import matplotlib as mpl
    finally:
        if backend is not None:
            os.environ["MPLBACKEND"] = backend
    if fresh and backend:
        with contextlib.suppress(ValueError):  # whoever opens a window hears of it
            mpl.rcParams["backend"] = backend
    return mpl


mpl = _load()
DEFAULTS = {name: value for name, value in mpl.rcParamsDefault.items() if name not in _OURS}


@contextlib.contextmanager
def plain() -> Iterator[None]:
    """Within, matplotlib is as it comes; it may stand before a function too."""
    with mpl.rc_context(DEFAULTS):
        yield
