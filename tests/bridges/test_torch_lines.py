"""Elementwise rules recorded: every operation, in every way to run it, is what the rule computes on arrays itself."""

from typing import ClassVar

import pytest
import torch

from descend.bridges import pieces
from descend.bridges.tape import record
from descend.bridges.to_torch import compilation
from descend.core.numeric.arrays import clip, cos, floor, maximum, namespace, one_if_zero, sign, sqrt, where, zeros_like
from descend.rules import Rule

NAMES = ("a", "b", "c", "d")


class Everything(Rule):
    """Slots that depend on each other's old values, and each function once."""

    elementwise: ClassVar[bool] = True
    name: ClassVar[str] = "everything"

    def init(self, w):
        return {name: zeros_like(w) for name in NAMES}

    def update(self, g, slots, w, t):
        a, b, c, d = (slots[name] for name in NAMES)
        xp = namespace(g)
        x = where((g > 0.1) & (w <= 1.0), xp.exp(-g) + a * w, cos(w) - b / (1.0 + abs(g)))
        y = clip(xp.tanh(x) - xp.log(abs(w) + 0.5), -0.4, 0.7) * t + floor(3 * w) - 1.0 * (g >= w) + (g < b) + (g == w)
        z = sqrt(abs(y) / 3.0 + 0.2) + 2 / one_if_zero(floor(g)) + 2**y + abs(x) ** 0.3 - maximum(a, x)
        return 0.1 * (w * z - w + 1) - sign(y) * w + d, {"a": b, "b": a, "c": c - c * z, "d": d}


def rows():
    generator = torch.Generator().manual_seed(0)
    return [tuple(torch.randn(5000, dtype=torch.float64, generator=generator) for _ in range(6)) for _ in range(2)]


def test_all_operations_as_passes_over_pieces():
    _same(pieces._eager)


@pytest.mark.filterwarnings("ignore:`torch.jit.script_method` is deprecated:DeprecationWarning")  # the compiler's own
def test_all_operations_in_one_compiled_call():
    _same(compilation.run)


def _same(run):
    moved, wanted = rows(), rows()
    update = record(Everything(), 3, NAMES, {})
    run(update, moved)
    for row, (g, w, *slots) in zip(moved, wanted, strict=True):
        change, new = Everything().update(g, dict(zip(NAMES, slots, strict=True)), w, 3)
        torch.testing.assert_close(row, (g, w + change, *new.values()), rtol=1e-11, atol=1e-11)


def test_what_cannot_be_recorded_is_computed_on_the_arrays():
    class Sorted(Everything):
        elementwise: ClassVar[bool] = True

        def update(self, g, slots, w, t):
            return (-g if g.dtype == w.dtype and g.isfinite().all() else g), slots

    assert record(Sorted(), 1, NAMES, {}) is None
    w, g = torch.ones(3), torch.ones(3)
    pieces.move(Sorted(), [(w, g, Everything().init(w), 1)])
    torch.testing.assert_close(w, torch.zeros(3))


def test_a_divisor_that_cannot_be_zero_is_not_looked_at():
    def operations(eps):
        from descend.rules import Adam

        return [name for name, *_ in record(Adam(eps=eps), 5, ("m", "v"), {}).lines.operations]

    assert "eq" not in operations(1e-8)
    assert "eq" in operations(0.0)
