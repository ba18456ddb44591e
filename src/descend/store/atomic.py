"""Files written whole or not at all: first beside their place under another name, then renamed into it."""

import errno
import os
import uuid
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from descend.core.errors import StoreError, short
from descend.core.system import leftovers

Writer = Callable[[BinaryIO], object]  # puts a file's content into an open binary file
PARTS = f".{'[0-9a-f]' * 32}{leftovers.ENDING}"  # what files are called until they are whole

LONGEST = 300  # characters of a path in a message
_REMEDIES = {
    errno.ENOSPC: "the disk is full: free some space or choose another folder",
    errno.EDQUOT: "the disk quota is used up: free some space or choose another folder",
    errno.EACCES: "no permission: choose another folder or change its permissions",
    errno.EPERM: "no permission: choose another folder or change its permissions",
    errno.EROFS: "the file system is read-only: choose another folder",
    errno.ENAMETOOLONG: "the name is too long: choose a shorter one",
}


def failure(path: Path, error: OSError | ValueError) -> StoreError:
    """The StoreError, one line with the remedy, for an error met while writing `path`; ValueError: a name that cannot be."""
    name = short(str(path), str, LONGEST)
    if isinstance(error, ValueError):
        return StoreError(f"cannot write {name}: it has a character that no name may have: choose another folder")
    reason = _REMEDIES.get(error.errno or 0, f"{error.strerror or error}: choose another folder")
    return StoreError(f"cannot write {name}: {reason}")


def write(folder: Path, files: Mapping[str, Writer], instead_of: Collection[str] = ()) -> None:
    """Write `files` (a writer by name) into an existing folder, all of them or, where any fails, none.

    Every file is on the disk under a temporary name before the first is renamed, in the order given, so a full disk
    changes nothing and a crash between renames leaves the last file missing. `instead_of` names files that are removed
    before the renames: the parts of what is being replaced. What a process that was killed has left is removed. Raises StoreError.
    """
    staged: dict[str, Path] = {}
    path = folder
    leftovers.clear(folder, PARTS)
    try:
        for name, content in files.items():
            path = folder / name
            staged[name] = folder / f".{uuid.uuid4().hex}{leftovers.ENDING}"
            _fill(staged[name], content)
        for name in instead_of:
            path = folder / name
            path.unlink(missing_ok=True)
        for name, temporary in staged.items():
            path = folder / name
            temporary.replace(path)
        _sync_folder(folder)
    except OSError as error:
        raise failure(path, error) from error
    finally:
        for temporary in staged.values():  # those renamed are gone already
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _fill(path: Path, content: Writer) -> None:
    with path.open("xb") as file:
        content(file)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the renames last through a power cut, where the system can (Windows cannot open a folder)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
