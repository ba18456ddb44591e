"""The file that --out names, or that stands for it: a new one, written whole or not at all."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from descend.core.errors import StoreError


def check(place: Path | None) -> None:
    """StoreError for what is there already, for a link to nothing, and for a folder that is not there."""
    if place is None:
        return
    check_links(place)
    if place.exists():
        raise StoreError(f"{place} exists; choose another --out or delete it")
    if not place.parent.is_dir():
        raise StoreError(f"cannot write {place}: there is no folder {place.parent}; choose another --out")


def check_links(place: Path) -> None:
    """StoreError where a part of a path is a link to what is not there."""
    for part in (place, *place.parents):
        if part.is_symlink() and not part.exists():
            raise StoreError(f"{part} is a link to {part.readlink()}, which is not there; choose another --out or delete the link")


def free(name: str, ending: str) -> Path:
    """The file of that name and ending in this folder, with a number where it is there already.

    >>> free("no such picture", ".png").name
    'no such picture.png'
    """
    number, place = 1, Path(f"{name}{ending}")
    while place.exists() or place.is_symlink():
        number += 1
        place = Path(f"{name}-{number}{ending}")
    return place


def write(place: Path, content: Callable[[BinaryIO], object]) -> None:
    """Write a file whole or not at all; StoreError where that fails."""
    from descend.store import atomic

    atomic.write(place.parent, {place.name: content})
