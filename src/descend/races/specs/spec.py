"""What makes a race: frozen, typed, and a TOML file that runs it again."""

import platform
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from descend import schedules
from descend.core.calls import check_init
from descend.core.errors import BadValue, StoreError, UnknownName, short
from descend.core.numbers import whole
from descend.core.version import __version__
from descend.engine import LANES
from descend.problems import Problem, check_problem, find
from descend.rules import Rule
from descend.schedules import Schedule
from descend.store import check_version
from descend.store.folder import read_toml
from descend.store.plain import toml_text
from descend.store.schema import SCHEMA

from ..judging import cost
from ..judging.cost import Document
from . import document, grid
from .budget import Budget, measure
from .entrants import rules_by_name
from .grid import LearningRates
from .sweep import Sweep, Sweeps

FILE = "race.toml"
LIBRARIES = ("jax", "jaxlib", "equinox", "numpy", "scikit-learn", "pyarrow")
Rules = str | Rule | type[Rule] | Sequence[str | Rule | type[Rule]] | Mapping[str, str | Rule | type[Rule]]


@dataclass(frozen=True, init=False)
class RaceSpec:
    """Everything that makes a race; `descend.race(spec)` runs it, on the same machine bit for bit as before.

    - `problem`: a Problem, a name such as "digits", "FILE:TARGET" (.csv, .parquet, .npz), or a model of one's own with its rows,
      (model, x, y) or (model, "FILE:TARGET")
    - `rules`: "textbook" (the ten that lectures teach), "all", names, rules such as Adam(b1=0.5), or a mapping of names to either;
      kept as rules by the name they race under
    - `learning_rates`: a number, a sequence, or "LO:HI:N" (log-spaced); default 1e-4:10:16
    - `schedule`: the name of a schedule that each learning rate takes the shape of, or a function learning rate -> schedule
    - `sweep`: what else to compare, as {"l2": [0, 0.01]} or "l2=0,1e-4:1e-1:6" (or a list of such): an option of the problem
      ({"hidden": [(8,), (8, 8)]} or "hidden=8,8x8"), "batch" (at equal samples seen, as nearly as whole updates allow),
      "weight_decay" (decoupled), or a hyperparameter as "adam.b1". Of one rule the values are compared with each other; of
      several rules each enters the verdict with the value that the tuning seeds prefer, and the others are listed below
    - `seeds`, `evaluation_seeds`: how many of each, at least 1; a race without chance (one start, all rows at every step)
      takes one lane a setting
    - `steps`, `batch` (rows an update sees, or "full"): default to the problem's
    - `budget`: in place of steps what each training may use: "500steps", "2000evaluations" or "3s" (of one training alone)
    - `by`: the cost that entrants are compared at, and the target is counted in: "steps", "evaluations" (gradient-equivalents,
      at exchange rates that are measured on the problem) or "seconds" (measured); defaults to the budget's, else to steps.
      Without a budget each training may use as much as `steps` gradients cost
    - `sampling`: "shuffled" (every row once an epoch), "replacement" or "online" (a stream: each row once)
    - `target`: the judged loss (on test rows, or the loss itself where there are none) to count the steps to; rates are then
      tuned for, and rules ranked by, these steps
    - `patience`: stop a training after so many judgements (of 20, or 60 with a target) without a lower validation loss, and
      judge it by its best weights
    - `health`: record norms, dead and saturated units layer by layer
    - `width`: lanes in one program; planned unless set
    - `balance`: try as many settings of every rule: one that has fewer values to sweep tries more learning rates within the
      range, where they are asked for as a range
    - `costs`: what updates cost by entrant, as a race's file tells; measured unless given
    - `versions`: those of descend and its libraries when the spec was made; another one may give other digits

    Raises BadInput for what makes no race.
    """

    problem: Problem
    rules: dict[str, Rule]
    learning_rates: str | tuple[float, ...]
    schedule: str | Callable[[float], Any] | None
    sweep: dict[str, tuple[Any, ...]]
    seeds: int
    evaluation_seeds: int
    steps: int | None
    budget: str | None
    by: str
    batch: int | str | None
    sampling: str
    target: float | None
    patience: int | None
    health: bool
    width: int | None
    balance: bool
    costs: Document | None = field(compare=False)
    versions: Mapping[str, str] = field(compare=False)

    def __init__(
        self,
        problem: Problem | str | tuple[Any, ...],
        rules: Rules = "textbook",
        *,
        learning_rates: LearningRates | None = None,
        schedule: str | Callable[[float], Schedule] | None = None,
        sweep: Sweep | None = None,
        seeds: int = 3,
        evaluation_seeds: int = 20,
        steps: int | None = None,
        budget: str | None = None,
        by: str | None = None,
        batch: int | str | None = None,
        sampling: str = "shuffled",
        target: float | None = None,
        patience: int | None = None,
        health: bool = False,
        width: int | None = None,
        balance: bool = True,
        costs: Document | None = None,
        versions: Mapping[str, str] | None = None,
    ):
        problem = check_problem(find(problem))
        _check_switches(schedule, health, balance, width)
        counts = {"seeds": whole("seeds", seeds), "evaluation_seeds": whole("evaluation_seeds", evaluation_seeds)}
        effort = _effort(problem, steps, budget, by)
        rates, by_name = grid.normalise(learning_rates), rules_by_name(rules)
        swept = {name: tuple(values) for name, values in Sweeps(problem, by_name, sweep).values.items()}
        one = {"batch": batch, "sampling": sampling, "target": target, "patience": patience, "width": width}
        scalars = {name: value.item() if isinstance(value, np.generic) else value for name, value in one.items()}
        self.__dict__.update(
            problem=problem, rules=by_name, learning_rates=rates, schedule=schedule, sweep=swept, **counts, **effort,
            **scalars, health=health, balance=balance, costs=cost.check(costs),
            versions=dict(current_versions() if versions is None else versions),
        )  # fmt: skip

    def to_toml(self) -> str:
        """The spec as TOML. BadValue names what cannot be written down: a lambda, a class made inside a function."""
        text, lost = self.document()
        if lost:
            raise BadValue(f"this race cannot be written down: {lost[0]}")
        return toml_text(text)

    @classmethod
    def from_toml(cls, text: str) -> "RaceSpec":
        """The spec that TOML tells of, as `to_toml` or a race's folder has it, or as a person wrote it.

        Raises BadInput for what makes no race, StoreError for text that is no TOML or of another schema.
        """
        try:
            found = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise StoreError(f"{FILE} is no TOML: {error}") from error
        return cls.from_document(found)

    @classmethod
    def read(cls, path: str | Path) -> "RaceSpec":
        """The spec in a race's folder, or in a TOML file. Raises StoreError where there is none."""
        file = Path(path) / FILE if Path(path).is_dir() else Path(path)
        if not file.exists():
            raise StoreError(f"{path} is no race: there is no {file}; give the folder that a race was written to")
        return cls.from_document(read_toml(file))

    def document(self) -> tuple[dict[str, Any], list[str]]:
        """The spec as plain values (see document.Writer), and why each thing that cannot be written down cannot."""
        writer = document.Writer()
        others = [f.name for f in fields(self) if f.name not in ("problem", "rules", "sweep", "costs", "versions")]
        stated = {name: getattr(self, name) for name in others if getattr(self, name) is not None}
        return {
            "schema": SCHEMA,
            "race": {name: writer.plain(value, f"race.{name}") for name, value in stated.items()},
            "problem": writer.owner(self.problem, "problem"),
            "rules": {name: writer.owner(rule, f"rules.{name}") for name, rule in self.rules.items()},
            "sweep": writer.plain(self.sweep, "sweep"),
            **({"costs": {name: dict(each) for name, each in self.costs.items()}} if self.costs else {}),
            "versions": dict(self.versions),
        }, writer.lost

    @classmethod
    def from_document(cls, plain: Mapping[str, Any]) -> "RaceSpec":
        """The spec of `document`; raises as from_toml does."""
        check_version(FILE, plain.get("schema", SCHEMA))
        for key in plain:
            if key not in _SECTIONS:
                raise UnknownName(f"part of {FILE}", key, _SECTIONS)
        if "problem" not in plain:
            raise BadValue(f"{FILE} has no problem: write problem = 'digits', or a table [problem] with its name")
        parts = {key: document.read(plain[key], key) for key in ("problem", "rules", "sweep") if key in plain}
        parts |= {name: plain[name] for name in ("costs", "versions") if name in plain}
        race = plain.get("race", {})
        known = {f.name for f in fields(cls)} - set(_SECTIONS)
        for key in race:
            if key not in known:
                raise UnknownName(f"key of [race] in {FILE}", key, known)
        return cls(**parts, **{key: document.read(value, f"race.{key}") for key, value in race.items()})


check_init(RaceSpec, "RaceSpec")
_SECTIONS = ("schema", "race", "problem", "rules", "sweep", "costs", "versions", "machine", "plan", "unwritable")


def current_versions() -> dict[str, str]:
    """The versions of Python, descend and the libraries that a race's digits may depend on."""
    return {"python": platform.python_version(), "descend": __version__, **{name: version(name) for name in LIBRARIES}}


def _effort(problem: Problem, steps: Any, budget: str | None, by: str | None) -> dict[str, Any]:
    """The steps or the budget of a training, and the measure that it is compared by."""
    if budget is not None and steps is not None:
        raise BadValue(f"steps is {short(steps)} and budget is {short(budget)}, which both say how long to train: leave one out")
    if budget is None:
        return {
            "steps": problem.steps if steps is None else whole("steps", steps),
            "budget": None,
            "by": measure("steps" if by is None else by),
        }
    allowed = Budget.read(budget)
    return {"steps": None, "budget": str(allowed), "by": measure(allowed.by if by is None else by)}


def _check_switches(schedule: Any, health: Any, balance: Any, width: Any) -> None:
    """Raise BadValue for a schedule that is no name and no function, a health that is no switch and a width beyond all lanes."""
    if isinstance(schedule, Schedule) or not (schedule is None or isinstance(schedule, str) or callable(schedule)):
        remedy = "give the name of a schedule, or a function learning rate -> schedule, such as lambda rate: Cosine(rate, 100)"
        raise BadValue(f"schedule is {short(schedule)}; {remedy}")
    if isinstance(schedule, str):
        schedules.SCHEDULES[schedule]
    for name, value in (("health", health), ("balance", balance)):
        if not isinstance(value, bool):
            raise BadValue(f"{name} is {short(value)}, must be True or False")
    if width is not None:
        whole("width", width, 1, LANES)
