"""A race in a process of its own, for a model whose framework cannot run on JAX in this one: Keras on another backend."""

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, BinaryIO

from descend.core.errors import BadValue, DescendError, short
from descend.core.system.interrupts import on_ctrl_c
from descend.store import RaceResult

from .phases import Tell
from .specs.spec import RaceSpec


def race(spec: RaceSpec, on_progress: Tell | None) -> RaceResult:
    """The race of a spec whose problem is a model of another backend. Raises what it raises there."""
    problem: Any = spec.problem
    given = {each.name: getattr(spec, each.name) for each in fields(spec) if each.name not in ("problem", "versions")}
    given = {name: value for name, value in given.items() if value is not None}
    try:
        sent = pickle.dumps((problem.elsewhere, problem.rows, problem.begin, given))
    except Exception as error:
        raise BadValue(
            f"{problem.title} cannot be sent to the process that runs Keras on JAX ({short(error, str)}): define losses, "
            "schedules and rules at the top of a module, or set KERAS_BACKEND=jax before Keras is imported"
        ) from error
    result = _answer(sent, on_progress or (lambda phase, now: None))
    result.document["unwritable"] = [problem.unwritable]
    notes = [*result.summary["notes"], *problem.adapter.notes]
    return replace(result, problem=problem, summary={**result.summary, "notes": notes})


def _answer(sent: bytes, tell: Callable[..., Any]) -> RaceResult:
    environment = os.environ | {"KERAS_BACKEND": "jax", "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)}
    command = [sys.executable, "-c", "from descend.races import elsewhere; elsewhere.serve()"]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        with on_ctrl_c(threading.Event()):  # the other process has it too, and ends with what there is
            process.stdin.write(sent)
            process.stdin.close()
            try:
                while True:
                    kind, *what = pickle.load(process.stdout)
                    if kind == "progress":
                        tell(*what)
                    elif kind == "error":
                        raise what[0]
                    else:
                        return what[0]
            except EOFError:
                raise BadValue("the process that runs Keras on JAX ended without a result: its own messages are above") from None
            finally:
                process.stdout.close()


def main(answers: BinaryIO) -> None:
    """Race what stands on the standard input, and write progress and the result, or the error, as pickles."""
    from descend.problems.models import agreement, from_keras, keras_model

    from .race import race as race_here

    made, rows, start, given = pickle.load(sys.stdin.buffer)

    def say(*what: Any) -> None:
        pickle.dump(what, answers)
        answers.flush()

    try:
        model, options = keras_model.rebuild(made)
        problem = from_keras(model, rows, **options, start=start)
        agreement.check_outputs(problem, made["outputs"], made["backend"])
        result = race_here(problem, **given, on_progress=lambda phase, now: say("progress", phase, now))
        say("result", replace(result, problem=None))
    except (DescendError, KeyboardInterrupt) as error:
        say("error", error)


def serve() -> None:
    """Be that process: answers go to the standard output, and whatever else is printed to the standard error."""
    with os.fdopen(os.dup(1), "wb") as answers, contextlib.redirect_stdout(sys.stderr):
        os.dup2(2, 1)
        main(answers)
