"""What stays while the page is drawn anew: a drag, the focus, what is open, where a table is scrolled to, buttons and menus."""

import pytest
from matplotlib.image import imread
from open_page import SMALL, WAIT, sync_api


def key(lab, name):
    return lab.page.locator(f"[data-key='{name}']")


@pytest.mark.parametrize(
    ("state", "slider"),
    [({"view": "functions", "functions": {"group": "schedules"}}, "steps"), ({"view": "stability"}, "curvature")],
)
def test_a_slider_is_dragged_on_while_the_axes_change_under_it(open_lab, state, slider):
    lab = open_lab(state)
    before = lab.says("step")
    box = key(lab, slider).bounding_box()
    lab.page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2)
    lab.page.mouse.down()
    sync_api.expect(lab.page.locator("canvas[role=img]")).not_to_have_attribute("aria-label", before, timeout=WAIT)
    first = float(key(lab, f"{slider}.typed").input_value())
    lab.page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + box["height"] / 2, steps=3)
    lab.page.mouse.up()
    assert float(key(lab, f"{slider}.typed").input_value()) > 1.2 * first


def test_the_focus_and_what_is_open_stay(open_lab):
    lab = open_lab({"descent": {"rules": [{**SMALL["descent"]["rules"][0], "look": look} for look in (0, 1)]}})
    lab.says("step 50")
    numbers = lab.page.locator("summary", has_text="The numbers")
    numbers.press("Enter")
    table = lab.page.locator(".scroll")
    sync_api.expect(table.locator("tbody tr")).to_have_count(51, timeout=WAIT)
    sync_api.expect(numbers).to_be_focused()
    table.evaluate("table => (table.scrollTop = 200)")
    key(lab, "back").press("Enter")
    sync_api.expect(table.locator("tr.here")).to_contain_text("49", timeout=WAIT)
    assert table.evaluate("table => table.scrollTop") == 200
    key(lab, "0.summary").press("Enter")
    key(lab, "0.schedule").focus()
    key(lab, "0.schedule").select_option("cosine")
    lab.until(lambda found: found["descent"]["rules"][0].get("schedule") == {"name": "cosine"})
    sync_api.expect(key(lab, "0.schedule")).to_be_visible()
    sync_api.expect(key(lab, "0.schedule")).to_be_focused()
    key(lab, "1.remove").press("Enter")
    sync_api.expect(key(lab, "add")).to_be_focused()


def test_buttons_and_menus_stay_while_the_picture_moves(open_lab):
    lab = open_lab(SMALL)
    lab.says("step 50")
    sync_api.expect(key(lab, "0.limit")).to_be_visible(timeout=WAIT)
    lab.page.evaluate("window.before = [...document.querySelectorAll('header *, .tools *, .transport *, .says *')]")
    key(lab, "play").click()
    track = key(lab, "scrub").bounding_box()
    lab.says(r"step [1-9]\d?:")
    lab.page.mouse.move(track["x"] + 0.8 * track["width"], track["y"] + track["height"] / 2)
    lab.page.mouse.down()
    lab.says("step (39|40|41):")
    lab.page.mouse.move(track["x"] + 0.2 * track["width"], track["y"] + track["height"] / 2)
    lab.page.mouse.up()
    lab.says("step (9|10|11):")
    assert lab.page.evaluate("before.length > 12 && before.every((one) => one.isConnected)")


def test_a_picture_is_saved_on_the_colour_of_its_page(open_lab, tmp_path):
    lab = open_lab({"view": "functions", "theme": "dark"})
    lab.says("tanh")
    with lab.page.expect_download() as waiting:
        key(lab, "save.PNG").click()
    waiting.value.save_as(tmp_path / "dark.png")
    assert (255 * imread(tmp_path / "dark.png")[0, -1]).round().tolist() == [18, 23, 30, 255]


def test_curves_are_read_where_a_finger_taps(open_lab):
    lab = open_lab({"view": "functions"}, has_touch=True, viewport={"width": 360, "height": 740})
    lab.says("input 1:")
    box = lab.page.locator("canvas[role=img]").bounding_box()
    lab.page.touchscreen.tap(box["x"] + 60, box["y"] + 80)
    lab.says("input \N{MINUS SIGN}4")


def test_starting_anew_leaves_hidden_what_a_teacher_hid(open_lab):
    lab = open_lab({"hide": ["presets"]})
    lab.page.evaluate("location.hash = `{'hide':['presets'],'descent':{'problem':'nowhere'}}`")
    sync_api.expect(lab.page.locator("[role=alert]")).to_contain_text("unknown surface 'nowhere'")
    key(lab, "anew").click()
    lab.says("bowl")
    lab.until(lambda found: found == {"hide": ["presets"]})
    assert key(lab, "preset.noise").count() == 0
