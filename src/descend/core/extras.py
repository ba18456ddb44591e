"""Libraries that only some people have: each is imported when it is first asked for."""

from importlib import import_module
from typing import Any

from .errors import MissingExtra


def library(name: str, asker: str) -> Any:
    """The module of that name, which the extra of descend of the same name brings. Raises MissingExtra, which names `asker`."""
    try:
        return import_module(name)
    except ImportError:
        raise MissingExtra(f"{asker} needs {name}; install it with: pip install 'descend[{name}]'") from None
