"""A schedule: a value that depends on the step. Steps count from 0: the first update uses the value at step 0."""

import dataclasses
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, dataclass_transform

from descend.core import hyper
from descend.core.registry import Registry

T = TypeVar("T")
SCHEDULES: Registry[Any] = Registry("schedule")


class Schedule:
    """A pure function of the step whose numbers are pytree leaves; any hyperparameter of a rule may be one.

    Calling it gives the value at a step, or at each of an array of steps (NumPy, JAX or torch).
    """

    name: ClassVar[str]
    depends_on_step: ClassVar[bool] = True  # by which hyperparameters know a schedule from any other function

    def __post_init__(self) -> None:
        hyper.check(self)
        hyper.make_plain(self)
        self.validate()

    def validate(self) -> None:
        """Raise BadValue where fields that are each in their range do not go together."""

    @classmethod
    def around(cls, learning_rate: Any, steps: int | float, **given: Any) -> "Schedule":
        """The schedule with learning_rate as its constant, starting or peak value, ready after `steps` steps.

        Fields in `given` are taken as they are, and those that follow from them are adapted.
        """
        raise NotImplementedError

    def __call__(self, step: Any) -> Any:
        """The value at `step` (0, 1, 2, ...; a number or an array, whole or not)."""
        raise NotImplementedError


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def schedule(name: str) -> Callable[[type[T]], type[T]]:
    """A class decorator: the class becomes a frozen dataclass, a pytree and an entry of SCHEDULES."""

    def make(cls: type[T]) -> type[T]:
        return SCHEDULES.add(name)(hyper.pytree(cls))

    return make
