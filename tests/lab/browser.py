"""A real browser for the tests of the page, and for its measurements: Chromium, where it is installed."""

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def found() -> str | None:
    """Where Chromium is, if anywhere."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def path() -> str:
    """Where Chromium is; the test is skipped where there is none, unless CHROMIUM=required says that there must be."""
    where = found()
    if where is None:
        assert os.environ.get("CHROMIUM") != "required", f"no browser: install one of {', '.join(NAMES)}"
        pytest.skip(f"no browser is installed (one of {', '.join(NAMES)}); CHROMIUM=required makes this a failure")
    return where
