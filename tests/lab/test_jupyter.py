"""The widget in a real JupyterLab, in Chromium: one notebook with two widgets, which stays open for all tests."""

import contextlib
import json
import re

import notebooks
import pytest
from browser import OPTIONS, path

pytest.importorskip("jupyterlab", reason="JupyterLab is not installed: make install brings it")
pytest.importorskip("anywidget", reason="anywidget is not installed: make install brings it")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make install brings it")
WAIT = 60_000  # milliseconds, for what must happen

SMALL = {"descent": {"rules": [{"rule": "sgd", "values": {"learning_rate": 0.1}, "look": 0}]}}
CELLS = [
    f"import descend.lab\none = descend.lab.widget({SMALL})\none",
    "other = descend.lab.widget('saddle')\nother",
    f"one.state = {SMALL}",
    "print('one has', one.state, 'and the other', other.state)",
    "one.state = 'parabola'",
]
ONE, OTHER, SET, TELL, PRESET = range(len(CELLS))


class Notebook:
    """A notebook that is open, with what its page asked for and broke on."""

    def __init__(self, page, address, file):
        self.page, self.file, self.asked, self.broken = page, file, [], []
        page.set_default_timeout(WAIT)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.broken.append(str(error)))
        page.goto(f"{address}lab/tree/{file.name}?token={notebooks.TOKEN}")
        self.idle()

    def idle(self):
        self.page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()

    def cell(self, place):
        return self.page.locator(".jp-Notebook .jp-Cell").nth(place)

    def run(self, place):
        self.cell(place).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def choose(self, *entries):
        """Choose from the menus."""
        for entry in entries:
            self.page.locator(".lm-MenuBar-itemLabel, .lm-Menu-itemLabel").filter(has_text=re.compile(f"^{entry}$")).click()

    def says(self, place, what):
        """Wait until the widget's picture is described in some words."""
        picture = self.cell(place).locator("canvas[role=img]")
        sync_api.expect(picture).to_have_attribute("aria-label", re.compile(what), timeout=WAIT)

    def prints(self, what):
        """Run the cell that tells the states until it prints some words: a state is sent when nothing has moved for a while."""
        for _ in range(WAIT // 500):
            self.run(TELL)
            self.page.wait_for_timeout(500)
            said = " ".join(self.cell(TELL).locator(".jp-OutputArea-output").all_inner_texts())
            if re.search(what, said):
                return
        raise AssertionError(said)

    def saved_by(self, keys):
        """Press keys that save, and return the cells of the file."""
        before = self.file.stat().st_mtime_ns
        self.page.keyboard.press(keys)
        for _ in range(WAIT // 100):
            self.page.wait_for_timeout(100)
            with contextlib.suppress(ValueError):  # it is being written
                if self.file.stat().st_mtime_ns != before:
                    return json.loads(self.file.read_text())["cells"]
        raise AssertionError("the notebook was not saved")


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    where, folder = path(), tmp_path_factory.mktemp("jupyter")
    file = folder / "lesson.ipynb"
    notebooks.write(file, CELLS)
    with notebooks.jupyterlab(folder) as address, sync_api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=where, args=OPTIONS)
        notebook = Notebook(chromium.new_page(viewport={"width": 1300, "height": 900}, locale="en-GB"), address, file)
        notebook.run(ONE)
        notebook.run(OTHER)
        notebook.says(ONE, "sgd has loss")
        notebook.says(OTHER, "saddle.*sgd has loss.*momentum has loss")
        yield notebook
        chromium.close()
    assert notebook.broken == []
    assert [url for url in notebook.asked if not url.startswith((address, "data:", "blob:"))] == []


@pytest.fixture
def notebook(opened):
    """The notebook, its first widget as it began."""
    opened.run(SET)
    opened.says(ONE, "sgd has loss 0.33")
    return opened


def test_a_slider_changes_what_python_answers_and_the_state_there_but_not_the_other_widget(notebook):
    notebook.prints("one has .* and the other")  # all that the kernel still had to say of states has arrived by then
    notebook.cell(ONE).locator("[data-key='0.learning_rate']").focus()
    for _ in range(3):
        notebook.page.keyboard.press("ArrowRight")
    notebook.says(ONE, "sgd has loss 0.2203")
    notebook.prints(r"one has .*'learning_rate': 0.12\b.* and the other .*'problem': 'saddle'")
    notebook.says(OTHER, "saddle.*sgd has loss.*momentum has loss")


def test_a_state_that_python_sets_is_shown(notebook):
    notebook.run(PRESET)
    notebook.says(ONE, "parabola.*sgd 1.04 has loss")
    notebook.says(OTHER, "saddle")


def test_keys_typed_in_the_widget_are_no_commands_of_the_notebook_but_saving_is(notebook):
    notebook.cell(ONE).locator("[data-key='code']").focus()
    for key in ("b", "d", "d", "ArrowDown", "m"):
        notebook.page.keyboard.press(key)
    saved = notebook.saved_by("Control+s")
    assert ["".join(cell["source"]) for cell in saved] == CELLS
    assert {cell["cell_type"] for cell in saved} == {"code"}
    assert saved[ONE]["outputs"][0]["data"]["text/plain"] == ["The lab of descend: run this cell to see it."]


FITS = """([lab, columns]) => lab.scrollWidth <= lab.clientWidth
  && lab.clientWidth <= lab.closest('.jp-OutputArea-output').clientWidth
  && getComputedStyle(lab.querySelector('.view')).gridTemplateColumns.split(' ').length === columns"""


def test_the_widget_fits_its_cell_and_follows_the_theme(notebook):
    lab = notebook.cell(ONE).locator(".lab")
    try:
        for width, count in ((1300, 2), (900, 1)):
            notebook.page.set_viewport_size({"width": width, "height": 900})
            notebook.page.wait_for_function(FITS, arg=[lab.element_handle(), count])
    finally:
        notebook.page.set_viewport_size({"width": 1300, "height": 900})
    for theme in ("Dark", "Light"):
        notebook.choose("Settings", "Theme", f"JupyterLab {theme}")
        sync_api.expect(lab).to_have_attribute("data-theme", theme.lower(), timeout=WAIT)


def test_a_widget_whose_kernel_was_restarted_says_so_until_its_cell_is_run_again(notebook):
    notice = notebook.cell(ONE).locator(".notice")
    sync_api.expect(notice).to_be_hidden(timeout=WAIT)
    notebook.choose("Kernel", "Restart Kernel…")
    notebook.page.locator(".jp-Dialog .jp-mod-accept").click()
    sync_api.expect(notice).to_contain_text("Python does not answer", timeout=WAIT)
    anew = notebook.cell(ONE).locator(".lab:not(.alone) canvas[role=img]")
    for _ in range(5):
        notebook.idle()
        notebook.run(ONE)  # a kernel that is not there yet may miss it
        with contextlib.suppress(AssertionError):
            return sync_api.expect(anew).to_have_attribute("aria-label", re.compile("sgd has loss 0.33"), timeout=WAIT / 4)
    raise AssertionError("the widget does not come back")
