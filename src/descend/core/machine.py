"""What the machine has."""

import os


def memory() -> int:
    """The machine's memory in bytes, or 8 GiB where the system does not say."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 2**33
