"""What a network's health at one learning rate tells: idle units, gradients that vanish or explode, odd step lengths.

The limits are rules of thumb. They are set where trouble is plain to see rather than where it begins.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from descend.core.language.text import rate

from .data import Health

DEAD = 0.2  # share of relus; in the CS231n notes ("Neural Networks Part 1") up to 0.4 die where learning rates are too high
SATURATED = 0.5  # share of sigmoid and tanh outputs; Glorot and Bengio (2010), section 3, show what it does to training
APART = 100.0  # between the gradients of the first and the last layer; Glorot and Bengio (2010), section 4.2.2
GROWN = 100.0  # times the weights' norm at the start; Pascanu, Mikolov and Bengio (2013), section 2, on explosion
USUAL = 1e-3  # updates over weights; CS231n notes ("Neural Networks Part 3")
LEAST, MOST = USUAL / 100, USUAL * 100
WHOLE = ["all"]  # the layers of a problem that has none: see Problem.layers


@dataclass(frozen=True)
class Finding:
    """What one entrant shows of one kind ("dead", "saturated", "gradients", "weights" or "updates") at one learning rate."""

    health: Health
    kind: str
    what: str

    def words(self, more: str = "") -> str:
        """A sentence without stop; `more` stands after the rule's name."""
        rated = "" if self.health.learning_rate is None else f" at learning rate {rate(self.health.learning_rate)}"
        return f"{self.what}{rated} ({self.health.rule}{more})"


def findings(entrant: Health) -> Iterator[Finding]:
    """What an entrant shows at its learning rate, one finding a kind."""
    lost = _not_finite(entrant)
    vanished = "" if lost else _gradients(entrant)
    kinds = {
        "dead": _idle(entrant, entrant.dead, DEAD, "relus dead"),
        "saturated": _idle(entrant, entrant.saturated, SATURATED, "outputs saturated"),
        "gradients": lost or vanished,
        "weights": "" if lost else _weights(entrant),
        "updates": "" if lost or vanished else _updates(entrant),
    }
    yield from (Finding(entrant, kind, what) for kind, what in kinds.items() if what)


def _idle(entrant: Health, shares: np.ndarray, limit: float, what: str) -> str:
    """The layer with the largest share at the last look, and the step from which it stays about that large."""
    last = np.array([each[np.isfinite(each)][-1] if np.isfinite(each).any() else 0.0 for each in shares])
    worst = int(np.argmax(last))
    if last[worst] < limit:
        return ""
    looked = np.isfinite(shares[worst])
    lasting = np.logical_and.accumulate((shares[worst][looked] >= 0.9 * last[worst])[::-1])[::-1]
    step = entrant.steps[looked][int(np.argmax(lasting))]
    since = "from the start" if step == entrant.steps[0] else f"from step {step:,}"
    others = int((last >= limit).sum()) - 1
    more = f" (and {others} more layer{'s' * (others > 1)} over {100 * limit:.0f} %)" if others else ""
    return f"{entrant.layers[worst]}: {100 * last[worst]:.0f} % of {what} {since}{more}"


def _gradients(entrant: Health) -> str:
    """Gradients that are lost or swell on their way from the last layer to the first, each compared at its largest.

    At its largest, since on a plateau the last layer's gradient is as small as any.
    """
    most = [float(each[np.isfinite(each)].max(initial=0.0)) for each in entrant.gradients]
    if len(most) < 2 or not most[-1]:
        return ""
    if not most[0]:
        return f"no gradient reaches {entrant.layers[0]}: it is 0 throughout"
    share = most[0] / most[-1]
    if share <= 1 / APART:
        return f"{entrant.layers[0]}'s gradients are {_times(1 / share)} times smaller than {entrant.layers[-1]}'s: they vanish"
    if share >= APART:
        return f"{entrant.layers[0]}'s gradients are {_times(share)} times larger than {entrant.layers[-1]}'s: they explode"
    return ""


def _weights(entrant: Health) -> str:
    """Weights that grow without bound."""
    start = np.array([each[np.isfinite(each)][0] if np.isfinite(each).any() else np.nan for each in entrant.weights])
    growth = np.divide(entrant.weights, start[:, None], out=np.zeros(entrant.weights.shape), where=start[:, None] > 0)
    layer, when = np.unravel_index(int(np.argmax(np.nan_to_num(growth))), growth.shape)
    if np.nan_to_num(growth)[layer, when] < GROWN:
        return ""
    times = _times(growth[layer, when])
    return f"{_of(entrant, int(layer), 'weights')} grow {times}-fold by step {entrant.steps[when]:,}: they explode"


def _updates(entrant: Health) -> str:
    """Steps far from the usual length beside the weights, in the median over the first half of the updates.

    The first half, since steps may well be short where the minimum is near.
    """
    early = entrant.ratio[:, entrant.steps <= entrant.steps[-1] / 2]
    layers = [i for i in range(len(entrant.layers)) if np.isfinite(early[i]).any()]
    middle = np.array([np.nanmedian(early[i]) for i in layers])
    weights = "the weights" if entrant.layers == WHOLE else "its weights"
    usual = f"about {USUAL:g} is usual"
    if middle.size and middle.max() > MOST:
        longest = _of(entrant, layers[int(np.argmax(middle))], "updates")
        return f"{longest} are {middle.max():.2g} of {weights} ({usual}): steps are too long"
    if middle.size and middle.max() < LEAST:
        if entrant.layers == WHOLE:
            return f"the updates are at most {middle.max():.1g} of {weights} ({usual}): steps are too short"
        return f"no layer's updates are more than {middle.max():.1g} of {weights} ({usual}): steps are too short"
    return ""


def _not_finite(entrant: Health) -> str:
    """The first layer and quantity that is infinite or no number."""
    norms = {"gradients": entrant.gradients, "updates": entrant.updates, "weights": entrant.weights}
    places = [(when, what, layer) for what, each in norms.items() for layer, when in np.argwhere(np.isinf(each)).tolist()]
    if not places:
        return ""
    when, what, layer = min(places)
    return f"{_of(entrant, layer, what)} are not finite from step {entrant.steps[when]:,}"


def _of(entrant: Health, layer: int, what: str) -> str:
    """The gradients, updates or weights of a layer, or of a problem that has no layers."""
    return f"the {what}" if entrant.layers == WHOLE else f"{entrant.layers[layer]}'s {what}"


def _times(value: float) -> str:
    """A factor with two significant digits."""
    return f"{float(f'{value:.2g}'):,.0f}" if value < 1e9 else f"{value:.1g}"
