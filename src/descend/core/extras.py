"""Libraries that only some people have: each is imported when it is first asked for."""

from importlib import import_module
from typing import Any

from .errors import MissingExtra


def library(name: str, asker: str, extra: str | None = None) -> Any:
    """The module of that name, which an extra of descend brings, by default of the same name. Raises MissingExtra for `asker`."""
    try:
        return import_module(name)
    except ImportError:
        raise MissingExtra(f"{asker} needs {name}; install it with: pip install 'descend[{extra or name}]'") from None
