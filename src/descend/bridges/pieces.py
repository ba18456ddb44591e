"""Elementwise rules on PyTorch: small tensors together, large ones cut, so that what a pass works on stays in the cache.

Temporaries are never larger than a piece, and Python's part is the same for a hundred small tensors as for one. Compiled, one
call moves all tensors and passes over each once.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import torch

from descend.rules import Rule

from .passes import passes
from .rule_state import switches
from .tape import Update, record

PIECE = 1 << 19  # numbers: with two slots and a temporary 10 MB in float32, of which a pass works on 6 at most

Member = tuple[Any, Any, dict[str, Any], int]  # a parameter's numbers, their gradient, its slots, and the number of this update
Row = tuple[torch.Tensor, ...]  # a gradient, its parameter, and those slots that are arrays: tensors of one shape


def fits(rule: Rule) -> bool:
    """Whether a rule is elementwise and trains the weights it ships; a subclass with an update of its own says so itself."""
    return _elementwise(type(rule)) and not switches(rule)


@lru_cache(maxsize=256)
def _elementwise(cls: type) -> bool:
    owner = next(base for base in cls.__mro__ if "update" in vars(base))
    return bool(vars(owner).get("elementwise"))


def move(rule: Rule, members: list[Member], run: Callable[[Update, list[Row]], None] | None = None) -> None:
    """Make the update of each parameter by its gradient, in place: by `run`, which makes that of rows, or else pass by pass."""
    _keep_blocks()
    names, single = _names(type(rule), tuple(members[0][2]), rule)
    for (t, numbers, *_), alike in _alike(members, single).items():
        now = rule.at(t)
        update = record(now, t, names, dict(zip(single, numbers, strict=True)))
        if update is None:
            for w, g, slots, _ in alike:
                _by_hand(now, t, w, g, slots)
            continue
        rows = [(g, w, *[slots[name] for name in names]) for w, g, slots, _ in alike]
        (run or _eager)(update, rows)
        for name, value in update.single.items():
            for _, _, slots, _ in alike:
                slots[name].fill_(value)


def _alike(members: list[Member], single: tuple[str, ...]) -> dict[Any, list[Member]]:
    """Those that one update moves: of one number of updates, type and device, and equal in the slots that are one number."""
    groups: dict[Any, list[Member]] = {}
    for member in members:
        w, g, slots, t = member
        numbers = tuple([float(slots[name]) for name in single])
        groups.setdefault((t, numbers, w.dtype, g.dtype, w.device), []).append(member)
    return groups


def _eager(update: Update, rows: list[Row]) -> None:
    """Pass by pass, over as many tensors at a time as make a piece; 16-bit parameters by way of float32."""
    run = passes(update.lines)
    for batch in _batches(rows):
        g, w, *slots = zip(*batch, strict=True)
        wide = [a.float() for a in w] if w[0].dtype.itemsize < 4 else w
        run(update.numbers, g if g[0].dtype == wide[0].dtype else [a.to(wide[0].dtype) for a in g], wide, *slots)
        if wide is not w:
            torch._foreach_copy_(w, wide)  # type: ignore[attr-defined]


def _batches(rows: list[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    total = 0
    for row in rows:
        for part in _cut(row):
            if batch and total + part[0].numel() > PIECE:
                yield batch
                batch, total = [], 0
            batch.append(part)
            total += part[0].numel()
    if batch:
        yield batch


def _cut(row: Row) -> Iterator[Row] | list[Row]:
    """A tensor in pieces, if its numbers lie in a row."""
    if row[0].numel() <= PIECE or not all(a.is_contiguous() for a in row):
        return [row]
    return zip(*(a.view(-1).split(PIECE) for a in row), strict=True)


def _by_hand(rule: Rule, t: int, w: torch.Tensor, g: torch.Tensor, slots: dict[str, torch.Tensor]) -> None:
    """One update of a tensor, of a rule that computes what cannot be recorded."""
    wide = w.float() if w.dtype.itemsize < 4 else w
    change, new = rule.update(g.to(wide.dtype), slots, wide, t)
    for name, slot in slots.items():
        if new[name] is not slot:
            slot.copy_(new[name])
    w.add_(change)


@lru_cache(maxsize=1)
def _keep_blocks() -> None:
    """Free one large block, after which glibc keeps smaller ones: else each temporary brings page faults of its own."""
    torch.empty(30 << 20, dtype=torch.uint8)


def _names(cls: type, names: tuple[str, ...], rule: Rule) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The slots that are arrays, and those that are one number for all of a tensor."""
    if (cls, names) not in _NAMES:
        begun = rule.at(1).init(torch.zeros(2))
        single = tuple(name for name in names if begun[name].ndim == 0)
        _NAMES[cls, names] = tuple(name for name in names if name not in single), single
    return _NAMES[cls, names]


_NAMES: dict[Any, tuple[tuple[str, ...], tuple[str, ...]]] = {}
