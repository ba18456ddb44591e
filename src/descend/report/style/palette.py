"""How rules are told apart: one colour and dash a rule, the same in every picture of a race, for the colour-blind too."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from matplotlib.lines import Line2D

from . import colours

DASHES: tuple[Any, ...] = ("-", (0, (5, 1.6)), (0, (1.3, 1.3)), (0, (6, 1.5, 1.3, 1.5)))
_MARKERS = ("o", "s", "^", "D")
_TEXTBOOK = ("sgd", "adam", "rmsprop", "momentum", "adadelta", "nesterov", "adagrad")  # in the order of the colours, solid
_VARIANTS = ("", "adamw", "rmsprop_nesterov", "ema_momentum", "", "nesterov_lookahead", "")  # of the rules above, dashed


@dataclass(frozen=True)
class Look:
    """A rule's colour, dash pattern and marker."""

    colour: str
    dash: Any
    marker: str


TOGETHER, LEADERS = 12, 8  # more rules than the first are not told apart in one panel: the best so many stand out then
REST = Look(colours.REST, "-", "")  # of the others


def key_line(look: Look) -> Line2D:
    """A look as a key shows it."""
    return Line2D([], [], color=look.colour, linestyle=look.dash, linewidth=1.4, marker=look.marker, markersize=4)


def assign_looks(ranked: Iterable[str]) -> dict[str, Look]:
    """A look for each rule, given in rank order: the textbook rules have theirs in every race, the others take what is left,
    the leaders first, each the colour least used so far."""
    free = [Look(colour, dash, marker) for (dash, marker), colour in product(zip(DASHES, _MARKERS, strict=True), colours.LINES)]
    named = {rule: look for rule, look in zip(_TEXTBOOK + _VARIANTS, free, strict=False) if rule}
    free.sort(key=lambda look: look in named.values())  # those of the named rules come last
    rules = list(dict.fromkeys(ranked))
    first = rules if len(rules) <= TOGETHER else rules[:LEADERS]
    taken: dict[str, Look] = {}
    for rule in sorted(rules, key=lambda rule: (rule not in first, rule not in named, rule)):
        used = Counter(look.colour for look in taken.values())
        left = [look for look in free if look not in taken.values()] or free
        taken[rule] = named.get(rule) or min(left, key=lambda look: (look in named.values(), used[look.colour]))
    return taken


def spotlight(ranked: Iterable[str]) -> dict[str, Look]:
    """As `assigned`; of many rules all but the leaders are thin and grey."""
    rules = list(dict.fromkeys(ranked))
    return assign_looks(rules) | dict.fromkeys(rules[LEADERS:] if len(rules) > TOGETHER else [], REST)


def spotlit(looks: dict[str, Look]) -> str:
    """What a spotlight shows, in words; nothing where every rule has its own look."""
    rest = sum(look is REST for look in looks.values())
    return f"in colour: the best {len(looks) - rest} of {len(looks)} rules; grey: the others" if rest else ""


def sizes(shapes: Sequence[np.ndarray], least: float, step: float, near: float = 0.003) -> list[float]:
    """Line widths or mark sizes for lines or points (n,) in rank order: `step` more for each better one that hides it.

    A shape hides one that is within `near` of it everywhere.
    """

    def before(n: int) -> int:
        return sum(
            one.shape == shapes[n].shape and np.allclose(one, shapes[n], rtol=0, atol=near, equal_nan=True) for one in shapes[:n]
        )

    return [least + step * min(before(n), 3) for n in range(len(shapes))]
