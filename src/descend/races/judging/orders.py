"""In which order entrants stand by steps, by evaluations and by seconds, and whether that is one order."""
# ruff: noqa: RUF001 - Chinese has commas and colons of its own

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from descend.core.numeric.statistics import iqm
from descend.store.spending import FIRST, spent

from ..jobs import Parts
from ..specs.budget import MEASURES
from .comparison import ALIKE
from .cost import Cost
from .estimates import interval, nan_to_inf

APART = {"steps": 0.0, "evaluations": ALIKE, "seconds": 0.1}  # relative differences up to which two costs are about the same
REACHED = 0.8  # of what a cost allows: judged earlier than that, a loss says nothing of it
NAMES = 8  # entrants of which an order is told
_LOW, _HIGH, _MIDDLE = 0, 1, 2


@dataclass(frozen=True)
class Orders:
    """The names of the entrants of a verdict from best to worst by each measure, as far as it can be told, and the measures by
    which two of them stand clearly the other way round than by that of the race."""

    names: dict[str, list[str]]
    other: list[str]


def orders(board: Sequence[dict[str, Any]], parts: Parts, costs: Mapping[str, Cost], target: float | None, by: str) -> Orders:
    """In which orders the lines of a verdict stand, which are in rank order by the measure `by`."""
    told = {each: _to_target(board, each) if target is not None else _losses(board, parts, costs, each) for each in MEASURES}
    ranges = {each: found for each, found in told.items() if found is not None}
    names = [line["rule"] for line in board]
    found = {each: names if each == by else [names[i] for i in _order(mine)] for each, mine in ranges.items()}
    return Orders(found, [each for each, mine in ranges.items() if each != by and by in ranges and _differ(ranges[by], mine)])


def sentence(found: Orders, by: str) -> tuple[str, str] | tuple[None, None]:
    """The order by `by` and those that differ from it, in English and in Chinese; None where not all can be told."""
    if not found.other and len(found.names) < len(MEASURES):
        return None, None
    if not found.other:
        return "Steps, evaluations and seconds give the same order.", "按步数、求值次数和秒数计，名次相同。"
    groups: dict[tuple[str, ...], list[str]] = {}
    for each in (by, *found.other):
        groups.setdefault(tuple(found.names[each]), []).append(each)
    english = "; ".join(f"by {' and '.join(alike)} {_list(names)}" for names, alike in groups.items())
    chinese = "；".join(
        f"按{'和'.join(_CHINESE[each] for each in alike)}为 {_list(names, '、', ' 等')}" for names, alike in groups.items()
    )
    return f"The order depends on how cost is counted: {english}.", f"名次取决于代价的计法：{chinese}。"


_CHINESE = {"steps": "步数", "evaluations": "求值次数", "seconds": "秒数"}


def _list(names: Sequence[str], comma: str = ", ", more: str = " and others") -> str:
    return comma.join(names[:NAMES]) + (more if len(names) > NAMES else "")


def _to_target(board: Sequence[dict[str, Any]], by: str) -> np.ndarray | None:
    """The cost to the target of each line, as ranges (3, lines) within which another is about the same; infinite: never."""
    found = [spent(line, FIRST, by) for line in board]
    if any(each is None and line[FIRST] is not None for each, line in zip(found, board, strict=True)):
        return None
    values = np.array([np.inf if each is None else each for each in found], float)
    return np.stack([values, values * (1 + APART[by]), values])


def _losses(board: Sequence[dict[str, Any]], parts: Parts, costs: Mapping[str, Cost], by: str) -> np.ndarray | None:
    """The losses of each line, as ranges (3, lines), when all have cost as much as the training that cost least.

    None where some were last judged long before.
    """
    spending = {line["rule"]: _spending(line, costs, by) for line in board}
    common = min(float(spending[line["rule"]](line["steps"])) for line in board)
    found = []
    for line, records, row in parts.places(board):
        steps, losses = parts.homes[line["rule"]].judged(records, row)
        cost = np.asarray(spending[line["rule"]](np.minimum(steps, line["steps"])), float)
        last = int(np.searchsorted(cost, common * (1 + 1e-9), side="right")) - 1
        if cost[last] < REACHED * common:
            return None
        values = nan_to_inf(losses[:, last])
        middle = float(iqm(values))
        low, high = interval(values)
        found.append((min(low, middle), max(high, middle + ALIKE * abs(middle)), middle))
    return np.array(found).T


def _spending(line: Mapping[str, Any], costs: Mapping[str, Cost], by: str) -> Any:
    """What so many updates of a line cost."""
    if by == "steps":
        return lambda steps: steps * line["unit"]
    return lambda steps: costs[line["rule"]].of(by, steps)


def _order(ranges: np.ndarray) -> list[int]:
    return np.argsort(ranges[_MIDDLE], kind="stable").tolist()


def _differ(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two entrants are clearly apart in both ranges (3, lines), and the other way round."""
    return bool((_before(one) & _before(other).T).any())


def _before(ranges: np.ndarray) -> np.ndarray:
    """Which lines (lines, lines) are clearly before which."""
    return ranges[_HIGH][:, None] < ranges[_LOW][None, :]
