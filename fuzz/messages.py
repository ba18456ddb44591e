"""A message to the lab, and what its answer must be: frames that a page can read, or a refusal in a line."""

import json
from typing import Any

from descend.core.errors import BadInput
from descend.lab import requests

from .refusals import Finding, check_line


def answered(ask: str, state: Any) -> None:
    """A finding where a message is not answered by frames that a page can read, or by a refusal in a line."""
    try:
        asked = requests.read(json.dumps({"ask": ask, "seq": 7, "state": state}))
    except BadInput as error:
        check_line(str(error))
        return
    frames = [frame for frame in requests.answers(asked) if frame]
    if not frames:
        raise Finding(f"no answer to {asked}")
    for frame in frames:
        _look(frame, asked)


def _look(frame: bytes, asked: Any) -> None:
    length = int.from_bytes(frame[:4], "little")
    header = json.loads(frame[4 : 4 + length], parse_constant=lambda name: _not_json(name, asked))
    numbers = (len(frame) - 4 - length) // 4
    for name, (shape, at) in header["arrays"].items():
        size = 1
        for side in shape:
            size *= side
        if at + size > numbers:
            raise Finding(f"array {name} of {shape} at {at} lies beyond the {numbers} of the frame: {asked}")
    if "error" in header:
        check_line(header["error"]["en"])
        if "could not be worked out" in header["error"]:
            raise Finding(f"{header['error']}: {asked}")


def _not_json(name: str, asked: Any) -> None:
    raise Finding(f"{name} in the header of the answer to {asked}")
