"""In other people's processes: their settings do not stop our programs, and ours are not noticed."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import jax
import numpy as np
import pytest

import descend
from descend.core.errors import BadValue
from descend.core.system.process import own_settings
from descend.engine.runtime import scope
from descend.problems import Formula, find
from descend.rules import SGD

SETTINGS = {
    "debug_nans": lambda: jax.debug_nans(True),
    "debug_infs": lambda: jax.debug_infs(True),
    "transfer_guard": lambda: jax.transfer_guard("disallow"),
    "strict promotion": lambda: jax.numpy_dtype_promotion("strict"),
    "rank promotion": lambda: jax.numpy_rank_promotion("raise"),
    "rbg": lambda: jax.default_prng_impl("rbg"),
    "unsafe_rbg": lambda: jax.default_prng_impl("unsafe_rbg"),
    "old threefry": lambda: jax.threefry_partitionable(False),
    "legacy keys": lambda: jax.legacy_prng_key("error"),
    "key reuse": lambda: jax.debug_key_reuse(True),
    "leaks": lambda: jax.checking_leaks(),
    "no jit": lambda: jax.disable_jit(),
}


def trained(**more):
    return descend.train("iris", SGD(1e30), steps=4, batch=8, **more).losses


@pytest.fixture(scope="module")
def plain():
    found = trained()
    assert not np.isfinite(found).all()  # it diverges
    return found


@pytest.mark.parametrize("name", SETTINGS)
def test_a_persons_settings_neither_stop_nor_change_a_training(name, plain):
    with SETTINGS[name]():
        np.testing.assert_array_equal(trained(), plain)


@pytest.mark.parametrize("name", ["debug_nans", "transfer_guard", "strict promotion", "rank promotion", "rbg"])
def test_nor_a_race_a_plane_a_count_and_a_picture(name):
    from descend.lab import requests

    with SETTINGS[name]():
        race = descend.race("bowl", rules=["sgd", "adam"], learning_rates=[0.3, 1e20], seeds=1, steps=30)
        assert race.leaderboard[0]["loss"]["iqm"] < 1
        assert descend.stability("momentum", learning_rate=[0.1, 5.0]).diverges.tolist() == [False, True]
        assert descend.explain("iris").parameters > 0
        asked = {"ask": "descent", "seq": 1, "state": {"noise": 1, "rules": [{"values": {"learning_rate": 1e20}}]}}
        assert [b'"error"' in frame for frame in requests.answers(requests.read(json.dumps(asked)))][-1:] == [False]
        with pytest.raises(BadValue, match="start where it is finite"):
            Formula("log(x)", start=(-1.0,))


@pytest.mark.parametrize("call", [lambda: trained(), lambda: descend.stability("adam"), lambda: descend.explain("bowl")])
def test_inside_jit_it_is_one_sentence(call):
    with pytest.raises(BadValue, match=r"cannot be called inside jax\.jit .*call it outside"):
        jax.jit(call)()


def test_settings_are_those_of_the_thread_and_end_with_the_block():
    before = dict(jax.config.values)
    with own_settings():
        assert jax.config.jax_debug_nans is False
    assert dict(jax.config.values) == before
    with jax.debug_nans(True), pytest.raises(BadValue), own_settings():
        raise BadValue("left early")
    assert dict(jax.config.values) == before


@pytest.mark.parametrize("options", [{"initialisation": name} for name in ("he", "uniform", "orthogonal")] + [{"dropout": 0.5}])
def test_double_precision_draws_what_single_draws(options):
    """Starts and the noise of a step, to rounding."""
    problem, key = find("iris", hidden=(5,), **options), jax.random.key(3)
    batch = jax.tree.map(lambda a: a[:8], problem.data.train)

    def drawn():
        params, aux = problem.init(key)
        return [*jax.tree.leaves(params), problem.loss(params, aux, batch, key)[0]]

    single = drawn()
    with jax.enable_x64(True):
        double = drawn()
    assert {a.dtype for a in double} == {np.dtype(float)}
    for one, other in zip(double, single, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_so_does_a_training_from_a_drawn_start():
    single = descend.train("yoghurt", "sgd", steps=3)
    with jax.enable_x64(True):
        double = descend.train("yoghurt", "sgd", steps=3)
    np.testing.assert_allclose(double.losses, single.losses, rtol=1e-4)


def test_the_cache_is_given_back_by_the_last_that_uses_it_unless_the_person_has_set_one_meanwhile(tmp_path):
    """No folder is chosen here, as where a person runs it."""
    chosen, seconds = jax.config.jax_compilation_cache_dir, jax.config.jax_persistent_cache_min_compile_time_secs
    jax.config.update("jax_compilation_cache_dir", None)
    try:
        with scope():
            with scope():
                pass
            assert Path(jax.config.jax_compilation_cache_dir).name == "xla"
        assert jax.config.jax_compilation_cache_dir is None
        with scope():
            jax.config.update("jax_compilation_cache_dir", str(tmp_path))
        assert jax.config.jax_compilation_cache_dir == str(tmp_path)
    finally:
        jax.config.update("jax_compilation_cache_dir", chosen)
    assert jax.config.jax_persistent_cache_min_compile_time_secs == seconds


def ran(program, **variables):
    """What a process of its own prints, as JSON."""
    ours = ("JAX_COMPILATION_CACHE_DIR", "JAX_PERSISTENT", "XLA_FLAGS", "KMP_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)} | variables
    text = textwrap.dedent(program)
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, env=kept, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


IN_A_CHILD = """
import os, signal, warnings

def in_a_child(call):
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        child = os.fork()
    if child == 0:
        signal.alarm(60)
        try:
            call()
            told = "no refusal"
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
        os.write(writer, told.encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    return os.read(reader, 10_000).decode()
"""
REFUSED = "BadValue: this process was forked from one that had used JAX"


def test_a_race_leaves_no_trace_in_the_process_and_a_child_forked_after_it_is_refused(tmp_path):
    """Neither importing the parts nor racing: environment, JAX's settings, warnings, chance, signals, logging, hooks."""
    found = ran(
        IN_A_CHILD
        + """
import json, logging, random, sys, threading
import numpy as np
import jax

def traces():
    return {
        "environment": dict(os.environ),
        "filters": [str(each) for each in warnings.filters],
        "chance": hash((random.getstate(), str(np.random.get_state()))),
        "jax": {name: str(value) for name, value in jax.config.values.items()},
        "signals": {int(s): str(signal.getsignal(s)) for s in signal.valid_signals()},
        "logging": [str(logging.root.handlers), logging.root.level],
        "hooks": [str(each) for each in (sys.excepthook, threading.excepthook, warnings.showwarning)],
        "numpy": [np.geterr(), str(np.get_printoptions())],
        "place": [os.getcwd(), list(sys.path), sys.getrecursionlimit()],
    }

before = traces()
import descend.analysis.complexity, descend.bridges, descend.engine, descend.lab.requests, descend.races, descend.report
imported = traces()
descend.race("iris", rules=["sgd"], learning_rates=[0.1], seeds=1, evaluation_seeds=2, steps=3)
list(descend.lab.requests.answers({"ask": "descent", "seq": 1, "state": {}}))
after = traces()
from jax._src import compilation_cache
print(json.dumps({
    "import": [name for name in before if before[name] != imported[name]],
    "race": [name for name in before if before[name] != after[name]],
    "added": sorted(set(after["environment"]) - set(before["environment"])),
    "cache": str(compilation_cache._cache),
    "child": in_a_child(lambda: descend.race("bowl", rules=["sgd"], steps=2)),
}))
""",
        XDG_CACHE_HOME=str(tmp_path),
    )
    assert found["import"] == []
    assert found["added"] == ["KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK"]  # scikit-learn's, wherever it is imported
    assert found["race"] == ["environment"]
    assert found["cache"] == "None"  # so that a folder which the person sets from now on is used
    assert list((tmp_path / "descend" / "xla").iterdir())
    if hasattr(os, "fork"):
        assert found["child"].startswith(REFUSED)
        assert "get_context('spawn')" in found["child"]


forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
TRAIN = """
def train():
    import descend

    descend.train("bowl", "sgd", steps=2)
"""


@forks
def test_a_child_forked_after_somebody_elses_jax_is_refused_too():
    """Also where descend is first imported in the child."""
    told = ran(IN_A_CHILD + TRAIN + "import json, jax; jax.numpy.zeros(3) + 1; print(json.dumps(in_a_child(train)))")
    assert told.startswith(REFUSED)


@forks
def test_a_child_of_a_process_that_has_not_used_jax_may_race_and_uses_the_cache_that_the_person_has_chosen(tmp_path):
    first = f"""
import json, jax, descend.engine
jax.config.update("jax_compilation_cache_dir", {str(tmp_path / "own")!r})
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.01)
"""
    told = ran(IN_A_CHILD + TRAIN + first + "print(json.dumps(in_a_child(train)))", XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert told == "no refusal"
    assert list((tmp_path / "own").iterdir())
    assert not (tmp_path / "cache").exists()
