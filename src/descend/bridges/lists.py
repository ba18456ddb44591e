"""Functions of lists of tensors for which PyTorch has none."""

from itertools import repeat
from typing import Any

import torch


def each(name: str, *given: Any) -> list[torch.Tensor]:
    """The function of each tensor in turn; numbers go with every one. Truth values are 1 and 0, of the tensor's type."""
    rows = zip(*(x if isinstance(x, list | tuple) else repeat(x) for x in given), strict=False)
    if name == "where":
        return [torch.where(torch.as_tensor(c) != 0, a, b) for c, a, b in rows]
    return [getattr(x.clone(), f"{name}_")(y) for x, y in rows]  # with tensors of truth values all takes five times as long
