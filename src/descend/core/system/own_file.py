"""A person's own Python file, FILE.py:NAME: it is run, as `python FILE.py` would run it."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from ..errors import BadValue, short

MODULE = "own_"  # begins the names of modules that files become


def is_file(name: str) -> bool:
    """Whether a name is FILE.py:NAME, or was meant to be."""
    return ".py:" in name or name.endswith(".py")


def file_of(module: str) -> str | None:
    """The file that a module was run from; None for a module that was not run here."""
    made = sys.modules.get(module)
    return str(Path(made.__file__).absolute()) if module.startswith(MODULE) and made and made.__file__ else None


def run(file: Path, remedy: str) -> ModuleType:
    """The file as a module. BadValue, from the file's own error, for one that is not there (then with `remedy`) or that fails."""
    if not file.is_file():
        raise BadValue(f"there is no file {short(file, str)}; {remedy}")
    name = f"{MODULE}{file.stem}"
    module_spec: Any = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(module_spec)
    sys.modules[name] = module  # where dataclasses look up annotations
    try:
        module_spec.loader.exec_module(module)
    except SyntaxError as error:
        raise BadValue(f"{file}: line {error.lineno} is no Python: {error.msg}") from error
    except Exception as error:
        raise BadValue(f"{file}: line {line_of(error, file)} raised {type(error).__name__}: {short(error, str)}") from error
    return module


def line_of(error: BaseException, file: Path) -> int | str:
    """The last line of the file that an error went through."""
    lines, names = [], (str(file), str(file.absolute()))
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename in names:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return lines[-1] if lines else "?"
