"""One update of 25 million float32 parameters, jitted and donated: each rule beside optax's own, as ratios within one run."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import jax
import optax
from optax import contrib
from rich.console import Console
from rich.progress import track
from rich.table import Table

from descend.rules import RULES, Rule, move

SHAPES = {"embedding": (5000, 4000), "dense": (2000, 2499), "bias": (2000,)}  # 25 million, far beyond any cache
SMALLER = {"dense": (1024, 1024), "bias": (1024,)}  # for what multiplies matrices, and so is not bound by memory
MULTIPLIES = ("muon",)
ROUNDS = 15
LR = 1e-3
PEERS: dict[str, Callable[[], Any]] = {
    "sgd": lambda: optax.sgd(LR),
    "momentum": lambda: optax.sgd(LR, momentum=0.9),
    "nesterov": lambda: optax.sgd(LR, momentum=0.9, nesterov=True),
    "ema_momentum": lambda: optax.chain(optax.ema(0.9, debias=False), optax.scale_by_learning_rate(LR)),
    "adagrad": lambda: optax.adagrad(LR),
    "adadelta": lambda: optax.adadelta(LR),
    "rmsprop": lambda: optax.rmsprop(LR, eps_in_sqrt=True),
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
    "signum": lambda: optax.signum(LR),
    "lamb": lambda: optax.lamb(LR),
    "lars": lambda: optax.lars(LR),
    "novograd": lambda: optax.novograd(LR),
    "sm3": lambda: optax.sm3(LR),
    "adafactor": lambda: optax.adafactor(LR),
    "prodigy": lambda: contrib.prodigy(),
    "schedule_free_sgd": lambda: contrib.schedule_free_sgd(LR),
    "schedule_free_adamw": lambda: contrib.schedule_free_adamw(LR),
    "muon": lambda: contrib.muon(LR),
}
LIKE_OPTAX: dict[str, dict[str, Any]] = {"adafactor": {"relative_step": False}, "prodigy": {"bias_correction": True}}

Step = Callable[[], None]


def rule(name: str) -> Rule:
    """The rule in optax's form, so that both do the same arithmetic."""
    kind = RULES[name]
    return kind.as_in("optax") if "optax" in kind.dialects else kind(**LIKE_OPTAX.get(name, {}))


def ours(rule: Rule, start: Any, g: Any) -> Step:
    """An update at a time, its hyperparameters arguments of the compiled program, as in a race."""

    def moved(rule: Rule, w: Any, slots: Any, g: Any, t: Any) -> tuple[Any, Any]:
        return move(rule, g, w, slots, t)[:2]

    return _stepping(moved, start, rule.init_tree(start), g, rule)


def theirs(peer: Any, start: Any, g: Any) -> Step:
    """The same by optax, whose hyperparameters are constants of the program; it counts the steps itself."""

    def move(_: Any, w: Any, state: Any, g: Any, t: Any) -> tuple[Any, Any]:
        change, state = peer.update(g, state, w)
        return optax.apply_updates(w, change), state

    return _stepping(move, start, peer.init(start), g, None)


def _stepping(move: Any, start: Any, slots: Any, g: Any, rule: Any) -> Step:
    moved = jax.jit(move, donate_argnums=(1, 2))
    held = [*jax.tree.map(lambda a: a + 0, (start, slots)), 0]  # copies: a buffer may be donated only once

    def step() -> None:
        held[2] += 1
        held[:2] = jax.block_until_ready(moved(rule, *held[:2], g, held[2]))

    return step


def side_by_side(mine: Step, other: Step, rounds: int = ROUNDS) -> tuple[float, float, float]:
    """The median seconds of each and the median of their ratios, in turns, the first in every second round the other one."""
    for _ in range(2):  # compile, and settle
        mine(), other()
    pairs = []
    for i in range(rounds):
        taken = {step: _seconds(step) for step in ((mine, other) if i % 2 else (other, mine))}
        pairs.append((taken[mine], taken[other]))
    return *map(statistics.median, zip(*pairs, strict=True)), statistics.median(a / b for a, b in pairs)


def _seconds(step: Step) -> float:
    begin = time.perf_counter()
    step()
    return time.perf_counter() - begin


def _arrays(shapes: dict[str, tuple[int, ...]], seed: int) -> dict[str, Any]:
    keys = jax.random.split(jax.random.key(seed), len(shapes))
    return {name: jax.random.normal(key, shape) for key, (name, shape) in zip(keys, shapes.items(), strict=True)}


def report() -> None:
    """Print the ratios, for every rule that both have."""
    table = Table("rule", "million parameters", "ms", "optax, ms", "times optax's", title="One update")
    for name in track([name for name in PEERS if name in RULES], "Updates", transient=True):
        start, g = (_arrays(SMALLER if name in MULTIPLIES else SHAPES, seed) for seed in (0, 1))
        mine, other, ratio = side_by_side(ours(rule(name), start, g), theirs(PEERS[name](), start, g))
        size = sum(a.size for a in start.values())
        table.add_row(name, f"{size / 1e6:.0f}", f"{1e3 * mine:.1f}", f"{1e3 * other:.1f}", f"{ratio:.2f}")
    Console().print(table)
