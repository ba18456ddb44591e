"""All lanes of a group as one: their rules as one rule, their losses as one oracle.

Weights and slots are lists, a tree of lanes for every block; gradients are one tree, lane after lane.
"""

from collections.abc import Sequence
from typing import Any

import jax

from descend.rules import Rule

from .axes import each, joined


class Lineup:
    """The rules of a group, one a block, as one rule."""

    def __init__(self, rules: Sequence[Rule], bounds: Sequence[tuple[int, int]]):
        self.rules, self.bounds = rules, bounds

    def init_tree(self, params: Sequence[Any]) -> list[Any]:
        """The slots of every block."""
        return [each(type(r).init_tree, r)(w) for r, w in zip(self.rules, params, strict=True)]

    def probe_tree(self, params: Sequence[Any], slots: Sequence[Any], t: Any) -> list[Any]:
        """Where each block's gradients are taken."""
        blocks = zip(self.rules, params, slots, strict=True)
        return [each(type(r).probe_tree, r, t)(w, s) if r.probes else w for r, w, s in blocks]

    def update_tree(self, gradients: Any, slots: Sequence[Any], params: Sequence[Any], t: Any) -> tuple[list[Any], list[Any]]:
        """The changes of every block by the gradients of all lanes, and its slots."""
        blocks = zip(self.rules, self.bounds, slots, params, strict=True)
        moved = [each(type(r).update_tree, r, t)(_part(gradients, *b), s, w) for r, b, s, w in blocks]
        return [change for change, _ in moved], [s for _, s in moved]

    def readout_tree(self, params: Sequence[Any], slots: Sequence[Any], t: Any) -> Any:
        """The weights to ship of all lanes, as one tree."""
        blocks = zip(self.rules, params, slots, strict=True)
        return joined([each(type(r).readout_tree, r, t)(w, s) for r, w, s in blocks])


class Losses:
    """The losses of all lanes on one step's batch and noise."""

    def __init__(self, gradient: Any, settings: Any, aux: Any, batch: Any, noise: Any):
        self._gradient, self._settings, self._rest = gradient, settings, (aux, batch, noise)

    def gradient(self, points: Sequence[Any]) -> tuple[Any, Any, Any]:
        """The losses (seeds, settings), the new aux and the gradients at the blocks' points."""
        (losses, aux), gradients = self._gradient(self._settings, joined(points), *self._rest)
        return losses, aux, gradients


def _part(tree: Any, low: int, high: int) -> Any:
    return jax.tree.map(lambda a: a[:, low:high], tree)
