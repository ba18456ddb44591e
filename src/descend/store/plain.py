"""Plain values for JSON and TOML: what NumPy, paths and tuples become there."""

import json
import math
from pathlib import PurePath
from typing import Any

import numpy as np
import tomli_w


def plain(value: Any) -> Any:
    """`value` with arrays and tuples as lists, NumPy scalars as Python numbers and paths as text; other types as they are."""
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return str(value) if isinstance(value, PurePath) else value


def json_text(value: Any) -> str:
    """Strict JSON (RFC 8259), which has no word for NaN and infinity: these become null."""

    def strict(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: strict(each) for key, each in part.items()}
        if isinstance(part, list):
            return [strict(each) for each in part]
        return None if isinstance(part, float) and not math.isfinite(part) else part

    return json.dumps(strict(plain(value)), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def toml_text(value: dict[str, Any]) -> str:
    """TOML, which has no word for None: such entries are left out."""

    def without_none(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: without_none(each) for key, each in part.items() if each is not None}
        if isinstance(part, list):
            return [without_none(each) for each in part if each is not None]
        return part

    return tomli_w.dumps(without_none(plain(value)))
