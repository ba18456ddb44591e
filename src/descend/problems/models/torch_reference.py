"""A batch as PyTorch computes it: what the graphs in JAX must agree with."""

import contextlib
import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.utils import _pytree
from torch.utils._python_dispatch import TorchDispatchMode

from .torch_export import array, tensor


class Means(TorchDispatchMode):
    """While it lasts, whatever PyTorch draws is its mean, so that dropout drops nothing; its random state stays as it is."""

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name, kwargs = str(function).removeprefix("aten."), kwargs or {}
        if name == "bernoulli_.float":
            return args[0].fill_(args[1] if len(args) > 1 else kwargs.get("p", 0.5))
        if name == "bernoulli.p":
            return torch.full_like(args[0], args[1])
        if name == "bernoulli.default":
            return args[0].clone()
        if name == "native_dropout.default":
            return args[0].clone(), torch.ones_like(args[0], dtype=torch.bool)
        if name in ("rand.default", "rand_like.default", "randn.default", "randn_like.default"):
            return function(*args, **kwargs).fill_(0.0 if "randn" in name else 0.5)
        if name == "uniform_.default":
            low, high = (*args[1:], *(0.0, 1.0)[len(args) - 1 :])
            return args[0].fill_((low + high) / 2)
        return args[0].fill_(args[1] if len(args) > 1 else 0.0) if name == "normal_.default" else function(*args, **kwargs)


class Pass(NamedTuple):
    """One pass over a batch: outputs (a tree), the loss, its gradient and the buffers afterwards, both by name."""

    outputs: Any
    loss: float
    gradient: dict[str, np.ndarray]
    buffers: dict[str, np.ndarray]


def run(
    module: torch.nn.Module,
    loss: Callable[[Any, Any], Any],
    params: Mapping[str, Any],
    buffers: Mapping[str, Any],
    inputs: Any,
    y: Any,
    training: bool,
) -> Pass:
    """One pass of the module with these numbers, chance apart; `inputs` are a tuple, or a dict of names.

    The module keeps its mode and its numbers; what its own code keeps in other attributes it changes.
    """
    with _mode(module, training):
        state = _state(module, params, buffers)
        names = [name for name in params if state[name].requires_grad]
        with _chance_apart():
            outputs = _call(module, state, inputs)
            value = loss(outputs, _pytree.tree_map(tensor, y)).mean()
            slopes = torch.autograd.grad(value, [state[name] for name in names], allow_unused=True) if names else ()
        gradient = {
            name: np.zeros(state[name].shape, np.float32) if g is None else array(g) for name, g in zip(names, slopes, strict=True)
        }
        after = {name: array(state[name]) for name in buffers}
        return Pass(_pytree.tree_map(array, outputs), float(value.detach()), gradient, after)


@contextlib.contextmanager
def _mode(module: torch.nn.Module, training: bool) -> Iterator[None]:
    """Within, the module is in training or evaluation mode; then all of its parts are again in theirs."""
    modes = [(part, part.training) for part in module.modules()]
    try:
        module.train(training)
        yield
    finally:
        for part, mode in modes:
            part.training = mode


@contextlib.contextmanager
def _chance_apart() -> Iterator[None]:
    before = torch.random.get_rng_state()
    try:
        with Means():
            yield
    finally:
        torch.random.set_rng_state(before)


def _state(module: torch.nn.Module, params: Mapping[str, Any], buffers: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    """The module's tensors with these numbers, by name."""
    state = {name: _like(p, params.get(name)).requires_grad_(p.requires_grad) for name, p in module.named_parameters()}
    return state | {name: _like(b, buffers.get(name)) for name, b in module.named_buffers()}


def _call(module: torch.nn.Module, state: Mapping[str, torch.Tensor], inputs: Any) -> Any:
    inputs = _pytree.tree_map(tensor, inputs)
    arguments, named = ((), inputs) if isinstance(inputs, dict) else (tuple(inputs), {})
    return torch.func.functional_call(module, dict(state), arguments, named)


def _like(own: torch.Tensor, numbers: Any) -> torch.Tensor:
    """A tensor of the module with other numbers."""
    return own.detach().clone() if numbers is None else torch.from_numpy(np.array(numbers)).to(own.dtype)


def layers(module: torch.nn.Module, params: Mapping[str, Any], buffers: Mapping[str, Any], x: Any) -> list[tuple[str, np.ndarray]]:
    """What each submodule that gives one tensor gives in evaluation mode, in the order in which they end."""
    module = copy.deepcopy(module)
    seen: list[tuple[str, np.ndarray]] = []

    def watch(name: str) -> Callable[..., None]:
        def note(_: Any, __: Any, output: Any) -> None:
            if isinstance(output, torch.Tensor):
                seen.append((name, array(output)))

        return note

    for name, part in module.named_modules():
        part.register_forward_hook(watch(name))
    inputs = x if isinstance(x, dict | tuple | list) else (x,)
    with _chance_apart(), torch.no_grad():
        _call(module, _state(module.eval(), params, buffers), inputs)
    return seen
