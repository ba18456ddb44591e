"""What a file may take: the machine's memory is compared with what is declared or unpacked before it is allocated."""

from pathlib import Path
from typing import Any

from descend.core.errors import BadData
from descend.core.machine import memory

SHARE = 0.8  # of the machine's memory that reading a table may take
COPIES = 3  # of a table's bytes that exist at once: the file, its cells, its numbers
RATIO, LARGE = 100, 2**29  # more than so many times smaller, and beyond so many bytes, a packed file is no table
BLOCK = 2**20  # bytes unpacked at a time


def check_memory(path: Path, size: int) -> None:
    """BadData where a table of `size` bytes would take more memory than the machine has."""
    need, there = COPIES * size, memory()
    if need > SHARE * there:
        raise BadData(
            f"{path} takes about {in_bytes(need)} of memory to read, and this machine has {in_bytes(there)}: "
            "take fewer rows or columns"
        )


def check_unpacked(path: Path, packed: int, size: int) -> None:
    """BadData where `size` bytes are too many for the machine, or for the `packed` bytes that they come from."""
    if size > LARGE and size > RATIO * packed:
        raise BadData(
            f"{path} has {in_bytes(packed)} and unpacks to {in_bytes(size)} or more, over {RATIO} times as much, as tables do "
            "not: save it without compression"
        )
    check_memory(path, size)


def unpacked(path: Path, stream: Any, packed: int) -> bytes:
    """All bytes of a stream that unpacks, read in blocks so that one without an end is refused in bounded memory."""
    whole = bytearray()
    while block := stream.read(BLOCK):
        whole += block
        check_unpacked(path, packed, len(whole))
    return bytes(whole)


def in_bytes(size: int) -> str:
    """A number of bytes in a unit that people read.

    >>> in_bytes(512), in_bytes(2_500_000), in_bytes(9_100_000_000)
    ('512 B', '2.5 MB', '9.1 GB')
    """
    power = min(4, max(0, (len(str(int(size))) - 1) // 3))
    return f"{size / 1000**power:.3g} {('B', 'kB', 'MB', 'GB', 'TB')[power]}"
