"""Where optax, Keras or PyTorch have a schedule, ours gives its values at every step, boundaries included."""

import keras
import numpy as np
import optax
import pytest
import torch
from torch.optim import lr_scheduler

from descend.schedules import (
    Constant,
    Cosine,
    Exponential,
    InverseTime,
    Linear,
    OneCycle,
    PiecewiseConstant,
    Warmup,
    WarmupStableDecay,
)

STEPS = np.arange(26)
keras_schedules = keras.optimizers.schedules
COSINE_20 = optax.cosine_decay_schedule(0.3, 20)
STABLE = optax.join_schedules(
    [optax.linear_schedule(0.01, 0.3, 5), optax.constant_schedule(0.3), optax.linear_schedule(0.3, 0.02, 6)], [5, 12]
)

OPTAX = [
    (Constant(0.3), optax.constant_schedule(0.3)),
    (Linear(0.3, 0.003, 20), optax.linear_schedule(0.3, 0.003, 20)),
    (Exponential(0.3, 0.9), optax.exponential_decay(0.3, 1, 0.9)),
    (Exponential(0.3, 0.5, 7), optax.exponential_decay(0.3, 7, 0.5)),
    (Exponential(0.3, 0.5, 7, staircase=True), optax.exponential_decay(0.3, 7, 0.5, staircase=True)),
    (PiecewiseConstant((5, 12), (0.3, 0.03, 0.015)), optax.piecewise_constant_schedule(0.3, {5: 0.1, 12: 0.5})),
    (Cosine(0.3, 20), COSINE_20),
    (Cosine(0.3, 20, 0.03), optax.cosine_decay_schedule(0.3, 20, alpha=0.1)),
    (Warmup(Cosine(0.3, 20), 5), optax.join_schedules([optax.linear_schedule(0, 0.3, 5), COSINE_20], [5])),
    (Warmup(Constant(0.3), 5, 0.1), optax.warmup_constant_schedule(0.1, 0.3, 5)),
    (Warmup(Cosine(0.3, 15), 5, 0.1), optax.warmup_cosine_decay_schedule(0.1, 0.3, 5, 20)),
    (OneCycle(0.3, 20), optax.cosine_onecycle_schedule(20, 0.3)),
    (OneCycle(0.3, 20, 0.5, 10.0, 100.0), optax.cosine_onecycle_schedule(20, 0.3, 0.5, 10.0, 100.0)),
    (WarmupStableDecay(0.3, 5, 7, 6, 0.01, 0.02), STABLE),
]
KERAS = [
    (Exponential(0.3, 0.5, 7), keras_schedules.ExponentialDecay(0.3, 7, 0.5)),
    (Exponential(0.3, 0.5, 7, staircase=True), keras_schedules.ExponentialDecay(0.3, 7, 0.5, staircase=True)),
    (InverseTime(0.3, 0.5, 7), keras_schedules.InverseTimeDecay(0.3, 7, 0.5)),
    (InverseTime(0.3, 0.5, 7, staircase=True), keras_schedules.InverseTimeDecay(0.3, 7, 0.5, staircase=True)),
    (Cosine(0.3, 20, 0.03), keras_schedules.CosineDecay(0.3, 20, alpha=0.1)),
    (Warmup(Cosine(0.3, 15), 5, 0.1), keras_schedules.CosineDecay(0.1, 15, warmup_target=0.3, warmup_steps=5)),
    (Linear(0.3, 0.003, 20), keras_schedules.PolynomialDecay(0.3, 20, 0.003)),
    (PiecewiseConstant((6, 13), (0.3, 0.03, 0.015)), keras_schedules.PiecewiseConstantDecay([5, 12], [0.3, 0.03, 0.015])),
]
TORCH = [
    (Linear(0.3, 0.03, 20), lambda o: lr_scheduler.LinearLR(o, 1.0, 0.1, 20)),
    (Exponential(0.3, 0.9), lambda o: lr_scheduler.ExponentialLR(o, 0.9)),
    (Exponential(0.3, 0.5, 7, staircase=True), lambda o: lr_scheduler.StepLR(o, 7, 0.5)),
    (PiecewiseConstant((5, 12), (0.3, 0.03, 0.003)), lambda o: lr_scheduler.MultiStepLR(o, [5, 12])),
    (Cosine(0.3, 25, 0.01), lambda o: lr_scheduler.CosineAnnealingLR(o, 25, 0.01)),
    (OneCycle(0.3, 25, (26 * 0.3 - 1) / 25), lambda o: lr_scheduler.OneCycleLR(o, 0.3, total_steps=26)),
    (
        OneCycle(0.3, 25, (26 * 0.5 - 1) / 25, 10.0, 100.0),
        lambda o: lr_scheduler.OneCycleLR(o, 0.3, total_steps=26, pct_start=0.5, div_factor=10.0, final_div_factor=100.0),
    ),
    (Warmup(Constant(0.3), 5, 0.1), lambda o: lr_scheduler.LinearLR(o, 1 / 3, 1.0, 5)),
]


def name(value):
    return getattr(value, "name", "")


@pytest.mark.parametrize(("ours", "theirs"), OPTAX, ids=name)
def test_it_has_the_values_of_optax(ours, theirs):
    np.testing.assert_allclose(ours(STEPS), [theirs(int(t)) for t in STEPS], rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize(("ours", "theirs"), KERAS, ids=name)
def test_it_has_the_values_of_keras(ours, theirs):
    np.testing.assert_allclose(ours(STEPS), [float(theirs(int(t))) for t in STEPS], rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize(("ours", "theirs"), TORCH, ids=name)
def test_it_has_the_values_of_torch(ours, theirs):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
    scheduler, found = theirs(optimizer), []
    for t in STEPS:
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if t < STEPS[-1]:
            scheduler.step()
    np.testing.assert_allclose(ours(STEPS), found, rtol=1e-9)


def test_the_decay_that_keras_optimizers_once_had_counts_single_updates():
    rate, decay = 0.3, 0.01
    by_hand = [rate / (1 + decay * updates) for updates in range(10)]
    np.testing.assert_allclose(InverseTime(rate, decay)(np.arange(10)), by_hand, rtol=1e-12)
