import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from descend.core.numeric import trees

KINDS = {"numpy": np.array, "jax": jnp.array, "torch": torch.tensor}


@pytest.mark.parametrize("kind", KINDS)
def test_products_and_norms_go_over_all_arrays(kind):
    make = KINDS[kind]
    tree = {"a": make([[3.0, 0.0]]), "b": [make(4.0), None]}
    assert float(trees.norm(tree)) == 5.0
    assert float(trees.dot(tree, {"a": make([[2.0, 1.0]]), "b": [make(-1.0), None]})) == 2.0
    scaled = trees.scale(make(0.5), tree)
    assert float(scaled["a"][0, 0]) == 1.5
    assert float(trees.select(make(1) > 0, tree, scaled)["b"][0]) == 4.0
    assert float(trees.select(False, tree, scaled)["b"][0]) == 2.0


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_beside_a_tree_are_of_its_kind_and_of_its_widest_type_from_32_bits_on(kind):
    make, names = KINDS[kind], {"torch": torch, "jax": jnp, "numpy": np}
    half = make([1.0, np.inf], dtype=names[kind].float16)
    number, count = trees.scalar({"a": half}, 2.0), trees.counter({"a": half})
    assert (number.shape, count.shape) == ((), ())
    assert [str(a.dtype).removeprefix("torch.") for a in (number, count)] == ["float32", "int32"]
    assert (float(number), int(count)) == (2.0, 0)
    assert trees.scale(number, {"a": half})["a"].dtype == half.dtype
    with jax.enable_x64(True):
        wide = make([1.0], dtype=names[kind].float64)
        assert trees.scalar([half, wide]).dtype == wide.dtype


def test_a_tree_without_arrays_has_norm_zero():
    assert trees.norm({"nothing": None}) == 0
    assert trees.scalar([], 1.0) == 1
    assert trees.counter([]) == 0


def test_an_update_number_can_be_a_power_without_changing_types():
    for make in KINDS.values():
        tree = make(np.ones(2, "float32"))
        t = trees.update_number(trees.counter(tree) + 3, tree)
        assert float(t) == 3
        assert (tree * 0.9**t).dtype == tree.dtype
