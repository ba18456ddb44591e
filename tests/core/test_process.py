"""In other people's processes: their settings do not stop our programs, and ours are not noticed."""

import json
import os
import subprocess
import sys
import textwrap

import jax
import numpy as np
import pytest

import descend
from descend.core.errors import BadValue
from descend.core.process import own_settings
from descend.problems import Formula
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
        race = descend.race("bowl", rules=["sgd", "adam"], learning_rates=[0.1, 1e20], seeds=1, steps=10)
        assert race.summary["leaderboard"] if "leaderboard" in race.summary else race.leaderboard
        assert descend.stability("momentum", learning_rate=[0.1, 3.0]).diverges.tolist() == [False, True]
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


@pytest.mark.parametrize(
    "problem",
    [descend.problems.find("iris", hidden=(5,), initialisation=name) for name in ("glorot", "uniform", "orthogonal")]
    + [descend.problems.find("iris", hidden=(5,), dropout=0.5), descend.problems.find("yoghurt"), descend.problems.find("stream")],
    ids=lambda problem: f"{problem.name} {getattr(problem, 'initialisation', '')}",
)
def test_double_precision_draws_what_single_draws(problem):
    single = descend.train(problem, "sgd", steps=3, batch=4).losses
    with jax.enable_x64(True):
        double = descend.train(problem, "sgd", steps=3, batch=4).losses
    np.testing.assert_allclose(double, single, rtol=1e-4)


def ran(program, *flags, **variables):
    """What a process of its own prints, as JSON."""
    kept = {name: value for name, value in os.environ.items() if name not in ("JAX_COMPILATION_CACHE_DIR", "XLA_FLAGS")}
    kept = {name: value for name, value in kept.items() if not name.startswith("JAX_PERSISTENT")} | variables
    done = subprocess.run([sys.executable, *flags, "-c", textwrap.dedent(program)], capture_output=True, text=True, env=kept, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_race_leaves_no_trace_in_the_process(tmp_path):
    """Neither importing the parts nor racing: environment, JAX's settings, warnings, chance, signals, logging, hooks."""
    found = ran(
        """
        import json, logging, os, random, signal, sys, threading, warnings
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
                "place": [os.getcwd(), sys.path, sys.getrecursionlimit()],
            }

        before = traces()
        import descend.bridges, descend.complexity, descend.engine, descend.lab.requests, descend.report, descend.study
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
        }))
        """,
        XDG_CACHE_HOME=str(tmp_path),
    )
    assert found["import"] == []
    assert found["added"] == ["KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK"]  # scikit-learn's, wherever it is imported
    assert found["race"] == ["environment"]
    assert found["cache"] == "None"  # so that a folder which the person sets from now on is used
    assert list((tmp_path / "descend" / "xla").iterdir())


def test_the_cache_that_a_person_has_chosen_is_used_and_stays(tmp_path):
    found = ran(
        f"""
        import json, jax, descend
        jax.config.update("jax_compilation_cache_dir", {str(tmp_path / "own")!r})
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.01)
        descend.train("bowl", "sgd", steps=3)
        print(json.dumps([jax.config.jax_compilation_cache_dir, jax.config.jax_persistent_cache_min_compile_time_secs]))
        """,
        XDG_CACHE_HOME=str(tmp_path / "cache"),
    )
    assert found == [str(tmp_path / "own"), 0.01]
    assert list((tmp_path / "own").iterdir())
    assert not (tmp_path / "cache").exists()


FORKED = """
import json, os, signal, sys
{first}
reader, writer = os.pipe()
import warnings
warnings.simplefilter("ignore")
child = os.fork()
if child == 0:
    signal.alarm(60)
    try:
        import descend
        {call}
        told = "no refusal"
    except Exception as error:
        told = f"{{type(error).__name__}}: {{error}}"
    os.write(writer, told.encode())
    os._exit(0)
os.close(writer)
os.waitpid(child, 0)
print(json.dumps(os.read(reader, 10_000).decode()))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.parametrize(
    ("first", "call"),
    [
        ("import descend; descend.train('bowl', 'sgd', steps=2)", "descend.race('bowl', rules=['sgd'], steps=2)"),
        ("import jax; jax.numpy.zeros(3) + 1", "descend.train('bowl', 'sgd', steps=2)"),
    ],
    ids=["after a race", "after somebody else's JAX"],
)
def test_a_race_in_a_forked_child_is_refused_at_once(first, call):
    told = ran(FORKED.format(first=first, call=call))
    assert told.startswith("BadValue: this process was forked from one that had used JAX")
    assert "get_context('spawn')" in told


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_child_of_a_process_that_has_not_used_jax_may_race():
    assert ran(FORKED.format(first="import descend.engine", call="descend.train('bowl', 'sgd', steps=2)")) == "no refusal"
