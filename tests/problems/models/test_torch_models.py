"""PyTorch modules as problems: starts, losses, weights, trainings beside PyTorch's own loop, and what is refused."""

import random

import jax
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

import descend
from descend.problems import models
from descend.problems.models import torch_losses
from descend.rules import SGD

STEPS, RATE = 4, 0.1


@pytest.fixture(scope="module")
def rows():
    chance = np.random.default_rng(0)
    x = chance.normal(size=(60, 5)).astype("float32")
    return x, (x[:, 0] * x[:, 1] > 0).astype("int32")


class Net(nn.Module):
    """With state, chance, a bare parameter and one that is not trained."""

    def __init__(self, share=0.0):
        super().__init__()
        self.first, self.norm, self.drop, self.last = nn.Linear(5, 6), nn.BatchNorm1d(6), nn.Dropout(share), nn.Linear(6, 2)
        self.shift = nn.Parameter(torch.full((6,), 0.25))
        self.norm.bias.requires_grad_(False)

    def forward(self, x):
        return self.last(self.drop(F.relu(self.norm(self.first(x)) + self.shift)))


@pytest.fixture(scope="module")
def net(rows):
    """A module whose weights are its own, and its problem, checked."""
    torch.manual_seed(5)
    module = Net(0.5)
    return module, models.from_torch(module, *rows)


def own_loop(module, x, y, criterion):
    """The losses of PyTorch's own loop over all rows."""
    optimizer, losses = torch.optim.SGD([p for p in module.parameters() if p.requires_grad], lr=RATE), []
    for _ in range(STEPS):
        optimizer.zero_grad()
        losses.append(criterion(module(x), y))
        losses[-1].backward()
        optimizer.step()
    return [float(loss.detach()) for loss in losses]


def test_a_lane_trains_as_pytorchs_own_loop(rows):
    module, criterion = Net(), nn.CrossEntropyLoss(label_smoothing=0.1)
    problem = models.from_torch(module, *rows, loss=criterion, start="given", validation=0.0)
    training = descend.train(problem, SGD(RATE), steps=STEPS, batch="full", keep_params=True)
    x, y = torch.from_numpy(rows[0]), torch.from_numpy(rows[1]).long()
    np.testing.assert_allclose(training.losses, own_loop(module.train(), x, y, criterion), rtol=1e-5)
    criterion_at_end = float(criterion(module.eval()(x), y).detach())
    assert training.metrics["loss"][-1] == pytest.approx(criterion_at_end, rel=1e-5)  # by the running averages


def test_the_check_says_how_nearly_both_agree(net):
    notes = " ".join(net[1].notes)
    assert "Checked against PyTorch on 32 rows" in notes
    assert "No reset_parameters sets shift: every lane starts with the values given." in notes
    assert "Without requires_grad, and so as given: norm.bias." in notes
    assert net[1].noisy and net[1].random_start


def test_starts_are_those_of_pytorchs_seed_and_leave_every_random_state(net):
    module, problem = net
    before = torch.random.get_rng_state(), np.random.get_state()[1].copy(), random.getstate()  # noqa: NPY002
    both = jax.jit(jax.vmap(problem.init))(jax.vmap(jax.random.key)(np.array([3, 4], np.uint32)))[0]
    assert torch.equal(before[0], torch.random.get_rng_state()) and random.getstate() == before[2]
    assert (np.random.get_state()[1] == before[1]).all()  # noqa: NPY002
    for row, seed in enumerate((3, 4)):
        torch.manual_seed(seed)
        fresh = dict(Net(0.5).named_parameters())
        for name, values in both.items():
            np.testing.assert_array_equal(values[row], fresh[name].detach(), err_msg=name)
    torch.random.set_rng_state(before[0])
    assert module.training and not torch.equal(module.first.weight, fresh["first.weight"])


def test_a_function_repeats_what_a_constructor_draws(rows):
    def build():
        made = nn.Sequential(nn.Linear(5, 2))
        nn.init.normal_(made[0].weight, std=9.0)
        return made

    problem = models.from_torch(build, *rows)
    drawn = np.asarray(problem.init(jax.random.key(1))[0]["0.weight"])
    torch.manual_seed(1)
    np.testing.assert_array_equal(drawn, build()[0].weight.detach())


def test_weights_are_a_state_dict_and_a_module_that_predicts_the_same(net, rows):
    module, problem = net
    params, aux = problem.init(jax.random.key(8))
    state = problem.weights(params, aux)
    assert list(state) == list(module.state_dict())
    other = Net()
    other.load_state_dict(state)
    expected = problem.predict(params, aux, rows[0])
    for made in (other.eval(), problem.model(params, aux)):
        np.testing.assert_allclose(made(torch.from_numpy(rows[0])).detach(), expected, rtol=1e-5, atol=1e-6)
    assert torch.equal(state["norm.bias"], module.norm.bias)


def test_a_race_takes_a_module_and_leaves_with_its_weights(rows):
    module = nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 2))
    race = descend.race((module, *rows), ["sgd", "adam"], learning_rates=[0.1], steps=10, evaluation_seeds=2)
    best = race.best()
    module.load_state_dict(best.weights())
    with torch.no_grad():
        expected = module(torch.from_numpy(rows[0]))
        np.testing.assert_array_equal(best.model()(torch.from_numpy(rows[0])), expected)


class Two(nn.Module):
    """Two inputs by name, two outputs."""

    def __init__(self):
        super().__init__()
        self.left, self.right = nn.Linear(3, 2), nn.Linear(2, 2)

    def forward(self, near, far):
        return {"sum": self.left(near) + self.right(far), "far": self.right(far)}


def test_inputs_by_name_and_a_loss_of_ones_own(rows):
    def loss(outputs, y):
        return F.cross_entropy(outputs["sum"], y) + 0.1 * outputs["far"].square().mean()

    x = {"far": rows[0][:, 3:], "near": rows[0][:, :3]}
    problem = models.from_torch(Two(), x, rows[1], loss=loss)
    params, aux = problem.init(jax.random.key(0))
    module = problem.model(params, aux)
    expected = loss(module(**{name: torch.from_numpy(a) for name, a in x.items()}), torch.from_numpy(rows[1]).long())
    assert float(problem.evaluate(params, aux, (x, rows[1]))["loss"]) == pytest.approx(float(expected.detach()), rel=1e-5)


def test_losses_by_name_fit_targets_to_one_output(rows):
    outputs, y = np.random.default_rng(1).normal(size=(6, 1)).astype("float32"), np.array([0, 1, 1, 0, 1, 0], np.int32)
    for name, function in (("bce_with_logits", F.binary_cross_entropy_with_logits), ("mse", F.mse_loss), ("huber", F.huber_loss)):
        expected = function(torch.from_numpy(outputs)[:, 0], torch.from_numpy(y).float())
        assert float(torch_losses.Loss(name, y)(outputs, y)) == pytest.approx(float(expected), rel=1e-6)


class Unknown(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(5))

    def forward(self, x):
        return torch.fft.rfft(x * self.w).abs()


class Deciding(Unknown):
    def forward(self, x):
        if x.sum() > 0:
            return x * self.w
        return x


class Failing(Unknown):
    def forward(self, x):
        return x @ self.w.reshape(1, 5)


class Counting(Unknown):
    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        return x * self.w


class Frozen(Unknown):
    def __init__(self):
        super().__init__()
        self.requires_grad_(False)


def five():
    return nn.Linear(5, 2)


REFUSALS = {
    "operation": (Unknown, {}, r"_fft_r2c.default, at test_torch_models.py, line \d+ \(return torch.fft.rfft.*no counterpart"),
    "decision": (Deciding, {}, r"depends on the values of its inputs, at test_torch_models.py, line \d+: .* torch.where for if"),
    "shapes": (Failing, {}, r"fails in evaluation mode, at test_torch_models.py, line \d+: "),
    "side effect": (Counting, {}, "a call changes Counting.calls"),
    "frozen": (Frozen, {}, "no parameters to train: set requires_grad"),
    "lazy": (lambda: nn.LazyLinear(2), {}, "lazy layers"),
    "double": (lambda: nn.Linear(5, 2).double(), {}, "weight is torch.float64, must be torch.float32"),
    "no module": (lambda: 3, {}, "gives 3, must give a torch.nn.Module"),
    "failing constructor": (lambda: nn.Linear(5, "2"), {}, "raised TypeError"),
    "loss": (five, {"loss": "cross"}, "unknown loss 'cross'"),
    "misfit": (five, {"loss": "mse"}, r"mse_loss does not fit outputs of shape \(36, 2\) and targets of shape \(36,\)"),
    "classes": (lambda: nn.Linear(5, 1), {}, "classes from 0 to 1, and the model has 1 outputs"),
    "no loss": (five, {"loss": 3}, "loss is 3, must be a torch.nn loss"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_does_not_fit_is_refused_in_a_line(rows, case):
    build, options, message = REFUSALS[case]
    with pytest.raises(ValueError, match=message):
        models.from_torch(build, *rows, **options)
