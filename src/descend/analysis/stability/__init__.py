"""Where a rule is stable: its growth on a quadratic."""

from .growth import STEPS, Stability, is_linear, limit, stability

__all__ = ["STEPS", "Stability", "is_linear", "limit", "stability"]
