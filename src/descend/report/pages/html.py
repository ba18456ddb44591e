"""The report of a race: one page that stands alone, with its pictures inside."""

import base64
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from descend.core.version import __version__
from descend.store import RaceResult

from ..figures import effort
from . import captions
from . import sentences as words

_WIDEST = 54.0  # rem
_DOTS = 25.0  # a rem, so that letters have one size in pictures of every width


def html(race: RaceResult, drawn: Mapping[str, bytes] | None = None, missing: Sequence[str] = ()) -> str:
    """The report as HTML that loads nothing from anywhere.

    `drawn` holds its pictures (PNG by name) where they exist already, `missing` says of others why they could not be drawn.
    """
    if drawn is None:
        from ..registry import draw_all as draw

        drawn, missing = draw(race)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(files("descend.report.pages").joinpath("template.html").read_text(encoding="utf-8"))
    return template.render(
        told=race.summary,
        question=_question(race),
        columns=words.columns(race),
        rows=[line.to_dict() | {"cells": words.cells(line, race.summary["target_every"])} for line in race.leaderboard],
        edges=[line.rule for line in race.leaderboard if line.at_edge],
        pictures=[_picture(race, name, content) for name, content in drawn.items()],
        missing=missing,
        costs=words.costs(race),
        exchange=words.exchange(race.summary),
        measured=words.facts(race),
        baselines=words.baselines(race.summary),
        asked=words.settings({name: part for name, part in race.document.items() if name != "rules"}),
        version=__version__,
    )


def _question(race: RaceResult) -> str:
    summary = race.summary
    goal = f"reaches the lowest {summary['judged']} on {summary['title']}"
    if len(race.leaderboard) == 1:
        alone = race.leaderboard[0].rule
        return f"How low a {summary['judged']} does {alone} reach on {summary['title']} in {effort.words(race.summary)}?"
    at = words.at_rates(race)
    best = f", each{at}" if at else ""
    who = "entrants" if race.document.get("sweep") else "update rules"
    return f"Which of {len(race.leaderboard)} {who} {goal} in {effort.words(race.summary)}{best}?"


def _width(png: bytes) -> int:
    """The width of a PNG file in dots, as its header says."""
    return int.from_bytes(png[16:20], "big")


def _picture(race: RaceResult, name: str, content: bytes) -> dict[str, Any]:
    title, says = captions.caption(race, name)
    return {
        "name": name,
        "title": title,
        "says": says,
        "found": captions.findings(race, name),
        "alt": captions.alternative(race, name),
        "rem": min(_WIDEST, _width(content) / _DOTS),
        "data": base64.b64encode(content).decode(),
    }


def notebook(race: RaceResult) -> str:
    """What a notebook shows of a race: its leaderboard with its first picture, and the verdict."""
    from .. import registry as pictures

    name = pictures.names(race)[0]
    picture = base64.b64encode(pictures.png(race, name)).decode()
    alt = escape(captions.alternative(race, name))
    return (
        f"<p><strong>{escape(race.summary['verdict'])}</strong></p>{race.leaderboard._repr_html_()}"
        f'<img alt="{alt}" style="max-width: 42rem" src="data:image/png;base64,{picture}">'
    )
