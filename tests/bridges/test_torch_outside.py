"""What people do to models and optimizers between updates in PyTorch, with every rule and wrapper."""

import copy
import io

import numpy as np
import outside
import pytest
import torch

from descend import bridges
from descend.rules import AdamW, Average, Lookahead
from descend.schedules import Linear

pytestmark = pytest.mark.filterwarnings("ignore::descend.bridges.TrainingWeights")
EVERY = [pytest.param(rule, id=name) for name, rule in outside.EVERY.items()]
SHIPPING = [pytest.param(rule, id=rule.name) for rule in outside.SHIPPING]


def started(rule, dtype=torch.float32, **options):
    params = {name: torch.nn.Parameter(torch.tensor(a, dtype=dtype)) for name, a in outside.numbers(0).items()}
    return params, bridges.torch(rule)(params.items(), **options)


def steps(optimizer, params, seeds, gradients=outside.numbers, without=()):
    for seed in seeds:
        for name, g in gradients(seed).items():
            params[name].grad = None if name in without else torch.tensor(g, dtype=params[name].dtype)
        optimizer.step()


@torch.no_grad()
def put(params, values):
    for name, p in params.items():
        p.copy_(torch.as_tensor(values[name]))


def now(params):
    return {name: p.detach().clone().float().numpy() for name, p in params.items()}


def shipped(optimizer, params):
    optimizer.eval()
    found = now(params)
    optimizer.train()
    return found


@pytest.mark.parametrize("rule", [p for p in EVERY if p.id != "prodigy"])  # it takes the way for its distance to the solution
def test_training_goes_on_from_weights_that_are_loaded(rule):
    params, optimizer = started(rule)
    steps(optimizer, params, range(1, 5))
    put(params, outside.loaded())
    outside.same(shipped(optimizer, params), outside.loaded())
    steps(optimizer, params, range(5, 12))
    outside.goes_on_from(outside.loaded(), now(params), "trained")
    outside.goes_on_from(outside.loaded(), shipped(optimizer, params), "shipped")


@pytest.mark.parametrize("rule", EVERY)
def test_a_projection_after_every_update_holds_for_what_is_shipped(rule):
    params, optimizer = started(rule)
    put(params, {name: 0 * a for name, a in outside.numbers(0).items()})
    for _ in range(25):
        steps(optimizer, params, [1], outside.outward)
        with torch.no_grad():
            for p in params.values():
                p.clamp_(outside.LOW, outside.HIGH)
    outside.within(shipped(optimizer, params), "shipped")
    outside.within(now(params), "trained")


@pytest.mark.parametrize("rule", EVERY)
def test_frozen_parameters_stay_and_ship_what_they_are(rule):
    params, optimizer = started(rule)
    steps(optimizer, params, (1, 2))
    trained, frozen = now(params), "layer.kernel"
    before = shipped(optimizer, params)[frozen]
    steps(optimizer, params, (3, 4, 5), without=(frozen,))
    np.testing.assert_array_equal(now(params)[frozen], trained[frozen])
    np.testing.assert_array_equal(shipped(optimizer, params)[frozen], before)
    steps(optimizer, params, (6, 7, 8, 9))
    if "prodigy" not in str(rule):  # whose first steps are smaller than rounding
        assert (now(params)[frozen] != trained[frozen]).any()


@pytest.mark.parametrize("rule", EVERY)
def test_a_parameter_that_never_has_a_gradient_ships_as_it_is(rule):
    params, optimizer = started(rule)
    start = now(params)
    steps(optimizer, params, (1, 2, 3, 4, 5), without=("layer.bias",))
    for found in (now(params), shipped(optimizer, params)):
        np.testing.assert_array_equal(found["layer.bias"], start["layer.bias"])


@pytest.mark.parametrize("rule", EVERY)
def test_saved_and_copied_in_either_mode_and_order_it_goes_on_to_the_last_bit(rule):
    params, optimizer = started(rule)
    steps(optimizer, params, (1, 2, 3))
    both = copy.deepcopy((params, optimizer))
    optimizer.eval()
    file = io.BytesIO()
    torch.save((now(params), optimizer.state_dict()), file)
    file.seek(0)
    weights, state = torch.load(file, weights_only=False)
    ends = [both]
    for weights_first in (True, False):
        other, twin = started(rule)
        steps(twin, other, (7,))
        put(other, weights) if weights_first else twin.load_state_dict(state)
        twin.load_state_dict(state) if weights_first else put(other, weights)
        ends.append((other, twin))
    steps(optimizer_in_training(optimizer), params, (4, 5))
    for each, twin in ends:
        steps(optimizer_in_training(twin), each, (4, 5))
        outside.same(now(each), now(params))
        outside.same(shipped(twin, each), shipped(optimizer, params))


def optimizer_in_training(optimizer):
    optimizer.train()
    return optimizer


@pytest.mark.parametrize("rule", SHIPPING)
def test_weights_loaded_in_evaluation_mode_are_where_training_goes_on(rule):
    params, optimizer = started(rule)
    steps(optimizer, params, range(1, 5))
    optimizer.eval()
    best = now(params)
    put(params, outside.loaded())
    optimizer.train()
    outside.same(now(params), outside.loaded())
    steps(optimizer, params, range(5, 12))
    outside.goes_on_from(outside.loaded(), shipped(optimizer, params), "shipped")
    put(params, best)  # early stopping: the best weights, as they were judged
    outside.same(now(params), best)


@pytest.mark.parametrize("rule", SHIPPING)
def test_what_was_no_number_is_forgotten_once_weights_are_loaded(rule):
    params, optimizer = started(rule)
    steps(optimizer, params, (1, 2))
    put(params, {name: a * np.float32("nan") for name, a in outside.numbers(0).items()})
    steps(optimizer, params, (3,))
    put(params, outside.loaded())
    outside.same(shipped(optimizer, params), outside.loaded())
    assert all(np.isfinite(a).all() for a in shipped(optimizer, params).values())


@pytest.mark.parametrize("rule", SHIPPING)
@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_a_model_that_changes_its_type_has_not_been_loaded(rule, dtype):
    params, optimizer = started(rule)
    steps(optimizer, params, (1, 2, 3))
    wanted = shipped(optimizer, params)
    for p in params.values():
        p.data = p.data.to(dtype)
    for name, a in shipped(optimizer, params).items():
        np.testing.assert_allclose(a, wanted[name], rtol=0.01, atol=0.01)
    for p in params.values():
        p.data = p.data.float()
    steps(optimizer, params, (4,))
    assert {p.dtype for p in params.values()} == {torch.float32}


@pytest.mark.parametrize("rule", EVERY)
def test_groups_added_midway_train_at_their_own_rate(rule):
    params, optimizer = started(rule)
    steps(optimizer, params, (1, 2))
    late = torch.nn.Parameter(torch.ones(4))
    options = {} if rule.rate is None else {"lr": 0.25}
    optimizer.add_param_group({"params": [("late", late)], **options})
    for seed in (3, 4, 5, 6, 7):
        late.grad = torch.full((4,), -1.0)
        steps(optimizer, params, [seed])
    assert "prodigy" in str(rule) or (late > 1).all()
    optimizer.eval()
    assert torch.isfinite(late).all()


@pytest.mark.parametrize("rule", [p for p in EVERY if p.values[0].rate is not None])
def test_schedules_of_either_side_and_accumulated_gradients(rule):
    ends = []
    for ours in (True, False):
        params, optimizer = started(rule, lr=Linear(0.1, 0.0, 10) if ours else 0.1)
        scheduler = None if ours else torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: max(0.0, 1 - t / 10))
        for seed in (1, 2, 3):
            for name, g in outside.numbers(seed).items():
                params[name].grad = torch.zeros_like(params[name])
                for _ in range(2):
                    params[name].grad += torch.tensor(g) / 2
            optimizer.step()
            if scheduler is not None:
                scheduler.step()
        ends.append(now(params))
    for name, a in ends[0].items():
        np.testing.assert_allclose(a, ends[1][name], rtol=1e-5, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("rule", SHIPPING)
def test_bfloat16_weights_are_followed_too(rule):
    params, optimizer = started(rule, torch.bfloat16)
    steps(optimizer, params, (1, 2))
    put(params, {name: torch.tensor(a, dtype=torch.bfloat16) for name, a in outside.loaded().items()})
    loaded = now(params)
    outside.same(shipped(optimizer, params), loaded)
    steps(optimizer, params, (3, 4, 5))
    outside.goes_on_from(loaded, shipped(optimizer, params), "shipped")


def losses(make):
    """Those of a line after 60 updates and load_state_dict(start)."""
    x = torch.linspace(-1, 1, 32)[:, None]
    model = torch.nn.Linear(1, 1)
    for p in model.parameters():
        torch.nn.init.zeros_(p)
    start, found = copy.deepcopy(model.state_dict()), []
    optimizer = make(model.parameters())
    for t in range(63):
        if t == 60:
            model.load_state_dict(start)
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x), 3 * x + 1)
        loss.backward()
        optimizer.step()
        found.append(loss.item())
    return found[60:]


def test_losses_after_loading_are_those_of_pytorchs_own_optimizer():
    native = losses(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True))
    np.testing.assert_allclose(native, [4.194, 2.776, 1.576], atol=5e-4)
    for name in ("nesterov", "nesterov_lookahead"):
        np.testing.assert_allclose(losses(lambda p, name=name: bridges.torch(name)(p, lr=0.1)), native, rtol=1e-4)
    for name in ("rmsprop_nesterov", "schedule_free_sgd", "schedule_free_adamw"):
        first, *later = losses(lambda p, name=name: bridges.torch(name)(p, lr=0.1))
        assert first == pytest.approx(native[0])
        assert first > later[0] > later[1] > 1, name


@pytest.mark.parametrize("wrap", [Average, Lookahead])
def test_without_a_gradient_decay_moves_nothing_that_is_shipped(wrap):
    used, unused = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    optimizer = bridges.torch(wrap(AdamW(weight_decay=0.5)))([used, unused], lr=0.1)
    for _ in range(5):
        used.grad = torch.ones(2)
        optimizer.step()
    optimizer.eval()
    assert unused.tolist() == [1.0, 1.0]
    assert (used < 1).all()
