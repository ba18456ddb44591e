"""Rules that ask for more than a gradient: evaluations beside other libraries' methods, and the time of a lane."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import optimistix
import scipy.optimize
import torch
from rich.console import Console
from rich.table import Table

from descend.engine import Entry, Job, Run
from descend.problems import find
from descend.rules import BFGS, LBFGS, SGD, NonlinearCG, Oracle, Rule, step

from . import task

SMALL = 1e-5  # the largest number of a gradient at which a method has arrived
STEPS, LANES, EVALUATIONS = 800, 1024, 60
START = [-1.2, 1.0]


def rosenbrock(x: Any) -> Any:
    return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def beale(x: Any) -> Any:
    return sum((a - x[0] + x[0] * x[1] ** k) ** 2 for k, a in ((1, 1.5), (2, 2.25), (3, 2.625)))


def himmelblau(x: Any) -> Any:
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def powell(x: Any) -> Any:
    return (x[0] + 10 * x[1]) ** 2 + 5 * (x[2] - x[3]) ** 2 + (x[1] - 2 * x[2]) ** 4 + 10 * (x[0] - x[3]) ** 4


def stretched(x: Any) -> Any:
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(x.size, x.size)))[0]
    return jnp.sum(jnp.logspace(0, 4, x.size) * (turn @ x) ** 2) / 2


def wells(x: Any) -> Any:
    return jnp.sum(x**4 - 16 * x**2 + 5 * x) / 2


def of(name: str, **options: Any) -> tuple[Callable[[Any], Any], np.ndarray]:
    """The training loss of a problem on all rows, of a vector, and its start."""
    made = find(name, **options)
    params, aux = made.init(jax.random.key(0))
    start, tree = jax.flatten_util.ravel_pytree(params)
    batch = jax.tree.map(jnp.asarray, made.data.train) if made.data else None
    return lambda x: made.loss(tree(x), aux, batch, jax.random.key(0))[0], np.asarray(start, float)


def functions() -> dict[str, tuple[Callable[[Any], Any], Any]]:
    """Twelve functions and the customary starts."""
    return {
        "Rosenbrock, 2": (rosenbrock, START),
        "Rosenbrock, 10": (rosenbrock, START * 5),
        "Rosenbrock, 100": (rosenbrock, START * 50),
        "Beale": (beale, [1.0, 1.0]),
        "Himmelblau": (himmelblau, [0.0, 0.0]),
        "Powell's singular": (powell, [3.0, -1.0, 0.0, 1.0]),
        "quadratic of condition 10,000": (stretched, [1.0] * 10),
        "four-fold wells, 5": (wells, [-1.0, 1.0, 0.5, -0.5, 2.0]),
        "the bivariate regression": of("bivariate"),
        "logistic regression, cancer": of("cancer", hidden="none"),
        "logistic regression, digits": of("digits", hidden="none", l2=0.01),
        "a net, 4-8-3, iris": of("iris", hidden=(8,), activation="tanh", l2=0.01),
    }


def ours(rule: Rule, f: Any, start: Any) -> tuple[int, float]:
    """The gradients until one is small, and the loss there."""
    oracle, start = Oracle(lambda w: (f(w), ())), jnp.asarray(start, float)

    def once(state: Any, t: Any) -> Any:
        done = step(rule, oracle, *state, t)
        return (done.params, done.slots), (done.value, jnp.max(jnp.abs(done.gradient)))

    values, slopes = jax.jit(lambda x: jax.lax.scan(once, (x, rule.init_tree(x)), jnp.arange(1, STEPS + 1)))(start)[1]
    small = np.asarray(slopes) <= SMALL
    at = int(np.argmax(small)) if small.any() else STEPS - 1
    return (at if small.any() else -1), float(values[at])


class Counted:
    """A value and gradient in NumPy that notes how many there were until one was small."""

    def __init__(self, f: Any) -> None:
        self.both = jax.jit(jax.value_and_grad(f))
        self.calls, self.arrived, self.value = 0, -1, np.inf

    def __call__(self, x: Any) -> tuple[float, np.ndarray]:
        value, slope = self.both(jnp.asarray(x, float))
        self.calls += 1
        if self.arrived < 0:
            self.value = float(value)
        if np.abs(slope).max() <= SMALL and self.arrived < 0:
            self.arrived = self.calls
        return float(value), np.asarray(slope, float)


def scipys(method: str, f: Any, start: Any) -> tuple[int, float]:
    """The same for scipy.optimize.minimize."""
    counted = Counted(f)
    options = (
        {"ftol": 1e-16, "gtol": SMALL / 10, "maxfun": 10**4, "maxiter": 10**4} if method == "L-BFGS-B" else {"gtol": SMALL / 10}
    )
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scipy.optimize.minimize(counted, start, jac=True, method=method, options=options)
    return counted.arrived, counted.value


def torchs(f: Any, start: Any) -> tuple[int, float]:
    """The same for torch.optim.LBFGS with its strong Wolfe search."""
    counted = Counted(f)
    x = torch.nn.Parameter(torch.tensor(np.asarray(start), dtype=torch.float64))
    made = torch.optim.LBFGS([x], max_iter=STEPS, max_eval=2 * STEPS, tolerance_grad=0, tolerance_change=0, history_size=10)
    made.param_groups[0]["line_search_fn"] = "strong_wolfe"

    def closure() -> Any:
        value, slope = counted(x.detach().numpy())
        x.grad = torch.from_numpy(slope.copy())
        return torch.tensor(value)

    made.step(closure)
    return counted.arrived, counted.value


def optaxs(f: Any, start: Any) -> tuple[int, float]:
    """The same for optax.lbfgs: the trials of its searches and a gradient a step, of which its search keeps the last."""
    made, x = optax.lbfgs(), jnp.asarray(start, float)
    both = optax.value_and_grad_from_state(f)

    @jax.jit
    def once(x: Any, state: Any) -> Any:
        value, slope = both(x, state=state)
        change, state = made.update(slope, state, x, value=value, grad=slope, value_fn=f)
        return x + change, state, value, jnp.max(jnp.abs(slope)), optax.tree.get(state, "num_linesearch_steps")

    state, count = made.init(x), 1
    for _ in range(STEPS):
        x, state, value, slope, trials = once(x, state)
        if slope <= SMALL:
            return count, float(value)
        count += int(trials)
    return -1, float(value)


def optimistixs(f: Any, start: Any) -> tuple[int, float]:
    """The same for optimistix.BFGS, whose steps are an evaluation each; it ends by tolerances of its own."""
    solver = optimistix.BFGS(rtol=1e-9, atol=1e-9)
    found = optimistix.minimise(lambda x, _: f(x), solver, jnp.asarray(start, float), max_steps=STEPS, throw=False)
    return int(found.stats["num_steps"]), float(f(found.value))


def evaluations() -> Iterator[tuple[str, ...]]:
    """A row for each function: gradients until one is small, of each method."""
    with jax.enable_x64(True):
        for name, (f, start) in functions().items():
            found = [ours(LBFGS(), f, start), scipys("L-BFGS-B", f, start), optaxs(f, start), torchs(f, start)]
            found += [ours(BFGS(), f, start), ours(BFGS(scaled=True), f, start), scipys("BFGS", f, start), optimistixs(f, start)]
            found += [ours(NonlinearCG(), f, start), scipys("CG", f, start)]
            lowest = min(value for _, value in found)
            yield name, *(f"{count if count >= 0 else '-'}{'' if value < lowest + 1e-6 else ' *'}" for count, value in found)


COLUMNS = ("lbfgs", "L-BFGS-B", "optax", "torch", "bfgs", "scaled", "scipy", "optimistix", "nonlinear_cg", "scipy CG")


def lane(rule: Rule, lanes: int = 16, **options: Any) -> float:
    """Seconds of one evaluation of one lane on digits, full batch."""
    job = Job(find("digits", **options), [Entry(rule.name, (rule,))], range(lanes), EVALUATIONS, "full", judgements=1)
    return task.seconds(Run(job).compile().run, 2) / lanes / EVALUATIONS


def beside_scipy(few: int = 3) -> tuple[float, float]:
    """Seconds of a training by L-BFGS of logistic regression on digits: as one of 1,024 lanes, and by scipy on the same rows."""
    job = Job(find("digits", hidden="none"), [Entry("lbfgs", (LBFGS(),))], range(LANES), EVALUATIONS, "full", judgements=1)
    each = task.seconds(Run(job).compile().run, 1) / LANES
    f, start = of("digits", hidden="none")
    both = jax.jit(jax.value_and_grad(f))

    def numbers(x: Any) -> tuple[float, np.ndarray]:
        value, slope = both(jnp.asarray(x, "float32"))
        return float(value), np.asarray(slope, float)

    def all_of_them() -> None:
        for _ in range(few):
            options = {"maxfun": EVALUATIONS, "maxiter": EVALUATIONS, "ftol": 0, "gtol": 0}
            scipy.optimize.minimize(numbers, start, jac=True, method="L-BFGS-B", options=options)

    return each, task.seconds(all_of_them, 2) / few


def report(console: Console) -> None:
    """The table of evaluations, and the time of lanes."""
    table = Table(title=f"Gradients until none of its numbers is above {SMALL:g}; *: in another minimum, or not arrived")
    for name in ("", *COLUMNS):
        table.add_column(name, justify="right" if name else "left")
    for row in evaluations():
        table.add_row(*row)
    console.print(table)
    for name, options in (("a 64-32-10 net", {"hidden": (32,)}), ("logistic regression", {"hidden": "none"})):
        plain, searched = lane(SGD(0.1), **options), lane(LBFGS(), **options)
        console.print(
            f"digits, all rows, {name}: an evaluation of lbfgs takes {searched / plain:.2f} times one of sgd (asked: 1.5)"
        )
    each, alone = beside_scipy()
    console.print(f"logistic regression, {LANES:,} lanes of lbfgs: a training takes 1/{alone / each:.1f} of scipy's (asked: 1/30)")
