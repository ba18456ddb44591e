from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from fake import Asked, network_race
from fake_network import with_risk

from descend.core.errors import BadValue
from descend.report import figure
from descend.report.figures import risk_data

ONE = {"rules": ("adam",), "rates": (0.1,), "tuning": 1, "evaluation": 3, "steps": 40, "diverging": ()}


def of(held_out, training, best_step=None, gap=None):
    """A race of one rule whose three seeds all have these losses at steps 0, 10, 20, ..."""
    race = network_race(Asked(**ONE))
    rows = [
        {"lane": lane, "step": 10 * k, "loss": 9.0, "judged_loss": judged, "training_loss": trained}
        for lane in range(1, 4)
        for k, (judged, trained) in enumerate(zip(held_out, training, strict=True))
    ]
    lines = [line | {"best_step": best_step, "gap": gap} for line in race.summary["leaderboard"]]
    return replace(race, curves=pa.Table.from_pylist(rows), summary=race.summary | {"leaderboard": lines})


def test_the_gap_and_the_point_to_stop_are_read_off_the_lines():
    (entrant,) = risk_data.risks(of([2.0, 0.5, 0.9], [2.0, 0.4, 0.1])).entrants
    assert (entrant.gap, entrant.stop, entrant.patience) == (pytest.approx(0.8), 10.0, False)
    np.testing.assert_array_equal(entrant.ends, [0.9, 0.9, 0.9])


def test_what_the_race_knows_goes_before_what_is_read_off():
    (entrant,) = risk_data.risks(of([2.0, 0.5, 0.9], [2.0, 0.4, 0.1], best_step=10, gap=0.1)).entrants
    assert (entrant.gap, entrant.stop, entrant.patience) == (0.1, 10.0, True)


@pytest.mark.parametrize(
    ("held_out", "options", "words"),
    [
        ([2.0, 0.5, 0.9], {}, "ends 0.8 above the training loss; it was lowest at step 10: stopping there"),
        ([2.0, 0.5, 0.9], {"best_step": 10}, "the training loss; early stopping kept the weights of step 10 (median)."),
        ([2.0, 0.9, 0.5], {}, "ends 0.4 above the training loss, and it has hardly risen."),
        ([2.0, 0.9, 0.05], {}, "ends 0.05 below the training loss, and it has hardly risen."),
    ],
)
def test_the_gap_is_told(held_out, options, words):
    (told,) = risk_data.words(risk_data.risks(of(held_out, [2.0, 0.4, 0.1], **options)))
    assert told.startswith("adam: the validation loss ")
    assert words in told


def test_the_best_six_are_drawn_beside_a_diverging_one():
    ten = with_risk(network_race(Asked(tuning=1, evaluation=2, steps=60)))
    made = figure(ten, "risk")
    made.draw_without_rendering()
    panels = [axes for axes in made.axes if axes.get_visible()]
    assert [axes.get_title().split("  ")[0] for axes in panels] == [line["rule"] for line in ten.leaderboard[:6]]
    assert "the best 6 of 10 entrants" in made.get_suptitle()
    two = figure(with_risk(network_race(Asked(rules=("adam", "my-rule"), tuning=1, evaluation=2, steps=60))), "risk")
    two.draw_without_rendering()
    widths = [axes.get_position().width for axes in two.axes]
    assert min(widths) > 0.35  # what lies far outside does not press the panels together
    assert "diverged" in [text.get_text() for text in two.axes[1].texts]


def test_the_bracket_joins_the_ends_and_the_dot_is_at_the_loss_that_was_kept():
    race = of([2.0, 0.5, 0.9], [2.0, 0.4, 0.1], best_step=10)
    rows = [lane | {"status": "early"} if lane["phase"] == "evaluation" else lane for lane in race.lanes.to_pylist()]
    after = [row | {"step": 30, "judged_loss": 0.95, "training_loss": 0.05} for row in race.curves.to_pylist() if row["lane"] == 1]
    race = replace(
        race, lanes=pa.Table.from_pylist(rows), curves=pa.Table.from_pylist(race.curves.to_pylist() + after[-1:])
    )  # one seed goes on to step 30, the others stop at 20: the line goes on at 0.5, their lowest loss
    (axes,) = figure(race, "risk").axes
    (bracket,) = [line for line in axes.lines if line.get_gid() == "gap"]
    np.testing.assert_allclose(bracket.get_ydata(), [0.4 * 2 / 3 + 0.05 / 3, 0.5 * 2 / 3 + 0.95 / 3])
    (dot,) = [line for line in axes.lines if line.get_marker() == "o"]
    assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (10.0, bracket.get_ydata()[1])


def test_older_races_have_no_such_picture():
    race = network_race(Asked(**ONE))
    with pytest.raises(BadValue, match="no training losses: digits holds no rows out"):
        figure(race, "risk")
