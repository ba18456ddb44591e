"""What the PyTorch bridge does for every rule and wrapper; a new one is tested by being registered."""

import copy
import dataclasses

import jax
import numpy as np
import pytest
import torch

from descend import bridges
from descend.bridges import pieces, rule_state
from descend.bridges.tape import record
from descend.rules import RULES, WRAPPERS, Adam, NesterovLookahead, RAdam, first_order

SHAPES = {"a.weight": (3, 2), "a.bias": (3,), "b": (2, 1, 3), "c": ()}


def forms(cls):
    """A rule with its defaults, and with every switch the other way."""
    on = {f.name: not f.default for f in dataclasses.fields(cls) if isinstance(f.default, bool)}
    return [cls(), cls(**on)] if on else [cls()]


CASES = [pytest.param(rule, id=f"{rule.name}-{i}") for cls in first_order(RULES).values() for i, rule in enumerate(forms(cls))]
CASES += [
    pytest.param(cls(inner), id=f"{cls.name}-{inner.name}")
    for cls in first_order(WRAPPERS).values()
    for inner in (Adam(0.05), NesterovLookahead(0.05))
]


def numbers(seed):
    rng = np.random.default_rng(seed)
    return {name: np.asarray(rng.normal(size=shape)) for name, shape in SHAPES.items()}


def parameters(dtype=torch.float64):
    return {name: torch.nn.Parameter(torch.tensor(a, dtype=dtype)) for name, a in numbers(0).items()}


def steps(optimizer, params, seeds):
    for seed in seeds:
        for name, g in numbers(seed).items():
            params[name].grad = torch.tensor(g, dtype=params[name].dtype)
        optimizer.step()


def expected(rule, seeds):
    """By kept and NumPy: where the gradients lead, and what to ship there."""
    params = numbers(0)
    memory = rule_state.begin(rule, params)
    for t, seed in enumerate(seeds, 1):
        change, memory = rule_state.step(rule, numbers(seed), memory, params, t)
        params = jax.tree.map(lambda a, c: a + c, params, change)
        memory = rule_state.with_parameters(rule, memory, params)
    return params, rule_state.readout(rule, memory, params, len(seeds) + 1)


def close(params, wanted, tolerance):
    for name, p in params.items():
        np.testing.assert_allclose(p.detach().double().numpy(), wanted[name], rtol=tolerance, atol=tolerance, err_msg=name)


@pytest.mark.parametrize("rule", CASES)
def test_three_steps_are_the_rules(rule):
    params = parameters()
    optimizer = bridges.torch(rule)(params.items())
    steps(optimizer, params, (1, 2, 3))
    trained, shipped = expected(rule, (1, 2, 3))
    close(params, trained, 1e-7 if rule.name == "prodigy" else 1e-10)
    optimizer.eval()
    close(params, shipped, 1e-7 if rule.name == "prodigy" else 1e-10)
    optimizer.train()
    close(params, trained, 1e-7 if rule.name == "prodigy" else 1e-10)


@pytest.mark.parametrize("rule", CASES)
def test_a_copy_from_the_state_dict_goes_on_to_the_last_bit(rule):
    params = parameters(torch.float32)
    optimizer = bridges.torch(rule)(params.items(), **({} if rule.rate is None else {"lr": 0.01}))
    steps(optimizer, params, (1, 2, 3))
    twins = copy.deepcopy(params)
    other = bridges.torch(rule)(twins.items())
    other.load_state_dict(optimizer.state_dict())
    steps(optimizer, params, (4, 5))
    steps(other, twins, (4, 5))
    for name, p in params.items():
        assert torch.equal(p, twins[name]), name


@pytest.mark.parametrize("rule", CASES)
def test_groups_are_as_optimizers_of_their_own(rule):
    params, apart = parameters(), parameters()
    optimizer = bridges.torch(rule)([{"params": list(params.items())[:2], "lr": 0.02}, {"params": list(params.items())[2:]}])
    first = bridges.torch(rule)(list(apart.items())[:2], lr=0.02)
    second = bridges.torch(rule)(list(apart.items())[2:])
    steps(optimizer, params, (1, 2, 3))
    for seed in (1, 2, 3):
        for name, g in numbers(seed).items():
            apart[name].grad = torch.tensor(g)
        first.step()
        second.step()
    assert [group["lr"] for group in optimizer.param_groups] == [0.02, rule.rate]
    for name, p in params.items():
        assert torch.equal(p, apart[name]), name


@pytest.mark.parametrize("rule", CASES)
def test_16_bit_parameters_keep_their_type_and_float32_slots(rule):
    params = parameters(torch.bfloat16)
    optimizer = bridges.torch(rule)(params.items())
    steps(optimizer, params, (1, 2))
    close(params, expected(rule, (1, 2))[0], 0.05)
    held = [{name: part for name, part in state.items() if name != "point"} for state in optimizer.state.values()]
    kinds = {a.dtype for a in jax.tree.leaves(held) if isinstance(a, torch.Tensor)}
    assert kinds <= {torch.float32, torch.int32}
    assert {p.dtype for p in params.values()} == {torch.bfloat16}


PIECEWISE = [case for case in CASES if pieces.fits(case.values[0])]


@pytest.mark.parametrize("rule", PIECEWISE)
def test_cut_whole_and_together_tensors_move_to_the_same_place(rule, monkeypatch):
    ends = []
    for piece in (3, 6, 1 << 20):
        monkeypatch.setattr(pieces, "PIECE", piece)
        params = parameters()
        steps(bridges.torch(rule)(params.items()), params, (1, 2, 3))
        ends.append(params)
    for name, p in ends[0].items():
        torch.testing.assert_close(p, ends[1][name], rtol=1e-12, atol=1e-12)
        torch.testing.assert_close(p, ends[2][name], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("rule", PIECEWISE)
def test_the_lines_of_a_rule_are_recorded_and_the_same_at_every_step(rule):
    begun = rule.init(torch.zeros(2))
    names = tuple(name for name, slot in begun.items() if slot.ndim)
    single = {name: float(begun[name]) for name in begun if name not in names}
    late = [record(rule, t, names, single) for t in (100, 100_000)]
    assert late[0].lines == late[1].lines
    assert len(late[0].numbers) == len(late[1].numbers)


def test_joined_parameters_may_have_different_counts_of_steps():
    params, apart = parameters(), parameters()
    optimizer = bridges.torch(RAdam())(params.values())
    alone = {name: bridges.torch(RAdam())([p]) for name, p in apart.items()}
    for seed in range(1, 6):
        for i, (name, g) in enumerate(numbers(seed).items()):
            params[name].grad = None if i == seed % 4 else torch.tensor(g)
            apart[name].grad = None if i == seed % 4 else torch.tensor(g)
            alone[name].step()
        optimizer.step()
    assert sorted(int(optimizer.state[p]["step"]) for p in params.values()) == [3, 4, 4, 4]
    for name, p in params.items():
        torch.testing.assert_close(p, apart[name], rtol=1e-12, atol=1e-12)


def test_a_subclass_with_its_own_update_is_not_taken_for_elementwise():
    class Normed(Adam):
        def update(self, g, slots, w, t):
            return super().update(g / (1 + abs(g).max()), slots, w, t)

    assert pieces.fits(Adam())
    assert not pieces.fits(Normed())
