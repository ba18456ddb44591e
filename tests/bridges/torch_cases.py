"""A small model and its gradient, for the tests of the PyTorch bridge."""

import torch


def linear():
    torch.manual_seed(0)
    return torch.nn.Linear(3, 2)


def backward(model, seed=0):
    model.zero_grad()
    model(torch.randn(4, 3, generator=torch.Generator().manual_seed(seed))).square().mean().backward()
