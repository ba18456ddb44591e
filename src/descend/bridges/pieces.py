"""Elementwise rules on PyTorch, applied to pieces that stay in the cache: small tensors together, large ones cut.

So temporaries are never larger than a piece, and Python's part is the same for a hundred small tensors as for one. Compiled,
the compiler makes one pass over each tensor, which needs no cutting.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any

import torch

from descend.core import hyper
from descend.rules import Rule

from .kept import switches

PIECE = 1 << 17  # numbers: with two slots and the temporaries about 4 MB in float32
TOGETHER = 1 << 15  # tensors of fewer numbers are joined
COMPILED = 1 << 13  # pieces of fewer numbers take less time than a compiled call

State = dict[str, Any]
Update = Callable[[torch.Tensor, Any, dict[str, Any]], None]  # of a parameter, by its gradient and slots, in place
Member = tuple[Any, Any, State]  # a parameter's numbers, their gradient, and its "step" and "slots"


def fits(rule: Rule) -> bool:
    """Whether a rule is elementwise and trains the weights it ships; a subclass with an update of its own says so itself."""
    owner = next(cls for cls in type(rule).__mro__ if "update" in vars(cls))
    return bool(vars(owner).get("elementwise")) and not switches(rule)


def move(rule: Rule, members: list[Member], compiled: bool) -> None:
    """Make the update of each parameter by its gradient, in place; its count of steps is this update's already."""
    _keep_blocks()
    single = _single(type(rule), tuple(members[0][2]["slots"]), rule)
    for (t, kind, *_), alike in _alike(members, single).items():
        now = rule.at(t)
        update = _compiled(now, t, kind) if compiled else partial(_update, now, t)
        for batch in _batches(alike):
            if len(batch) == 1:
                _one(update, *batch[0], single, compiled)
            else:
                _joined(update, batch, single)


def _alike(members: list[Member], single: tuple[str, ...]) -> dict[Any, list[Member]]:
    """Those that may be joined: of one count of steps, type and device, and equal in the slots that are one number."""
    groups: dict[Any, list[Member]] = {}
    for w, g, state in members:
        numbers = tuple(float(state["slots"][name]) for name in single)
        groups.setdefault((int(state["step"]), w.dtype, g.dtype, w.device, numbers), []).append((w, g, state))
    return groups


def _batches(members: list[Member]) -> Iterator[list[Member]]:
    """Small tensors in batches of a piece at most, every other one alone."""
    batch: list[Member] = []
    total = 0
    for w, g, state in members:
        if w.numel() >= TOGETHER or not _flat(w, g, state):
            yield [(w, g, state)]
            continue
        if batch and total + w.numel() > PIECE:
            yield batch
            batch, total = [], 0
        batch.append((w, g, state))
        total += w.numel()
    if batch:
        yield batch


def _flat(w: Any, g: Any, state: State) -> bool:
    return w.is_contiguous() and g.is_contiguous() and all(a.is_contiguous() for a in state["slots"].values())


def _one(update: Update, w: Any, g: Any, state: State, single: tuple[str, ...], compiled: bool) -> None:
    """A tensor by itself: whole where it is small, or in a compiled pass, else cut into pieces."""
    slots = state["slots"]
    if not _flat(w, g, state) or (w.numel() <= PIECE and not compiled):
        update(w, g, slots)
        return
    arrays = {name: a for name, a in slots.items() if name not in single}
    long = [a.view(-1) for a in (w, g, *arrays.values())]
    cut = [[a] if compiled else a.split(PIECE) for a in long]
    numbers: dict[str, Any] = {}
    for part, slope, *own in zip(*cut, strict=True):
        numbers = {name: slots[name].clone() for name in single}
        update(part, slope, dict(zip(arrays, own, strict=True)) | numbers)
    for name, value in numbers.items():
        slots[name].copy_(value)


def _joined(update: Update, batch: list[Member], single: tuple[str, ...]) -> None:
    """Small tensors as one long one."""
    each = [state["slots"] for *_, state in batch]
    w, back = _join([w for w, *_ in batch])
    joined = {name: _join([slots[name] for slots in each]) for name in each[0] if name not in single}
    numbers = {name: each[0][name].clone() for name in single}
    update(w, torch.cat([g.view(-1) for _, g, _ in batch]), {name: a for name, (a, _) in joined.items()} | numbers)
    back(w)
    for a, put in joined.values():
        put(a)
    for slots in each:
        for name, value in numbers.items():
            slots[name].copy_(value)


def _join(tensors: list[Any]) -> tuple[torch.Tensor, Callable[[torch.Tensor], None]]:
    """The tensors in one, and what writes such a one back into them."""
    flat = [a.view(-1) for a in tensors]
    sizes = [a.numel() for a in flat]
    return torch.cat(flat), lambda joined: torch._foreach_copy_(flat, joined.split(sizes))  # type: ignore[attr-defined]


def _update(rule: Rule, t: Any, w: torch.Tensor, g: torch.Tensor, slots: dict[str, torch.Tensor]) -> None:
    """One update in place, of tensors of one shape; slots may also be single numbers."""
    wide = w.float() if w.dtype.itemsize < 4 else w
    change, new = rule.update(g if g.dtype == wide.dtype else g.to(wide.dtype), slots, wide, t)
    for name, slot in slots.items():
        if new[name] is not slot:
            slot.copy_(new[name])
    w.add_(change)


def _compiled(rule: Rule, t: int, kind: torch.dtype) -> Update:
    """The update in one compiled pass, its numbers tensors, so that other numbers are no other program."""
    kind = torch.float64 if kind == torch.float64 else torch.float32
    numbers = {name: getattr(rule, name) for name in hyper.ranges(type(rule)) if getattr(rule, name) is not None}
    tensors = {name: torch.tensor(value, dtype=kind) for name, value in numbers.items()}
    one_pass = partial(_program(), hyper.replace(rule, **tensors), torch.tensor(t, dtype=kind))
    by_hand = partial(_update, rule, t)
    return lambda w, g, slots: (one_pass if w.numel() >= COMPILED else by_hand)(w, g, slots)


@lru_cache(maxsize=1)
def _program() -> Any:
    from .to_torch.compiling import compiled  # brings the compiler, which takes a second to load

    return compiled(_update)


@lru_cache(maxsize=1)
def _keep_blocks() -> None:
    """Free one large block, after which glibc keeps smaller ones: else each temporary brings page faults of its own."""
    torch.empty(30 << 20, dtype=torch.uint8)


def _single(cls: type, names: tuple[str, ...], rule: Rule) -> tuple[str, ...]:
    """The slots that are one number for all of a tensor."""
    if (cls, names) not in _SINGLE:
        begun = rule.at(1).init(torch.zeros(2))
        _SINGLE[cls, names] = tuple(name for name in names if begun[name].ndim == 0)
    return _SINGLE[cls, names]


_SINGLE: dict[Any, tuple[str, ...]] = {}
