"""Calls of public functions and classes: a wrong argument is told by its name, before anything is done."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from .errors import BadValue, UnknownName, short

P = ParamSpec("P")
T = TypeVar("T")


def check_calls(function: Callable[P, T]) -> Callable[P, T]:
    """The function; its call raises UnknownName for a keyword that it does not take, BadValue for one too many or too few."""
    signature = inspect.signature(function)
    name = function.__name__

    @functools.wraps(function)
    def call(*arguments: P.args, **named: P.kwargs) -> T:
        check(signature, f"{name}()", arguments, named)
        return function(*arguments, **named)

    return call


def check(signature: inspect.Signature, what: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
    """Raise BadInput where a call of `what` does not fit its signature."""
    known = [each.name for each in signature.parameters.values() if each.kind is not each.VAR_KEYWORD]
    if len(known) == len(signature.parameters):
        for name in named:
            if name not in known:
                raise UnknownName(f"argument of {what}", name, [each for each in known if each != "self"])
    try:
        signature.bind(*arguments, **named)
    except TypeError as error:
        raise BadValue(f"{what}: {error}; it takes {', '.join(each for each in known if each != 'self')}") from None


def check_init(cls: Any, what: str) -> None:
    """Check the calls that make a dataclass; `what` it is called in the error."""
    own = cls.__init__
    signature = inspect.signature(own)

    @functools.wraps(own)
    def init(self: Any, *arguments: Any, **named: Any) -> None:
        check(signature, what, (self, *arguments), named)
        own(self, *arguments, **named)

    cls.__init__ = init


def own_function(what: str, function: Callable[..., T], *arguments: Any) -> T:
    """What a person's own function returns; BadValue, raised from its own error, says which one failed and how."""
    try:
        return function(*arguments)
    except Exception as error:
        raise BadValue(f"{what} raised {type(error).__name__}: {short(error, str)}; its own traceback is above") from error


def function_or_none(what: str, value: Any, takes: str) -> None:
    """Raise BadValue for what is neither a function nor None."""
    if value is not None and not callable(value):
        raise BadValue(f"{what} is {short(value)}, must be a function of {takes}, or left out")
