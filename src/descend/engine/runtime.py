"""How lanes run: one thread a program, one worker a core or device, and compiled programs kept from one process to the next."""

import contextlib
import os
import threading
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import jax
from jax.experimental.compilation_cache import compilation_cache

from descend.core.system import cache
from descend.core.system.process import own_settings

settings: Any = jax.config

THREADS = "xla_cpu_multi_thread_eigen"  # an option of XLA's, which a person may have set
LEAST_SECONDS = 0.2  # of compiling a program, for it to be kept


class _Cache:
    """JAX's cache of compiled programs, which has one folder a process; given back when the last of ours is done with it."""

    lock = threading.Lock()
    users = 0
    changed: dict[str, tuple[Any, Any]] = {}  # by name, what each setting was and what it is set to

    @classmethod
    def take(cls) -> None:
        """Keep programs in the user's cache folder from now on, unless the person has chosen a folder or none."""
        with cls.lock:
            cls.users += 1
            if cls.users > 1 or settings.jax_compilation_cache_dir is not None or not settings.jax_enable_compilation_cache:
                return
            folder = cache.writable("xla")
            if folder:  # elsewhere everything is compiled anew
                cls._set(jax_compilation_cache_dir=str(folder), jax_persistent_cache_min_compile_time_secs=LEAST_SECONDS)

    @classmethod
    def _set(cls, **values: Any) -> None:
        cls.changed = {name: (getattr(settings, name), value) for name, value in values.items()}
        for name, value in values.items():
            settings.update(name, value)

    @classmethod
    def give_back(cls) -> None:
        """As it was, once nobody uses it; what the person has set in the meantime stays."""
        with cls.lock:
            cls.users -= 1
            if cls.users or not cls.changed:
                return
            for name, (before, ours) in cls.changed.items():
                if getattr(settings, name) == ours:
                    settings.update(name, before)
            cls.changed = {}
            compilation_cache.reset_cache()  # it would keep the folder that it was first used with


@contextlib.contextmanager
def scope() -> Iterator[None]:
    """Within, JAX is set as our programs need it, and what is compiled is kept in the user's cache folder.

    The folder is every thread's; the settings are this thread's alone. Raises BadValue where our programs cannot run.
    """
    with own_settings():
        _Cache.take()
        try:
            yield
        finally:
            _Cache.give_back()


class _Blas:
    """The threads of BLAS, which factors matrices for JAX on a processor; given back when the last of ours is done with it."""

    lock = threading.Lock()
    users = 0
    limit: Any = None

    @classmethod
    def take(cls) -> None:
        with cls.lock:
            cls.users += 1
            if cls.users == 1:
                cls.limit = _threadpools().threadpool_limits(1, "blas")

    @classmethod
    def give_back(cls) -> None:
        with cls.lock:
            cls.users -= 1
            if not cls.users:
                cls.limit.restore_original_limits()


def _threadpools() -> Any:
    """threadpoolctl, loaded where it is needed: that sets KMP_DUPLICATE_LIB_OK, which is taken back."""
    name = "KMP_DUPLICATE_LIB_OK"
    known = name in os.environ
    library = import_module("threadpoolctl")
    if not known:
        os.environ.pop(name, None)
    return library


@contextlib.contextmanager
def one_blas_thread() -> Iterator[None]:
    """Within, BLAS factors each matrix in one thread: lanes have a core each, and its threads would wait for each other."""
    _Blas.take()
    try:
        yield
    finally:
        _Blas.give_back()


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

    Of LLVM's three levels the first takes a quarter less time to compile on a processor, and its programs run as fast. Several
    one-threaded programs side by side beat one that shares each small matrix product between threads.
    """
    if device.platform != "cpu":
        return None
    options: dict[str, Any] = {"xla_backend_optimization_level": 1}
    return options | ({} if THREADS in os.environ.get("XLA_FLAGS", "") else {THREADS: False})


@contextlib.contextmanager
def like(x64: bool, device: Any) -> Iterator[None]:
    """A worker thread's JAX settings: our own, the precision of the thread that asked, and its own device."""
    with own_settings(inside=True), jax.enable_x64(x64), jax.default_device(device):
        yield
