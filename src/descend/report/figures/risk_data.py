"""What the picture of risk shows: the loss on the rows that were trained on beside that on the validation rows."""

from dataclasses import dataclass

import numpy as np

from descend.core.language.text import number
from descend.store import Line as LeaderboardLine
from descend.store import RaceResult

from ..style.scale import Scale
from .effort import along
from .loss_table import Line, Records
from .tries import Try

MOST = 6  # panels

_AS_LOW = 0.05  # of the lowest loss: what the noise of few seeds may make of it
_EARLY = 0.1


@dataclass(frozen=True)
class Risk:
    """One entrant's training and validation loss over the updates, and the validation loss of every seed at the end (seeds,).

    `stop`: the step of its best weights: the median over seeds where `patience` was set, else where the validation line is
    lowest; None where it ends about as low. `gap`: validation less training loss at the end; None for an entrant that diverged.
    """

    training: Line
    validation: Line
    ends: np.ndarray
    stop: float | None
    patience: bool
    gap: float | None


@dataclass(frozen=True)
class Risks:
    """The best entrants of `total`, in rank order, the axis that they share and what they run along, updates or samples."""

    entrants: list[Risk]
    total: int
    scale: Scale
    along: str


def there(race: RaceResult) -> bool:
    """Whether a race knows its training loss without noise."""
    return "training_loss" in race.curves.column_names and race.curves["training_loss"].null_count < len(race.curves)


def risks(race: RaceResult, most: int = MOST) -> Risks:
    """The training and validation losses of the best entrants of a race that has both."""
    training, validation = (Records(race, race.curves[name]) for name in ("training_loss", "judged_loss"))
    entrants = [_risk(line, training, validation) for line in race.leaderboard[:most]]
    entrants = [entrant for entrant in entrants if entrant.training.steps.size and entrant.validation.steps.size]
    tame = [entrant for entrant in entrants if not entrant.validation.diverged] or entrants
    shown = [part for entrant in tame for line in (entrant.training, entrant.validation) for part in _late(line)]
    shown += [entrant.ends for entrant in tame]
    scale = Scale.of(np.concatenate(shown or [np.empty(0)]), None, slack=0.3)
    return Risks(entrants, len(race.leaderboard), scale, along(race.summary))


def _late(line: Line) -> list[np.ndarray]:
    """What the axis has to hold of a line: all but the first tenth, where losses are so high that a gap could not be seen."""
    late = line.steps >= _EARLY * line.steps[-1]
    return [part[late] for part in (line.middle, line.low, line.high)]


def _risk(entrant: LeaderboardLine, training: Records, validation: Records) -> Risk:
    shown = Try.of(entrant)
    lines, ends = (training.line(shown), validation.line(shown)), validation.ends(shown)
    if any(line.diverged or not line.steps.size for line in lines):
        return Risk(*lines, ends, None, False, None)
    gap, best = entrant.gap, entrant.best_step
    gap = float(lines[1].middle[-1] - lines[0].middle[-1]) if gap is None else gap
    return Risk(*lines, ends, _lowest(lines[1]) if best is None else float(best), best is not None, gap)


def _lowest(line: Line) -> float | None:
    """The step at which a line is lowest; None where it ends about as low."""
    middle = np.where(np.isfinite(line.middle), line.middle, np.inf)
    least = int(np.argmin(middle))
    return float(line.steps[least]) if middle[-1] - middle[least] > _AS_LOW * abs(middle[least]) else None


def words(data: Risks) -> list[str]:
    """The gap of each entrant, and where its weights were best, in sentences."""
    return [_sentence(entrant) for entrant in data.entrants]


def _sentence(entrant: Risk) -> str:
    if entrant.gap is None:
        return f"{entrant.validation.rule} diverged."
    way = "above" if entrant.gap > 0 else "below"
    gap = f"{entrant.validation.rule}: the validation loss ends {number(abs(entrant.gap), 3)} {way} the training loss"
    if entrant.patience:
        return f"{gap}; early stopping kept the weights of step {entrant.stop:,.0f} (median)."
    if entrant.stop is not None:
        return f"{gap}; it was lowest at step {entrant.stop:,.0f}: stopping there would have kept the best weights."
    return f"{gap}, and it has hardly risen."
