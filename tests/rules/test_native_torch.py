"""200 noisy updates agree with torch.optim to a relative 1e-10 in double precision."""

import numpy as np
import pytest
import torch
from torch import optim

from descend.rules import SGD, Adadelta, AdaGrad, Adam, Momentum, Nesterov, RMSProp

SHAPES = [(3, 2), (4,), ()]
PAIRS = {
    "sgd": (SGD(0.05), lambda p: optim.SGD(p, lr=0.05)),
    "momentum": (Momentum(0.05, 0.8), lambda p: optim.SGD(p, lr=0.05, momentum=0.8)),
    "nesterov": (Nesterov(0.05, 0.8), lambda p: optim.SGD(p, lr=0.05, momentum=0.8, nesterov=True)),
    "adagrad": (AdaGrad(0.05, 0.3, eps=1e-3), lambda p: optim.Adagrad(p, lr=0.05, initial_accumulator_value=0.3, eps=1e-3)),
    "adagrad from 0": (AdaGrad(0.05, 0.0, eps=1e-10), lambda p: optim.Adagrad(p, lr=0.05)),
    "adadelta": (Adadelta(0.7, 0.8, eps=1e-3), lambda p: optim.Adadelta(p, lr=0.7, rho=0.8, eps=1e-3)),
    "rmsprop": (RMSProp(0.01, 0.99), lambda p: optim.RMSprop(p, lr=0.01)),
    "rmsprop momentum": (RMSProp(0.01, 0.9, momentum=0.7), lambda p: optim.RMSprop(p, lr=0.01, alpha=0.9, momentum=0.7)),
    "rmsprop centered": (
        RMSProp(0.01, 0.9, eps=1e-2, centered=True),
        lambda p: optim.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-2, centered=True),
    ),
    "rmsprop both": (
        RMSProp(0.01, 0.9, eps=1e-2, momentum=0.7, centered=True),
        lambda p: optim.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-2, momentum=0.7, centered=True),
    ),
    "adam": (Adam(0.01, 0.8, 0.95, eps=1e-3), lambda p: optim.Adam(p, lr=0.01, betas=(0.8, 0.95), eps=1e-3)),
}


@pytest.mark.parametrize("name", list(PAIRS))
def test_a_rule_follows_torch(name):
    rule, native = PAIRS[name]
    rng = np.random.default_rng(0)
    w = [rng.normal(size=shape) for shape in SHAPES]
    theirs = [torch.tensor(a, requires_grad=True) for a in w]
    slots, optimizer = rule.init_tree(w), native(theirs)
    for t in range(1, 201):
        grads = [rng.normal(size=shape) for shape in SHAPES]
        change, slots = rule.update_tree(grads, slots, w, t)
        w = [a + c for a, c in zip(w, change, strict=True)]
        for p, g in zip(theirs, grads, strict=True):
            p.grad = torch.tensor(g)
        optimizer.step()
    for ours, p in zip(w, theirs, strict=True):
        np.testing.assert_allclose(ours, p.detach().numpy(), rtol=1e-10, atol=1e-12)
