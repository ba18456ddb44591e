"""What the machine has, and whether what is about to be made fits in it."""

import os
import sys
from pathlib import Path

from ..errors import BadValue, DescendError

SHARE = 0.8  # of the memory that one thing may take
CONTROL_GROUPS, OWN_GROUPS = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
UNKNOWN = 2**33  # bytes, where the system does not say


def memory() -> int:
    """The bytes of memory that this process may take: the machine's, or less where a container or `ulimit -v` says so.

    8 GiB where the system does not say. Programs that run beside this one are not looked at.
    """
    return min([_physical(), *_of_groups(CONTROL_GROUPS, OWN_GROUPS), *_of_process()])


def check_memory(what: str, need: float | int, remedy: str, error: type[DescendError] = BadValue) -> None:
    """Raise `error`, in one line with the remedy, where `what` would take `need` bytes and the machine has not so many to give.

    For use before anything is allocated.
    """
    there = memory()
    if need > SHARE * there:
        raise error(f"{what} takes about {in_bytes(need)} of memory, and this machine has {in_bytes(there)}: {remedy}")


def in_bytes(size: float | int) -> str:
    """A number of bytes in a unit that people read.

    >>> in_bytes(512), in_bytes(2_500_000), in_bytes(9_100_000_000)
    ('512 B', '2.5 MB', '9.1 GB')
    """
    power = min(6, max(0, (len(str(int(size))) - 1) // 3))
    return f"{size / 1000**power:.3g} {('B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB')[power]}"


def _physical() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else UNKNOWN


def _of_process() -> list[int]:
    """The limits that the process was started with (ulimit -v and -d)."""
    if sys.platform == "win32":
        return []
    import resource

    limits = [resource.getrlimit(each)[0] for each in (resource.RLIMIT_AS, resource.RLIMIT_DATA)]
    return [each for each in limits if each != resource.RLIM_INFINITY and each > 0]


def _of_groups(root: Path, own: Path) -> list[int]:
    """The limits of Linux's control groups, of both versions, that the process is in: its own group's and those above."""
    limits = []
    try:
        groups = [line.split(":", 2)[1:] for line in own.read_text().splitlines()]
    except (OSError, ValueError):
        return []
    for controllers, path in (group for group in groups if len(group) == 2):
        kinds = controllers.split(",")
        if not controllers:
            limits += _upwards(root, path, "memory.max")
        elif "memory" in kinds:
            limits += _upwards(root / "memory", path, "memory.limit_in_bytes")
    return limits


def _upwards(root: Path, path: str, name: str) -> list[int]:
    """The limits in the files `name` from a group up to the root; groups that the container does not show are passed over."""
    group, limits = root / path.lstrip("/"), []
    for place in (group, *group.parents):
        if root not in (place, *place.parents):
            break
        try:
            text = (place / name).read_text().strip()
        except OSError:
            continue
        if text.isdigit() and int(text) > 0:  # or "max"
            limits.append(int(text))
    return limits
