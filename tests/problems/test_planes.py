import numpy as np
import pytest

from descend import problems
from descend.core.errors import BadValue
from descend.problems import Circles, Moons, Spirals


def rows(made):
    x, y = zip(*made.data, strict=True)
    return np.vstack(x), np.concatenate(y)


def test_moons_without_noise_lie_on_their_half_circles():
    x, y = rows(Moons(noise=0.0))
    np.testing.assert_allclose(np.linalg.norm(x - np.where(y[:, None], (1, 0.5), (0, 0)), axis=1), 1, rtol=1e-5)
    assert (x[y == 0, 1].min(), x[y == 1, 1].max()) == pytest.approx((0, 0.5), abs=1e-5)


def test_circles_without_noise_have_their_radius():
    x, y = rows(Circles(noise=0.0, factor=0.3))
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), np.where(y, 0.3, 1), rtol=1e-5)


@pytest.mark.parametrize(("arms", "turns"), [(2, 1.0), (5, 0.5)])
def test_spirals_without_noise_turn_as_often_as_asked(arms, turns):
    made = Spirals(noise=0.0, arms=arms, turns=turns, rows=300)
    x, y = rows(made)
    radius = np.linalg.norm(x, axis=1)
    angle = 2 * np.pi * (turns * radius + y / arms)
    np.testing.assert_allclose(x, radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1), atol=1e-5)
    assert made.sizes == (2, 32, arms)
    assert (radius.min() < 0.02, radius.max() > 0.98) == (True, True)


@pytest.mark.parametrize("kind", [Moons, Circles, Spirals])
def test_points_are_as_many_as_asked_in_equal_classes_and_where_drawing_looks(kind):
    x, y = rows(kind(rows=500))
    assert (x.shape, list(np.bincount(y))) == ((500, 2), [250, 250])
    for column, (low, high) in zip(x.T, kind.bounds, strict=True):
        assert np.mean((column > low) & (column < high)) > 0.99
    assert np.array_equal(x, rows(kind(rows=500))[0])
    assert not np.array_equal(x, rows(kind(rows=500, draw_seed=1))[0])


def test_noise_spreads_the_points():
    x, y = rows(Circles(noise=0.2, factor=0.0, rows=2000))
    np.testing.assert_allclose(x[y == 1].std(axis=0), 0.2, rtol=0.1)


@pytest.mark.parametrize(("option", "value"), [("rows", 19), ("noise", -0.1), ("noise", "nan"), ("arms", 1), ("turns", 0)])
def test_options_out_of_range_are_named(option, value):
    with pytest.raises(BadValue, match=f"^spirals: {option} is .*, must be "):
        problems.find("spirals", **{option: value})
