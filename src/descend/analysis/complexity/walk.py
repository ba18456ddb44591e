"""A walk over a traced program: what each equation costs, how often it runs, and whose parameters it multiplies with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from jax.extend.core import ClosedJaxpr, Jaxpr, Literal

from . import operations
from .products import CONSTANT, Made, Product, product


@dataclass
class Walk:
    """The cost of a program, gathered while walking over it; `captured` is what constants inside it are made of."""

    captured: Made = CONSTANT
    products: list[Product] = field(default_factory=list)
    operations: int = 0
    unknown: dict[str, None] = field(default_factory=dict)  # what could not be counted, in words, in order

    @property
    def macs(self) -> int:
        """Multiply-accumulates in all."""
        return sum(each.macs * each.times for each in self.products)

    def program(self, closed: ClosedJaxpr, made: Sequence[Made], times: int = 1) -> list[Made]:
        """Walk over a program whose inputs are made of `made`; what its results are made of."""
        return self._open(closed.jaxpr, [self.captured if getattr(c, "ndim", 0) else CONSTANT for c in closed.consts], made, times)

    def _open(self, jaxpr: Jaxpr, captured: Sequence[Made], made: Sequence[Made], times: int) -> list[Made]:
        known: dict[Any, Made] = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*captured, *made], strict=True))

        def of(variable: Any) -> Made:
            return CONSTANT if isinstance(variable, Literal) else known[variable]

        for equation in jaxpr.eqns:
            results = self._equation(equation, [of(v) for v in equation.invars], times)
            known.update(zip(equation.outvars, results, strict=True))
        return [of(v) for v in jaxpr.outvars]

    def _equation(self, equation: Any, made: list[Made], times: int) -> list[Made]:
        name, params = equation.primitive.name, equation.params
        if name == "scan":
            return self._scan(params, made, times)
        if name == "while":
            return self._while(params, made, times)
        if name == "cond":
            return self._branches(params["branches"], made[1:], times)
        inner = _called(params, len(made))
        if inner is not None and name not in operations.REDUCTIONS:
            return self.program(inner, made, times)
        return [self._leaf(equation, made, times)] * len(equation.outvars)

    def _scan(self, params: dict[str, Any], made: list[Made], times: int) -> list[Made]:
        fixed, carried = params["num_consts"], params["num_carry"]
        made = self._settled(params["jaxpr"], made, slice(fixed, fixed + carried))
        return self.program(params["jaxpr"], made, times * params["length"])

    def _while(self, params: dict[str, Any], made: list[Made], times: int) -> list[Made]:
        asks, moves = params["cond_nconsts"], params["body_nconsts"]
        body = self._settled(params["body_jaxpr"], made[asks:], slice(moves, None))
        self.unknown["a loop of unknown length is counted once"] = None
        self.program(params["cond_jaxpr"], made[:asks] + body[moves:], times)
        return self.program(params["body_jaxpr"], body, times)

    def _settled(self, body: ClosedJaxpr, made: list[Made], carried: slice) -> list[Made]:
        """What a loop's inputs are made of, when what it carries has gone round."""
        while True:
            results = Walk(self.captured).program(body, made)
            before = made[carried]
            after = [joined(pair) for pair in zip(before, results, strict=False)]
            if after == before:
                return made
            made = [*made[: carried.start], *after, *made[carried.start + len(after) :]]

    def _branches(self, branches: Sequence[ClosedJaxpr], made: list[Made], times: int) -> list[Made]:
        """The dearest branch is counted."""
        walks = [Walk(self.captured) for _ in branches]
        results = [walk.program(branch, made, times) for walk, branch in zip(walks, branches, strict=True)]
        dearest = max(walks, key=lambda walk: (walk.macs, walk.operations))
        self.products += dearest.products
        self.operations += dearest.operations
        self.unknown |= dearest.unknown
        return [joined(each) for each in zip(*results, strict=True)]

    def _leaf(self, equation: Any, made: list[Made], times: int) -> Made:
        name = equation.primitive.name
        macs = operations.macs(equation)
        if macs is not None or (name == "gather" and made[0] and made[1] is None):
            self.products.append(product(equation, made, macs or 0, times))
        else:
            count = operations.operations(equation)
            if count is None:
                self.unknown[f"{name} is not counted"] = None
            self.operations += times * (count or 0)
        return joined(made)


def joined(made: Sequence[Made]) -> Made:
    """What a value computed from others is made of."""
    return None if any(m is None for m in made) else frozenset().union(*(m for m in made if m))


def _called(params: dict[str, Any], inputs: int) -> ClosedJaxpr | None:
    """The program that an equation calls with its own inputs, where it does that."""
    for value in params.values():
        if isinstance(value, ClosedJaxpr | Jaxpr):
            closed = value if isinstance(value, ClosedJaxpr) else ClosedJaxpr(value, ())
            if len(closed.jaxpr.invars) == inputs and not closed.jaxpr.constvars[len(closed.consts) :]:
                return closed
    return None
