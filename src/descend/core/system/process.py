"""Somebody else's process: JAX as our programs need it, in their own scope, and a refusal where they cannot run."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
from jax.core import Tracer

from ..errors import BadValue

# Settings of JAX that a person may have for programs of their own, and what ours need: a lane that diverges is data, arrays go
# to the device by themselves, whole numbers meet floats, and a seed draws the same numbers whatever the default generator is.
NEEDS: dict[str, tuple[Callable[[Any], AbstractContextManager[Any]], Any]] = {
    "jax_debug_nans": (jax.debug_nans, False),
    "jax_debug_infs": (jax.debug_infs, False),
    "jax_debug_key_reuse": (jax.debug_key_reuse, False),
    "jax_check_tracer_leaks": (jax.check_tracer_leaks, False),
    "jax_disable_jit": (jax.disable_jit, False),
    "jax_transfer_guard_host_to_device": (jax.transfer_guard_host_to_device, "allow"),
    "jax_transfer_guard_device_to_host": (jax.transfer_guard_device_to_host, "allow"),
    "jax_transfer_guard_device_to_device": (jax.transfer_guard_device_to_device, "allow"),
    "jax_numpy_dtype_promotion": (jax.numpy_dtype_promotion, "standard"),
    "jax_numpy_rank_promotion": (jax.numpy_rank_promotion, "allow"),
    "jax_legacy_prng_key": (jax.legacy_prng_key, "allow"),
    "jax_default_prng_impl": (jax.default_prng_impl, "threefry2x32"),
    "jax_threefry_partitionable": (jax.threefry_partitionable, True),
}


@contextlib.contextmanager
def own_settings(inside: bool = False) -> Iterator[None]:
    """Within, and in this thread alone, JAX is set as our programs need it. As a decorator: throughout each call.

    Raises BadValue where they cannot run: in a process forked from one that has used JAX, and in a jitted function. That takes
    a little time, and is not looked for `inside` a program of ours.
    """
    _refuse_fork()
    with contextlib.ExitStack() as stack:
        for name, (setting, need) in NEEDS.items():
            if getattr(jax.config, name) not in (need, None):  # most are as they should be, and to look is quicker
                stack.enter_context(setting(need))
        if not inside:
            _refuse_trace()
        yield


def _refuse_trace() -> None:
    if isinstance(jnp.zeros(()), Tracer):
        raise BadValue(
            "descend cannot be called inside jax.jit or another traced function: call it outside, and hand its results in"
        )


def _refuse_fork() -> None:
    if _Fork.cut_off:
        raise BadValue(
            "this process was forked from one that had used JAX, whose threads it lacks: it would wait for ever; "
            "start processes with multiprocessing.get_context('spawn')"
        )


class _Fork:
    """Whether this process lacks the threads of JAX, since it was forked from one that had them."""

    cut_off = False

    @classmethod
    def note(cls) -> None:
        """In a child, just made."""
        cls.cut_off = cls.cut_off or _jax_in_use()


def _jax_in_use() -> bool:
    """Whether JAX has been used in this process, or in the one that it was forked from."""
    from jax._src import xla_bridge  # nothing public says so without beginning to use it

    asked = getattr(xla_bridge, "backends_are_initialized", None)
    return bool(asked and asked())


def _alone() -> bool:
    """Whether no thread runs here that Python does not know, as those of JAX are; False where the system does not say."""
    tasks = Path("/proc/self/task")
    return tasks.is_dir() and len(list(tasks.iterdir())) <= threading.active_count()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_Fork.note)
    _Fork.cut_off = _jax_in_use() and _alone()  # imported for the first time in such a child
