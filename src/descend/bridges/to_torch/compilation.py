"""Updates compiled: one pass over each tensor. On the processor all tensors in one call, elsewhere by torch.compile."""

import operator
from collections.abc import Callable
from functools import lru_cache
from itertools import compress
from typing import Any

import torch

from ..pieces import Row
from ..tape import Lines, Update
from . import kernels


def run(update: Update, rows: list[Row]) -> None:
    """Make the update of each row in place."""
    near = [kernels.fits(row) for row in rows]
    if any(near):
        kernels.run(update, list(compress(rows, near)))
    for row in compress(rows, map(operator.not_, near)):
        kind = torch.float64 if row[1].dtype == torch.float64 else torch.float32
        numbers = [torch.tensor(number, dtype=kind) for number in update.numbers]  # other numbers are no other program
        _compile(update.lines)(numbers, *row)


@lru_cache(maxsize=256)
def _compile(lines: Lines) -> Callable[..., None]:
    """The lines compiled by PyTorch, once for each number of dimensions, whatever the lengths."""

    def move(numbers: Any, *row: torch.Tensor) -> None:
        wide = torch.promote_types(row[1].dtype, torch.float32)
        values = [a.to(wide) for a in row]
        for name, *inputs in lines.operations:
            args = [values[p] if p >= 0 else numbers[-1 - p] for p in inputs]
            values.append(torch.where(args[0] != 0, *args[1:]) if name == "where" else getattr(torch, name)(*args))
        new = [values[place].clone() for place in lines.slots]
        row[1].copy_(values[1] + values[lines.change])
        for slot, value in zip(row[2:], new, strict=True):
            slot.copy_(value)

    return torch.compile(move, dynamic=True)
