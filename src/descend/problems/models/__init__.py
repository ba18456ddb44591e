"""A person's own models as problems: one adapter a framework, checked against it before anything trains."""

from .file import from_file
from .make import from_equinox, from_flax, from_function, from_keras, from_torch
from .model import Model
from .rows import Rows, rows

__all__ = ["Model", "Rows", "from_equinox", "from_flax", "from_file", "from_function", "from_keras", "from_torch", "rows"]
