"""The lab in a notebook: Jupyter, VS Code, marimo, whatever shows an anywidget."""

import json
import urllib.parse
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from descend.core.errors import BadInput, BadValue, MissingExtra, StoreError, UnknownName

from . import requests
from .presets import PRESETS


def widget(state: Mapping[str, Any] | str | None = None) -> Any:
    """The lab as a widget that begins with a preset, by name ("regression"), or with a state.

    A state holds what differs from the lab's own start, as the address of its page does: {"view": "stability"}, or
    {"descent": {"problem": "ravine", "rules": [{"rule": "adam", "values": {"b1": 0.5}}]}}. Raises UnknownName for a preset
    that does not exist, BadValue for a state that is none, MissingExtra without the extra "lab", StoreError where the page
    has not been built.
    """
    try:
        made = _class()(state=urllib.parse.quote(json.dumps(_state(state))))
    except (TypeError, ValueError) as error:
        raise error if isinstance(error, BadInput) else BadValue(f"state is {str(state)[:40]}, must be plain values") from None
    made.on_msg(_answer)
    return made


def _state(given: Any) -> dict[str, Any]:
    if given is None:
        return {}
    if isinstance(given, str):
        if given not in PRESETS:
            raise UnknownName("preset", given, PRESETS)
        given = {"descent": {**PRESETS[given]["state"], "preset": given}}
    if not isinstance(given, Mapping):
        raise BadValue(f"state is {given!r}, must be the name of a preset or a mapping such as {{'view': 'stability'}}")
    found = json.loads(json.dumps(dict(given)))
    for place, rule in enumerate(found.get("descent", {}).get("rules", [])):
        rule.setdefault("look", place)
        rule.setdefault("values", {})
    return found


@cache
def _class() -> Any:
    try:
        import anywidget
        import traitlets
    except ImportError as error:
        raise MissingExtra(f"descend.lab.widget needs {error.name}; install it with: pip install 'descend[lab]'") from None
    static = files("descend.lab") / "static"
    if not (static / "lab.js").is_file():
        raise StoreError("the lab's page has not been built yet: run make web, or pip install . in the repository")

    class Lab(anywidget.AnyWidget):
        _esm = (static / "lab.js").read_text(encoding="utf-8")
        _css = (static / "lab.css").read_text(encoding="utf-8")
        state = traitlets.Unicode("").tag(sync=True)

    return Lab


def _answer(asking: Any, content: Any, buffers: Any) -> None:
    """Answer one message."""
    try:
        asked = requests.read(content.get("message") if isinstance(content, Mapping) else None)
    except BadInput as error:
        asking.send({}, buffers=[requests.refusal(error)])
        return
    for frame in filter(None, requests.answers(asked)):
        asking.send({}, buffers=[frame])
