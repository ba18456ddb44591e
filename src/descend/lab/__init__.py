"""The lab: pictures that follow sliders, on a page (`descend lab`) and in notebooks. All mathematics is done here, in Python."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .hosting import serve
    from .notebook import widget

__all__ = ["serve", "widget"]

_HOMES = {"serve": "hosting", "widget": "notebook"}


def __getattr__(name: str) -> Any:
    """Load a host when it is first used."""
    if name in _HOMES:
        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module 'descend.lab' has no attribute '{name}'")
