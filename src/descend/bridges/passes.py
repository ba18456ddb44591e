"""An update as few passes over lists of tensors, in place where nothing needs any more what stood there.

PyTorch makes `x += k a`, `x += k a b` and `x += k a / b` in one pass each. So what is used once stays a sum of such terms, and
numbers multiply each other, not arrays. The passes are written as a torch.fx graph, which is compiled to Python.
"""

from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import torch
from torch.fx import Graph, GraphModule, Proxy

from . import lists
from .tape import Lines

W = 1  # the parameter's place
LINEAR = {"add", "sub", "mul", "div"}
PRODUCTS = {"addcmul": "mul", "addcdiv": "div"}
Sum = tuple[dict[Any, Any], Any]  # the factor of each term: ("add", a), ("addcmul", a, b), ("addcdiv", a, b); a number or None


@lru_cache(maxsize=256)
def passes(lines: Lines) -> Callable[..., None]:
    """What makes the update in place, of its numbers and, for each input, a list of tensors; all of one type and device."""
    return _Passes(lines).compile()


class _Passes:
    """The graph, and the lists of tensors that it has made so far, by place; those in `own` are used once, so they may change."""

    def __init__(self, lines: Lines) -> None:
        self.lines, self.graph = lines, Graph()
        self.numbers: Any = Proxy(self.graph.placeholder("numbers"))
        self.lists: dict[Any, Any] = {i: Proxy(self.graph.placeholder(f"{name}{i}")) for i, name in enumerate(lines.inputs)}
        self.first, self.end = len(lines.inputs), len(lines.inputs) + len(lines.operations)
        self.own: set[int] = set()
        self.owner = self._owners()

    def compile(self) -> Callable[..., None]:
        ends = {slot: self._new_slot(slot, end) for slot, end in enumerate(self.lines.slots, W + 1)}
        for place in sorted({*self.owner.values()} - {self.end}):
            slot = next((slot for slot, end in ends.items() if end == place and self._last(slot) <= place), None)
            self.lists[place] = self._sum(self._form(place), slot)
        self._move()
        for slot, end in ends.items():
            if self.lists[end] is not self.lists[slot]:
                self._call("copy_", self.lists[slot], self.lists[end])
        self.graph.output(())
        return GraphModule({}, self.graph).forward

    def _owners(self) -> dict[int, int]:
        """For each operation that is of use, the place where it is worked out: where its result goes, if that is a single sum."""
        uses = Counter([self.lines.change, *self.lines.slots, *self.lines.slots])
        owner, user = {self.end: self.end}, {self.lines.change: self.end}
        for place in range(self.end - 1, self.first - 1, -1):
            if uses[place]:
                name, *inputs = self.lines.operations[place - self.first]
                owner[place] = owner[user[place]] if uses[place] == 1 and name in LINEAR else place
                uses.update(inputs)
                user.update(dict.fromkeys(inputs, place))
                if uses[place] == 1:
                    self.own.add(place)
        return owner

    def _last(self, slot: int) -> int:
        """The last place that needs what stood in a slot."""
        readers = [self.owner[p] for p in self.owner if p < self.end and slot in self.lines.operations[p - self.first][1:]]
        return self.end if slot == self.lines.change else max(readers, default=-1)

    def _new_slot(self, slot: int, end: int) -> int:
        """The place of a slot's new value; where that is another input, which may change before, of a copy."""
        if end in (0, slot) or end >= self.first:
            return end
        self.lists[-slot] = self._call("mul", self.lists[end], 1.0)
        return -slot

    def _move(self) -> None:
        """The parameter plus the change."""
        terms, number = self._form(self.lines.change)
        if any(W in term for term in terms if term[0] in PRODUCTS):
            terms, number = {("add", self._keep(self.end, (terms, number))): 1.0}, None
        self._sum(_plus(({("add", W): 1.0}, None), (terms, number)), W)

    def _form(self, place: int) -> Sum:
        """What stands at a place, as a sum."""
        if place in self.lists:
            return {("add", place): 1.0}, None
        name, *inputs = self.lines.operations[place - self.first]
        numbers: list[Any] = [None if p >= 0 else self.numbers[-1 - p] for p in inputs]
        match name, numbers:
            case "add", [_, None]:
                return _plus(self._form(inputs[0]), self._form(inputs[1]))
            case "add", [_, number]:
                return _plus(self._form(inputs[0]), ({}, number))
            case "sub", _:
                return _plus(self._form(inputs[0]), _scale(self._form(inputs[1]), -1.0))
            case "mul", [_, None]:
                (a, k), (b, c) = self._factor(inputs[0]), self._factor(inputs[1])
                return {("addcmul", a, b): _times(k, c)}, None
            case "mul", [_, number]:
                return _scale(self._form(inputs[0]), number)
            case "div", [None, None]:
                (a, k), (b, c) = self._factor(inputs[0]), self._divisor(inputs[1])
                return {("addcdiv", a, b): _times(k, c)}, None
            case "div", [None, number]:
                return _scale(self._form(inputs[0]), 1.0 / number)
            case "div", [number, None]:
                b, c = self._divisor(inputs[1])
                self.lists[place] = self._call("reciprocal", self.lists[b])
                return {("add", place): _times(number, c)}, None
        values = [self.lists[self._whole(p)] if p >= 0 else number for p, number in zip(inputs, numbers, strict=True)]
        self.lists[place] = self._call(name, *values)
        return {("add", place): 1.0}, None

    def _factor(self, place: int) -> tuple[int, Any]:
        """The place of an array, and what times it stands at a place."""
        terms, number = self._form(place)
        (name, a, *_), k = next(iter(terms.items()))
        if number is None and len(terms) == 1 and name == "add":
            return a, k
        return self._keep(place, (terms, number)), 1.0

    def _divisor(self, place: int) -> tuple[int, Any]:
        """The place of an array, and what divided into it stands at a place; so no number is divided by that may be zero."""
        if place not in self.lists:
            name, x, number = (*self.lines.operations[place - self.first], 0)[:3]
            if name == "div" and x >= 0 > number:
                a, k = self._divisor(x)
                return a, _times(k, self.numbers[-1 - number])
        return self._whole(place), 1.0

    def _whole(self, place: int) -> int:
        a, k = self._factor(place)
        return a if _is_one(k) else self._keep(place, ({("add", a): k}, None))

    def _keep(self, place: int, total: Sum) -> int:
        self.lists[place] = self._sum(total)
        return place

    def _sum(self, total: Sum, slot: int | None = None) -> Any:
        """The list of a sum: in the place of a slot that is among its terms alone, else in one of `own`, else in a new one."""
        terms, number = dict(total[0]), total[1]
        plain = [term[1] for term in terms if term[0] == "add"]
        products = [term for term in terms if term[0] in PRODUCTS]
        mine = [a for a in plain if a == slot or (a in self.own and not any(a in term for term in products))]
        if slot in mine and any(slot in term for term in products):
            mine.remove(slot)
        if plain:
            base = (mine or plain)[0]
            result, k = self.lists[base], terms.pop(("add", base))
        else:
            (name, a, b), k = next(iter(terms.items()))
            result = self._call(PRODUCTS[name], self.lists[a], self.lists[b])
            del terms[name, a, b]
        free = bool(mine) or not plain
        steps: list[Any] = [] if _is_one(k) else [("mul", (k,), {})]
        for (name, *factors), k in terms.items():
            steps.append((name, [self.lists[f] for f in factors], {} if _is_one(k) else {"alpha" if name == "add" else "value": k}))
        steps += [] if number is None else [("add", (number,), {})]
        for name, inputs, factor in steps:
            out = self._call(name + "_" * free, result, *inputs, **factor)
            result, free = result if free else out, True
        return result

    def _call(self, name: str, *given: Any, **factor: Any) -> Any:
        """A list from lists and numbers, by PyTorch's function for lists where it has one."""
        function = getattr(torch, f"_foreach_{name}", None)
        target, given = (function, given) if function else (lists.each, (name, *given))
        return self.numbers.tracer.create_proxy("call_function", target, given, factor)


def _plus(x: Sum, y: Sum) -> Sum:
    terms = dict(x[0])
    for term, k in y[0].items():
        terms[term] = terms[term] + k if term in terms else k
    return terms, y[1] if x[1] is None else x[1] if y[1] is None else x[1] + y[1]


def _scale(x: Sum, k: Any) -> Sum:
    return {term: _times(c, k) for term, c in x[0].items()}, None if x[1] is None else x[1] * k


def _times(a: Any, b: Any) -> Any:
    return b if _is_one(a) else a if _is_one(b) else a * b


def _is_one(k: Any) -> bool:
    return isinstance(k, float) and k == 1.0
