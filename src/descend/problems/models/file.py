"""A model in a person's own file, FILE.py:NAME, on a table: the file is run, as `python FILE.py` would run it."""

import contextlib
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from descend.core.errors import BadValue, UnknownName, short
from descend.core.system import own_file

from .model import Model
from .recognise import problem_of, recognise
from .rows import Rows, rows


def from_file(file: str, data: str | None = None, **options: Any) -> Model:
    """The problem of the model FILE.py:NAME on the table `data`, FILE:TARGET: the file is run as the person's own code.

    NAME is a model of Keras, PyTorch, Flax or Equinox, or a function that builds one from how many features and outputs there are:
    `build(features, outputs)`, with a third argument, a JAX key or Flax rngs, where it takes one. Of a Keras model that is not
    compiled the loss follows from the target, as it does of others: `loss` names another. The other options are those of
    `from_keras` and of tables. Raises BadInput.
    """
    path, _, name = str(file).rpartition(":")
    if not path or not name:
        raise BadValue(f"{short(file, str)} names no model: write FILE.py:NAME, such as model.py:build")
    if data is None:
        raise BadValue(f"{short(file, str)} needs rows: give a table with its target, such as data=table.csv:price")
    start, loss = options.pop("start", "fresh"), options.pop("loss", None)
    given = rows(str(data), **options)
    with _keras_on_jax():
        module = own_file.run(Path(path), "a model is FILE.py:NAME, such as model.py:build")
        made = _model(module, path, name, given)
    again = {"file": f"{Path(path).absolute()}:{name}", "data": _absolute(str(data)), "start": start, "loss": loss, **options}
    return problem_of(made, given, loss=loss, start=start, file={k: v for k, v in again.items() if v is not None})


@contextlib.contextmanager
def _keras_on_jax() -> Iterator[None]:
    """Within, Keras runs on JAX where it is loaded for the first time: its backend cannot be changed later."""
    before = os.environ.get("KERAS_BACKEND")
    if "keras" not in sys.modules:
        os.environ["KERAS_BACKEND"] = "jax"
    try:
        yield
    finally:
        os.environ.pop("KERAS_BACKEND", None)
        if before is not None:
            os.environ["KERAS_BACKEND"] = before


def _absolute(data: str) -> str:
    from ..find import file_and_target

    path, target = file_and_target(data)
    return f"{Path(path).absolute()}:{target}"


def _model(module: Any, path: str, name: str, given: Rows) -> Any:
    """What NAME is: a model, or what it builds."""
    made = getattr(module, name, None)
    if made is None:
        models = [key for key, value in vars(module).items() if recognise(value) or inspect.isfunction(value)]
        raise UnknownName(f"model or function in {path}", name, models)
    if recognise(made) or not callable(made):
        if not recognise(made):
            raise BadValue(f"{path}: {name} is {short(made)}, must be a model, or a function build(features, outputs) of one")
        return made
    return _build(made, path, name, given)


def _build(build: Callable[..., Any], path: str, name: str, given: Rows) -> Any:
    """What a function builds for the rows: a Keras model, or a function of chance alone that other frameworks start afresh by."""
    sizes = (given.features, given.classes or 1)
    try:
        count = len(inspect.signature(build).parameters)
    except (TypeError, ValueError):
        count = 2
    if count not in (2, 3):
        takes = f"{count} argument{'s' * (count != 1)}"
        raise BadValue(f"{path}: {name} takes {takes}, must take build(features, outputs), and a key or rngs where it needs one")
    if count == 3:
        return lambda chance: build(*sizes, chance)
    try:
        made = build(*sizes)
    except Exception as error:
        line = own_file.line_of(error, Path(path))
        raise BadValue(f"{path}: {name}{sizes} raised {type(error).__name__} in line {line}: {short(error, str)}") from error
    if not recognise(made):
        raise BadValue(f"{path}: {name}{sizes} gives {short(made)}, must give a model of Keras, PyTorch, Flax or Equinox")
    return (lambda: build(*sizes)) if recognise(made) == "PyTorch" else made  # so that every lane's is built anew
