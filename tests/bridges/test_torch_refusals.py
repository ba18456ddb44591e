"""What the PyTorch bridge refuses: one line with a remedy."""

import sys

import pytest
import torch
from torch.optim import lr_scheduler
from torch_cases import backward, linear

from descend import bridges
from descend.core.errors import BadInput, BadValue, MissingExtra, UnknownName
from descend.core.hyper import NonNegative, pytree
from descend.rules import SGD, ClipByGlobalNorm, Rule, from_optax


@pytree
class Rateless(Rule):
    """A rule without a learning rate."""

    name = "rateless"
    size: NonNegative = 0.1

    def update(self, g, slots, w, t):
        return -0.1 * g, slots


def state_of(rule, params=None):
    model = linear()
    optimizer = bridges.torch(rule)(params or model.parameters())
    backward(model)
    optimizer.step()
    return optimizer.state_dict()


def load(rule, state):
    bridges.torch(rule)(linear().parameters()).load_state_dict(state)


def wider():
    optimizer = bridges.torch("adam")([torch.nn.Parameter(torch.ones(2, 4)), torch.nn.Parameter(torch.ones(2))])
    for p in optimizer.param_groups[0]["params"]:
        p.grad = torch.ones_like(p)
    optimizer.step()
    return optimizer.state_dict()


def sparse():
    table = torch.nn.Embedding(4, 2, sparse=True)
    optimizer = bridges.torch("adam")(table.named_parameters())
    table(torch.tensor([1])).sum().backward()
    optimizer.step()


def frozen():
    model = linear()
    model.bias.requires_grad_(False)
    bridges.torch("adam")(model.named_parameters())


def rateless():
    lr_scheduler.StepLR(bridges.torch(Rateless())(linear().parameters()), 2)


def from_jax():
    import optax

    bridges.torch(ClipByGlobalNorm(from_optax(optax.sgd, learning_rate=0.1)))


REFUSED = {
    "unknown": (
        lambda: bridges.torch("adam")(linear().parameters(), beta=1),
        r"unknown hyperparameter of adam 'beta'; did you mean",
    ),
    "other name": (lambda: bridges.torch("adam")(linear().parameters(), b1=0.5), r"adam: 'b1' is 'betas' in PyTorch; give betas="),
    "rate": (lambda: bridges.torch("adam")(linear().parameters(), lr=-1.0), r"adam: learning_rate is -1.0, must be in \[0, inf\)"),
    "betas": (lambda: bridges.torch("adam")(linear().parameters(), betas=0.5), r"adam: betas is 0.5, must be a tuple of 2 numbers"),
    "range": (lambda: bridges.torch("adam")(linear().parameters(), betas=(0.9, 1.5)), r"adam: b2 is 1.5, must be in \[0, 1\)"),
    "group": (
        lambda: bridges.torch("adam")([{"params": linear().parameters(), "ls": 1}]),
        r"unknown hyperparameter of adam 'ls'; did",
    ),
    "complex": (
        lambda: bridges.torch("sgd")([torch.nn.Parameter(torch.ones(2, dtype=torch.complex64))]),
        r"sgd: parameter 0 of its group is torch.complex64, must be dense, real and floating$",
    ),
    "frozen": (frozen, r"adam: parameter 'bias' requires no gradient; give only those that do"),
    "sparse": (sparse, r"adam: the gradient of parameter 'weight' is sparse, must be dense; give the layer sparse=False"),
    "another rule": (
        lambda: load("adam", state_of("momentum")),
        r"adam: group 0 of the state dict is of momentum, must be of adam$",
    ),
    "native": (
        lambda: load("adam", torch.optim.Adam(linear().parameters()).state_dict()),
        r"adam: group 0 of the state dict is of no rule of descend, must be of adam$",
    ),
    "shape": (lambda: load("adam", wider()), r"adam: slot \['m'\] is of shape \(2, 4\), must be of shape \(2, 3\)"),
    "no rate": (rateless, r"rateless has no learning rate for a scheduler to change; leave the lr_scheduler out$"),
    "optax": (from_jax, r"optax.sgd is optax's and runs on JAX only; give bridges.torch a rule of descend"),
    "no rule": (lambda: bridges.torch("adm"), r"unknown rule 'adm'; did you mean 'adam'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_are_one_line_with_a_remedy(name):
    act, message = REFUSED[name]
    with pytest.raises(BadInput, match=f"^{message}") as caught:
        act()
    assert isinstance(caught.value, BadValue | UnknownName)
    assert "\n" not in str(caught.value)


def test_without_torch_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtra, match=r"bridges\.torch needs torch; install it with: pip install 'descend\[torch\]'"):
        bridges.torch(SGD())
