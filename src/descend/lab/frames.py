"""One binary message for a picture: a JSON header and the float32 arrays that it names; and errors as headers hold them."""

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from descend.core.errors import DescendError, one_line
from descend.core.language.messages import Language

LANGUAGES: tuple[Language, ...] = ("en", "zh")
LONGEST = 400  # characters of a refusal


@dataclass
class Frame:
    """A header of plain values, and arrays by name; `array` names one in the header's stead."""

    header: dict[str, Any]
    arrays: dict[str, np.ndarray] = field(default_factory=dict)

    def array(self, name: str, values: np.ndarray) -> str:
        """Keep an array under a name, and return the name, to stand in the header."""
        self.arrays[name] = values
        return name


def pack(frame: Frame, **more: Any) -> bytes:
    """A frame as bytes: the header's length (uint32), the header, spaces up to a multiple of 4, the arrays.

    All numbers are little-endian. The header's "arrays" maps each name to its shape and its place, counted in float32s from
    the first array. NaN and infinity stand only in arrays; in the header they become null.
    """
    layout, place = {}, 0
    for name, values in frame.arrays.items():
        layout[name] = [list(values.shape), place]
        place += values.size
    text = json.dumps(plain(frame.header | more) | {"arrays": layout}, allow_nan=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    body = [np.ascontiguousarray(values, dtype="<f4").tobytes() for values in frame.arrays.values()]
    return b"".join([len(text).to_bytes(4, "little"), text, *body])


def plain(value: Any) -> Any:
    """`value` as JSON can say it: NumPy's numbers as Python's, numbers that are not finite as None."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    return None if isinstance(value, float) and not np.isfinite(value) else value


def sentences(error: DescendError) -> dict[str, str]:
    """An error as the page gets it: its code, and its sentence in each language."""
    return {"code": error.code} | {language: one_line(error.say(language), LONGEST) for language in LANGUAGES}
