"""Everything descend raises on purpose, to catch: `from descend import errors`, then `except errors.BadInput`.

DescendError is the root; BadInput (also a ValueError) is the root of what cannot be done as it was asked for.
"""

from descend.core.errors import BadData, BadInput, BadValue, DescendError, MissingExtra, StoreError, UnknownName

__all__ = ["BadData", "BadInput", "BadValue", "DescendError", "MissingExtra", "StoreError", "UnknownName"]
