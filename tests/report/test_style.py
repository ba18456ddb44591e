"""Pictures look the same whatever a person has set in matplotlib, and what cannot be drawn costs no race."""

import os
import subprocess
import sys
import warnings

import matplotlib as mpl
import pytest
from fake import network_race
from fake_surface import bowl_race

from descend import report
from descend.report import registry as pictures
from descend.report.figures import panels as graphs
from descend.report.pages import html
from descend.store import load

NETWORK, BOWL = network_race(), bowl_race()
WILD = {
    "text.usetex": True, "savefig.dpi": 10**6, "figure.dpi": 7, "font.size": 40, "lines.linewidth": 30, "axes.grid": True,
    "savefig.bbox": "tight", "axes.prop_cycle": mpl.cycler(color=["#ff00ff"]), "xtick.direction": "in", "font.family": "fantasy",
}  # fmt: skip
TABLES = {"race.toml", "lanes.parquet", "curves.parquet", "summary.json"}


@pytest.mark.parametrize(("race", "name"), [(r, n) for r in (NETWORK, BOWL) for n in pictures.names(r)])
def test_a_picture_is_the_same_under_any_settings(race, name):
    usual = pictures.png(race, name)
    with mpl.rc_context(WILD):
        assert pictures.png(race, name) == usual
        figure = pictures.figure(race, name)
        before = dict(mpl.rcParams)
    with mpl.rc_context(WILD):
        figure.draw_without_rendering()
        assert dict(mpl.rcParams) == before


def test_a_graph_is_the_same_under_any_settings(tmp_path):
    import numpy as np

    def drawn(file):
        x = np.linspace(-1, 1, 5)
        graphs.draw("relu", [graphs.Graph("x", "f", x, {"f": x, "g": -x})]).savefig(file, metadata={"Software": None})
        return file.read_bytes()

    usual = drawn(tmp_path / "usual.png")
    with mpl.rc_context(WILD):
        assert drawn(tmp_path / "wild.png") == usual


@pytest.mark.parametrize("lost", ["one", "all", "page"])
def test_a_race_is_saved_whatever_fails_to_be_drawn(lost, tmp_path, monkeypatch):
    def fails(*_, **__):
        raise RuntimeError("no such font\x1b[31m\nat all")

    owner, name = {"one": (pictures, "png"), "all": (pictures, "names"), "page": (html, "html")}[lost]
    usual = getattr(owner, name)
    only_paths = lambda race, which: fails() if which == "paths" else usual(race, which)  # noqa: E731
    report.save(BOWL, tmp_path / "out")  # what was drawn before does not stay beside the new tables
    monkeypatch.setattr(owner, name, only_paths if lost == "one" else fails)
    told = []
    report.save(BOWL, tmp_path / "out", told.append)
    assert load(tmp_path / "out").summary == BOWL.summary
    files = {p.name for p in (tmp_path / "out").iterdir()}
    assert files >= TABLES
    assert len(told) == 1
    assert "RuntimeError: no such font [31m at all" in told[0]
    if lost == "one":
        assert files >= {"curves.png", "report.html"}
        assert "paths.png" not in files
        assert "paths.png could not be drawn" in (tmp_path / "out" / "report.html").read_text()
    if lost == "all":
        assert "report.html" in files
        assert not [name for name in files if name.endswith(".png")]
    if lost == "page":
        assert "report.html" not in files


def test_what_cannot_be_drawn_is_a_warning(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "names", lambda race: 1 / 0)
    with pytest.warns(UserWarning, match="no picture could be drawn"):
        report.save(BOWL, tmp_path)


PROGRAM = """
import os, pathlib, sys
from descend import report
race = __import__("pickle").loads(pathlib.Path(sys.argv[1]).read_bytes())
report.save(race, "out")
import matplotlib
print(matplotlib.get_backend(auto_select=False), os.environ.get("MPLBACKEND"))
"""


@pytest.mark.parametrize(("backend", "taken"), [("nope", "None nope"), ("svg", "svg svg")])
def test_a_backend_that_there_is_not_costs_no_picture(backend, taken, tmp_path):
    import pickle

    (tmp_path / "race").write_bytes(pickle.dumps(BOWL))
    rc = "text.usetex: True\nsavefig.dpi: 1000000\nfont.family: nosuch\nfigure.figsize: 900, 900\nnonsense: 1\n"
    (tmp_path / "matplotlibrc").write_text(rc)
    environment = os.environ | {"MPLBACKEND": backend}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, "race"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.stdout.split("\n")[0] == taken, ran.stderr
    assert {"curves.png", "paths.png", "report.html"} <= {p.name for p in (tmp_path / "out").iterdir()}
    with warnings.catch_warnings():
        assert (tmp_path / "out" / "curves.png").read_bytes() == pictures.png(BOWL, "curves")


def test_settings_that_cannot_even_be_read_cost_the_pictures_alone(tmp_path):
    import pickle

    (tmp_path / "race").write_bytes(pickle.dumps(BOWL))
    (tmp_path / "matplotlibrc").write_bytes(b"\xff\xfe\x80")
    ran = subprocess.run([sys.executable, "-W", "ignore", "-c", PROGRAM, "race"], cwd=tmp_path, capture_output=True, text=True)
    assert "UnicodeDecodeError" in ran.stderr  # of this program's own import
    assert load(tmp_path / "out").summary == BOWL.summary
