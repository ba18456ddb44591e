"""descend tune against Adam at 1e-3, and against Optuna given the same problem, search space and wall time."""

import time
import warnings
from collections.abc import Iterator
from typing import Any

import jax
import numpy as np
import optuna
from rich.console import Console
from rich.table import Table

import descend
from descend import rules, schedules
from descend.engine.order import Order
from descend.problems import Problem, find
from descend.rules import Oracle, step
from descend.tuning import RULES, SCHEDULES

PROBLEMS: dict[str, dict[str, Any]] = {
    "iris": {},
    "wine": {},
    "cancer": {},
    "diabetes": {},
    "digits": {},
    "digits 64,64": {"hidden": (64, 64)},
    "dots": {},
    "moons": {},
    "circles": {},
    "spirals": {"hidden": (32, 32)},
}
BUDGET = 60  # seconds each
PARTS = 5  # of a training, after which Optuna may prune it
FRESH = 20


def problem(name: str) -> Problem:
    return find(name.split()[0], **PROBLEMS[name])


class Loop:
    """A training loop as one writes it for Optuna: a compiled step of each rule, of which only numbers change, and a loss."""

    def __init__(self, of: Problem):
        self.of, self.steps = of, of.steps
        self.size = of.batch if isinstance(of.batch, int) else of.data.rows
        self.move = jax.jit(self._move)
        self.judge = jax.jit(lambda params, aux, rows: of.evaluate(params, aux, rows)["loss"])

    def _move(self, rule: Any, params: Any, aux: Any, slots: Any, rows: Any, batches: Any, key: Any, first: Any) -> Any:
        def once(state: Any, each: Any) -> Any:
            params, aux, slots = state
            number, t = each
            batch = jax.tree.map(lambda a: a[number], rows)
            oracle = Oracle(lambda w: self.of.loss(w, aux, batch, jax.random.fold_in(key, t)))
            done = step(rule, oracle, params, slots, t)
            return (done.params, done.aux, done.slots), None

        steps = first + jax.numpy.arange(1, len(batches) + 1)
        return jax.lax.scan(once, (params, aux, slots), (batches, steps))[0]

    def losses(self, rule: Any, seed: int) -> Iterator[float]:
        """The validation loss after each part of a training."""
        data = self.of.resplit(seed)
        rows, held = jax.tree.map(jax.numpy.asarray, data.train), jax.tree.map(jax.numpy.asarray, data.tuning)
        key = jax.random.key(seed)
        params, aux = self.of.init(key)
        slots = rule.init_tree(params)
        numbers = Order(data.rows, min(self.size, data.rows), (seed,), "shuffled").take(self.steps, self.steps)[:, 0]
        done = 0
        for part in np.array_split(numbers, PARTS):
            params, aux, slots = self.move(rule, params, aux, slots, rows, part, key, done)
            done += len(part)
            yield float(self.judge(params, aux, held))


def optunas(name: str, seconds: float) -> Any:
    """The rule that Optuna finds in so many seconds: TPE with median pruning, as its tutorial has it."""
    began = time.perf_counter()
    loop = Loop(problem(name))

    def build(ask: Any) -> Any:
        rule = rules.find(ask("rule", RULES))
        rate, shape = ask("rate", None), ask("schedule", SCHEDULES)
        return rule.with_rate(schedules.around(shape, rate, loop.steps))

    def objective(trial: Any) -> float:
        def ask(what: str, choices: Any) -> Any:
            return trial.suggest_float(what, 1e-4, 10, log=True) if choices is None else trial.suggest_categorical(what, choices)

        loss = np.inf
        for part, loss in enumerate(loop.losses(build(ask), 0)):
            trial.report(min(loss, 1e9) if np.isfinite(loss) else 1e9, part)
            if trial.should_prune():
                raise optuna.TrialPruned
        return loss if np.isfinite(loss) else 1e9

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0), pruner=optuna.pruners.MedianPruner())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        study.optimize(objective, timeout=seconds - (time.perf_counter() - began))
    best = study.best_params
    return build(lambda what, _: best[what]), len(study.trials)


def measure() -> Iterator[tuple[str, ...]]:
    """A row a problem: held-out losses of what each recommends, and of Adam at 1e-3, in one race on the same fresh seeds."""
    for name in PROBLEMS:
        began = time.perf_counter()
        tuned = descend.tune(problem(name), f"{BUDGET}s")
        took = time.perf_counter() - began
        other, trials = optunas(name, BUDGET)
        winner = tuned.best()
        mine = next(each for each in tuned.settings if each.name == winner.rule) if "usual" not in winner.rule else None
        ours = rules.find("adam").with_rate(schedules.Constant(1e-3))
        if mine is not None:
            ours = rules.find(mine.rule).with_rate(schedules.around(mine.schedule, mine.learning_rate, tuned.steps))
        usual = rules.find("adam").with_rate(schedules.Constant(1e-3))
        race = descend.race(problem(name), {"tune": ours, "optuna": other, "usual": usual}, seeds=60, evaluation_seeds=FRESH)
        loss = {line.rule: line for line in race.leaderboard}
        told = " < ".join(f"{line.rule}{' =' if line.standing != 'behind' else ''}" for line in race.leaderboard)
        cells = [f"{loss[who].loss.iqm:.4g}" for who in ("tune", "optuna", "usual")]
        yield name, f"{took:.0f} s", winner.rule, f"{tuned.trainings}", f"{trials}", *cells, told


COLUMNS = (
    "problem",
    "tune took",
    "recommends",
    "trainings",
    "Optuna's trials",
    "tune",
    "Optuna",
    "Adam 1e-3",
    "order (= not told apart)",
)


def report(console: Console) -> None:
    """Print the table, a row as it comes."""
    rows = []
    for row in measure():
        rows.append(row)
        console.print(*row)
    table = Table(*COLUMNS, title=f"Held-out loss after {BUDGET} s each, {FRESH} fresh seeds")
    for row in rows:
        table.add_row(*row)
    console.print(table)
