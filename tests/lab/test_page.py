"""The page in a real browser: every view drawn, controls by mouse and keyboard, addresses, languages, small screens, losses of
the connection. Nothing is asked of any host but the page's own."""

import json
import re
import urllib.parse
from pathlib import Path

import pytest
from browser import OPTIONS, path
from hosted import served

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make install brings it")
ROOT = Path(__file__).parents[2]
WAIT = 60_000  # milliseconds, for what must happen


@pytest.fixture(scope="module")
def chromium():
    where = path()
    with sync_api.sync_playwright() as play:
        started = play.chromium.launch(executable_path=where, args=OPTIONS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def address():
    with served() as (found, _):
        yield found


class Lab:
    """A page that is open, with everything that it complained of and asked for."""

    def __init__(self, context, address, state=None):
        self.page, self.complaints, self.asked = context.new_page(), [], []
        self.page.set_default_timeout(WAIT)
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(address + ("#" + urllib.parse.quote(json.dumps(state)) if state else ""))
        self.page.wait_for_selector("canvas[role=img][aria-label]")

    def says(self, what):
        """Wait until the picture's description has some words, and return it."""
        sync_api.expect(self.page.locator("canvas[role=img]")).to_have_attribute("aria-label", re.compile(what), timeout=WAIT)
        return self.page.locator("canvas[role=img]").get_attribute("aria-label")

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


@pytest.fixture
def open_lab(chromium, address, request):
    opened = []

    def make(state=None, **options):
        context = chromium.new_context(**{"viewport": {"width": 1300, "height": 900}, "locale": "en-GB", **options})
        lab = Lab(context, address, state)
        opened.append((context, lab))
        return lab

    yield make
    for context, lab in opened:
        assert lab.complaints == []
        assert [url for url in lab.asked if not url.startswith((address.split("?")[0], "data:", "blob:"))] == []
        context.close()


SMALL = {"descent": {"rules": [{"rule": "sgd", "values": {"learning_rate": 0.1}, "look": 0}]}}


def test_a_slider_moves_the_path_by_mouse_and_by_keyboard(open_lab):
    lab = open_lab(SMALL)
    lab.says("sgd has loss 0.33")
    track = lab.page.locator("[data-key='0.learning_rate']")
    track.focus()
    for _ in range(3):
        lab.page.keyboard.press("ArrowRight")
    lab.rule(0, learning_rate=0.12)
    lab.says("sgd has loss 0.2203")
    box = track.bounding_box()
    lab.page.mouse.click(box["x"] + 0.97 * box["width"], box["y"] + box["height"] / 2)
    lab.says("diverges")
    lab.page.locator("[data-key='0.limit']").click()
    lab.rule(0, learning_rate=0.5)
    lab.page.locator("[data-key='0.learning_rate.typed']").fill("0.06")
    lab.page.keyboard.press("Enter")
    lab.says("sgd has loss 0.7475")


def test_the_start_is_dragged_the_path_scrubbed_and_played(open_lab):
    lab = open_lab(SMALL)
    lab.says("step 50")
    box = lab.page.locator("canvas.hero").bounding_box()
    lab.page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.2 * box["height"])
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.25 * box["height"], steps=5)
    lab.page.mouse.up()
    lab.until(lambda state: state.get("descent", {}).get("start") == pytest.approx([-1.25, 1.5], abs=0.02))
    lab.page.locator("[data-key='scrub']").focus()
    lab.page.keyboard.press("Home")
    lab.page.keyboard.press("ArrowRight")
    lab.says("step 1:")
    lab.page.locator("[data-key='back']").click()
    lab.says("step 0:")
    lab.page.locator("[data-key='play']").click()
    lab.says("step 50:")
    lab.page.locator("[data-key='start0']").focus()
    lab.page.keyboard.press("ArrowLeft")
    lab.until(lambda state: state["descent"]["start"][0] < -1.27)


def test_presets_surfaces_rules_and_numbers(open_lab):
    lab = open_lab(SMALL)
    lab.page.locator("[data-key='preset.parabola']").click()
    lab.says("parabola.*sgd 1.04 has loss")
    lab.page.locator("summary", has_text="The numbers").click()
    sync_api.expect(lab.page.locator("tbody tr")).to_have_count(21, timeout=WAIT)
    lab.page.locator("[data-key='surface.saddle']").click()
    lab.says("saddle")
    lab.page.locator("[data-key='0.remove']").click()
    lab.page.locator("[data-key='add']").click()
    lab.page.locator("[data-key='2.rule']").select_option("sgd")
    lab.until(lambda state: [rule["rule"] for rule in state["descent"]["rules"]] == ["sgd", "sgd", "sgd"])
    lab.page.locator("[data-key='surface.formula']").click()
    typed = lab.page.locator("[data-key='formula']")
    typed.fill("x^2 + 2y^2")
    typed.press("Enter")
    sync_api.expect(lab.page.locator("[role=alert]")).to_contain_text("a sign is missing after '2'")
    typed.fill("x^2 + 2*y^2")
    typed.press("Enter")
    sync_api.expect(lab.page.locator("[role=alert]")).to_be_hidden()
    lab.says("your formula")


def test_pictures_data_and_code_are_taken_away(open_lab, tmp_path):
    lab = open_lab(SMALL)
    lab.says("step 50")
    begins = {"PNG": b"\x89PNG", "SVG": b"<svg", "CSV": b"step,"}
    for kind, start in begins.items():
        with lab.page.expect_download() as waiting:
            lab.page.locator(f"[data-key='save.{kind}']").click()
        waiting.value.save_as(tmp_path / kind)
        assert (tmp_path / kind).read_bytes().startswith(start)
    rows = (tmp_path / "CSV").read_text().splitlines()
    assert len(rows) == 52
    assert float(rows[2].split(",")[1]) == pytest.approx(-4.9)
    lab.page.locator("[data-key='code']").click()
    assert "SGD(learning_rate=0.1)" in lab.page.locator("dialog pre").inner_text()
    lab.page.locator("[data-key='close']").click()


def test_curves_are_taken_away_as_code_with_the_cursor(open_lab):
    shown = {"group": "schedules", "names": None, "values": {"steps": 57.3}, "at": 68.76}
    lab = open_lab({"view": "functions", "functions": shown})
    lab.says("cosine")
    lab.page.locator("[data-key='code']").click()
    code = lab.page.locator("dialog pre").inner_text()
    assert 'around("cosine", 0.1, 57.3)' in code
    assert "np.interp(68.76" in code


def test_an_address_makes_the_same_picture_in_chinese_dark_and_small(open_lab):
    state = {"language": "zh", "theme": "dark", "hide": ["presets", "surfaces"], **SMALL}
    wide, small = open_lab(state), open_lab(state, viewport={"width": 360, "height": 740})
    for lab in (wide, small):
        assert "sgd 的损失为 0.33" in lab.says("sgd")
        lab.until(lambda found: found == state)
        assert lab.page.locator("html").get_attribute("lang") == "zh"
        assert lab.page.locator("[data-key='preset.noise']").count() == 0
        assert lab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wide.page.locator("[data-key='language']").select_option("en")
    wide.page.locator("[data-key='theme']").click()
    assert "sgd has loss" in wide.says("step 50")
    wide.until(lambda found: found == {"theme": "light", "hide": ["presets", "surfaces"], "language": "en", **SMALL})


def test_the_map_of_stability_and_from_a_probe_back_to_the_descent(open_lab):
    lab = open_lab({"view": "stability"})
    lab.says("Probe 1.*ringing")
    box = lab.page.locator("canvas.map").bounding_box()
    lab.page.mouse.move(box["x"] + 0.55 * box["width"], box["y"] + 0.2 * box["height"])
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.7 * box["height"], steps=4)
    lab.page.mouse.up()
    lab.says("Probe 2.*diverging")
    lab.page.locator("[data-key='probe1.0']").focus()
    lab.page.keyboard.press("Home")
    lab.says("Probe 2, step size 0")
    lab.page.locator("[data-key='probe0.use']").click()
    lab.says("momentum has loss")
    lab.rule(0, learning_rate=0.2, momentum=0.3)


@pytest.mark.parametrize(
    "state",
    [{}, {"theme": "dark", "language": "zh"}, {"view": "stability"}, {"view": "functions"}],
    ids=["light", "dark", "stability", "functions"],
)
def test_nothing_stands_in_the_way_of_those_who_hear_or_type_the_page(open_lab, state):
    axe = ROOT / "web/node_modules/axe-core/axe.min.js"
    if not axe.is_file():
        pytest.skip("axe-core is not installed: make web brings it")
    lab = open_lab(SMALL | state, bypass_csp=True)
    lab.says({"stability": "Probe 1", "functions": "tanh"}.get(state.get("view", ""), "sgd"))
    for summary in lab.page.locator("summary").all():
        summary.click()
    lab.page.evaluate(axe.read_text(encoding="utf-8"))
    found = lab.page.evaluate(
        "async () => { const { violations, passes } = await axe.run(); return [passes.length, violations.map(({ id }) => id)]; }"
    )
    assert found[0] > 10
    assert found[1] == []
    unreachable = (
        "() => [...document.querySelectorAll('.lab button, .lab input, .lab select')].filter((one) => one.tabIndex < 0).length"
    )
    assert lab.page.evaluate(unreachable) == 0


WIDGET = """async () => {
  const { default: { render } } = await import('./lab.js');
  const link = new WebSocket(`ws://${location.host}/link${location.search}`);
  link.binaryType = 'arraybuffer';
  await new Promise((open) => (link.onopen = open));
  const heard = [];
  link.onmessage = ({ data }) => heard.forEach((listener) => listener({}, [new DataView(data)]));
  const model = {
    get: () => ({ descent: { problem: 'saddle' } }),
    set: () => {},
    save_changes: () => {},
    send: ({ message }) => link.send(message),
    on: (event, listener) => event === 'msg:custom' && heard.push(listener),
    off: () => {},
  };
  const cell = document.createElement('div');
  document.body.replaceChildren(cell);
  render({ model, el: cell });
}"""


def test_the_same_bundle_is_a_widget(open_lab):
    lab = open_lab(SMALL)
    before = lab.page.url
    lab.page.evaluate(WIDGET)
    lab.says("saddle.*sgd has loss.*momentum has loss")
    lab.page.locator("[data-key='theme']").click()
    assert lab.page.url == before  # a widget leaves the notebook's address alone


def test_a_connection_that_was_lost_comes_back_with_the_state(chromium, address):
    from descend.lab.hosting import bound

    with bound("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    context = chromium.new_context(locale="en-GB")
    with served(port=port, token="same") as (first, _):
        lab = Lab(context, first, SMALL)
        lab.says("sgd has loss 0.33")
    sync_api.expect(lab.page.locator(".notice")).to_contain_text("connection to Python is lost", timeout=WAIT)
    lab.page.locator("[data-key='0.learning_rate.typed']").fill("0.06")
    lab.page.keyboard.press("Enter")
    with served(port=port, token="same"):
        lab.says("sgd has loss 0.7475")
        sync_api.expect(lab.page.locator(".notice")).to_be_hidden()
    context.close()
