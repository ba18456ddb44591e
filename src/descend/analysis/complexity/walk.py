"""A walk over a traced program: what each equation costs, how often it runs, and whose parameters it multiplies with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from jax.extend.core import ClosedJaxpr, Jaxpr, Literal

from . import operations
from .products import CONSTANT, Origin, Product, product


@dataclass
class Walk:
    """The cost of a program, gathered while walking over it; `captured` is what constants inside it are made of."""

    captured: Origin = CONSTANT
    products: list[Product] = field(default_factory=list)
    operations: int = 0
    unknown: dict[str, None] = field(default_factory=dict)  # what could not be counted, in words, in order

    @property
    def macs(self) -> int:
        """Multiply-accumulates in all."""
        return sum(each.macs * each.times for each in self.products)

    def program(self, closed: ClosedJaxpr, origins: Sequence[Origin], times: int = 1) -> list[Origin]:
        """Walk over a program whose inputs are made of `origins`; what its results are made of."""
        return self._open(
            closed.jaxpr, [self.captured if getattr(c, "ndim", 0) else CONSTANT for c in closed.consts], origins, times
        )

    def _open(self, jaxpr: Jaxpr, captured: Sequence[Origin], origins: Sequence[Origin], times: int) -> list[Origin]:
        known: dict[Any, Origin] = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*captured, *origins], strict=True))

        def of(variable: Any) -> Origin:
            return CONSTANT if isinstance(variable, Literal) else known[variable]

        for equation in jaxpr.eqns:
            results = self._equation(equation, [of(v) for v in equation.invars], times)
            known.update(zip(equation.outvars, results, strict=True))
        return [of(v) for v in jaxpr.outvars]

    def _equation(self, equation: Any, origins: list[Origin], times: int) -> list[Origin]:
        name, params = equation.primitive.name, equation.params
        if name == "scan":
            return self._scan(params, origins, times)
        if name == "while":
            return self._while(params, origins, times)
        if name == "cond":
            return self._branches(params["branches"], origins[1:], times)
        inner = _inner_program(params, len(origins))
        if inner is not None and name not in operations.REDUCTIONS:
            return self.program(inner, origins, times)
        return [self._leaf(equation, origins, times)] * len(equation.outvars)

    def _scan(self, params: dict[str, Any], origins: list[Origin], times: int) -> list[Origin]:
        fixed, carried = params["num_consts"], params["num_carry"]
        origins = self._fixed_point(params["jaxpr"], origins, slice(fixed, fixed + carried))
        return self.program(params["jaxpr"], origins, times * params["length"])

    def _while(self, params: dict[str, Any], origins: list[Origin], times: int) -> list[Origin]:
        asks, moves = params["cond_nconsts"], params["body_nconsts"]
        body = self._fixed_point(params["body_jaxpr"], origins[asks:], slice(moves, None))
        self.unknown["a loop of unknown length is counted once"] = None
        self.program(params["cond_jaxpr"], origins[:asks] + body[moves:], times)
        return self.program(params["body_jaxpr"], body, times)

    def _fixed_point(self, body: ClosedJaxpr, origins: list[Origin], carried: slice) -> list[Origin]:
        """What a loop's inputs are made of, when what it carries has gone round."""
        while True:
            results = Walk(self.captured).program(body, origins)
            before = origins[carried]
            after = [union(pair) for pair in zip(before, results, strict=False)]
            if after == before:
                return origins
            origins = [*origins[: carried.start], *after, *origins[carried.start + len(after) :]]

    def _branches(self, branches: Sequence[ClosedJaxpr], origins: list[Origin], times: int) -> list[Origin]:
        """The dearest branch is counted."""
        walks = [Walk(self.captured) for _ in branches]
        results = [walk.program(branch, origins, times) for walk, branch in zip(walks, branches, strict=True)]
        dearest = max(walks, key=lambda walk: (walk.macs, walk.operations))
        self.products += dearest.products
        self.operations += dearest.operations
        self.unknown |= dearest.unknown
        return [union(each) for each in zip(*results, strict=True)]

    def _leaf(self, equation: Any, origins: list[Origin], times: int) -> Origin:
        name = equation.primitive.name
        macs = operations.macs(equation)
        if macs is not None or (name == "gather" and origins[0] and origins[1] is None):
            self.products.append(product(equation, origins, macs or 0, times))
        else:
            count = operations.operations(equation)
            if count is None:
                self.unknown[f"{name} is not counted"] = None
            self.operations += times * (count or 0)
        return union(origins)


def union(origins: Sequence[Origin]) -> Origin:
    """What a value computed from others is made of."""
    return None if any(m is None for m in origins) else frozenset().union(*(m for m in origins if m))


def _inner_program(params: dict[str, Any], inputs: int) -> ClosedJaxpr | None:
    """The program that an equation calls with its own inputs, where it does that."""
    for value in params.values():
        if isinstance(value, ClosedJaxpr | Jaxpr):
            closed = value if isinstance(value, ClosedJaxpr) else ClosedJaxpr(value, ())
            if len(closed.jaxpr.invars) == inputs and not closed.jaxpr.constvars[len(closed.consts) :]:
                return closed
    return None
