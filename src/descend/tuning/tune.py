"""Which rule, learning rate and schedule to train a problem with, found within a budget."""

import dataclasses
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from descend.core.calls import check_calls, function_or_none
from descend.core.errors import BadValue, UnknownName, short
from descend.core.numbers import whole
from descend.core.system.device import check_device
from descend.engine.runtime import scope
from descend.problems import Problem, check_problem, find
from descend.races import RaceSpec, prepare, start
from descend.races.phases import Tell
from descend.races.specs.entrants import rules_by_name
from descend.rules import Rule
from descend.rules.native import NATIVE, native
from descend.schedules import SCHEDULES as KNOWN
from descend.schedules import Constant, Schedule
from descend.store import RaceResult
from descend.store.tuning import Plateau, Setting, TuneResult

from . import answer, plateaus, settings
from .budget import Budget, Effort, effort
from .program import Trainings
from .schedule import SCHEDULES

RULES = ("adam", "nesterov", "rmsprop", "adamw", "nadam", "momentum", "lion", "sgd")  # the first ones where the budget is small
TRIAL = 12  # learning rates of the training that is timed
ENOUGH = 0.02  # of a budget of seconds, that one look at the clock may take
CAREFUL = 0.85  # of the seconds that are left, those that are planned for
PROGRAM = 0.25  # of the time that compiling one rule took, that each further one takes
SHARES = {"rates": 0.45, "settings": 0.75}  # of a budget of seconds, when a phase must be over


@check_calls
@scope()
def tune(
    problem: Problem | str | tuple[Any, ...],
    budget: str = "60s",
    *,
    rules: str | Rule | Sequence[str | Rule] | Mapping[str, str | Rule] | None = None,
    schedules: str | Sequence[str] = SCHEDULES,
    steps: int | None = None,
    batch: int | str | None = None,
    on_progress: Tell | None = None,
) -> TuneResult:
    """What to train a problem with: the rule, its learning rate and its schedule, with evidence.

    Four phases share the budget. Short trainings from the same starts, no ramp, find each rule's learning rates that work. Full
    trainings then try rates around the best one with every schedule; none is cut short, so a slow starter may use its schedule to
    the end. The best few, and Adam at 1e-3, then race on fresh seeds and are judged on test rows. Every rule gets as many settings.

    - `problem`: a Problem, a name such as "digits", "FILE:TARGET", or a model with its rows, (model, x, y)
    - `budget`: "60s" or "5min" of the wall's clock, "500trainings" (of full length), or "1e6steps" (updates of single trainings)
    - `rules`: names, rules or a mapping of names to either, each with a learning rate that is a number; default eight common
      ones, or the first of them where the budget is small
    - `schedules`: names of schedules; default constant, cosine, one_cycle, warmup_stable_decay
    - `steps`, `batch`: of a full training; default to the problem's
    - `on_progress`: called with the phase ("timing", "rates", "settings", "race") and an engine Progress or None

    Ctrl-C ends it with the answer so far. Raises BadInput for what cannot be done and for a budget that allows nothing of use,
    KeyboardInterrupt where it is stopped before the first result.
    """
    check_device()
    began = time.perf_counter()
    function_or_none("on_progress", on_progress, "the phase and how far it is")
    asked, made = Budget.read(budget), check_problem(find(problem))
    field, names = _rules(rules), _schedules(schedules)
    count = whole("steps", steps) if steps is not None else made.steps
    return _Tuning(made, asked, field, rules is not None, names, count, batch, on_progress or _silent, began).run()


def _silent(phase: str, progress: Any) -> None:
    """Where nobody wants to know."""


def _rules(rules: Any) -> dict[str, Rule]:
    """The rules by name; BadValue for one without a learning rate to tune."""
    by_name = rules_by_name(list(RULES) if rules is None else rules)
    for name, rule in by_name.items():
        if rule.rate is None:
            raise BadValue(f"{name} has no learning rate to tune: leave it out, and race it (descend.race)")
        if isinstance(rule.rate, Schedule):
            raise BadValue(f"{name} has a schedule of its own, {short(rule.rate)}: give it a number, and the schedule in schedules")
    return by_name


def _schedules(names: Any) -> tuple[str, ...]:
    """The names of schedules; UnknownName for one that there is not, BadValue for none."""
    chosen = [part.strip() for part in names.split(",")] if isinstance(names, str) else names
    if not isinstance(chosen, Iterable) or not (chosen := list(chosen)):
        raise BadValue(f"schedules is {short(names)}, must be names such as constant,cosine")
    for name in chosen:
        if name not in KNOWN:
            raise UnknownName("schedule", short(name, str), KNOWN)
    return tuple(dict.fromkeys(chosen))


@dataclasses.dataclass
class _Tuning:
    """One tuning under way: what was asked, and the clock."""

    problem: Problem
    budget: Budget
    rules: dict[str, Rule]
    chosen: bool  # whether a person named the rules
    schedules: tuple[str, ...]
    steps: int
    batch: int | str | None
    tell: Tell
    began: float

    def run(self) -> TuneResult:
        """All phases, or those up to Ctrl-C."""
        self.spent: dict[str, float | None] = {"budget": self.budget.amount if self.budget.by == "seconds" else None}
        self.trainings, self.cost, self.start = 0, 0.0, np.nan
        plan = self._plan()
        self.rules = dict(list(self.rules.items())[: plan.rules])
        program = self._compile(plan)
        found, stopped = self._rates(program, plan)
        if stopped:
            return self._result(found, [], None)
        ranked, stopped = self._settings(program, plan, found)
        if stopped:
            return self._result(found, ranked, None)
        field = self._field(settings.finalists(ranked, plan.finalists - 1))
        race = self._race({each.name: rule for each, rule in field}, plan)
        return self._result(found, ranked, race, field)

    def _plan(self) -> Effort:
        """What the budget allows; one of seconds, from a short training that is timed."""
        if self.budget.by == "seconds":
            self._time()
        return effort(self._allowed, len(self.rules), self.chosen, len(self.schedules))

    def _allowed(self, rules: int) -> float:
        """How many full trainings the budget allows beside compiling so many rules."""
        if self.budget.by != "seconds":
            return self.budget.amount / (1 if self.budget.by == "trainings" else self.steps)
        compiling = self.compiled * PROGRAM * (rules + min(rules + 1, 5))
        return CAREFUL * (self.budget.amount - (time.perf_counter() - self.began) - compiling) / self.cost

    def _time(self) -> None:
        """Measure what a full training of one rule costs here, and its compilation."""
        self.tell("timing", None)
        first = dict([next(iter(self.rules.items()))])
        clock = time.perf_counter()
        trial = Trainings(self.problem, first, TRIAL, 3, self.steps, self.batch, self.schedules).compile()
        self.compiled = time.perf_counter() - clock
        pairs = {name: [(rate, self.schedules[0]) for rate in plateaus.first_rates(TRIAL)] for name in first}
        for parts in (trial.judgements, trial.judgements, trial.judgements // 4):  # the first time, and a short one, say little
            clock = time.perf_counter()
            records, _ = trial.train(pairs, max(1, parts), "timing", self.tell)
            if records.stopped:
                raise KeyboardInterrupt
            took = time.perf_counter() - clock
            self.cost = took / (TRIAL * 3) * self.steps / records.judged_steps[-1]
            if took > ENOUGH * self.budget.amount:
                break

    def _compile(self, plan: Effort) -> Trainings:
        self.tell("compiling", None)
        clock = time.perf_counter()
        count = max(plan.rates, plan.schedules)
        program = Trainings(self.problem, self.rules, count, plan.seeds, self.steps, self.batch, self.schedules)
        with ThreadPoolExecutor(1) as pool:  # so that Ctrl-C is heard
            pool.submit(program.compile).result()
        self.spent["compile"] = time.perf_counter() - clock
        return program

    def _deadline(self, phase: str) -> float | None:
        """When a phase must be over, by the clock."""
        return self.began + SHARES[phase] * self.budget.amount if self.budget.by == "seconds" else None

    def _late(self, phase: str) -> bool:
        deadline = self._deadline(phase)
        return deadline is not None and time.perf_counter() > deadline

    def _rates(self, program: Trainings, plan: Effort) -> tuple[list[Plateau], bool]:
        """Each rule's learning rates, tried twice: over the whole range, then beyond its edge or around the best."""
        clock = time.perf_counter()
        rates = {name: plateaus.first_rates(program.count) for name in self.rules}
        parts: dict[str, list[Any]] = {name: [] for name in self.rules}
        constant = "constant" if "constant" in self.schedules else self.schedules[0]
        found: dict[str, Plateau] = {}
        stopped = False
        for _ in range(2):
            pairs = {name: [(float(rate), constant) for rate in rates[name]] for name in rates}
            records, seen = program.train(pairs, plan.short, "rates", self.tell, self._deadline("rates"))
            self.trainings += records.done.size
            self.start = float(np.mean(seen.start))
            late = self._late("rates")
            if not records.stopped or not any(parts.values()):
                for name in self.rules:
                    mine = program.rows(name)
                    parts[name].append((rates[name], seen.start[mine], seen.loss[mine], seen.diverged[mine]))
            found = {name: _plateau(name, parts[name]) for name in self.rules}
            stopped = records.stopped and not late
            if stopped or late:
                break
            rates = {name: plateaus.next_rates(found[name], program.count) for name in self.rules}
        self.spent["rates"] = time.perf_counter() - clock
        return sorted(found.values(), key=lambda each: np.inf if each.loss is None else each.loss), stopped

    def _settings(self, program: Trainings, plan: Effort, found: Sequence[Plateau]) -> tuple[list[Setting], bool]:
        """Full trainings of every rule around its best rate, with every schedule."""
        clock = time.perf_counter()
        names = self.schedules[: plan.schedules]
        pairs = {each.rule: settings.pairs(each, program.count, names) for each in found}
        records, seen = program.train(pairs, 1, "settings", self.tell, self._deadline("settings"))
        self.trainings += records.done.size
        tried = {}
        for name, mine in pairs.items():
            rows = program.rows(name)
            for pair, loss, diverged in zip(mine, seen.loss[rows], seen.diverged[rows], strict=True):
                tried[name, pair] = settings.setting(name, pair, loss, diverged)
        self.spent["settings"] = time.perf_counter() - clock
        ranked = sorted(tried.values(), key=lambda each: np.inf if each.loss is None else each.loss)
        return ranked, records.stopped and not self._late("settings")

    def _field(self, final: list[Setting]) -> list[tuple[Setting, Rule]]:
        """Who races: the best settings, and the usual one, which may be one of them and then bears its name."""
        field = [(each, settings.rule(each, self.rules, self.steps)) for each in final]
        usual = settings.rule(answer.USUAL, rules_by_name("adam"), self.steps)
        return [(each, rule) for each, rule in field if rule != usual] + [(answer.USUAL, usual)]

    def _race(self, entrants: dict[str, Rule], plan: Effort) -> RaceResult:
        """The race of these rules, on seeds that nothing was chosen by."""
        clock = time.perf_counter()
        fresh = self._fresh(len(entrants), plan)
        spec = RaceSpec(
            self.problem, entrants, seeds=plan.seeds, evaluation_seeds=fresh, steps=self.steps, batch=self.batch
        )  # fmt: skip
        race = start(prepare(spec), lambda phase, progress: self.tell("compiling" if progress is None else "race", progress))
        self.trainings += race.summary["lanes"]
        self.spent["race"] = time.perf_counter() - clock
        return race

    def _fresh(self, entrants: int, plan: Effort) -> int:
        """The seeds of the race: as planned, or what the seconds that are left allow."""
        if self.budget.by != "seconds":
            return plan.fresh
        left = self.budget.amount - (time.perf_counter() - self.began) - self.compiled * PROGRAM * (entrants + 1)
        return int(np.clip(CAREFUL * left / (self.cost * entrants), 5, 50))

    def _result(
        self, found: list[Plateau], ranked: list[Setting], race: RaceResult | None, field: Sequence[tuple[Setting, Rule]] = ()
    ) -> TuneResult:
        entrants, rules = [each for each, _ in field], {each.name: rule for each, rule in field}
        said = answer.unconfirmed(ranked, found) if race is None else answer.answer(race, entrants, found)
        self.spent["used"] = time.perf_counter() - self.began
        result = TuneResult(
            title=self.problem.title,
            steps=self.steps,
            answer=said,
            plateaus=tuple(found),
            settings=tuple(ranked),
            race=race,
            seconds=self.spent,
            start=self.start,
            trainings=self.trainings,
            interrupted=race is None or race.summary["interrupted"],
            notes=tuple(answer.notes(found, race, self.spent.get("race") or 0.0)),
            native={} if race is None else _native(rules[race.leaderboard[0].rule]),
        )
        if race is None:
            return result
        return dataclasses.replace(result, race=dataclasses.replace(race, summary=race.summary | {"tuning": result.to_dict()}))


def _native(rule: Rule) -> dict[str, str]:
    """A rule as frameworks' own optimizers."""
    plain = rule.with_rate(rule.rate.value) if isinstance(rule.rate, Constant) else rule
    lines = {framework: native(plain, framework) for framework in NATIVE}
    return {framework: text for framework, text in lines.items() if text is not None}


def _plateau(name: str, parts: Sequence[Any]) -> Plateau:
    """What all short trainings of a rule say together."""
    rates, start_, loss, diverged = (np.concatenate(part) for part in zip(*parts, strict=True))
    return plateaus.plateau(name, rates, start_, loss, diverged)
