"""Titles, captions and findings for the pictures of a race."""

from collections.abc import Callable

from descend.store import RaceResult

from ..diagnosis import sentences as health_words
from ..figures import boundary_data, confusion, effort, functions, path_data, risk_data
from . import sentences as words

_SAYS = {
    "curves": (
        "Loss during training",
        "The {judged} against the {along}, one line per rule{at_rates}.",
    ),
    "risk": (
        "Training loss and validation loss",
        "The loss on training rows and on validation rows. The gap between them (the bracket) is what the network memorised. If "
        "the validation loss rises again, stopping earlier is better. The dashes at the end are the seeds, each from its own "
        "random start.",
    ),
    "sensitivity": (
        "How much the learning rate matters",
        "The final {judged} of each rule against the learning rate: in a wide valley it needs little tuning.",
    ),
    "rates": (
        "Learning rates that work",
        "The {judged} after short trainings at a constant learning rate, one line per rule, all from the same starts. The thick "
        "part is the plateau: the rates that make at least nine tenths of the best one's progress.",
    ),
    "settings": ("Final loss of each rule", "The final {judged} of each rule{at_rates}."),
    "boundaries": (
        "Decision boundaries",
        "The output over the plane, with the decision boundary. A smooth boundary follows the trend of the data, a ragged one "
        "individual points. Points with a dark rim were held out.",
    ),
    "confusion": (
        "Confusion matrix",
        "The leader's counts: one row per true class, one column per predicted class. Correct predictions are on the diagonal "
        "(blue), errors beside it (orange). The colour shows the share of the true class, from white (none) to full colour (all), "
        "on a square-root scale so that a few per cent stay visible.",
    ),
    "health": (
        "Health of the layers",
        "The norms of weights, gradients and updates by layer, their ratio, and idle units, for the leader and, if there is "
        "trouble, for the least healthy entrant or another learning rate that was tried.",
    ),
    "paths": (
        "Paths over the loss",
        "{ways}",
    ),
    "functions": ("Schedules and activations", "{functions}"),
}
_FOUND: dict[str, Callable[[RaceResult], list[str]]] = {
    "risk": lambda race: risk_data.words(risk_data.risks(race)),
    "boundaries": lambda race: boundary_data.describe(boundary_data.boundaries(race)),
    "confusion": lambda race: confusion.confusion(race).words,
    "health": lambda race: [f"{sentence}." for sentence in health_words.describe(race.health)],
}
_ALONG = {
    "updates": "number of updates",
    "samples seen (updates x batch)": "number of samples seen (updates times batch)",
    "evaluations (gradient-equivalents)": "number of evaluations: everything that a rule asks of the loss, counted in gradients",
}
_TOLD = 4  # findings in the text that stands for a picture


def caption(race: RaceResult, name: str) -> tuple[str, str]:
    """The title of a picture and the sentences that say how to read it."""
    key = "settings" if name == "sensitivity" and not words.has_sweep(race) else name
    along = _ALONG.get(effort.along(race.summary), effort.along(race.summary))
    ways = path_data.says(path_data.paths(race)) if name == "paths" else ""
    used = functions.says(race) if name == "functions" else ""
    each = name in ("curves", "paths") and race.summary.get("each_rate")
    rates = " and learning rate" if each else words.at_rates(race)
    fields = {"judged": _loss_name(race, name), "at_rates": rates, "along": along, "ways": ways, "functions": used}
    title, says = (part.format(**fields) for part in _SAYS[key])
    return title, says


def _loss_name(race: RaceResult, name: str) -> str:
    """The loss that a picture shows: what tuning saw, where rates are compared."""
    by_rate = race.summary.get("each_rate") if name == "curves" else name == "sensitivity" and words.has_sweep(race)
    by_rate = by_rate or name == "rates"
    return race.summary["tuned"] if by_rate else race.summary["judged"]


def findings(race: RaceResult, name: str) -> list[str]:
    """What a picture shows of this race, in sentences; nothing where its lines must speak for themselves."""
    return _FOUND[name](race) if name in _FOUND else []


def alternative(race: RaceResult, name: str) -> str:
    """The text that stands for a picture where it cannot be seen."""
    says, sentences = caption(race, name)[1], findings(race, name)
    if sentences:
        more = f" And {len(sentences) - _TOLD} more in the text." if len(sentences) > _TOLD else ""
        return f"{says} {' '.join(sentences[:_TOLD])}{more}"
    ranked = "; ".join(f"{line.rule} {words.loss(line)}" for line in race.leaderboard)
    return f"{says} Final {race.summary['judged']} in rank order: {ranked}."
