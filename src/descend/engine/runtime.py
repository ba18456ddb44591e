"""How JAX is set up for lanes: one thread a program, a compilation cache that lasts, one worker a core or device."""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from descend.core import cache

# Read when JAX first touches the processor: several one-threaded programs side by side beat one that shares each
# small matrix product between threads.
_FLAG = "--xla_cpu_multi_thread_eigen=false"
if "xla_cpu_multi_thread_eigen" not in os.environ.get("XLA_FLAGS", ""):
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {_FLAG}".strip()

import jax  # noqa: E402  (after the flag it reads)

settings: Any = jax.config


def set_up() -> None:
    """Turn on the compilation cache in the user's cache folder, unless the person has chosen a folder or none."""
    if settings.jax_compilation_cache_dir is None and settings.jax_enable_compilation_cache:
        folder = cache.writable("xla")
        if folder:  # elsewhere everything is compiled anew
            settings.update("jax_compilation_cache_dir", str(folder))
            settings.update("jax_persistent_cache_min_compile_time_secs", 0.2)


def workers() -> list[Any]:
    """The JAX devices to run lane groups on, one thread each: every accelerator once, or the processor once a core."""
    devices = jax.local_devices()
    if devices[0].platform != "cpu" or len(devices) > 1:
        return devices
    return devices * available_cores()


def available_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def compiler_options(device: Any) -> dict[str, Any] | None:
    """What to compile lanes with on this JAX device.

    Of LLVM's three levels the first takes a quarter less time to compile on a processor, and its programs run as fast.
    """
    return {"xla_backend_optimization_level": 1} if device.platform == "cpu" else None


@contextlib.contextmanager
def like(x64: bool, device: Any) -> Iterator[None]:
    """A worker thread's JAX settings: the precision of the thread that asked, and its own device."""
    with jax.enable_x64(x64), jax.default_device(device):
        yield
