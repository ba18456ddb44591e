"""The report of a race: one page that stands alone, with its pictures inside."""

import base64
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from descend import __version__
from descend.store import Race

from . import captions, effort, words

_WIDEST = 54.0  # rem
_DOTS = 25.0  # a rem, so that letters have one size in pictures of every width


def page(race: Race, drawn: Mapping[str, bytes] | None = None, missing: Sequence[str] = ()) -> str:
    """The report as HTML that loads nothing from anywhere.

    `drawn` are its pictures (PNG by name) where they exist already, `missing` says of others why they could not be drawn.
    """
    if drawn is None:
        from .pictures import drawn as draw

        drawn, missing = draw(race)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(files("descend.report").joinpath("template.html").read_text(encoding="utf-8"))
    return template.render(
        told=race.summary,
        question=_question(race),
        columns=words.columns(race),
        rows=[row | {"cells": words.cells(row, race.summary["target_every"])} for row in race.leaderboard],
        edges=[row["rule"] for row in race.leaderboard if row["at_edge"]],
        pictures=[_picture(race, name, content) for name, content in drawn.items()],
        missing=missing,
        measured=words.measured(race),
        baselines=words.baselines(race.summary),
        asked=words.asked(race.asked),
        version=__version__,
    )


def _question(race: Race) -> str:
    told = race.summary
    goal = f"reaches the lowest {told['judged']} on {told['title']}"
    if len(race.leaderboard) == 1:
        alone = race.leaderboard[0]["rule"]
        return f"How low a {told['judged']} does {alone} reach on {told['title']} in {effort.words(race.summary)}?"
    at = words.at_rates(race)
    best = f", each{at}" if at else ""
    who = "rivals" if race.asked.get("sweep") else "update rules"
    return f"Which of {len(race.leaderboard)} {who} {goal} in {effort.words(race.summary)}{best}?"


def _width(png: bytes) -> int:
    """The width of a PNG file in dots, as its header says."""
    return int.from_bytes(png[16:20], "big")


def _picture(race: Race, name: str, content: bytes) -> dict[str, Any]:
    title, says = captions.caption(race, name)
    return {
        "name": name,
        "title": title,
        "says": says,
        "found": captions.found(race, name),
        "alt": captions.alternative(race, name),
        "rem": min(_WIDEST, _width(content) / _DOTS),
        "data": base64.b64encode(content).decode(),
    }
