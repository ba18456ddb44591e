"""The page in a real browser: every view drawn, controls by mouse and keyboard, addresses, languages, small screens, losses of
the connection. Nothing is asked of any host but the page's own."""

import re
from pathlib import Path

import pytest
from lab_client import rule
from lab_process import served
from open_page import SMALL, WAIT, Lab, sync_api

ROOT = Path(__file__).parents[2]


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
    lab.drag("canvas.hero", (0.8, 0.2), (0.5, 0.25), steps=5)
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


def test_newton_jumps_where_gradient_descent_crawls_and_walks_to_a_saddle_where_undamped(open_lab):
    chosen = [rule("sgd", learning_rate=0.1), rule("newton"), rule("newton", damped=False), rule("gauss_newton")]
    rules = [one | {"look": look} for look, one in enumerate(chosen)]
    lab = open_lab({"descent": {"problem": "bowl", "rules": rules, "at": 0}})
    lab.says("newton.*one step: it reaches the minimum at once.*gauss newton has loss.*one step: it reaches the minimum at once")
    lab.page.locator("[data-key='surface.saddle']").click()
    lab.page.get_by_text("gauss_newton needs residuals").wait_for()
    lab.page.locator("[data-key='3.remove']").click()
    lab.says("stopped at a saddle: the slope is 0 there")
    lab.page.locator("[data-key='surface.rosenbrock']").click()
    lab.says("curved valley")
    assert lab.page.locator("[data-key='1.damping']").count() == 1
    assert lab.page.locator("[data-key='1.schedule']").count() == 0


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
    typed.fill("x^2 + (2y^2")
    typed.press("Enter")
    sync_api.expect(lab.page.locator("[role=alert]")).to_contain_text("'(' is opened and never closed")
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


def test_the_curves_and_their_slopes_are_one_picture(open_lab, tmp_path):
    lab = open_lab({"view": "functions"})
    lab.says("tanh")
    with lab.page.expect_download() as waiting:
        lab.page.locator("[data-key='save.SVG']").click()
    waiting.value.save_as(tmp_path / "curves.svg")
    drawn = (tmp_path / "curves.svg").read_text(encoding="utf-8")
    assert ">value</text>" in drawn
    assert ">slope</text>" in drawn
    assert drawn.count(">tanh</text>") == 2


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


def test_on_a_telephone_the_picture_stays_in_sight_of_the_sliders(open_lab):
    lab = open_lab({"theme": "pink", **SMALL}, viewport={"width": 360, "height": 740})
    slider = lab.page.locator("[data-key='0.learning_rate']")
    slider.focus()
    slider.press("PageUp")
    lab.until(lambda state: state["descent"]["rules"][0]["values"]["learning_rate"] > 0.1)
    hero, moved = lab.page.locator("canvas.hero").bounding_box(), slider.bounding_box()
    assert hero["y"] >= 0
    assert hero["y"] + hero["height"] <= moved["y"] < 740


# Names are the same in every language, and so is what may be typed.
NAMES = r"descend lab|English|Python|PNG|SVG|CSV|momentum|sgd|relu|tanh|sigmoid|elu|gelu|silu|softplus|leaky|eps|f\(x, y\)"
TEXTS = """() => [...document.querySelectorAll('.lab *')]
  .filter((one) => one.tagName !== 'OPTION')
  .flatMap((one) => [...[...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data),
    ...['aria-label', 'title', 'placeholder', 'alt'].map((name) => one.getAttribute(name) ?? '')])"""


def test_nothing_is_left_in_english_on_the_chinese_page(open_lab):
    lab = open_lab({"language": "zh", **SMALL})
    for view, says in {"descent": "sgd 的损失为 0.33", "stability": "探针 2", "functions": "斜率"}.items():
        lab.page.locator(f"[data-key='tab.{view}']").click()
        lab.says(says) if view != "functions" else lab.page.get_by_role("columnheader", name=says).wait_for()
        for summary in lab.page.locator("summary").all():
            summary.click()
        left = [re.sub(NAMES, "", text) for text in lab.page.evaluate(TEXTS)]
        assert [text for text in left if re.search("[A-Za-z]{3}", text)] == []


def test_what_python_refuses_is_said_in_the_language_of_the_page(open_lab):
    wrong = {"problem": "formula", "options": {"text": "x^2 + 2 $ y"}}
    lab = open_lab({"language": "zh", "descent": {**wrong, **SMALL["descent"]}}, drawn=False)
    alert, language = lab.page.locator("[role=alert]"), lab.page.locator("[data-key='language']")
    sync_api.expect(alert).to_contain_text("'x^2 + 2 $ y' 不是 x 和 y 的公式", timeout=WAIT)
    language.select_option("en")
    sync_api.expect(alert).to_contain_text("This cannot be drawn: formula: text is 'x^2 + 2 $ y'")
    language.select_option("zh")
    sync_api.expect(alert).to_contain_text("在公式里没有意义")
    lab.page.locator("[data-key='code']").click()
    sync_api.expect(lab.page.locator("dialog h2")).to_contain_text("不是 x 和 y 的公式")


def test_the_map_of_stability_and_from_a_probe_back_to_the_descent(open_lab):
    lab = open_lab({"view": "stability"})
    lab.says("Probe 1.*ringing")
    lab.drag("canvas.map", (0.55, 0.2), (0.9, 0.7), steps=4)
    lab.says("Probe 2.*diverging")
    lab.page.locator("[data-key='probe1.0']").focus()
    lab.page.keyboard.press("Home")
    lab.says("Probe 2, learning rate 0")
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
  const shadow = document.createElement('div').attachShadow({ mode: 'open' }); // as marimo has it
  shadow.append(cell);
  document.body.replaceChildren(shadow.host);
  render({ model, el: cell });
}"""


def test_the_same_bundle_is_a_widget(open_lab):
    lab = open_lab(SMALL)
    before = lab.page.url
    lab.page.evaluate(WIDGET)
    lab.says("saddle.*sgd has loss.*momentum has loss")
    theme = lab.page.locator("[data-key='theme']")
    theme.press("Enter")
    sync_api.expect(theme).to_have_text("Light")
    sync_api.expect(theme).to_be_focused()
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
