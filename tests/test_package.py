import importlib
import inspect
import json
import pkgutil
import pydoc
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import descend

PARTS = [
    *("core", "schedules", "scripts", "rules", "problems", "store", "engine", "bridges", "races", "report"),
    *("analysis", "analysis.complexity", "analysis.stability", "lab", "cli", "errors", "ranges"),
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
    found: dict = {}
    exec("from descend import *", found)
    assert set(descend.__all__) <= set(found)


FUNCTIONS = ["RaceSpec", "explain", "load", "race", "save", "stability", "train", "tune"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_shows_what_it_takes(name):
    function = getattr(descend, name)
    assert len(inspect.getdoc(function)) > 80
    signature = inspect.signature(function)
    assert signature.parameters
    for each in signature.parameters.values():
        assert each.annotation not in (inspect.Parameter.empty, Any), each
    help_shown = pydoc.render_doc(function, renderer=pydoc.plaintext)
    assert all(f"{each}:" in help_shown for each in signature.parameters)


def test_the_functions_are_all_that_is_public_beside_modules_and_the_version():
    assert sorted([*FUNCTIONS, "errors", "ranges", "__version__"]) == sorted(descend.__all__)


def test_errors_are_one_tree_whose_names_are_all_public():
    from descend import errors
    from descend.core import errors as own

    raised = {name for name, one in vars(own).items() if isinstance(one, type) and issubclass(one, Exception)}
    assert raised == set(errors.__all__)
    assert all(issubclass(getattr(errors, name), errors.DescendError) for name in errors.__all__)


def test_every_type_of_hyperparameter_is_public():
    from descend import ranges
    from descend.core import hyper

    marks = {name: getattr(one, "__metadata__", ()) for name, one in vars(hyper).items()}
    marked = {name for name, all_marks in marks.items() if any(isinstance(mark, ranges.Range) for mark in all_marks)}
    assert marked | {"Range", "option"} == set(ranges.__all__)


def test_the_version_is_in_one_place():
    from descend.core.version import __version__

    assert descend.__version__ is __version__
    assert __version__ not in Path(descend.__file__).read_text(encoding="utf-8")


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


def test_no_module_stands_where_a_function_of_that_name_belongs():
    names = [
        one.name
        for one in pkgutil.walk_packages(descend.__path__, "descend.")
        if "to_" not in one.name and "__main__" not in one.name
    ]
    parts = [f"descend.{part}" for part in PARTS]
    check = f"""
import importlib, json, types
for name in {names}:
    importlib.import_module(name)
parts = [importlib.import_module(name) for name in ["descend", *{parts}]]
both = [(part, name, getattr(part, name)) for part in parts for name in getattr(part, "__all__", ())]
hidden = [f"{{part.__name__}}.{{name}}" for part, name, one in both if isinstance(one, types.ModuleType)]
print(json.dumps(sorted(set(hidden) - {{"descend.errors", "descend.ranges"}})))
"""
    assert alone(check) == []
