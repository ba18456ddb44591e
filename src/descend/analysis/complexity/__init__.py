"""What a problem costs: layers, parameters, multiply-accumulates and bytes, counted from the traced program."""

from .explain import explain
from .explanation import Explanation, Layer, Memory

__all__ = ["Explanation", "Layer", "Memory", "explain"]
