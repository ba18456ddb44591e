"""What a file may take: the machine's memory is compared with what is declared or unpacked before it is allocated."""

from functools import partial
from pathlib import Path
from typing import Any

from descend.core.errors import BadData
from descend.core.system import machine
from descend.core.system.archives import Check
from descend.core.system.machine import in_bytes

COPIES = 3  # of a table's bytes that exist at once: the file, its cells, its numbers
RATIO, LARGE = 100, 2**29  # more than so many times smaller, and beyond so many bytes, a packed file is no data set
BLOCK = 2**20  # bytes unpacked at a time


def check_memory(path: Path, size: int, copies: int = COPIES) -> None:
    """BadData where a file of `size` bytes, unpacked, would take more memory than the machine has."""
    machine.check_memory(f"reading {path}", copies * size, "take fewer rows or columns", BadData)


def check_unpacked(path: Path, packed: int, size: int, copies: int = COPIES) -> None:
    """BadData where `size` bytes are too many for the machine, or for the `packed` bytes that they come from."""
    if size > LARGE and size > RATIO * packed:
        raise BadData(
            f"{path} has {in_bytes(packed)} and unpacks to {in_bytes(size)} or more, over {RATIO} times as much, as data do "
            "not: save it without compression"
        )
    check_memory(path, size, copies)


def of_file(path: Path, copies: int = COPIES) -> Check:
    """check_memory for one file."""
    return partial(check_memory, path, copies=copies)


def of_archive(path: Path, packed: int, copies: int = COPIES) -> Check:
    """check_unpacked for one file."""
    return partial(check_unpacked, path, packed, copies=copies)


def unpack(path: Path, stream: Any, packed: int, copies: int = COPIES) -> bytes:
    """All bytes of a stream that unpacks, read in blocks so that one without an end is refused in bounded memory."""
    whole = bytearray()
    while block := stream.read(BLOCK):
        whole += block
        check_unpacked(path, packed, len(whole), copies)
    return bytes(whole)
