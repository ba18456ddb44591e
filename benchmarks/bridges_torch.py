"""A step of Adam bridged to PyTorch beside PyTorch's own: eager against foreach, compiled against fused; interleaved."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
from rich.console import Console
from rich.table import Table
from torch.profiler import ProfilerActivity, profile

from descend import bridges
from descend.rules import Adam

SIZES = (1_000, 1_000_000, 25_000_000)
SPLITS = (1, 100)
SECONDS = 4.0  # for both of a pair together
WAYS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "eager / foreach": (lambda p: bridges.torch(Adam())(p), lambda p: torch.optim.Adam(p, foreach=True)),
    "compiled / fused": (lambda p: bridges.torch(Adam())(p, compiled=True), lambda p: torch.optim.Adam(p, fused=True)),
}


def optimizer(make: Callable[[Any], Any], size: int, tensors: int) -> Any:
    """One with its parameters and gradients, after two steps that warm up."""
    torch.manual_seed(0)
    params = [torch.nn.Parameter(torch.randn(size // tensors)) for _ in range(tensors)]
    for p in params:
        p.grad = torch.randn_like(p)
    made = make(params)
    for _ in range(2):
        made.step()
    return made


def seconds(ours: Any, theirs: Any) -> tuple[float, float]:
    """The median of each, step by step in turns."""
    taken: tuple[list[float], list[float]] = ([], [])
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(taken[0]) < 5:
        for one, times in zip((ours, theirs), taken, strict=True):
            begin = time.perf_counter()
            one.step()
            times.append(time.perf_counter() - begin)
    return statistics.median(taken[0]), statistics.median(taken[1])


def peak(one: Any) -> float:
    """The most bytes that a step holds beside parameters, gradients and slots, as PyTorch's allocator says."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as recorded:
        one.step()
    held = most = 0
    for event in recorded.profiler.kineto_results.events():  # type: ignore[union-attr]
        if event.name() == "[memory]":
            held += event.nbytes()
            most = max(most, held)
    return most


def report() -> None:
    """Print times, ratios and memory for every size and split."""
    table = Table(title="One step of Adam, float32")
    for name in ("way", "numbers", "tensors", "ms", "PyTorch", "ratio", "extra MB", "PyTorch"):
        table.add_column(name, justify="left" if name == "way" else "right")
    for way, makes in WAYS.items():
        for size in SIZES:
            for tensors in SPLITS:
                ours, theirs = (optimizer(make, size, tensors) for make in makes)
                mine, other = seconds(ours, theirs)
                extra = [f"{peak(one) / 1e6:.1f}" for one in (ours, theirs)]
                table.add_row(
                    way, f"{size:,}", str(tensors), f"{1e3 * mine:.3f}", f"{1e3 * other:.3f}", f"{mine / other:.2f}", *extra
                )
    Console().print(table)
