"""Rules that ask for more than a gradient, in optax by value_fn and in PyTorch by a closure: as at home, step by step."""

import copy
import io

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import torch

from descend import bridges
from descend.core.errors import BadValue
from descend.rules import (
    BFGS,
    LBFGS,
    SGD,
    AdaHessian,
    Adam,
    BarzilaiBorwein,
    CoordinateDescent,
    GaussNewton,
    LevenbergMarquardt,
    Newton,
    NewtonCG,
    NonlinearCG,
    Oracle,
    SharpnessAware,
    Sophia,
    step,
)
from descend.schedules import Cosine

START = {"a": np.array([-1.2]), "b": np.array(1.0)}
BY_GRADIENTS = [LBFGS(), BFGS(), NonlinearCG(), BarzilaiBorwein(both_ends=True), SharpnessAware(Adam(0.05))]
BY_CURVATURE = [Newton(), NewtonCG(), CoordinateDescent(), AdaHessian(), Sophia(every=2)]
BY_OUTPUTS = [GaussNewton(), LevenbergMarquardt()]


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


def rosenbrock(w):
    return (1 - w["a"][0]) ** 2 + 100 * (w["b"] - w["a"][0] ** 2) ** 2


def at_home(rule, steps):
    """The point after every step."""
    w = jax.tree.map(jnp.asarray, START)
    slots, points, oracle = rule.init_tree(w), [], Oracle(lambda w: (rosenbrock(w), ()))
    once = jax.jit(lambda w, slots, t: step(rule, oracle, w, slots, t)[:2])
    for t in range(1, steps + 1):
        w, slots = once(w, slots, t)
        points.append([float(w["a"][0]), float(w["b"])])
    return points


@pytest.mark.parametrize("rule", BY_GRADIENTS + BY_CURVATURE, ids=str)
def test_optax_goes_as_at_home(rule):
    optimizer = bridges.optax(rule)
    w = jax.tree.map(jnp.asarray, START)
    state, points = optimizer.init(w), []

    @jax.jit
    def once(w, state):
        value, grads = jax.value_and_grad(rosenbrock)(w)
        changes, state = optimizer.update(grads, state, w, value=value, grad=grads, value_fn=rosenbrock)
        return optax.apply_updates(w, changes), state

    for _ in range(12):
        w, state = once(w, state)
        points.append([float(w["a"][0]), float(w["b"])])
    np.testing.assert_allclose(points, at_home(rule, 12), rtol=1e-9)


def test_optax_hands_value_fn_what_it_names_and_works_in_chains():
    optimizer = optax.chain(optax.with_extra_args_support(optax.identity()), bridges.optax("lbfgs"))
    w = jnp.array([3.0, 1.0])
    state = optimizer.init(w)
    for _ in range(6):
        changes, state = optimizer.update(w, state, w, value_fn=lambda w, center: jnp.sum((w - center) ** 2), center=2.0, other=1)
        w = w + changes
    np.testing.assert_allclose(w, 2, atol=1e-9)


@pytest.mark.parametrize("rule", BY_GRADIENTS, ids=str)
def test_torch_goes_as_at_home_and_asks_once_a_step(rule):
    a, b = (torch.nn.Parameter(torch.tensor(value, dtype=torch.float64)) for value in START.values())
    optimizer = bridges.torch(rule)([("a", a), ("b", b)])
    calls = []

    def closure():
        optimizer.zero_grad()
        loss = rosenbrock({"a": a, "b": b})
        loss.backward()
        calls.append(float(loss.detach()))
        return loss

    points, losses = [], []
    for t in range(12):
        before = float(rosenbrock({"a": a, "b": b}).detach())
        losses.append((float(optimizer.step(closure)), before))
        points.append([float(a.detach()[0]), float(b.detach())])
        if t == 5:  # a state dict goes through a file, and the rest as if nothing had been
            file = io.BytesIO()
            torch.save(optimizer.state_dict(), file)
            file.seek(0)
            optimizer = bridges.torch(rule)([("a", a), ("b", b)])
            optimizer.load_state_dict(torch.load(file))
    np.testing.assert_allclose(points, at_home(rule, 12), rtol=1e-9)
    np.testing.assert_allclose(*np.transpose(losses), rtol=1e-9)
    assert len(calls) == int(rule.uses(12).gradients)


def test_torch_trains_a_model_in_single_precision_as_torchs_own_lbfgs_does():
    x = torch.randn(64, 3, generator=torch.Generator().manual_seed(0))
    y = torch.sin(x.sum(dim=1, keepdim=True))
    torch.manual_seed(0)
    start = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    ends = {}
    own = {"max_iter": 60, "max_eval": 60, "line_search_fn": "strong_wolfe"}
    for name, make, steps in (("descend", bridges.torch("lbfgs"), 60), ("torch", lambda p: torch.optim.LBFGS(p, **own), 1)):
        model = copy.deepcopy(start)
        optimizer = make(model.parameters())

        def closure(model=model, optimizer=optimizer):
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(model(x), y)
            loss.backward()
            return loss

        for _ in range(steps):
            optimizer.step(closure)
        ends[name] = closure().item()
    print(ends)
    assert ends["descend"] < 1.5 * ends["torch"]


def test_what_a_framework_does_not_give_is_said_in_a_line():
    for rule in BY_GRADIENTS + BY_CURVATURE + BY_OUTPUTS:
        with pytest.raises(BadValue, match=r"asks for more than the one gradient that Keras gives an optimizer: take bridges"):
            bridges.keras(rule)
    for rule in BY_CURVATURE:
        with pytest.raises(BadValue, match="asks for curvature, and a closure of PyTorch gives gradients alone: take lbfgs"):
            bridges.torch(rule)
    for rule in BY_OUTPUTS:
        for bridge in (bridges.optax, bridges.torch):
            with pytest.raises(BadValue, match="asks for residuals or outputs, and frameworks give an optimizer the loss alone"):
                bridge(rule)


def test_calls_without_the_loss_and_bad_closures_are_refused():
    w = jnp.array([3.0, 1.0])
    optimizer = bridges.optax("lbfgs")
    with pytest.raises(BadValue, match=r"^lbfgs evaluates the loss itself: call update\(grads, state, params, value=value"):
        optimizer.update(w, optimizer.init(w), w)
    p = torch.nn.Parameter(torch.ones(2))
    made = bridges.torch("lbfgs")([p])
    with pytest.raises(BadValue, match=r"^lbfgs evaluates the loss itself: call step\(closure\)"):
        made.step()
    with pytest.raises(BadValue, match=r"^lbfgs: the closure returns None, must return the loss"):
        made.step(lambda: None)
    assert p.tolist() == [1, 1]
    with pytest.raises(BadValue, match=r"^lbfgs sees all parameters at once: give them in one group"):
        made.add_param_group({"params": [torch.nn.Parameter(torch.ones(1))]})
    with pytest.raises(ZeroDivisionError):
        made.step(lambda: 1 / 0)
    assert p.tolist() == [1, 1]


def test_a_schedule_inside_counts_updates():
    rule = SharpnessAware(SGD(Cosine(0.002, 10)))
    test_torch_goes_as_at_home_and_asks_once_a_step(rule)
