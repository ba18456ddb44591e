"""Names for classes: what the command line lists, the contract suites run over and the reference pages are made from."""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from .errors import UnknownName
from .language.messages import Message

T = TypeVar("T", bound=type)


class Registry(Generic[T]):
    """Classes by name, in the order in which they were added.

    Iterating gives the names; `registry[name]` raises UnknownName with the nearest name.
    """

    def __init__(self, kind: str):
        self.kind = kind
        self._classes: dict[str, T] = {}

    def add(self, name: str) -> Callable[[T], T]:
        """A class decorator that enters the class under `name` and writes the name into it."""

        def enter(cls: T) -> T:
            entered: Any = cls
            entered.name = name
            self._classes[name] = cls
            return cls

        return enter

    def with_entry(self, name: str, cls: T) -> "Registry[T]":
        """Another registry that has this class too."""
        other: Registry[T] = Registry(self.kind)
        other._classes = {**self._classes, name: cls}
        return other

    def __getitem__(self, name: str) -> T:
        if name not in self._classes:
            raise UnknownName(Message(f"kind-{self.kind}", self.kind), name, self)
        return self._classes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __len__(self) -> int:
        return len(self._classes)

    def values(self) -> list[T]:
        """The classes, in the order in which they were added."""
        return list(self._classes.values())
