"""200 noisy updates agree with optax to a relative 1e-10 in double precision."""

from types import FunctionType

import jax
import jax.numpy as jnp
import optax
import pytest
from noisy import close, given, ours, theirs

from descend.rules import (
    SGD,
    Accumulate,
    Adam,
    AdamW,
    Average,
    ClipByGlobalNorm,
    CoupledWeightDecay,
    DecoupledWeightDecay,
    Groups,
    Lookahead,
    SkipNonFinite,
)
from descend.schedules import Exponential

WEIGHTS = {"layers": [{"weight": True, "bias": False}] * 2, "scale": False}
OURS, THEIRS = Adam(0.05, 0.8, 0.95, eps=1e-3), optax.adam(0.05, 0.8, 0.95, eps=1e-3)
DECAY = Exponential(0.05, 0.98)


def same(count):
    return 0.05 * 0.98 ** jnp.asarray(count, float)


FALLING = optax.adam(same, 0.8, 0.95, eps=1e-3)
CLIPPED = optax.chain(optax.clip_by_global_norm(1.0), optax.add_decayed_weights(0.1))
LABELS = {"layers": [{"weight": "first", "bias": "bias"}, {"weight": "rest", "bias": "bias"}], "scale": "rest"}
PAIRS = {
    "clip_by_global_norm": (ClipByGlobalNorm(OURS, 2.5), optax.chain(optax.clip_by_global_norm(2.5), THEIRS)),
    "coupled_weight_decay": (
        CoupledWeightDecay(OURS, 0.1, mask="*.weight"),
        optax.chain(optax.add_decayed_weights(0.1, WEIGHTS), THEIRS),
    ),
    "decoupled_weight_decay": (
        DecoupledWeightDecay(Adam(DECAY, 0.8, 0.95, eps=1e-3), 0.1, mask=("!*.bias", "!scale")),
        optax.adamw(same, 0.8, 0.95, eps=1e-3, weight_decay=0.1, mask=WEIGHTS),
    ),
    "decoupled_weight_decay alone": (
        DecoupledWeightDecay(OURS, 0.1, times_rate=False),
        optax.chain(THEIRS, optax.add_decayed_weights(-0.1)),
    ),
    "accumulate": (
        Accumulate(Adam(DECAY, 0.8, 0.95, eps=1e-3), k=3),
        lambda: optax.MultiSteps(FALLING, 3, accumulator_dtype=float),
    ),
    "lookahead": (Lookahead(OURS, k=7, slow_step=0.3), optax.lookahead(THEIRS, 7, 0.3)),
    "groups": (
        Groups(OURS, {"*.bias": Adam(0.1, 0.8, 0.95, eps=1e-3), "layers.0.*": SGD(DECAY)}),
        optax.partition({"rest": THEIRS, "bias": optax.adam(0.1, 0.8, 0.95, eps=1e-3), "first": optax.sgd(same)}, LABELS),
    ),
    "nested": (
        Accumulate(ClipByGlobalNorm(CoupledWeightDecay(OURS, 0.1), 1.0), k=2),
        lambda: optax.MultiSteps(optax.chain(CLIPPED, THEIRS), 2, accumulator_dtype=float),
    ),
}


@pytest.mark.parametrize("name", [name for name in PAIRS if name != "lookahead"])
def test_a_wrapped_rule_follows_optax(name):
    rule, native = PAIRS[name]
    with jax.enable_x64(True):
        native = native() if isinstance(native, FunctionType) else native  # (made where double precision is on)
        start, noise = given()
        close(ours(rule, start, noise)[0], theirs(native, start, noise)[0])


def test_lookahead_follows_optax_and_ships_its_slow_weights():
    rule, native = PAIRS["lookahead"]
    with jax.enable_x64(True):
        start, noise = given()
        w, slots = ours(rule, start, noise)
        both = theirs(native, optax.LookaheadParams.init_synced(start), noise)[0]
        close(w, both.fast)
        close(jax.vmap(rule.readout_tree)(w, slots), both.slow)


def test_skip_non_finite_follows_optax_and_counts():
    with jax.enable_x64(True):
        start, noise = given(spoiled=True)
        w, slots = ours(SkipNonFinite(Adam(DECAY, 0.8, 0.95, eps=1e-3)), start, noise)
        other, state = theirs(optax.apply_if_finite(FALLING, 1000), start, noise)
        close(w, other)
        close(slots["skipped"], state.total_notfinite)
        assert 5 < slots["skipped"][-1] < 150


@pytest.mark.parametrize("start_at", [0, 20])
def test_the_moving_average_follows_optax_from_its_start_on(start_at):
    with jax.enable_x64(True):
        start, noise = given()
        w, slots = ours(Average(OURS, 0.9, start=start_at), start, noise)
        tail = jax.tree.map(lambda a: a[start_at:], w)
        native = optax.ema(0.9)
        averages = jax.lax.scan(lambda state, w: native.update(w, state)[::-1], native.init(start), tail)[1]
        close(jax.tree.map(lambda a: a[start_at:], slots["a"]), averages)
        close(jax.tree.map(lambda a: a[:start_at], slots["a"]), jax.tree.map(lambda a: a[:start_at], w))


def test_the_average_that_starts_from_the_first_weights_follows_optax():
    with jax.enable_x64(True):
        start, noise = given()
        w, slots = ours(Average(OURS, 0.9, debias=False), start, noise)

        def step(mean, w):
            mean = optax.incremental_update(w, mean, 0.1)
            return mean, mean

        close(slots["a"], jax.lax.scan(step, start, w)[1])


def test_the_uniform_average_is_the_mean_from_its_start_on():
    with jax.enable_x64(True):
        start, noise = given()
        rule = Average(OURS, start=150, uniform=True)
        w, slots = ours(rule, start, noise)
        shipped = rule.readout_tree(*jax.tree.map(lambda a: a[-1], (w, slots)))
        close(shipped, jax.tree.map(lambda a: a[150:].mean(axis=0), w))


def test_decoupled_decay_around_adam_is_adamw():
    with jax.enable_x64(True):
        start, noise = given()
        wrapped = DecoupledWeightDecay(Adam(0.05), 0.1)
        close(ours(wrapped, start, noise)[0], ours(AdamW(0.05, weight_decay=0.1), start, noise)[0])
