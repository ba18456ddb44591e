import importlib
import json
import pkgutil
import subprocess
import sys
import types

import pytest

import descend

PARTS = [
    *("core", "schedules", "scripts", "rules", "problems", "store", "engine", "bridges", "races", "report"),
    *("analysis", "lab", "cli"),
]


def alone(code: str):
    """What `code` prints as JSON in a Python of its own."""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


HEAVY = {"jax", "equinox", "torch", "keras", "optax", "numpy", "scipy", "pyarrow", "matplotlib"}


def loaded_by(code: str):
    return set(alone(f"import json, sys\n{code}\nprint(json.dumps(sorted({HEAVY} & set(sys.modules))))"))


def test_importing_the_package_loads_no_array_library():
    assert loaded_by("import descend") == set()


@pytest.mark.parametrize("part", ["descend.store", "descend.report", "descend.cli.main"])
def test_reading_drawing_and_asking_for_help_load_no_jax(part):
    assert not loaded_by(f"import {part}") & {"jax", "equinox", "torch", "keras", "optax"}


def test_help_loads_no_array_library():
    help_shown = "with contextlib.redirect_stdout(io.StringIO()) as shown: main(['--help'])\nassert 'race' in shown.getvalue()"
    assert loaded_by(f"import contextlib, io\nfrom descend.cli.main import main\n{help_shown}") == set()


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


@pytest.mark.parametrize("part", PARTS)
def test_no_module_hides_an_exported_name(part):
    """A part's function and a module of the same name: whichever is loaded last, a person gets the function."""
    for module in pkgutil.walk_packages(importlib.import_module(f"descend.{part}").__path__, f"descend.{part}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    whole = importlib.import_module(f"descend.{part}")
    assert [name for name in getattr(whole, "__all__", []) if isinstance(getattr(whole, name), types.ModuleType)] == []
