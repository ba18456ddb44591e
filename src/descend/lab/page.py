"""The files of the page, which the build leaves in the package."""

from importlib.resources import files

from descend.core.errors import StoreError


def asset(name: str) -> bytes:
    """What is in a file of the page: "index.html", "lab.js" or "lab.css". Raises StoreError where it has not been built."""
    try:
        return (files("descend.lab") / "static" / name).read_bytes()
    except OSError:
        raise StoreError("the lab's page has not been built yet: run make web, or pip install . in the repository") from None
