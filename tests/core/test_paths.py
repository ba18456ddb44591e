"""Choosing parameters by their path."""

import jax
import numpy as np
import pytest

from descend.core.errors import BadValue
from descend.core.numeric.paths import matches, paths, select
from descend.problems.networks.dense import Dense

TREE = {"layers": [{"weight": np.ones(2), "bias": np.ones(1)}, {"weight": np.ones(3)}], "scale": np.ones(())}
PATHS = ["layers.0.bias", "layers.0.weight", "layers.1.weight", "scale"]


def picked(patterns):
    flags = jax.tree.leaves(select(TREE, patterns, "it"))
    return [path for path, flag in zip(PATHS, flags, strict=True) if flag]


def test_paths_are_attributes_keys_and_positions_with_dots():
    assert paths(TREE) == PATHS
    network = Dense((4, 3, 2), "relu", "he", jax.random.key(0))
    assert paths(network) == ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"]
    assert paths(np.ones(2)) == [""]


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (None, PATHS),
        ((), []),
        (("*",), PATHS),
        (("*.weight",), PATHS[1:3]),
        (("layers.?.bias", "scale"), [PATHS[0], PATHS[3]]),
        (("!*bias",), PATHS[1:]),
        (("!*bias", "!scale"), PATHS[1:3]),
        (("layers.*", "!*.1.*"), PATHS[:2]),
        ((r"re:layers\.\d\.weight",), PATHS[1:3]),
        (("layers.[0]*",), PATHS[:2]),
    ],
)
def test_patterns_choose(patterns, found):
    assert picked(patterns) == found


def test_a_pattern_matches_whole_paths_only():
    with pytest.raises(BadValue, match=r"^it: pattern 'weight' matches no parameter; there are: layers.0.bias, layers.0.weight"):
        matches("weight", PATHS, "it")
    with pytest.raises(BadValue, match="pattern 're:weight' matches no"):
        matches("re:weight", PATHS, "it")


def test_a_message_lists_some_paths_of_many():
    with pytest.raises(BadValue, match=r"w39, and 60 more$"):
        matches("no", [f"w{i}" for i in range(100)], "it")
