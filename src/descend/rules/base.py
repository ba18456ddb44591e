"""What an update rule is: a few pure methods on one array, mapped here over a tree of parameters."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar, dataclass_transform

import jax

from descend.core import hyper
from descend.core.hyper import is_schedule
from descend.core.numeric.arrays import Array, clip, namespace, plain, where
from descend.core.registry import Registry
from descend.schedules import Schedule

from . import checks, dialects
from .floats import in_types_of, widen
from .oracle import Usage
from .signature import signature

T = TypeVar("T")
Slots = dict[str, Any]  # a rule's memory for one parameter array, by name
RULES: Registry[Any] = Registry("rule")
MEANINGS = {  # of slots by the symbols that papers give them
    "m": "first moment",
    "v": "second moment",
    "r": "second moment",
    "s": "second moment",
    "u": "second moment",
    "z": "place",
    "start": "place",
}
FAR = 4  # leads: an update lengthens a lead by less than this where the momentum is a third or more


class Rule:
    """An update rule. Subclasses state their moments for one array; trees are handled here.

    For one array (pure; NumPy, JAX or torch):

    - `init(w)`: the slots before the first update
    - `probe(w, slots, t)`: where the gradient is taken; w unless the rule looks ahead
    - `update(g, slots, w, t)`: the change of w and the new slots, at update t = 1, 2, ... as papers count
    - `readout(w, slots)`: the weights to evaluate and ship; w unless the rule averages
    - `follow(w, slots, old, new, t)`: w and slots after someone else moved the point of update t; only for rules whose slots
      hold weights too

    Hyperparameters may be schedules: `at(t)` gives the rule with the numbers of update t, and the `*_tree`
    methods call it, so that the four methods meet numbers.
    """

    name: ClassVar[str]
    dialects: ClassVar[dict[str, dict[str, Any]]] = {}  # by dialect, what differs from the defaults (see as_in)
    meanings: ClassVar[Mapping[str, str]] = {}  # of slots, where not as in MEANINGS (see slot_meaning)
    elementwise: ClassVar[bool] = False  # whether each number's update depends on that number's own g, slots and w alone

    def __post_init__(self) -> None:
        hyper.check(self, single=True)
        hyper.make_plain(self)
        checks.options(self, Rule)
        self.validate()

    def __str__(self) -> str:
        return signature(self)

    @classmethod
    def slot_meaning(cls, slot: str) -> str:
        """What a slot is: a "first moment" or "velocity" (an arrow), a "second moment" (squares) or another "place" (weights)."""
        return cls.meanings.get(slot, MEANINGS.get(slot, "first moment"))

    @property
    def velocity_is_step(self) -> bool:
        """Whether the velocity is itself the step, with the learning rate in it; elsewhere a step goes against it."""
        return False

    def validate(self) -> None:
        """Bring fields into one form; raise BadValue where fields that are each in their range do not go together."""

    @classmethod
    def as_in(cls, dialect: str, **hyperparameters: Any) -> "Rule":
        """The rule as "keras", "torch", "optax", "tf1" or its "paper" has it: defaults, place of epsilon, form; others override.

        A framework without a default learning rate leaves the rule's own. Raises BadInput (see dialects.settings).
        """
        return cls(**dialects.settings(cls, dialect, hyperparameters))

    def init(self, w: Array) -> Slots:
        """The slots of one array before the first update; an empty dict for a rule without memory."""
        return {}

    def probe(self, w: Array, slots: Slots, t: Any) -> Array:
        """The point, of w's shape, at which the gradient of update t is taken."""
        return w

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        """The change to add to w, and the slots after update t = 1, 2, ..."""
        raise NotImplementedError

    def readout(self, w: Array, slots: Slots) -> Array:
        """The weights, of w's shape, to evaluate and ship."""
        return w

    def follow(self, w: Array, slots: Slots, old: Array, new: Array, t: Any) -> tuple[Array, Slots]:
        """w and the slots once the point of update t, which the rule put at `old`, has been set to `new` from outside."""
        return (shift(w, old, new) if self.probes else new), slots

    @property
    def probes(self) -> bool:
        """Whether the gradient is taken elsewhere than at w."""
        return type(self).probe is not Rule.probe

    @property
    def ships(self) -> bool:
        """Whether the weights to ship are others than w."""
        return type(self).readout is not Rule.readout

    @property
    def switches(self) -> bool:
        """Whether the weights to evaluate and ship are others than those that a framework trains."""
        return self.ships or (self.probes and not self.needs_oracle)

    @property
    def needs_oracle(self) -> bool:
        """Whether this rule, or one inside it, asks for more than one gradient at each update (see OracleRule)."""
        inside = (getattr(self, field.name) for field in dataclasses.fields(self))  # type: ignore[arg-type]
        return any(isinstance(value, Rule) and value.needs_oracle for value in inside)

    @property
    def rate(self) -> Any:
        """The learning rate, a number or a schedule; None for a rule that has none."""
        return getattr(self, "learning_rate", None)

    def with_rate(self, rate: Any) -> "Rule":
        """The same rule at another learning rate. The rule must have one."""
        return hyper.replace(self, learning_rate=rate)

    def at(self, t: Any) -> "Rule":
        """This rule with each schedule replaced by its value for update t (schedules count from 0, so at step t - 1)."""
        scheduled = {name: value for name, value in vars(self).items() if isinstance(value, Schedule)}
        return hyper.replace(self, **{name: plain(value(t - 1)) for name, value in scheduled.items()}) if scheduled else self

    def uses(self, steps: Any) -> Usage:
        """What the first so many updates ask of the loss."""
        return Usage(gradients=steps)

    def init_tree(self, params: Any) -> Any:
        """The slots of a tree: at the place of each array, its dict of slots. Of 16-bit parameters they are float32."""
        checks.parameters(self, params)
        return self.at(1)._init(widen(params))

    def probe_tree(self, params: Any, slots: Any, t: Any) -> Any:
        """Where the gradient of update t is taken: a tree like params."""
        if not self.probes:
            return params
        checks.memory(self, slots, params)
        return in_types_of(self.at(t)._probe(widen(params), slots, t), params)

    def update_tree(self, grads: Any, slots: Any, params: Any, t: Any) -> tuple[Any, Any]:
        """The change to add to each array of params, in its type, and the slots after update t = 1, 2, ...

        16-bit parameters are moved in float32, and gradients of another float type are taken in that of their parameter.
        Raises BadValue where grads, slots and params do not go together.
        """
        checks.parameters(self, params)
        checks.gradients(self, grads, params)
        checks.memory(self, slots, params)
        wide = widen(params)
        changes, slots = self.at(t)._update(in_types_of(grads, wide), slots, wide, t)
        return in_types_of(changes, params), slots

    def readout_tree(self, params: Any, slots: Any, t: Any = 0) -> Any:
        """The weights to evaluate and ship after t updates: a tree like params.

        Schedules, also those of rules inside, have their values of the last update, or of the first where there was none.
        """
        checks.memory(self, slots, params)
        return in_types_of(self._all_at(clip(t, 1, None))._readout(widen(params), slots), params)

    def _all_at(self, t: Any) -> "Rule":
        """This rule as of update t, and every rule inside it."""
        return jax.tree.map(lambda leaf: plain(leaf(t - 1)) if is_schedule(leaf) else leaf, self, is_leaf=is_schedule)

    def follow_tree(self, params: Any, slots: Any, old: Any, new: Any, t: Any) -> tuple[Any, Any]:
        """params and the slots once the points of update t have been set from `old` to `new` from outside: trees like params.

        A point that is where it was leaves its weights and slots as they are, to the last bit.
        """
        checks.memory(self, slots, params)
        wide = widen(params)
        w, slots = self.at(t)._follow(wide, slots, in_types_of(old, wide), in_types_of(new, wide), t)
        return in_types_of(w, params), slots

    # The five methods over trees whose 16-bit floats are float32 already; TreeRule has its own.

    def _init(self, params: Any) -> Any:
        return jax.tree.map(self.init, params)

    def _probe(self, params: Any, slots: Any, t: Any) -> Any:
        return jax.tree.map(lambda w, s: self.probe(w, s, t), params, slots)

    def _update(self, grads: Any, slots: Any, params: Any, t: Any) -> tuple[Any, Any]:
        leaves, structure = jax.tree.flatten(params)
        each = zip(structure.flatten_up_to(grads), structure.flatten_up_to(slots), leaves, strict=True)
        moved = [self.update(g, s, w, t) for g, s, w in each]
        return structure.unflatten([change for change, _ in moved]), structure.unflatten([s for _, s in moved])

    def _readout(self, params: Any, slots: Any) -> Any:
        return jax.tree.map(self.readout, params, slots)

    def _follow(self, params: Any, slots: Any, old: Any, new: Any, t: Any) -> tuple[Any, Any]:
        leaves, structure = jax.tree.flatten(params)
        each = zip(leaves, *map(structure.flatten_up_to, (slots, old, new)), strict=True)
        moved = [self.follow(w, s, a, b, t) for w, s, a, b in each]
        return structure.unflatten([w for w, _ in moved]), structure.unflatten([s for _, s in moved])


def shift(w: Array, old: Array, new: Array) -> Array:
    """w after its point, which leads it, has been set from `old` to `new`: moved as far.

    It is `new` itself where that takes the point back past w, as a projection does after every update, but not as far as
    weights that are loaded; and where w or `old` was no number.
    """
    way, lead = new - old, old - w
    back = (way * lead < 0) & (abs(way) >= abs(lead)) & (abs(way) <= FAR * abs(lead))
    moved = where(back, new, w + way)
    return where(namespace(moved).isfinite(moved), moved, new)


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def rule(name: str) -> Callable[[type[T]], type[T]]:
    """A class decorator: the class becomes a frozen dataclass, a pytree and an entry of RULES under `name`."""

    def make(cls: type[T]) -> type[T]:
        return RULES.add(name)(hyper.pytree(cls))

    return make
