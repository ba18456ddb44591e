"""Makes `lab_client` and the like importable, whatever pytest's import mode, and opens the page in a browser."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="module")
def chromium():
    from browser import OPTIONS, path

    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make install brings it")
    where = path()
    with sync_api.sync_playwright() as play:
        started = play.chromium.launch(executable_path=where, args=OPTIONS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def address():
    from lab_process import served

    with served() as (found, _):
        yield found


@pytest.fixture
def open_lab(chromium, address):
    from open_page import Lab

    opened = []

    def make(state=None, drawn=True, **options):
        context = chromium.new_context(**{"viewport": {"width": 1300, "height": 900}, "locale": "en-GB", **options})
        lab = Lab(context, address, state, drawn)
        opened.append((context, lab))
        return lab

    yield make
    for context, lab in opened:
        assert lab.complaints == []
        assert [url for url in lab.asked if not url.startswith((address.split("?")[0], "data:", "blob:"))] == []
        context.close()
