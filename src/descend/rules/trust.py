"""The trust ratio of layer-wise rules: how large an array is beside its update."""

from descend.core.numeric.arrays import Array, full_like, one_if_zero, where


def trust_ratio(weights: Array, update: Array, coefficient: Array = 1.0, eps: Array = 0.0) -> Array:
    """coefficient * weights / (update + eps), of two norms; 1 where either is zero, or the array would never move."""
    ratio = coefficient * weights / one_if_zero(update + eps)
    return where((weights > 0) & (update > 0), ratio, full_like(weights, 1.0))
