"""What a page may choose from: rules, surfaces and schedules with their numbers, ranges and defaults, and presets."""

import dataclasses
import math
from typing import Any

import numpy as np

from descend.core.hyper import Range, ranges
from descend.core.language.docs import sentence
from descend.problems import PROBLEMS
from descend.rules import RULES, TEXTBOOK
from descend.schedules import SCHEDULES

from . import field as fields
from . import functions
from .frames import Frame
from .presets import PRESETS
from .stability import against
from .state import NOISE_MOST, RULES_MOST, STEPS_MOST, surfaces

THUMBNAIL = 32  # points of an axis
LATER = ("eps", "eps_root", "initial_accumulator", "weight_decay")  # numbers that a page shows only when asked


def catalogue() -> Frame:
    """Everything to choose from, with a thumbnail of each surface as an array."""
    frame = Frame({"view": "catalogue", "most": {"rules": RULES_MOST, "steps": STEPS_MOST, "noise": NOISE_MOST}})
    frame.header["rules"] = [_rule(cls) for cls in sorted(RULES.values(), key=_place)]
    frame.header["problems"] = [_problem(frame, name) for name in surfaces()]
    frame.header["schedules"] = [name for name in SCHEDULES if name not in ("constant", "piecewise_constant")]
    frame.header["functions"] = functions.options()
    frame.header["presets"] = [{"name": name, **preset} for name, preset in PRESETS.items()]
    return frame


def _place(cls: Any) -> tuple[bool, bool, int]:
    """The textbook rules first, in their order; those that ask for more than a gradient last."""
    return (cls().needs_oracle, cls.name not in TEXTBOOK, TEXTBOOK.index(cls.name) if cls.name in TEXTBOOK else 0)


def _rule(cls: Any) -> dict[str, Any]:
    allowed = ranges(cls)
    each: list[Any] = [f for f in dataclasses.fields(cls) if f.name in allowed and isinstance(f.default, int | float)]
    return {
        "name": cls.name,
        "says": sentence(cls),
        "textbook": cls.name in TEXTBOOK,
        "against": against(cls) if "learning_rate" in allowed else [],
        "numbers": [_number(f.name, f.default, allowed[f.name], later=f.name in LATER or f.default == 0) for f in each],
        "switches": [{"name": f.name, "default": f.default} for f in dataclasses.fields(cls) if isinstance(f.default, bool)],
    }


def _number(name: str, default: float, allowed: Any, later: bool = False) -> dict[str, Any]:
    """A number's slider: from where to where, whether on a ladder of powers of ten, and where it stands at first.

    Averaging factors are set by how far they are from 1, on a ladder too: 0, 0.5, 0.9, 0.99, 0.999.
    """
    if name.startswith(("learning_rate", "eps")):
        low, high = (1e-4, 10.0) if name == "learning_rate" else (1e-10, 1.0)
        return {"name": name, "scale": "log", "low": low, "high": high, "default": default, "later": later}
    if allowed.high == 1.0 and allowed.low == 0.0:
        return {"name": name, "scale": "memory", "low": 0.0, "high": 0.999, "default": default, "later": later}
    low = max(allowed.low, default - 10 * (abs(default) or 1.0)) if math.isinf(allowed.low) else allowed.low
    high = 4 * abs(default) or 1.0 if math.isinf(allowed.high) else allowed.high
    return {"name": name, "scale": "linear", "low": low, "high": high, "default": default, "later": later}


def _problem(frame: Frame, name: str) -> dict[str, Any]:
    cls: Any = PROBLEMS[name]
    instance = cls()
    thumbnail = fields.field(instance, THUMBNAIL)
    values = thumbnail.values if len(thumbnail.bounds) == 2 else thumbnail.values[:: len(thumbnail.values) // THUMBNAIL]
    ranked = np.searchsorted(thumbnail.levels, np.nan_to_num(values, nan=np.inf)) / max(len(thumbnail.levels), 1)
    bare = values if len(thumbnail.bounds) == 1 else ranked
    options = [_option(cls, field) for field in dataclasses.fields(cls) if field.name in cls.numbers]
    return {
        "name": name,
        "says": sentence(cls),
        "count": len(thumbnail.bounds),
        "start": instance.start if cls.movable else None,
        "steps": instance.steps,
        "goal": cls.goal,
        "numbers": options,
        "text": getattr(instance, "text", None),
        "thumbnail": frame.array(f"thumbnail.{name}", bare),
    }


def _option(cls: Any, field: Any) -> dict[str, Any]:
    """The slider of a surface's own number."""
    if field.name not in cls.sliders:
        return _number(field.name, field.default, ranges(cls).get(field.name, Range(-math.inf, math.inf)))
    low, high, scale = cls.sliders[field.name]
    return {"name": field.name, "scale": scale, "low": low, "high": high, "default": field.default, "later": False}
