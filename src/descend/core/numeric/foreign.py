"""Arrays of other libraries as NumPy's."""

from typing import Any

import numpy as np

from ..errors import BadData, short


def to_numpy(name: str, value: Any) -> np.ndarray:
    """An array, tensor or list of numbers that a person gives, as NumPy's. BadData, which calls it `name`, for anything else."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    try:
        return np.asarray(value)
    except (TypeError, ValueError) as error:
        raise BadData(f"{name} is {short(value)}, must be an array of numbers: {short(error, str)}") from error
