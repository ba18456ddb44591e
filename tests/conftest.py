"""What every test shares. Type annotations are checked at run time: see --jaxtyping-packages in pyproject.toml."""

import os
import tempfile

import platformdirs
import pytest
from hypothesis import HealthCheck, settings

# Before anything imports them: Keras runs on JAX, matplotlib draws without a screen, and compiled programs are kept for
# this run only, so that no test depends on, or fills, the cache of the person who runs it.
if "PYTEST_XDIST_WORKER" not in os.environ:  # workers have that of the process that started them
    _cache = tempfile.TemporaryDirectory(prefix="descend-tests-", ignore_cleanup_errors=True)
    os.environ["JAX_COMPILATION_CACHE_DIR"] = _cache.name
os.environ["KERAS_BACKEND"] = "jax"
os.environ["MPLBACKEND"] = "Agg"
os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0.2"

# A property is tried on the same examples in every run, however slow the machine.
settings.register_profile("fixed", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fixed")


@pytest.fixture(autouse=True, scope="session")
def cache_apart(tmp_path_factory):
    """Data sets are kept in a folder of this run, not in that of the person who runs it."""
    with pytest.MonkeyPatch.context() as patch:
        folder = str(tmp_path_factory.mktemp("cache"))
        patch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: folder)
        yield
