"""What is trained at full length: each rule at rates around its best one, with every schedule; and who races at the end."""

from collections.abc import Mapping, Sequence

import numpy as np

from descend import schedules
from descend.core.numeric.statistics import iqm
from descend.rules import Rule
from descend.store.tuning import Plateau, Setting

from .program import Pair

AROUND = 2.5  # times smaller, and larger, than the short trainings' best rate


def pairs(plateau: Plateau, count: int, names: Sequence[str]) -> list[Pair]:
    """So many pairs of a learning rate and a schedule: every schedule with the rates around the best one."""
    best = plateau.learning_rate or plateau.rates[0]
    each = max(1, count // len(names))
    factors = AROUND ** np.linspace(-1, 1, each) if each > 1 else np.ones(1)
    rates = [float(f"{best * factor:.2g}") for factor in factors]
    found = [(rate, name) for name in names for rate in rates]
    return (found + found[-1:] * count)[:count]


def setting(rule: str, pair: Pair, loss: np.ndarray, diverged: np.ndarray) -> Setting:
    """What a pair came to, from its losses and which of them diverged (seeds,)."""
    finite = np.where(np.isfinite(loss) & ~diverged, loss, np.inf)
    mean = float(iqm(finite))
    good = np.isfinite(mean)
    return Setting(rule, *pair, mean if good else None, float(np.std(loss)) if good else None, float(diverged.mean()))


def finalists(ranked: Sequence[Setting], most: int) -> list[Setting]:
    """The best setting of each rule, of the best so many rules."""
    best: dict[str, Setting] = {}
    for each in ranked:
        if each.loss is not None and each.rule not in best:
            best[each.rule] = each
    return list(best.values())[:most]


def rule(each: Setting, rules: Mapping[str, Rule], steps: int) -> Rule:
    """The rule of a setting, with its schedule over so many steps."""
    return rules[each.rule].with_rate(schedules.around(each.schedule, each.learning_rate, steps))
