"""What a problem is: a start, a loss, data and what to measure."""

import copy
import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, TypeVar, dataclass_transform

import jax
import jax.numpy as jnp

from descend.core.calls import check_init
from descend.core.errors import BadValue
from descend.core.registry import Registry

T = TypeVar("T")
PROBLEMS: Registry[Any] = Registry("problem")
Bounds = tuple[tuple[float, float], ...]


class Data(NamedTuple):
    """Rows in three parts: pytrees (say (x, y)) of arrays that share their first axis.

    Training rows move weights, validation rows choose settings and stop trainings, test rows give the verdict. Where a part
    is None the one before it serves.
    """

    train: Any  # of a problem that is `endless`: a few rows as examples
    validation: Any = None
    test: Any = None

    @property
    def rows(self) -> int:
        """How many training rows there are."""
        return len(jax.tree.leaves(self.train)[0])

    @property
    def tuning(self) -> Any:
        """The rows that choose settings."""
        return self.train if self.validation is None else self.validation

    @property
    def judging(self) -> Any:
        """The rows that give the verdict."""
        return self.tuning if self.test is None else self.test


class Problem:
    """Something to minimise. Subclasses are frozen dataclasses whose fields are the options a person may set.

    A problem is a pytree, as rules are: its `numbers`, its start and a problem that it holds are leaves or have them, so they can
    be traced, differentiated and stacked; all else is structure.

    - `data`: a Data, or None where the loss needs none
    - `init(key)`: the parameters (a tree of float arrays) and aux (state that is not trained: averages and the like)
    - `loss(params, aux, batch, key)`: the scalar to descend, and the new aux; batch is some rows of data.train
    - `evaluate(params, aux, batch)`: noise-free scalars by name, "loss" always, "accuracy" where there are classes

    `batch` and `steps` are the defaults of a race ("full": every row at every step). `random_start` says whether init
    uses its key, `noisy` whether the loss does. `optimum` (a point and its value), `bounds` (one (low, high) a coordinate)
    serve drawing. `numbers` names the options that may differ from lane to lane: loss, evaluate, snapshot and watch meet
    them as arrays then, so no `if` may ask for their values (`absent` asks whether one is a plain 0).

    What the lab draws: `plane`, `on_plane` and `floor`; `sliders`, for numbers whose slider is not their whole range; `movable`
    says whether a person may set the start, `goal` is a loss worth reaching.

    Optional: `residuals`, or `outputs`, for Gauss-Newton; `draw`, where rows never end (`endless`); `layers` and `watch`, for the
    health of networks; `snapshot`, for
    pictures of the trained weights.
    """

    name: ClassVar[str]
    batch: ClassVar[int | str] = "full"
    steps: ClassVar[int] = 100
    random_start: ClassVar[bool] = True
    endless: ClassVar[bool] = False
    numbers: ClassVar[tuple[str, ...]] = ()
    sliders: ClassVar[Mapping[str, tuple[float, float, str]]] = {}  # by number: lowest, highest, "linear" or "log"
    movable: ClassVar[bool] = False
    goal: ClassVar[float | None] = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        jax.tree_util.register_pytree_with_keys(cls, _flatten, _unflatten)

    @cached_property
    def data(self) -> Data | None:
        """The rows, loaded once."""
        return None

    @property
    def resplits(self) -> bool:
        """Whether every seed parts the rows in a way of its own: then the split is part of what chance does."""
        return False

    def resplit(self, seed: int) -> Data | None:
        """The rows as the trainings of this seed see them: as many in each part, and of the same shapes, for every seed."""
        return self.data

    @property
    def title(self) -> str:
        """What it is called in pictures and reports."""
        return self.name

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes by name, in the order of their numbers; none where there are no classes."""
        return ()

    @property
    def noisy(self) -> bool:
        """Whether the loss draws chance from its key, as dropout does."""
        return False

    def plane(self) -> tuple[Bounds, tuple[int, ...]] | None:
        """The part worth drawing: (low, high) of each of one or two axes, and which of the parameters, as one vector, these are."""
        return None

    def on_plane(self, point: Any) -> Any:
        """The parameters at a point of `plane`, a vector of as many numbers as it has axes."""
        return point

    @property
    def floor(self) -> float | None:
        """The lowest loss there is, where it is known."""
        best = getattr(self, "optimum", None)
        return None if best is None else best[1]

    def at(self, numbers: Mapping[str, Any]) -> "Problem":
        """This problem with other values of some of its `numbers`, arrays among them; they are not checked."""
        other = copy.copy(self)
        other.__dict__.update(numbers)
        return other

    def init(self, key: jax.Array) -> tuple[Any, Any]:
        """The parameters and aux that a lane of this key starts from."""
        raise NotImplementedError

    def loss(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> tuple[jax.Array, Any]:
        """The loss to descend on a batch, and the new aux; the squares of the residuals, added up, unless it is given."""
        residuals = self.residuals(params, aux, batch, key)
        if residuals is None:
            raise NotImplementedError
        return sum_of_squares(residuals), aux

    def residuals(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> Any:
        """Numbers, an array or a tree of arrays, whose squares add up to the loss; None where the loss is no such sum."""
        return None

    def outputs(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> tuple[Any, Callable[[Any], Any]] | None:
        """A tree of outputs, and the convex function of them that the loss is: residuals and the sum of their squares.

        None where the loss has no such form, or curves nowhere as a function of the outputs.
        """
        residuals = self.residuals(params, aux, batch, key)
        return None if residuals is None else (residuals, sum_of_squares)

    def evaluate(self, params: Any, aux: Any, batch: Any) -> dict[str, jax.Array]:
        """Scalars that judge the parameters on a batch, without noise."""
        raise NotImplementedError

    def draw(self, key: jax.Array, rows: int) -> Any:
        """So many fresh training rows, like those of data.train: for problems that are endless."""
        raise NotImplementedError

    def layers(self, params: Any) -> dict[str, Any]:
        """Disjoint parts of the parameters by name, whose norms are watched one by one; other trees like them have the same."""
        return {"all": params}

    def watch(self, params: Any, aux: Any, batch: Any) -> dict[str, jax.Array]:
        """Shares in [0, 1] by name, (layers,) each, NaN for layers that have none: "dead" relus, "saturated" units."""
        return {}

    def snapshot(self, params: Any, aux: Any, batch: Any) -> dict[str, jax.Array]:
        """Arrays by name for pictures of the weights, judged on a batch: "confusion" (classes, classes), rows being the
        true class; "field" (values, n, n), outputs over `bounds` of problems with two features, x2 along the rows."""
        return {}

    def weights(self, params: Any, aux: Any) -> Any:
        """Trained parameters in the form that they leave in: the tree of parameters itself, unless a framework has another."""
        return params

    def model(self, params: Any, aux: Any) -> Any:
        """A model of a person's own framework with these parameters. BadValue where there is none."""
        raise BadValue(f"{self.title} is no model of a framework: race.best().weights() are its parameters")


class _Structure:
    """A problem without its leaves: equal for two of one class whose other fields are equal."""

    def __init__(self, problem: Problem, leaves: tuple[str, ...]):
        self.problem, self.leaves = problem, leaves
        fields = dataclasses.fields(problem) if dataclasses.is_dataclass(problem) else None
        rest = fields and tuple((f.name, getattr(problem, f.name)) for f in fields if f.compare and f.name not in leaves)
        self.rest = id(problem) if rest is None else rest

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Structure) or type(self.problem) is not type(other.problem):
            return False
        return self.leaves == other.leaves and (self.problem is other.problem or _same(self.rest, other.rest))

    def __hash__(self) -> int:
        return hash((type(self.problem), self.leaves))


def _same(one: Any, other: Any) -> bool:
    """Whether the values of fields are equal; arrays among them are not compared, but must be the same."""
    try:
        return bool(one == other)
    except ValueError:  # of an array, which has no single truth
        return False


def _flatten(problem: Problem) -> tuple[list[tuple[Any, Any]], _Structure]:
    names = tuple(n for n, value in vars(problem).items() if n in (*problem.numbers, "start") or isinstance(value, Problem))
    return [(jax.tree_util.GetAttrKey(name), vars(problem)[name]) for name in names], _Structure(problem, names)


def _unflatten(structure: _Structure, leaves: Any) -> Problem:
    """A problem with other leaves, unchecked: JAX may put anything in their place."""
    return Problem.at(structure.problem, dict(zip(structure.leaves, leaves, strict=True)))


def sum_of_squares(tree: Any) -> Any:
    """The squares of all numbers of a tree of arrays, added up."""
    return sum(jnp.sum(jnp.square(a)) for a in jax.tree.leaves(tree))


def absent(number: Any) -> bool:
    """Whether an option is a plain 0, so that what it weighs need not be computed; a lane's own number never is."""
    return isinstance(number, int | float) and number == 0


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def problem(name: str) -> Callable[[type[T]], type[T]]:
    """A class decorator: the class becomes a frozen dataclass (its fields: options) and an entry of PROBLEMS."""

    def make(cls: type[T]) -> type[T]:
        made = dataclass(frozen=True)(cls)
        check_init(made, cls.__name__)
        return PROBLEMS.add(name)(made)

    return make
