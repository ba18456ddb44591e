"""Pictures and pages of a finished race. Nothing heavy is loaded until one is made."""

import contextlib
import importlib
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .folder import save
    from .pages.html import html, notebook
    from .registry import figure

__all__ = ["figure", "html", "notebook", "save"]

_HOMES = {"figure": "registry", "html": "pages.html", "notebook": "pages.html", "save": "folder"}

if not os.environ.get("MPLBACKEND", "agg").lower().startswith(("agg", "module:")):
    # a backend that matplotlib does not have would keep it from being loaded by any module below
    with contextlib.suppress(Exception):
        importlib.import_module(".style.library", __name__)


def __getattr__(name: str) -> Any:
    """Load what draws when it is first used."""
    if name in _HOMES:
        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module 'descend.report' has no attribute '{name}'")
