"""Elementwise rules, applied to pieces that stay in the cache: small tensors together, large ones cut.

So temporaries are never larger than a piece, and Python's part is the same for a hundred small tensors as for one. Compiled,
the compiler makes one pass over each tensor, which needs no cutting.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import torch

from descend.core import hyper
from descend.rules import Rule

from ..kept import switches

PIECE = 1 << 17  # numbers: with two slots and the temporaries about 4 MB in float32
TOGETHER = 1 << 15  # tensors of fewer numbers are joined
COMPILED = 1 << 13  # pieces of fewer numbers take less time than a compiled call

State = dict[str, Any]
Member = tuple[torch.Tensor, State]  # a parameter, and its "step" and "slots"


def fits(rule: Rule) -> bool:
    """Whether a rule is elementwise and trains the weights it ships; a subclass with an update of its own says so itself."""
    owner = next(cls for cls in type(rule).__mro__ if "update" in vars(cls))
    return bool(vars(owner).get("elementwise")) and not switches(rule)


def move(rule: Rule, members: list[Member], compiled: bool) -> None:
    """Make the update of each parameter by its gradient, in place; its count of steps is this update's already."""
    single = _single(type(rule), tuple(name for name in members[0][1]["slots"]), rule) if members else ()
    for t, alike in _alike(members, single):
        now = rule.at(t)
        for batch in _batches(alike):
            if len(batch) == 1:
                _one(now, t, *batch[0], single, compiled)
            else:
                _joined(now, t, batch, single, compiled)


def _alike(members: list[Member], single: tuple[str, ...]) -> Iterator[tuple[int, list[Member]]]:
    """Those that may be joined: of one type, device and count of steps, and equal in the slots that are one number."""
    groups: dict[Any, list[Member]] = {}
    for p, state in members:
        t = int(state["step"])
        numbers = tuple(float(state["slots"][name]) for name in single)
        groups.setdefault((t, p.dtype, p.device, numbers), []).append((p, state))
    for (t, *_), alike in groups.items():
        yield t, alike


def _batches(members: list[Member]) -> Iterator[list[Member]]:
    """Small tensors in batches of a piece at most, every other one alone."""
    batch: list[Member] = []
    total = 0
    for p, state in members:
        if p.numel() >= TOGETHER or not _flat(p, p.grad):
            yield [(p, state)]
            continue
        if total + p.numel() > PIECE:
            yield batch
            batch, total = [], 0
        batch.append((p, state))
        total += p.numel()
    if batch:
        yield batch


def _flat(*tensors: Any) -> bool:
    return all(a.is_contiguous() for a in tensors)


def _one(rule: Rule, t: int, p: torch.Tensor, state: State, single: tuple[str, ...], compiled: bool) -> None:
    """A tensor by itself: whole where it is small, or in a compiled pass, else cut into pieces."""
    slots, g = state["slots"], p.grad
    arrays = {name: a for name, a in slots.items() if name not in single}
    if compiled or p.numel() <= PIECE or not _flat(p, g, *arrays.values()):
        _move(rule, t, p.detach(), g, slots, compiled)
        return
    cut = [a.view(-1).split(PIECE) for a in (p.detach(), g, *arrays.values())]
    for w, part, *own in zip(*cut, strict=True):
        numbers = {name: slots[name].clone() for name in single}
        _move(rule, t, w, part, dict(zip(arrays, own, strict=True)) | numbers, compiled)
    for name in single:
        slots[name].copy_(numbers[name])  # type: ignore[possibly-undefined]


def _joined(rule: Rule, t: int, batch: list[Member], single: tuple[str, ...], compiled: bool) -> None:
    """Small tensors as one long one."""
    w, back = _join([p.detach() for p, _ in batch])
    g, _ = _join([p.grad for p, _ in batch])
    each = [state["slots"] for _, state in batch]
    joined = {name: _join([slots[name] for slots in each]) for name in each[0] if name not in single}
    numbers = {name: each[0][name].clone() for name in single}
    _move(rule, t, w, g, {name: a for name, (a, _) in joined.items()} | numbers, compiled)
    back(w)
    for a, put in joined.values():
        put(a)
    for name in single:
        for slots in each:
            slots[name].copy_(numbers[name])


def _join(tensors: list[Any]) -> tuple[torch.Tensor, Callable[[torch.Tensor], None]]:
    """The tensors in one, and what writes such a one back into them."""
    flat = [a.view(-1) for a in tensors]

    def back(joined: torch.Tensor) -> None:
        torch._foreach_copy_(flat, joined.split([a.numel() for a in flat]))

    return torch.cat(flat), back


def _move(rule: Rule, t: int, w: torch.Tensor, g: Any, slots: dict[str, Any], compiled: bool) -> None:
    """One update in place, of tensors of one shape; slots may also be single numbers."""
    if compiled and w.numel() >= COMPILED:
        kind = torch.float64 if w.dtype == torch.float64 else torch.float32
        numbers = {name: getattr(rule, name) for name in hyper.ranges(type(rule)) if getattr(rule, name) is not None}
        rule = hyper.replace(rule, **{name: torch.tensor(value, dtype=kind) for name, value in numbers.items()})
        _compiled()(rule, torch.tensor(t, dtype=kind), w, g, slots)
    else:
        _update(rule, t, w, g, slots)


def _update(rule: Rule, t: Any, w: torch.Tensor, g: torch.Tensor, slots: dict[str, torch.Tensor]) -> None:
    wide = w.float() if w.dtype.itemsize < 4 else w
    change, new = rule.update(g if g.dtype == wide.dtype else g.to(wide.dtype), slots, wide, t)
    for name, slot in slots.items():
        if new[name] is not slot:
            slot.copy_(new[name])
    w.add_(change)


@lru_cache(maxsize=1)
def _compiled() -> Any:
    """The update compiled: once for each rule, form and type, whatever the numbers and the length."""
    return torch.compile(_update, dynamic=True)


def _single(cls: type, names: tuple[str, ...], rule: Rule) -> tuple[str, ...]:
    """The slots that are one number for all of a tensor."""
    key = (cls, names)
    if key not in _SINGLE:
        begun = rule.at(1).init(torch.zeros(2))
        _SINGLE[key] = tuple(name for name in names if begun[name].ndim == 0)
    return _SINGLE[key]


_SINGLE: dict[Any, tuple[str, ...]] = {}
