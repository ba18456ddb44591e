"""PyTorch's updates by elementwise rules, made on pieces that stay in the cache: small tensors joined, large ones cut.

So temporaries are never larger than a piece, and Python's part is the same for a hundred small tensors as for one.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from descend.rules import Rule

from ..kept import switches

PIECE = 1 << 17  # numbers: with two slots and the temporaries about 4 MB in float32
TOGETHER = 1 << 15  # tensors of fewer numbers are joined

Member = list[Any]  # w, g and the slots of one variable: tensors of one shape


def fits(rule: Rule) -> bool:
    """Whether a rule is elementwise and trains the weights it ships; a subclass with an update of its own says so itself."""
    owner = next(cls for cls in type(rule).__mro__ if "update" in vars(cls))
    return bool(vars(owner).get("elementwise")) and not switches(rule)


def move(rule: Rule, t: Any, params: Sequence[Any], grads: Sequence[Any], slots: Sequence[dict[str, Any]]) -> None:
    """Make update t of each parameter, and of its slots, in place."""
    _calm()
    now, names = rule.at(t), list(slots[0])
    members = [[w.detach(), g, *(s[name] for name in names)] for w, g, s in zip(params, grads, slots, strict=True)]
    for batch in _batches(members):
        if len(batch) == 1:
            for piece in _cut(batch[0]):
                _update(now, t, names, *piece)
        else:
            _joined(now, t, names, batch)


@cache
def _calm() -> None:
    """Free a large block, after which glibc keeps smaller ones, where each temporary would bring page faults anew."""
    import torch

    torch.empty(30 << 20, dtype=torch.uint8)


def _batches(members: list[Member]) -> Iterator[list[Member]]:
    """Small tensors of one type and device in batches of a piece at most, every other one alone."""
    open_batches: dict[Any, list[Member]] = {}
    for member in members:
        w = member[0]
        if w.numel() >= TOGETHER or not all(a.is_contiguous() for a in member):
            yield [member]
            continue
        batch = open_batches.setdefault((w.dtype, w.device, member[1].dtype), [])
        if sum(m[0].numel() for m in batch) + w.numel() > PIECE:
            yield batch.copy()
            batch.clear()
        batch.append(member)
    yield from filter(None, open_batches.values())


def _cut(member: Member) -> Iterator[Member]:
    """Views of consecutive parts; the whole where it is small, or no flat view of it can be taken."""
    if member[0].numel() <= PIECE or not all(a.is_contiguous() for a in member):
        yield member
    else:
        yield from zip(*(a.view(-1).split(PIECE) for a in member), strict=True)  # type: ignore[misc]


def _joined(rule: Rule, t: Any, names: list[str], batch: list[Member]) -> None:
    """Small tensors as one long one."""
    import torch

    parts = [[a.view(-1) for a in column] for column in zip(*batch, strict=True)]
    long = [torch.cat(column) for column in parts]
    _update(rule, t, names, *long)
    lengths = [a.numel() for a in parts[0]]
    for column, joined in zip(parts, long, strict=True):
        if column is not parts[1]:  # the gradients
            torch._foreach_copy_(column, list(joined.split(lengths)))  # type: ignore[attr-defined]


def _update(rule: Rule, t: Any, names: list[str], w: Any, g: Any, *slots: Any) -> None:
    wide = w.float() if w.dtype.itemsize < 4 else w
    change, new = rule.update(g.to(wide.dtype), dict(zip(names, slots, strict=True)), wide, t)
    for name, slot in zip(names, slots, strict=True):
        if new[name] is not slot:
            slot.copy_(new[name])
    w.add_(change)
