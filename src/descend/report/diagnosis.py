"""What the health of a network tells, in sentences: dead and saturated units, gradients that vanish or explode, odd step lengths.

The limits are rules of thumb. They are set where trouble is plain to see rather than where it begins.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from descend.core.text import rate

from .health_data import Health, rivals

DEAD = 0.2  # share of relus; in the CS231n notes ("Neural Networks Part 1") up to 0.4 die where learning rates are too high
SATURATED = 0.5  # share of sigmoid and tanh outputs; Glorot and Bengio (2010), section 3, show what it does to training
APART = 100.0  # between the gradients of the first and the last layer; Glorot and Bengio (2010), section 4.2.2
GROWN = 100.0  # times the weights' norm at the start; Pascanu, Mikolov and Bengio (2013), section 2, on explosion
USUAL = 1e-3  # updates over weights; CS231n notes ("Neural Networks Part 3")
LEAST, MOST = USUAL / 100, USUAL * 100
HEALTHY = "no layer shows anything unusual: no idle units, no gradients that vanish or explode, steps of a usual length"
OTHERS = "nor are there idle units, or gradients or weights that vanish or explode, at the other learning rates tried"
TRIED = ("dead", "saturated", "gradients", "weights")  # told of the others: the lengths of steps follow the rate itself


@dataclass(frozen=True)
class Finding:
    """What one rival shows of one kind ("dead", "saturated", "gradients", "weights" or "updates") at one learning rate."""

    rival: Health
    kind: str
    what: str

    def words(self, more: str = "") -> str:
        """A sentence without stop; `more` stands after the rule's name."""
        rated = "" if self.rival.learning_rate is None else f" at learning rate {rate(self.rival.learning_rate)}"
        return f"{self.what}{rated} ({self.rival.rule}{more})"


def told(health: pa.Table | None) -> list[str]:
    """All that is said of a table of health (see store.Race): what it shows, and in words where it shows nothing."""
    watched = [] if health is None else rivals(health)
    chosen, others = _at_chosen(watched), _at_others(watched)
    if all(rival.chosen for rival in watched):
        return chosen or [HEALTHY]
    well = f"at the learning rates of the leaderboard {HEALTHY}"
    return chosen + others if chosen else [well, *(others or [OTHERS])]


def sentences(health: pa.Table | None) -> list[str]:
    """What a table of health shows, rival by rival, then what is seen at other learning rates alone; nothing where all is well."""
    watched = [] if health is None else rivals(health)
    return _at_chosen(watched) + _at_others(watched)


def _at_chosen(watched: list[Health]) -> list[str]:
    return [finding.words() for rival in watched if rival.chosen for finding in findings(rival)]


def _at_others(watched: list[Health]) -> list[str]:
    """For each rule and kind that its chosen learning rate does not show: the nearest rate that shows it, and how many more do."""
    own = {rival.rule: rival for rival in watched if rival.chosen}
    seen: dict[tuple[str, str], list[Finding]] = {}
    for finding in (finding for rival in watched if not rival.chosen for finding in findings(rival)):
        seen.setdefault((finding.rival.rule, finding.kind), []).append(finding)
    known = {(rule, finding.kind) for rule, rival in own.items() for finding in findings(rival)}
    said = []
    for (rule, kind), found in seen.items():
        if (rule, kind) not in known and kind in TRIED:
            nearest = min(found, key=lambda each: _apart(each.rival, own.get(rule)))
            also = f"; also at {len(found) - 1} more" if len(found) > 1 else ""
            said.append(nearest.words(f", in tuning{also}"))
    return said


def _apart(one: Health, other: Health | None) -> float:
    """How far apart two learning rates are, as a logarithm."""
    if other is None or not one.learning_rate or not other.learning_rate:
        return 0.0
    return abs(float(np.log(one.learning_rate / other.learning_rate)))


def findings(rival: Health) -> Iterator[Finding]:
    """What a rival shows at its learning rate, one finding a kind."""
    lost = _not_finite(rival)
    vanished = "" if lost else _gradients(rival)
    kinds = {
        "dead": _idle(rival, rival.dead, DEAD, "relus dead"),
        "saturated": _idle(rival, rival.saturated, SATURATED, "outputs saturated"),
        "gradients": lost or vanished,
        "weights": "" if lost else _weights(rival),
        "updates": "" if lost or vanished else _updates(rival),
    }
    yield from (Finding(rival, kind, what) for kind, what in kinds.items() if what)


def _idle(rival: Health, shares: np.ndarray, limit: float, what: str) -> str:
    """The layer with the largest share at the last look, and the step from which it stays about that large."""
    last = np.array([each[np.isfinite(each)][-1] if np.isfinite(each).any() else 0.0 for each in shares])
    worst = int(np.argmax(last))
    if last[worst] < limit:
        return ""
    looked = np.isfinite(shares[worst])
    lasting = np.logical_and.accumulate((shares[worst][looked] >= 0.9 * last[worst])[::-1])[::-1]
    step = rival.steps[looked][int(np.argmax(lasting))]
    since = "from the start" if step == rival.steps[0] else f"from step {step:,}"
    others = int((last >= limit).sum()) - 1
    more = f" (and {others} more layer{'s' * (others > 1)} over {100 * limit:.0f} %)" if others else ""
    return f"{rival.layers[worst]}: {100 * last[worst]:.0f} % of {what} {since}{more}"


def _gradients(rival: Health) -> str:
    """Gradients that are lost or swell on their way from the last layer to the first, each compared at its largest.

    At its largest, since on a plateau the last layer's gradient is as small as any.
    """
    most = [float(each[np.isfinite(each)].max(initial=0.0)) for each in rival.gradients]
    if len(most) < 2 or not most[-1]:
        return ""
    if not most[0]:
        return f"no gradient reaches {rival.layers[0]}: it is 0 throughout"
    share = most[0] / most[-1]
    if share <= 1 / APART:
        return f"{rival.layers[0]}'s gradients are {_times(1 / share)} times smaller than {rival.layers[-1]}'s: they vanish"
    if share >= APART:
        return f"{rival.layers[0]}'s gradients are {_times(share)} times larger than {rival.layers[-1]}'s: they explode"
    return ""


def _weights(rival: Health) -> str:
    """Weights that grow without bound."""
    start = np.array([each[np.isfinite(each)][0] if np.isfinite(each).any() else np.nan for each in rival.weights])
    growth = np.divide(rival.weights, start[:, None], out=np.zeros(rival.weights.shape), where=start[:, None] > 0)
    layer, when = np.unravel_index(int(np.argmax(np.nan_to_num(growth))), growth.shape)
    if np.nan_to_num(growth)[layer, when] < GROWN:
        return ""
    return f"{rival.layers[layer]}'s weights grow {_times(growth[layer, when])}-fold by step {rival.steps[when]:,}: they explode"


def _updates(rival: Health) -> str:
    """Steps far from the usual length beside the weights, in the median over the first half of the updates.

    The first half, since steps may well be short where the minimum is near.
    """
    early = rival.ratio[:, rival.steps <= rival.steps[-1] / 2]
    layers = [i for i in range(len(rival.layers)) if np.isfinite(early[i]).any()]
    middle = np.array([np.nanmedian(early[i]) for i in layers])
    usual = f"where about {USUAL:g} is usual"
    if middle.size and middle.max() > MOST:
        name = rival.layers[layers[int(np.argmax(middle))]]
        return f"{name}'s updates are {middle.max():.2g} of its weights, {usual}: steps are too long"
    if middle.size and middle.max() < LEAST:
        return f"no layer's updates are more than {middle.max():.1g} of its weights, {usual}: steps are too short"
    return ""


def _not_finite(rival: Health) -> str:
    """The first layer and quantity that is infinite or no number."""
    norms = {"gradients": rival.gradients, "updates": rival.updates, "weights": rival.weights}
    places = [(when, what, layer) for what, each in norms.items() for layer, when in np.argwhere(np.isinf(each)).tolist()]
    if not places:
        return ""
    when, what, layer = min(places)
    return f"{rival.layers[layer]}'s {what} are not finite from step {rival.steps[when]:,}"


def _times(value: float) -> str:
    """A factor with two significant digits."""
    return f"{float(f'{value:.2g}'):,.0f}" if value < 1e9 else f"{value:.1g}"
