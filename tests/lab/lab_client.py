"""A page as the lab's server sees it: what it asks, and the frames it reads."""

import json
from typing import Any

import numpy as np

from descend.lab import requests


def unpack(frame: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """A frame's header and its arrays, read as web/src/frame.ts does."""
    length = int.from_bytes(frame[:4], "little")
    header = json.loads(frame[4 : 4 + length])
    numbers = np.frombuffer(frame[4 + length :], "<f4")
    return header, {n: numbers[at : at + int(np.prod(shape))].reshape(shape) for n, (shape, at) in header["arrays"].items()}


def ask(ask: str, state: Any = None) -> list[tuple[dict[str, Any], dict[str, np.ndarray]]]:
    """Every frame that answers a request."""
    request = requests.read(json.dumps({"ask": ask, "seq": 7, "state": state}))
    return [unpack(frame) for frame in requests.answers(request) if frame]


def picture(**state: Any) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The one frame of a picture of the view Descent."""
    ((header, arrays),) = ask("descent", state)
    assert "error" not in header, header
    return header, arrays


def rule(name: str, **values: Any) -> dict[str, Any]:
    return {"rule": name, "values": values}
