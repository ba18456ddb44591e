import numpy as np
import pytest

from descend.lab.end_point import EndPoint
from descend.lab.regime import marks, regime

STEPS = np.arange(41.0)
RINGING = np.array([1.0, 0.1, 0.4, 0.05, 0.2, 1e-4, 1e-5])


def line(losses):
    """Points whose distance to 0 is the root of the losses."""
    return np.sqrt(np.abs(losses))[:, None]


@pytest.mark.parametrize(
    ("points", "losses", "floor", "expected"),
    [
        (line(0.5**STEPS), 0.5**STEPS, 0.0, {"kind": "arrives", "settled": 10}),
        (line(0.99**STEPS), 0.99**STEPS, 0.0, {"kind": "slow", "left": 0.99**40}),
        (line(1.1**STEPS), 1.1**STEPS, 0.0, {"kind": "diverges", "at": 1}),
        (line(np.ones(41)), np.where(STEPS < 3, 1.0, np.inf), 0.0, {"kind": "diverges", "at": 3}),
        (line(STEPS < 1), (STEPS < 1) * 1.0, 0.0, {"kind": "one_step", "settled": 1}),
        (((-0.7) ** STEPS)[:, None], 0.49**STEPS, 0.0, {"kind": "zigzags", "turns": 9, "settled": 10, "left": 0.49**40}),
        (line(RINGING), RINGING, 0.0, {"kind": "rings", "rises": 2, "settled": 5}),
        (line(RINGING[:5]), RINGING[:5], 0.0, {"kind": "restless", "rises": 2, "left": 0.2}),
        (line(1 + 0.1**STEPS), 1 + 0.1**STEPS, 0.0, {"kind": "stuck", "left": 0.5}),
        (STEPS[:, None], -STEPS, None, {"kind": "falls"}),
        (STEPS[:, None], -STEPS + 2 * (STEPS % 5 == 1), None, {"kind": "falls"}),
        (STEPS[:, None], 0.9**STEPS, None, {"kind": "slow"}),
        (line(0.5**STEPS), 0.5**STEPS, None, {"kind": "slow"}),
        (STEPS[:3, None], np.array([1.0, 0.5, np.nan]), None, {"kind": "leaves", "at": 2}),
        (STEPS[:3, None], np.array([1.0, 5.0, np.nan]), None, {"kind": "leaves", "at": 2}),
        (10.0 ** STEPS[:4, None], np.array([1.0, 5.0, 9.0, np.inf]), None, {"kind": "diverges", "at": 1}),
        (STEPS[:3, None], np.array([1.0, 0.5, -np.inf]), None, {"kind": "falls"}),
        (line(0 * STEPS), 0 * STEPS, 0.0, {"kind": "stands", "on": "slope"}),
        (line(np.minimum(STEPS, 5)), np.minimum(STEPS, 5), 0.0, {"kind": "climbs"}),
    ],
)
def test_each_regime_is_told(points, losses, floor, expected):
    broken = np.isposinf(losses[-1]) or np.isneginf(losses[-1])
    found = regime(points, losses, floor, lambda: EndPoint(-np.inf, "slope", 1e50 if broken else np.nan))
    assert found["kind"] == expected["kind"]
    assert {key: found[key] for key in expected} == pytest.approx(expected)
    assert ("left" in found) == ("left" in expected)


def test_with_a_target_a_path_arrives_where_it_stays_below():
    losses = np.array([10.0, 0.5, 2.0, 0.5, 0.4])
    assert marks(losses, 1.0) == {"hit": 1, "stays": 3}
    assert marks(losses, 0.1) == {"hit": None, "stays": None}
    assert marks(losses, None) == {}
    assert regime(line(losses), losses, 0.0, lambda: EndPoint(0.0, "bottom"), 1.0) == {"kind": "rings", "rises": 1, "settled": 3}
