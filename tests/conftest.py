"""What every test shares. The type annotations of descend are checked at run time."""

import gc
import os
import tempfile
import warnings

import platformdirs
import pytest
from beartype import BeartypeConf
from beartype.claw import beartype_package
from hypothesis import HealthCheck, settings


class Untyped(UserWarning):
    """A value is not of its annotation. As a warning, which is an error here, so that a test may leave annotations unchecked."""


TRACED = ("descend.rules", "descend.schedules", "descend.core.numeric")  # called thousands of times in tracing, on what JAX traces
beartype_package("descend", conf=BeartypeConf(violation_type=Untyped, claw_skip_package_names=TRACED))

# Before anything imports them: Keras runs on JAX, matplotlib draws without a screen, and compiled programs are kept for
# this run only, so that no test depends on, or fills, the cache of the person who runs it.
if "PYTEST_XDIST_WORKER" not in os.environ:  # workers have that of the process that started them
    _cache = tempfile.TemporaryDirectory(prefix="descend-tests-", ignore_cleanup_errors=True)
    os.environ["JAX_COMPILATION_CACHE_DIR"] = _cache.name
os.environ["KERAS_BACKEND"] = "jax"
os.environ["MPLBACKEND"] = "Agg"
os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0.2"
# Most programs run once here, and compiling them would be most of the work: without XLA's newer loop emitters, and as one
# module each, with LLVM's cheap passes alone, they take a third of it. tests/engine compiles lanes as a race does.
os.environ["XLA_FLAGS"] = (
    "--xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1 --xla_llvm_disable_expensive_passes=true"
)

# A property is tried on the same examples in every run, however slow the machine.
settings.register_profile("fixed", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fixed")


@pytest.fixture(autouse=True, scope="module")
def young_heap():
    """What earlier files left, caches of compiled programs most of all, is not looked through for garbage again and again: a
    collection that takes milliseconds at the beginning would take seconds in the end."""
    gc.freeze()


@pytest.fixture
def untyped():
    """Annotations go unchecked, as where a person runs it: what is left is what the code itself refuses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Untyped)
        yield


@pytest.fixture(autouse=True, scope="session")
def cache_apart(tmp_path_factory):
    """Data sets are kept in a folder of this run, not in that of the person who runs it."""
    with pytest.MonkeyPatch.context() as patch:
        folder = str(tmp_path_factory.mktemp("cache"))
        patch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: folder)
        yield


@pytest.fixture(autouse=True)
def names_apart():
    """What a test enters under a name of its own, from a file of rules for example, no later test meets."""
    from descend.problems import PROBLEMS
    from descend.rules import RULES, WRAPPERS
    from descend.schedules import SCHEDULES

    registries = (RULES, WRAPPERS, PROBLEMS, SCHEDULES)
    before = [set(registry) for registry in registries]
    yield
    for registry, names in zip(registries, before, strict=True):
        for name in set(registry) - names:
            if not registry[name].__module__.startswith("descend."):  # a part of descend that was imported late stays
                del registry._classes[name]
