"""descend rules: what it prints of rules and wrappers, and the picture that it draws."""

import re
import sys
from pathlib import Path

import pytest
from matplotlib.image import imread

from descend.cli.main import main
from descend.core.language.docs import sections
from descend.rules import RULES, WRAPPERS

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "90")


def printed(capsys, *words):
    assert main(["rules", *words]) == 0
    return capsys.readouterr().out


def test_the_list_has_rules_and_wrappers_in_tables_of_their_own(capsys):
    rules, wrappers = re.split(r"^wrappers.*$", printed(capsys), flags=re.MULTILINE)
    names = [re.findall(r"^(\w+)  +\S", part, re.MULTILINE) for part in (rules, wrappers)]
    assert names == [["name", *RULES], ["name", *WRAPPERS]]


@pytest.mark.parametrize("name", [*RULES, *WRAPPERS])
def test_one_is_shown_with_its_equations_numbers_slots_and_reference_within_the_width(capsys, name):
    out = printed(capsys, name)
    cls = RULES[name] if name in RULES else WRAPPERS[name]
    for heading, body in sections(cls).items():
        assert f"\n{heading}\n" in out
        assert "".join(body.split()) in "".join(out.split())  # every word, however the lines are broken
    assert max(map(len, out.rstrip().splitlines())) <= 90
    assert ("\nDialects" in out) == bool(cls.dialects)


def test_equations_stand_in_lines_of_their_own_at_one_indentation(capsys):
    out = printed(capsys, "momentum")
    assert "\n    v_t = momentum * v_{t-1} + g_t\n    w_{t+1} = w_t - learning_rate * v_t\n" in out


def test_the_table_of_dialects_has_the_rows_that_differ(capsys):
    out = printed(capsys, "rmsprop")
    rows = {line.split()[0]: line.split()[1:] for line in out.partition("\nDialects")[2].splitlines()[1:] if line.strip()}
    assert rows["default"] == ["keras", "torch", "optax", "tf1", "paper"]
    assert rows["decay"] == ["0.9", "0.9", "0.99", "0.9", "0.9", "0.9"]
    assert rows["eps_root"] == ["0", "1e-07", "0", "1e-08", "1e-10", "0"]
    assert rows["lr_inside"] == ["False", "True", "False", "True", "True", "False"]
    assert "centered" not in rows
    assert 'RMSProp.as_in("keras")' in out


def test_the_plot_is_a_picture_of_its_path_and_says_where_it_is(capsys):
    out = printed(capsys, "momentum", "--plot")
    assert re.search(r"50 updates on the bowl at learning rate [\d.]+, the best of 0.01:10:10, to momentum.png$", out.strip())
    assert imread("momentum.png").std() > 0.05
    assert "to path.svg" in printed(capsys, "momentum", "--plot", "--out", "path.svg")
    assert "<svg" in Path("path.svg").read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("adm", "did you mean 'adam'"),
        ("clip_by_valu", "did you mean 'clip_by_value'"),
        ("--plot", "name it, as in: descend rules adam --plot"),
        ("adam --out a.png", "add --plot"),
        ("clip_by_value --plot", "clip_by_value is a wrapper"),
        ("sgd --plot --out missing/a.png", "there is no folder missing"),
        ("sgd --plot --out a.doc", "must end in .png, .svg or .pdf"),
    ],
)
def test_what_cannot_be_done_is_one_line_with_the_remedy(capsys, words, says):
    assert main(["rules", *words.split()]) == 2
    out, err = capsys.readouterr()
    assert says in err
    assert err.count("\n") == 1
    assert out == ""
    assert list(Path().iterdir()) == []


def test_the_reference_page_has_the_table_too(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs" / "generate")
    monkeypatch.delitem(sys.modules, "pages", raising=False)
    import pages

    text = pages.page(RULES["adagrad"], None)
    assert "| | default | keras | torch | optax | tf1 | paper |\n| --- | ---: | ---: |" in text
    assert "| initial_accumulator | 0.1 | 0.1 | 0 | 0.1 | 0.1 | 0 |" in text
    assert "defaults are those of: paper." in pages.page(RULES["ema_momentum"], None)
    assert "Dialects" not in pages.page(RULES["soap"], None)
