"""The version of the form in which races are written: raised when a reader of the old form would misread the new one."""

from typing import Any

from descend.core.errors import StoreError

SCHEMA = 1


def check_schema(where: Any, found: Any) -> None:
    """Raise StoreError, with the remedy, where `where` (a file) is of another schema than this descend reads."""
    if found == SCHEMA and isinstance(found, int):
        return
    if isinstance(found, int) and found > SCHEMA:
        raise StoreError(f"{where} has schema {found}, written by a newer descend; this one reads {SCHEMA}: update descend")
    said = "no schema" if found is None else f"schema {found!r}"
    raise StoreError(
        f"{where} has {said}, this descend reads {SCHEMA}: run the race again, or read it with the descend that wrote it"
    )
