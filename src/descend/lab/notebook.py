"""The lab in a notebook: Jupyter, VS Code, marimo, whatever shows an anywidget."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from descend.core.errors import BadInput, BadValue, UnknownName
from descend.core.system.extras import library
from descend.engine.runtime import scope

from . import requests
from .page import asset
from .presets import PRESETS


def widget(state: Mapping[str, Any] | str | None = None) -> Any:
    """The lab as a widget that begins with a preset, by name ("regression"), or with a state.

    A state holds what differs from the lab's own start, as the address of its page does: {"view": "stability"}, or
    {"descent": {"problem": "ravine", "rules": [{"rule": "adam", "values": {"b1": 0.5}}]}}. The widget's `state` follows what is
    moved on the page, and another state or preset may be assigned to it. Raises UnknownName for a preset
    that does not exist, BadValue for a state that is none, MissingExtra without the extra "lab", StoreError where the page
    has not been built.
    """
    lab = _class()(state=_state(state))
    lab.on_msg(_answer)
    return lab


def _state(given: Any) -> dict[str, Any]:
    if given is None:
        return {}
    if isinstance(given, str):
        if given not in PRESETS:
            raise UnknownName("preset", given, PRESETS)
        given = {"descent": {**PRESETS[given]["state"], "preset": given}}
    if not isinstance(given, Mapping):
        raise BadValue(f"state is {given!r}, must be the name of a preset or a mapping such as {{'view': 'stability'}}")
    try:
        state = json.loads(json.dumps(dict(given)))
        for place, rule in enumerate(state.get("descent", {}).get("rules", [])):
            rule.setdefault("look", place)
            rule.setdefault("values", {})
    except (TypeError, ValueError, AttributeError):
        raise BadValue(f"state is {str(given)[:40]}, must be plain values, rules mappings with a name in 'rule'") from None
    return state


@cache
def _class() -> Any:
    anywidget, traitlets = (library(name, "descend.lab.widget", "lab") for name in ("anywidget", "traitlets"))

    class Lab(anywidget.AnyWidget):
        _esm = asset("lab.js").decode()
        _css = asset("lab.css").decode()
        state = traitlets.Any().tag(sync=True)

        @traitlets.validate("state")
        def _plain(self, proposal: Any) -> dict[str, Any]:
            return _state(proposal["value"])

        def __repr__(self) -> str:
            """What a saved notebook shows where no kernel runs."""
            return "The lab of descend: run this cell to see it."

    return Lab


def _answer(asking: Any, content: Any, buffers: Any) -> None:
    """Answer one message."""
    try:
        asked = requests.read(content.get("message") if isinstance(content, Mapping) else None)
    except BadInput as error:
        asking.send({}, buffers=[requests.refusal(error)])
        return
    with scope():
        for frame in filter(None, requests.answers(asked)):
            asking.send({}, buffers=[frame])
