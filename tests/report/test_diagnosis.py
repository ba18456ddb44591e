import numpy as np
import pyarrow as pa
import pytest
from fake import Asked, network_race
from fake_network import replace, rows, table

from descend.report import figure
from descend.report.diagnosis import sentences as health_words
from descend.report.diagnosis.data import health_by_entrant
from descend.report.figures import health


def said(*parts):
    return health_words.sentences(table(*parts))


def test_healthy_layers_say_nothing():
    assert said(rows()) == []
    assert health_words.sentences(None) == []


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (
            {"dead": lambda layer, step: 0.43 if layer == 1 and step >= 120 else 0.1},
            "layer 1: 43 % of relus dead from step 120 at learning rate 0.3 (sgd)",
        ),
        (
            {"dead": lambda layer, step: None if layer == 3 else 0.5},
            "layer 1: 50 % of relus dead from the start (and 1 more layer over 20 %) at learning rate 0.3 (sgd)",
        ),
        ({"saturated": 0.9, "dead": None}, "layer 1: 90 % of outputs saturated from the start (and 2 more layers over 50 %)"),
        ({"gradient_norm": lambda layer, step: 5.0**-layer}, None),
        (
            {"gradient_norm": lambda layer, step: {1: 1.0, 2: 30.0, 3: 3000.0}[layer]},
            "layer 1's gradients are 3,000 times smaller than layer 3's: they vanish at learning rate 0.3 (sgd)",
        ),
        ({"gradient_norm": lambda layer, step: 0.0 if layer == 1 else 1.0}, "no gradient reaches layer 1: it is 0 throughout"),
        (
            {"gradient_norm": lambda layer, step: 500.0 if layer == 1 else 1.0},
            "layer 1's gradients are 500 times larger than layer 3's: they explode",
        ),
        ({"weight_norm": lambda layer, step: 1.0 + step * (layer == 2)}, "layer 2's weights grow 200-fold by step 200: they"),
        (
            {"gradient_norm": lambda layer, step: np.inf if step >= 50 and layer == 2 else 1.0, "update_norm": 1e-9},
            "layer 2's gradients are not finite from step 50",
        ),
        ({"update_norm": lambda layer, step: 1e-6}, "no layer's updates are more than 1e-07 of its weights (about"),
        ({"update_norm": lambda layer, step: 5.0 if layer == 2 else 0.01}, "layer 2's updates are 0.5 of its weights"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(told, sentence):
    found = said(rows(**told))
    assert len(found) == (sentence is not None)
    assert all(each.startswith(sentence) for each in found)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({}, "all looks healthy: "),
        ({"update_norm": 5.0}, "the updates are 0.5 of the weights (about"),
        ({"update_norm": 1e-6}, "the updates are at most 1e-07 of the weights (about"),
        ({"weight_norm": lambda layer, step: 1.0 + step}, "the weights grow 200-fold"),
    ],
)
def test_a_problem_without_layers_is_spoken_of_as_a_whole(value, words):
    (sentence,) = health_words.describe(table([each | {"layer": "all"} for each in rows(layers=1, dead=None, **value)]))
    assert sentence.startswith(words)


def test_shares_after_the_weights_are_lost_mean_nothing():
    (entrant,) = health_by_entrant(table(rows(weight_norm=lambda layer, step: np.nan if step >= 100 else 1.0, dead=0.5)))
    assert np.isnan(entrant.dead[:, entrant.steps >= 100]).all()
    assert (entrant.dead[:, entrant.steps < 100] == 0.5).all()
    assert np.isnan(entrant.ratio[:, entrant.steps >= 100]).all()


def test_entrants_are_told_one_by_one_and_a_rule_without_a_rate_by_its_name():
    found = said(rows("adam", None, dead=0.3), rows("sgd", 0.1), rows("lion", 0.2, update_norm=1e-7))
    assert [each.rpartition(" ")[2] for each in found] == ["(adam)", "(lion)"]
    assert "learning rate" not in found[0]


def test_other_learning_rates_are_told_by_the_nearest_that_shows_more():
    tried = [rows("sgd", rate, chosen=False, dead=share, update_norm=9.0) for rate, share in ((0.01, 0), (1.0, 0.43), (9.0, 0.97))]
    well = f"at the learning rates of the leaderboard, {health_words.HEALTHY}"
    told = health_words.describe(table(rows("sgd", 0.3), *tried))
    assert told == [
        well,
        "layer 1: 43 % of relus dead from the start (and 2 more layers over 20 %) "
        "at learning rate 1 (sgd, in tuning; also at 1 more)",
    ]
    known = health_words.describe(table(rows("sgd", 0.3, dead=0.5), *tried))
    assert len(known) == 1 and "50 % of relus dead" in known[0]  # and not once more for the others
    assert health_words.describe(table(rows(), rows("sgd", 0.1, chosen=False))) == [well, health_words.OTHERS]
    assert health_words.describe(table(rows())) == [health_words.HEALTHY]


def test_norms_that_were_not_recorded_are_no_finding():
    sparse = rows(gradient_norm=None, update_norm=lambda layer, step: 0.01 if step % 50 == 0 else None, dead=None)
    assert said(sparse) == []
    (entrant,) = health_by_entrant(table(sparse))
    assert np.isnan(entrant.gradients).all()
    assert np.isfinite(entrant.ratio).sum() == 3 * 5


def _race(*parts):
    race = network_race(Asked(rules=("sgd", "adam"), rates=(0.1,), tuning=1, evaluation=1, steps=20, diverging=()))
    return replace(race, health=table(*parts))


def test_the_leader_is_drawn_beside_the_worst():
    lines = [line["rule"] for line in _race(rows()).leaderboard]
    alone = figure(_race(rows(lines[0]), rows(lines[1])), "health")
    assert len(alone.axes) == 5  # weights, gradients, updates, ratio, dead
    both = _race(rows(lines[1], dead=0.9, layers=20), rows(lines[0]))
    assert [entrant.rule for entrant in health.select(both)] == lines
    made = figure(both, "health")
    made.draw_without_rendering()
    assert [axes.get_title() for axes in made.axes[:2]] == [f"{lines[0]}  0.3 (the leader)", f"{lines[1]}  0.3 (least healthy)"]
    assert len(made.axes[1].lines) == 20
    assert len(made.legends[0].get_texts()) <= 10


def test_where_all_entrants_are_well_the_leader_is_drawn_beside_what_it_tried():
    first, second = (line["rule"] for line in _race(rows()).leaderboard)
    tried = [rows(first, 1.0, chosen=False, dead=0.3), rows(first, 2.0, chosen=False, dead=0.9, gradient_norm=np.inf)]
    race = _race(rows(first), *tried, rows(second), rows(second, 5.0, chosen=False, dead=0.9))
    assert [(entrant.rule, entrant.learning_rate) for entrant in health.select(race)] == [(first, 0.3), (first, 2.0)]
    assert figure(race, "health").axes[1].get_title() == f"{first}  2 (tried in tuning)"


@pytest.mark.parametrize("told", [{"weight_norm": np.nan}, {"gradient_norm": 0.0}, {"dead": None}])
def test_odd_tables_can_be_drawn(told):
    race = _race(rows(steps=20, layers=1, **told))
    figure(replace(race, health=race.health.slice(0, 1)), "health").draw_without_rendering()


def test_a_table_without_rows_has_no_picture():
    empty = replace(_race(rows()), health=table())
    assert isinstance(empty.health, pa.Table)
    assert health_words.sentences(empty.health) == []
    with pytest.raises(ValueError, match="no record of health: it was not asked for"):
        figure(empty, "health")
