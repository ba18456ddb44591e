"""The view Functions: activations with their slopes, losses, and schedules, as curves over one number."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from descend.core.errors import UnknownName
from descend.core.language.messages import Message
from descend.problems import ACTIVATIONS
from descend.problems.networks import losses
from descend.schedules import SCHEDULES, around

from . import checks
from .frames import Frame

POINTS = 481
Curve = Callable[[Any, Mapping[str, Any]], Any]  # of one number and the group's numbers


@dataclass(frozen=True)
class Group:
    """Curves that share an axis: their functions by name, where the axis begins and ends, and numbers with (low, default, high)."""

    curves: Mapping[str, Curve]
    span: tuple[float, float]
    numbers: Mapping[str, tuple[float, float, float]]
    first: tuple[str, ...]  # the curves shown at first


def _asymmetric(error: Any, numbers: Mapping[str, Any]) -> Any:
    return losses.asymmetric(error, 0.0, numbers["profit"], numbers["cost"])


def _activation(name: str) -> Curve:
    return lambda x, numbers: ACTIVATIONS[name](x)


def _schedule(name: str) -> Curve:
    return lambda x, numbers: around(name, numbers["learning_rate"], numbers["steps"])(x)


def _entropy(label: int) -> Curve:
    return lambda logit, numbers: losses.softmax_cross_entropy(jnp.stack([logit, jnp.zeros_like(logit)])[None], jnp.array([label]))


GROUPS: dict[str, Group] = {
    "activations": Group(
        {name: _activation(name) for name in ACTIVATIONS},
        (-5.0, 5.0),
        {},
        ("sigmoid", "tanh", "relu"),
    ),
    "errors": Group(
        {"squared": lambda x, n: losses.mse(x, 0.0), "absolute": lambda x, n: losses.mae(x, 0.0), "asymmetric": _asymmetric},
        (-2.0, 2.0),
        {"profit": (0.0, 3.0, 10.0), "cost": (0.0, 0.5, 10.0)},
        ("squared", "absolute", "asymmetric"),
    ),
    "entropies": Group({"this_class": _entropy(0), "other_class": _entropy(1)}, (-6.0, 6.0), {}, ("this_class", "other_class")),
    "schedules": Group(
        {name: _schedule(name) for name in SCHEDULES},
        (0.0, 1.0),
        {"learning_rate": (1e-4, 0.1, 1.0), "steps": (10.0, 100.0, 1000.0)},
        ("exponential", "cosine", "one_cycle", "warmup_stable_decay"),
    ),
}


def options() -> list[dict[str, Any]]:
    """What may be chosen: each group's curves, numbers, and the curves shown at first."""
    return [
        {
            "name": name,
            "curves": list(group.curves),
            "first": group.first,
            "numbers": [{"name": n, "low": a, "default": b, "high": c} for n, (a, b, c) in group.numbers.items()],
        }
        for name, group in GROUPS.items()
    ]


@dataclass(frozen=True)
class Selection:
    """What is drawn: a group, the names of its curves, its numbers, the ends of the axis, and where on it the cursor stands."""

    group: str
    names: tuple[str, ...]
    numbers: Mapping[str, float]
    ends: tuple[float, float]
    at: float

    @property
    def x(self) -> np.ndarray:
        """Where the curves are worked out: (481,)."""
        return np.linspace(*self.ends, POINTS, dtype=np.float32)


def selection(message: Any) -> Selection:
    """The state {"group": name, "names": [...], "values": {...}, "at": number} that a page sent.

    Raises BadInput for what cannot be shown.
    """
    state = checks.mapping("state", message, ("group", "names", "values", "at"))
    group_name = checks.word("group", state.get("group", "activations"), 40)
    if group_name not in GROUPS:
        raise UnknownName(Message("kind-group", "group of functions"), group_name, GROUPS)
    group = GROUPS[group_name]
    values = checks.mapping("values", state.get("values") or {}, group.numbers)
    numbers = {n: checks.number(n, values.get(n, default), low, high) for n, (low, default, high) in group.numbers.items()}
    names = [
        checks.word(f"names[{i}]", name, 40) for i, name in enumerate(checks.items("names", state.get("names", group.first), 12))
    ]
    for name in names:
        if name not in group.curves:
            raise UnknownName(Message("kind-curve", "curve of {group}", group=group_name), name, group.curves)
    low, high = (0.0, 1.2 * numbers["steps"]) if group_name == "schedules" else group.span
    at = checks.number("at", state.get("at", (low + high) / 2), low, float(np.float32(high)))  # the page knows float32 ends
    return Selection(group_name, tuple(names), numbers, (low, high), at)


def pictures(selection: Selection) -> Iterator[Frame | None]:
    """The curves, and their slopes but for schedules; None after each, where one may stop.

    Arrays: "x" (481,), and for each curve "NAME" and "NAME.slope".
    """
    frame = Frame({"view": "functions", "group": selection.group, "names": selection.names})
    frame.array("x", selection.x)
    for name in selection.names:
        if selection.group == "schedules":
            y = GROUPS[selection.group].curves[name](selection.x, selection.numbers)
            frame.array(name, np.broadcast_to(np.asarray(y, float), selection.x.shape))
        else:
            y, slope = _curve(selection.group, name, selection.x, selection.numbers)
            frame.array(name, np.asarray(y))
            frame.array(f"{name}.slope", np.asarray(slope))
        yield None
    yield frame


@partial(jax.jit, static_argnums=(0, 1))
def _curve(group: str, name: str, x: Any, numbers: Mapping[str, Any]) -> tuple[Any, Any]:
    """Values and slopes (n,) of a curve at x (n,)."""
    curve = GROUPS[group].curves[name]
    return jax.vmap(jax.value_and_grad(lambda one: curve(one, numbers)))(x)
