"""Libraries that leave a trace where they are imported, or that only some people have."""

import random
import warnings
from importlib import import_module
from typing import Any

from ..errors import MissingExtra


def module(name: str) -> Any:
    """The module of that name. The filters of warnings and the state of `random`, which some libraries set, stay as they were."""
    state = random.getstate()
    try:
        with warnings.catch_warnings():
            return import_module(name)
    finally:
        random.setstate(state)


def library(name: str, asker: str, extra: str | None = None) -> Any:
    """The module of that name, which an extra of descend brings, by default of the same name. Raises MissingExtra for `asker`."""
    try:
        return module(name)
    except ImportError:
        raise MissingExtra(f"{asker} needs {name}; install it with: pip install 'descend[{extra or name}]'") from None
