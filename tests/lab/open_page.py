"""The page, open in a browser."""

import json
import re
import urllib.parse

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make install brings it")
WAIT = 60_000  # milliseconds, for what must happen
SMALL = {"descent": {"rules": [{"rule": "sgd", "values": {"learning_rate": 0.1}, "look": 0}]}}


class Lab:
    """A page that is open, with everything that it complained of and asked for."""

    def __init__(self, context, address, state=None, drawn=True):
        self.page, self.complaints, self.asked = context.new_page(), [], []
        self.page.set_default_timeout(WAIT)
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(address + ("#" + urllib.parse.quote(json.dumps(state)) if state else ""))
        if drawn:
            self.page.wait_for_selector("canvas[role=img][aria-label]")

    def says(self, what):
        """Wait until the picture's description has some words, and return it."""
        sync_api.expect(self.page.locator("canvas[role=img]")).to_have_attribute("aria-label", re.compile(what), timeout=WAIT)
        return self.page.locator("canvas[role=img]").get_attribute("aria-label")

    def drag(self, selector, begin, end, steps):
        """Drag over an element, between places that are shares of its width and height."""
        box = self.page.locator(selector).bounding_box()
        (x, y), (to_x, to_y) = [(box["x"] + a * box["width"], box["y"] + b * box["height"]) for a, b in (begin, end)]
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(to_x, to_y, steps=steps)
        self.page.mouse.up()

    def until(self, holds):
        """Wait until the state in the address holds, and return it: it is written when nothing has moved for a while."""
        for _ in range(WAIT // 100):
            text = urllib.parse.unquote(urllib.parse.urlsplit(self.page.url).fragment.replace("'", "%22"))
            state = json.loads(text) if text else {}
            if holds(state):
                return state
            self.page.wait_for_timeout(100)
        raise AssertionError(state)

    def rule(self, place, **values):
        """Wait until a rule has exactly these values."""
        self.until(lambda state: state.get("descent", {}).get("rules", [{}])[place].get("values") == values)
