"""One update of 25 million float32 parameters, jitted and donated: each rule beside optax's own, as ratios."""

import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import optax
from optax import contrib
from rich.console import Console
from rich.table import Table

from descend.rules import RULES, Rule

SHAPE = (5000, 5000)  # 25 million, as one matrix, which rules of rows and columns need
ROUNDS = 7
LR = 1e-3
PEERS: dict[str, Callable[[], Any]] = {
    "sgd": lambda: optax.sgd(LR),
    "momentum": lambda: optax.sgd(LR, momentum=0.9),
    "nesterov": lambda: optax.sgd(LR, momentum=0.9, nesterov=True),
    "adagrad": lambda: optax.adagrad(LR),
    "adadelta": lambda: optax.adadelta(LR),
    "rmsprop": lambda: optax.rmsprop(LR, eps_in_sqrt=False),
    "rprop": lambda: optax.rprop(LR),
    "adam": lambda: optax.adam(LR),
    "amsgrad": lambda: optax.amsgrad(LR),
    "adamax": lambda: optax.adamax(LR),
    "nadam": lambda: optax.nadam(LR),
    "adamw": lambda: optax.adamw(LR),
    "radam": lambda: optax.radam(LR),
    "adabelief": lambda: optax.adabelief(LR),
    "yogi": lambda: optax.yogi(LR),
    "adan": lambda: optax.adan(LR),
    "lion": lambda: optax.lion(LR),
    "lamb": lambda: optax.lamb(LR),
    "lars": lambda: optax.lars(LR),
    "novograd": lambda: optax.novograd(LR),
    "sm3": lambda: optax.sm3(LR),
    "adafactor": lambda: optax.adafactor(LR, multiply_by_parameter_scale=True),
    "prodigy": lambda: contrib.prodigy(),
    "schedule_free_sgd": lambda: contrib.schedule_free_sgd(LR),
    "schedule_free_adamw": lambda: contrib.schedule_free_adamw(LR),
}

Step = Callable[[], None]


def ours(rule: Rule, start: Any, g: Any) -> Step:
    """An update at a time, its hyperparameters arguments of the compiled program, as in a race."""

    def move(rule: Rule, w: Any, slots: Any, g: Any, t: Any) -> tuple[Any, Any]:
        change, slots = rule.update_tree(g, slots, w, t)
        return w + change, slots

    return _stepping(jax.jit(move, donate_argnums=(1, 2)), start, rule.init_tree(start), g, rule)


def theirs(peer: Any, start: Any, g: Any) -> Step:
    """The same by optax, whose hyperparameters are constants of the program; it counts the steps itself."""

    def move(_: Any, w: Any, state: Any, g: Any, t: Any) -> tuple[Any, Any]:
        change, state = peer.update(g, state, w)
        return optax.apply_updates(w, change), state

    return _stepping(jax.jit(move, donate_argnums=(1, 2)), start, peer.init(start), g, None)


def _stepping(move: Any, start: Any, slots: Any, g: Any, rule: Any) -> Step:
    distinct = jax.tree.map(lambda a: a + 0, slots)  # a buffer may be donated only once
    held = [start + 0, distinct, 0]

    def step() -> None:
        held[2] += 1
        held[:2] = jax.block_until_ready(move(rule, *held[:2], g, held[2]))

    return step


def best(steps: list[Step], rounds: int = ROUNDS) -> list[float]:
    """The best seconds of each, in turns, after two that warm up."""
    times: list[list[float]] = [[] for _ in steps]
    for _ in range(rounds + 2):
        for step, taken in zip(steps, times, strict=True):
            begin = time.perf_counter()
            step()
            taken.append(time.perf_counter() - begin)
    return [min(taken[2:]) for taken in times]


def report() -> None:
    """Print the ratios, for every rule that both have."""
    start, g = (jax.random.normal(jax.random.key(i), SHAPE, jnp.float32) for i in (0, 1))
    table = Table("rule", "ms", "optax, ms", "times optax's", title=f"One update of {start.size / 1e6:.0f} million parameters")
    for name, peer in PEERS.items():
        if name in RULES:
            mine, other = best([ours(RULES[name](), start, g), theirs(peer(), start, g)])
            table.add_row(name, f"{1e3 * mine:.1f}", f"{1e3 * other:.1f}", f"{mine / other:.2f}")
    Console().print(table)
