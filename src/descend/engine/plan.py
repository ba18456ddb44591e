"""How many lanes run in one program: few enough for the cache of a core, or for the memory of an accelerator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax

from descend.core.errors import BadValue
from descend.core.numeric.trees import size
from descend.core.system.machine import memory
from descend.problems import Problem

from .lanes import Entry

CACHE = 6 * 2**20  # bytes of lanes that one core keeps at hand (measured: benchmarks/__main__.py, widths)
STEP = 16 * 2**20  # bytes that the lanes of one program touch in a step, activations among them: a convnet has many
SHARE = 0.5  # of an accelerator's memory that lanes may take; the rest is the compiler's scratch space
WIDEST = 16384  # lanes in one program: beyond this nothing is gained and results come in too rarely
MEMORY = 0.25  # of the machine's memory that all lanes running at once may take


@dataclass(frozen=True)
class Weight:
    """What one lane weighs, in bytes."""

    state: int  # parameters, gradient, change and slots: touched at every step
    step: int  # what the loss keeps for its gradient
    judging: int  # what the evaluation makes
    rows: int = 0  # those of its own seed, and what they are made of

    @property
    def total(self) -> int:
        """Bytes held while the lane's group runs."""
        return self.state + self.step + self.judging + self.rows


def weigh(problem: Problem, entries: Sequence[Entry], batch: Any, judged: Any, own: Any = None) -> Weight:
    """What one lane of a race weighs, from the shapes alone: nothing is computed. `own` are the rows that are its seed's alone."""
    key = jax.eval_shape(lambda: jax.random.key(0))
    params, aux = jax.eval_shape(problem.init, key)
    slots = max(size(jax.eval_shape(e.settings[0].init_tree, params)) for e in entries)
    loss = jax.make_jaxpr(lambda *a: problem.loss(*a)[0])(params, aux, batch, key)
    judge = jax.make_jaxpr(problem.evaluate)(params, aux, judged)
    state = 3 * size(params) + size(aux) + slots
    return Weight(
        state, 2 * _intermediate_bytes(loss.jaxpr, size(batch)), _intermediate_bytes(judge.jaxpr, size(judged)), size(own)
    )


def width(weight: Weight, device: Any) -> int:
    """How many lanes one program takes on this JAX device. Raises BadValue where it cannot hold a single one."""
    if device.platform == "cpu":
        limit = memory()
        cached = min(CACHE // max(weight.state, 1), STEP // max(weight.state + weight.step, 1))
        fits = min(cached, int(MEMORY * limit) // max(weight.total, 1))
    else:
        limit = (device.memory_stats() or {}).get("bytes_limit", 2**33)
        fits = int(SHARE * limit) // max(weight.total, 1)
    if weight.total > limit:
        raise BadValue(
            f"one training would take {weight.total / 1e9:.3g} GB and the {device.platform} has {limit / 1e9:.3g} GB; "
            "take a smaller network or a smaller batch"
        )
    return int(min(max(fits, 1), WIDEST))


def _intermediate_bytes(jaxpr: Any, shared: int) -> int:
    """Bytes of all intermediate results, less one copy of the data that lanes share."""
    made = sum(size([v.aval for v in equation.outvars if hasattr(v.aval, "dtype")]) for equation in jaxpr.eqns)
    return max(made - shared, 0)
