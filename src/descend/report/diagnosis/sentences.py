"""What is said of a race's table of health: at the learning rates of the leaderboard, then at the others that were tried."""

import numpy as np
import pyarrow as pa

from .data import Health, health_by_entrant
from .findings import WHOLE, Finding, findings

HEALTHY = "all layers look healthy: no idle units, no vanishing or exploding gradients, steps of normal length"
HEALTHY_WHOLE = "all looks healthy: weights and gradients stay finite, and steps have a normal length"
OTHERS = "the other learning rates tried show no idle units and no vanishing or exploding gradients or weights, either"
OTHERS_WHOLE = "gradients and weights do not explode at the other learning rates tried, either"
TRIED = ("dead", "saturated", "gradients", "weights")  # told of the others: the lengths of steps follow the rate itself


def describe(health: pa.Table | None) -> list[str]:
    """All that is said of a table of health (see store.RaceResult): what it shows, and in words where it shows nothing."""
    watched = [] if health is None else health_by_entrant(health)
    chosen, others = _at_chosen(watched), _at_others(watched)
    layered = any(entrant.layers != WHOLE for entrant in watched)
    healthy, besides = (HEALTHY, OTHERS) if layered or not watched else (HEALTHY_WHOLE, OTHERS_WHOLE)
    if all(entrant.chosen for entrant in watched):
        return chosen or [healthy]
    well = f"at the learning rates of the leaderboard, {healthy}"
    return chosen + others if chosen else [well, *(others or [besides])]


def sentences(health: pa.Table | None) -> list[str]:
    """What a table of health shows, entrant by entrant, then what only other learning rates show; nothing where all is well."""
    watched = [] if health is None else health_by_entrant(health)
    return _at_chosen(watched) + _at_others(watched)


def _at_chosen(watched: list[Health]) -> list[str]:
    return [finding.words() for entrant in watched if entrant.chosen for finding in findings(entrant)]


def _at_others(watched: list[Health]) -> list[str]:
    """For each rule and kind that its chosen learning rate does not show: the nearest rate that shows it, and how many more do."""
    own = {entrant.rule: entrant for entrant in watched if entrant.chosen}
    seen: dict[tuple[str, str], list[Finding]] = {}
    for finding in (finding for entrant in watched if not entrant.chosen for finding in findings(entrant)):
        seen.setdefault((finding.health.rule, finding.kind), []).append(finding)
    known = {(rule, finding.kind) for rule, entrant in own.items() for finding in findings(entrant)}
    sentences = []
    for (rule, kind), found in seen.items():
        if (rule, kind) not in known and kind in TRIED:
            nearest = min(found, key=lambda each: _apart(each.health, own.get(rule)))
            also = f"; also at {len(found) - 1} more" if len(found) > 1 else ""
            sentences.append(nearest.words(f", in tuning{also}"))
    return sentences


def _apart(one: Health, other: Health | None) -> float:
    """How far apart two learning rates are, as a logarithm."""
    if other is None or not one.learning_rate or not other.learning_rate:
        return 0.0
    return abs(float(np.log(one.learning_rate / other.learning_rate)))
