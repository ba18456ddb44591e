"""What every rule says of gradients, slots and parameters that do not go together: the path, what is there, what must be."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from rule_cases import CASES, KINDS, tree

from descend.core.errors import BadInput, BadValue
from descend.rules import RULES, SGD, Adam, ClipByValue, first_order

SHAPES = {"layers": [{"b": (2,)}, {"w": (3, 2)}]}
PATH = r"\['layers'\]\[1\]\['w'\]"


def given(kind="numpy"):
    return tree(kind, "float32", 0, SHAPES)


def changed(params, function):
    """The tree with another array at PATH."""
    first, second = params["layers"]
    return {"layers": [first, {"w": function(second["w"])}]}


BAD_GRADIENTS = {
    "shape": (lambda w: w.T, rf"gradient {PATH} is of shape \(2, 3\), must be of shape \(3, 2\)"),
    "broadcast": (lambda w: w[:1], rf"gradient {PATH} is of shape \(1, 2\), must be of shape \(3, 2\)"),
    "scalar": (lambda w: 1.0, rf"gradient {PATH} is of shape \(\), must be of shape \(3, 2\)"),
    "missing": (lambda w: None, rf"gradient {PATH} is missing, must be of shape \(3, 2\)"),
    "deeper": (lambda w: {"w": w}, rf"gradient {PATH} is missing, must be of shape \(3, 2\)"),
    "complex": (lambda w: w * 1j, rf"gradient {PATH} is an array of (torch\.)?complex64, must be a real floating array"),
    "whole": (lambda w: w > 0, rf"gradient {PATH} is an array of (torch\.)?bool, must be a real floating array"),
}


@pytest.mark.parametrize("rule", CASES)
@pytest.mark.parametrize("bad", BAD_GRADIENTS)
@pytest.mark.parametrize("kind", KINDS)
def test_gradients_that_do_not_go_with_the_parameters_are_refused(rule, bad, kind):
    change, message = BAD_GRADIENTS[bad]
    params = given(kind)
    with pytest.raises(BadValue, match=f"^{rule.name}: {message}.*") as refusal:
        rule.update_tree(changed(params, change), rule.init_tree(params), params, 1)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("rule", CASES)
def test_parameters_that_are_not_real_floating_numbers_are_refused(rule):
    kinds = {"int64": lambda w: w.astype(int), "complex64": lambda w: w * 1j, "bool": lambda w: w > 0}
    for dtype, change in kinds.items():
        with pytest.raises(BadValue, match=rf"^{rule.name}: parameter {PATH} is an array of {dtype}, must be a real floating"):
            rule.init_tree(changed(given(), change))
    with pytest.raises(BadValue, match=rf"^{rule.name}: parameter {PATH} is 'w', must be a real floating array"):
        rule.init_tree(changed(given(), lambda w: "w"))


@pytest.mark.parametrize("rule", CASES)
def test_slots_of_other_parameters_or_with_a_name_too_many_are_refused(rule):
    params, slots = given(), rule.init_tree(given())
    foreign = [rule.init_tree(changed(params, lambda w: np.ones((5, 4), np.float32))), {"slots": slots}]
    leaves, structure = jax.tree.flatten(slots)
    foreign += [structure.unflatten([*leaves[:-1], np.ones((7, 7), np.float32)])] if leaves else []
    for other in foreign:
        same = jax.tree.structure(other) == structure
        if same and [np.shape(a) for a in jax.tree.leaves(other)] == [np.shape(a) for a in leaves]:
            continue  # slots that depend on no shape
        for use in (lambda o: rule.update_tree(params, o, params, 1), lambda o: rule.readout_tree(params, o)):
            with pytest.raises(BadValue, match=rf"^{rule.name}: (the )?slots? .*must be .*init_tree"):
                use(other)


@pytest.mark.parametrize("cls", [pytest.param(cls, id=name) for name, cls in first_order(RULES).items()])
def test_slots_of_another_rule_are_refused(cls):
    rule, params = cls(), given()
    for other in (Adam(), SGD()):
        theirs, ours = other.init_tree(params), rule.init_tree(params)
        if jax.tree.structure(theirs) != jax.tree.structure(ours):
            with pytest.raises(BadValue, match=rf"^{rule.name}: .*slot.* must be "):
                rule.update_tree(params, theirs, params, 1)


def test_a_refusal_says_which_slot_is_missing():
    params = given()
    with pytest.raises(BadValue, match=r"adam: slot \['layers'\]\[0\]\['b'\]\['m'\] is missing, must be of shape \(2,\), as in"):
        Adam().update_tree(params, SGD().init_tree(params), params, 1)


@pytest.mark.parametrize("rule", [Adam(), ClipByValue(Adam())], ids=["adam", "wrapped"])
def test_a_traced_update_is_checked_too(rule):
    params = given("jax")
    slots = rule.init_tree(params)
    with pytest.raises(BadInput, match=f"^{rule.name}: gradient {PATH} is of shape"):
        jax.jit(rule.update_tree)(changed(params, jnp.transpose), slots, params, 1)
    with pytest.raises(BadInput, match=f"^{rule.name}: gradient {PATH} is of shape"):
        jax.vmap(lambda r: r.update_tree(changed(params, jnp.transpose), slots, params, 1)[0])(
            jax.tree.map(lambda h: jnp.full(2, h), rule)
        )


@pytest.mark.parametrize("number", [2.0, 2, np.float32(2), torch.tensor(2.0)])
def test_a_bare_number_is_a_tree_of_its_own(number):
    change, _ = SGD(0.5).update_tree(number * 1.0, SGD().init_tree(number), number, 1)
    assert float(change) == -1.0
