"""descend show: what it prints of functions and schedules, and the picture that it draws."""

import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from descend.cli.commands import show
from descend.cli.main import main
from descend.problems import ACTIVATIONS, LOSSES
from descend.schedules import SCHEDULES


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "90")


def printed(capsys, *words):
    assert main(["show", *words]) == 0
    return capsys.readouterr().out


def graphs(name, *settings, steps=None):
    return show.find_page(name, list(settings), steps)[1].graphs


def test_the_list_has_all_that_can_be_shown(capsys):
    out = printed(capsys)
    names = re.findall(r"^(\w+)  +\S", out, re.MULTILINE)
    assert names == ["name", *ACTIVATIONS, "name", *LOSSES, "name", *SCHEDULES, "name", "stability"]
    assert set(show.makers()) == set(names) - {"name"}


@pytest.mark.parametrize("name", [*ACTIVATIONS, *LOSSES, *SCHEDULES])
def test_every_one_has_a_formula_and_finite_lines(name):
    shown = show.find_page(name, [], None)[1]
    assert shown.says["Formula"].startswith("    ")
    assert all(np.isfinite(y).all() and y.shape == graph.x.shape for graph in shown.graphs for y in graph.lines.values())


@pytest.mark.parametrize("name", [*ACTIVATIONS, *LOSSES])
def test_the_second_panel_is_the_derivative_of_the_first(name):
    values, slopes = graphs(name)[:2]
    for y, slope in zip(values.lines.values(), slopes.lines.values(), strict=True):
        kinks = np.abs(np.gradient(slope, slopes.x)) > 5
        np.testing.assert_allclose(np.gradient(y, values.x)[1:-1][~kinks[1:-1]], slope[1:-1][~kinks[1:-1]], atol=0.02)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("relu", "from 0 to 1; 0 where x < 0: a unit all of whose inputs lie there is dead"),
        ("leaky_relu", "never flat"),
        ("sigmoid", "0.25; below 1 % of that where x < -5.99 and x > 5.99: a unit is saturated there"),
        ("tanh", "to 1; below 1 % of that where x < -3 and x > 3"),
        ("identity", "1 everywhere; never flat"),
    ],
)
def test_where_an_activation_dies_or_saturates_is_told(capsys, name, words):
    assert words in " ".join(printed(capsys, name).split())
    assert imread(f"{name}.png").std() > 0.05


def test_sigmoid_says_what_becomes_of_gradients_at_depth():
    assert "0.25^10 = 1e-06 of a gradient" in show.find_page("sigmoid", [], None)[1].says["Depth"]
    assert "undiminished" in show.find_page("relu", [], None)[1].says["Depth"]


def test_settings_change_the_loss_that_is_drawn():
    values, slopes = graphs("huber", "delta=2")
    inside = np.abs(values.x) <= 2
    np.testing.assert_allclose(values.lines["loss"][inside], values.x[inside] ** 2 / 2, atol=1e-5)
    assert np.abs(slopes.lines["derivative"]).max() == 2.0
    (_, slopes) = graphs("asymmetric", "profit=1", "cost=3")
    assert (slopes.lines["derivative"].min(), slopes.lines["derivative"].max()) == (-1.0, 3.0)


def test_an_asymmetric_loss_is_mae_until_it_is_told_otherwise(capsys):
    assert "it is mae while both are 1" in " ".join(printed(capsys, "asymmetric").split())
    np.testing.assert_array_equal(graphs("asymmetric")[0].lines["loss"], graphs("mae")[0].lines["loss"])


def test_cross_entropies_are_drawn_against_the_probability_too():
    for name, line in (("binary_cross_entropy", "target 1"), ("cross_entropy", "loss")):
        shares = graphs(name)[2]
        np.testing.assert_allclose(shares.lines[line], -np.log(shares.x), atol=1e-4)


def test_a_schedule_goes_by_its_other_name_over_the_steps_asked_for(capsys):
    out = printed(capsys, "exponential_decay", "--set", "init_value=0.1", "--steps", "200", "--out", "decay.svg")
    assert "0.1 at step 0, 0.01 at step 100, 0.001 at step 200" in out
    assert "Saved the picture to decay.svg" in out
    assert "<svg" in Path("decay.svg").read_text()
    (graph,) = graphs("exponential", "staircase=true", "transition_steps=50", "decay_rate=0.5", "init_value=1")
    np.testing.assert_allclose(graph.lines["value"][[0, 49, 50, 100]], [1, 1, 0.5, 0.25])


def test_settings_take_the_kind_of_their_field():
    (graph,) = graphs("piecewise_constant", "boundaries=30", "values=1,0.5", steps=60)
    np.testing.assert_array_equal(graph.lines["value"][[29, 30]], [1.0, 0.5])
    (graph,) = graphs("warmup", "then=cosine")
    assert graph.lines["value"][-1] == pytest.approx(0.0)
    assert graphs("cosine", steps=10**7)[0].x.size < 3000


def test_the_plane_of_the_heavy_ball_tells_its_limit(capsys):
    out = " ".join(printed(capsys, "stability", "momentum", "--set", "curvature=4", "--set", "momentum=0.3").split())
    assert "0.5 at momentum 0, 0.65 at momentum 0.3, 0.75 at momentum 0.5, 0.95 at momentum 0.9" in out
    assert "Saved the picture to stability-momentum.png" in out
    dark = imread("stability-momentum.png")[..., :3].max(axis=-1) < 0.1
    assert 0.15 < dark.mean() < 0.6


@pytest.mark.parametrize(
    ("words", "says", "file"),
    [
        ("sgd --set curvature=0.2,4", "stable up to a learning rate of 0.5.", "stability-sgd.png"),
        ("adagrad --set curvature=4 --out a.svg", "measured over 2048 updates", "a.svg"),
        ("adam --set across=b2", "it circles from a learning rate of 0.001 on", "stability-adam.png"),
    ],
)
def test_stability_of_rules_without_momentum_and_of_those_that_adapt(capsys, words, says, file):
    assert says in " ".join(printed(capsys, "stability", *words.split()).split())
    if file.endswith(".svg"):
        assert Path(file).read_text().count("<path") > 20
        return
    pixels = imread(file)[..., :3].reshape(-1, 3)
    colours, counts = np.unique(pixels, axis=0, return_counts=True)
    assert 1 - counts.max() / len(pixels) > 0.03  # beside the page's colour there is ink
    assert (np.ptp(colours, axis=1) > 0.3).any()  # and some of it is coloured: the map or the curve, not axes and words alone


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("rellu", "unknown activation, loss or schedule 'rellu'; did you mean 'relu'?"),
        ("huber --set delat=2", "unknown setting of huber 'delat'; did you mean 'delta'?"),
        ("huber --set delta=-1", "--set delta=-1 of huber: must be a number above 0"),
        ("huber --set delta=true", "--set delta=True of huber: must be a number above 0"),
        ("huber --set delta=1e99", "must be within 3.4e+38"),
        ("huber --set delta=x", "--set delta is 'x', must be a number"),
        ("huber --set a.delta=1", "write the setting alone, as in --set delta=0.5"),
        ("relu --set slope=1", "unknown setting of relu 'slope'"),
        ("relu --steps 5", "relu does not depend on the step"),
        ("cosine --set init_value=1,2", "--set init_value=1,2 of cosine: must be one number"),
        ("exponential --set staircase=2", "must be true or false"),
        ("warmup --set then=cosin", "unknown schedule 'cosin'; did you mean 'cosine'?"),
        ("exponential --set decay_rate=-1", "decay_rate is -1, must be in [0, inf)"),
        ("--steps 5", "name what to show, as in: descend show relu"),
        ("stability", "name it, as in: descend show stability momentum"),
        ("stability mometum", "unknown rule 'mometum'; did you mean 'momentum'?"),
        ("stability sgd --set across=momentum", "sgd has no memory to map against 'momentum'"),
        ("stability momentum --set curvature=0", "--set curvature is 0, must be from 0.001 to 1000"),
        ("stability momentum --set learning_rate=1", "the picture shows all learning rates; leave it out"),
        ("stability momentum --set momentum=2", "momentum is 2, must be in [0, 1)"),
        ("stability momentum --steps 5", "stability does not depend on the step"),
        ("relu adam", "leave out 'adam', or write: descend show stability momentum"),
        ("relu --out a.doc", "must end in .png, .svg or .pdf"),
        ("relu --out missing/a.png", "there is no folder missing"),
    ],
)
def test_what_cannot_be_shown_is_one_line_with_the_remedy(capsys, words, says):
    assert main(["show", *words.split()]) == 2
    out, err = capsys.readouterr()
    assert says in err
    assert err.count("\n") == 1
    assert out == ""
    assert list(Path().iterdir()) == []
