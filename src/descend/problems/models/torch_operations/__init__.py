"""What the operations of PyTorch's graphs are in JAX: one function for each, by the names that `torch.export` gives them."""

from . import chance, columns, convolutions, elementwise, layers, losses, pooling, recurrent, reductions, rows, shapes
from .table import OPERATIONS, Operation

__all__ = [
    "OPERATIONS",
    "Operation",
    "chance",
    "columns",
    "convolutions",
    "elementwise",
    "layers",
    "losses",
    "pooling",
    "recurrent",
    "reductions",
    "rows",
    "shapes",
]
