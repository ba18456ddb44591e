import base64
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from fake import network_race
from fake_surface import bowl_race
from page_parser import DRAWN, SMALL, Page, parse

from descend import report, store
from descend.core.errors import StoreError


def test_the_page_stands_alone():
    html = report.html(network_race(SMALL), DRAWN)
    page = Page(html)
    assert page.addresses
    assert all(address.startswith("data:") for address in page.addresses)
    assert not re.search(r"https?:|url\(|@import|<script", html)


def test_pictures_are_inside_and_described():
    images = [attributes for tag, attributes in parse(network_race(SMALL)).tags if tag == "img"]
    assert [base64.b64decode(image["src"].split(",")[1]) for image in images] == list(DRAWN.values())
    assert all(image["alt"].startswith("The ") and "sgd" in image["alt"] for image in images)


def test_the_answer_and_every_rule_are_told():
    race = network_race(SMALL)
    page = parse(race)
    assert race.summary["verdict"] in page.texts["p"]
    assert page.texts["h1"] == ["digits"]
    rules = [tag for tag in page.tags if tag[1].get("scope") == "row"]
    assert len(rules) == 3
    cells = page.texts["td"]
    assert cells[:2] == ["1", "0.1"]
    assert "diverged" in cells
    assert "100 %" in cells


def test_a_best_rate_at_the_edge_is_explained():
    words = " ".join(parse(network_race(SMALL)).texts["p"])
    assert "is at the edge of the grid" in words
    assert "try a wider range" in words
    middle = network_race(replace(SMALL, rules=("momentum",)))
    middle.summary["leaderboard"][0]["at_edge"] = False
    assert "edge of the grid" not in " ".join(parse(middle).texts["p"])


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=http://x>', "{{ 7 * 7 }}", "a & b"])
def test_what_people_wrote_is_escaped(evil):
    race = network_race(replace(SMALL, title=evil, rules=("sgd", evil)))
    page = parse(replace(race, document={"problem": evil, evil: [evil]}))
    assert page.texts["h1"] == [evil]
    assert evil in page.texts["dd"]
    assert "script" not in dict(page.tags)
    assert all(address.startswith("data:") for address in page.addresses)


def test_an_interrupted_race_says_so_first():
    assert "This race was interrupted." in parse(network_race(replace(SMALL, interrupted=True))).texts["strong"]
    assert "strong" not in parse(network_race(SMALL)).texts


def test_saving_writes_everything(tmp_path):
    race = bowl_race({"sgd": 0.42, "adam": 0.35}, steps=10)
    folder = report.save(race, tmp_path / "race")
    assert {path.name for path in folder.iterdir()} == {
        *("race.toml", "lanes.parquet", "curves.parquet", "paths.parquet", "landscape.npz", "summary.json"),
        *("curves.png", "sensitivity.png", "paths.png", "report.html"),
    }
    assert store.load(folder).summary == race.summary
    for name in ("curves", "sensitivity", "paths"):
        picture = (folder / f"{name}.png").read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert base64.b64encode(picture).decode() in (folder / "report.html").read_text(encoding="utf-8")


def test_saving_fails_whole(monkeypatch, tmp_path):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(StoreError, match="the disk is full"):
        report.save(network_race(replace(SMALL, rules=("sgd",))), tmp_path)
    assert not list(tmp_path.iterdir())


def test_importing_loads_nothing_heavy_and_saving_no_jax(tmp_path):
    code = (
        "import sys, descend.report\n"
        "assert not {'matplotlib', 'pyarrow', 'jinja2', 'jax'} & set(sys.modules), 'loaded too early'\n"
        "descend.report.save, descend.report.html, descend.report.figure\n"
        "assert not {'jax', 'equinox', 'matplotlib.pyplot'} & set(sys.modules), 'loaded at all'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_narrow_picture_is_not_blown_up():
    def png(width):
        return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + width.to_bytes(4, "big")

    page = parse(network_race(SMALL), {"curves": png(500), "sensitivity": png(5000)})
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert [image["style"] for image in images] == ["max-width: 20rem", "max-width: 54rem"]
