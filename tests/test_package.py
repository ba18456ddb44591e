import importlib
import json
import subprocess
import sys

import pytest

import descend

PARTS = ["core", "schedules", "rules", "problems", "store", "engine", "study", "report", "cli"]


def alone(code: str):
    """What `code` prints as JSON in a Python of its own."""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def test_importing_the_package_takes_under_a_fifth_of_a_second_and_loads_no_array_library():
    code = """
import json, sys, time
start = time.perf_counter()
import descend
seconds = time.perf_counter() - start
print(json.dumps([seconds, sorted({"jax", "numpy", "pyarrow", "matplotlib"} & set(sys.modules))]))
"""
    seconds, loaded = min(alone(code) for _ in range(3))
    assert loaded == []
    assert seconds < 0.2


@pytest.mark.parametrize("part", ["descend.store", "descend.report", "descend.cli.main"])
def test_reading_drawing_and_asking_for_help_load_no_jax(part):
    code = f"import json, sys, {part}; print(json.dumps(sorted({{'jax', 'equinox', 'torch', 'keras'}} & set(sys.modules))))"
    assert alone(code) == []


def test_help_appears_within_three_tenths_of_a_second():
    code = """
import contextlib, io, json, sys, time
start = time.perf_counter()
from descend.cli.main import main
with contextlib.redirect_stdout(io.StringIO()) as shown, contextlib.suppress(SystemExit):
    main(["--help"])
seconds = time.perf_counter() - start
print(json.dumps([seconds, "jax" in sys.modules, "race" in shown.getvalue()]))
"""
    seconds, jax_loaded, says_race = min(alone(code) for _ in range(3))
    assert says_race
    assert not jax_loaded
    assert seconds < 0.3


def test_every_public_name_of_the_package_can_be_imported():
    for name in descend.__all__:
        assert callable(getattr(descend, name)), name


@pytest.mark.parametrize("part", PARTS)
def test_every_part_has_what_it_exports(part):
    module = importlib.import_module(f"descend.{part}")
    names = getattr(module, "__all__", [])
    assert len(names) == len(set(names))
    assert [name for name in names if not hasattr(module, name)] == []


@pytest.mark.parametrize(("part", "registry", "base"), [("rules", "RULES", "Rule"), ("schedules", "SCHEDULES", "Schedule")])
def test_everything_registered_is_exported(part, registry, base):
    module = importlib.import_module(f"descend.{part}")
    registered = [cls for cls in getattr(module, registry).values() if cls.__module__.startswith("descend.")]
    assert registered
    assert all(issubclass(cls, getattr(module, base)) for cls in registered)
    assert [cls.__name__ for cls in registered if cls.__name__ not in module.__all__] == []


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'rase'"):
        descend.rase  # noqa: B018
