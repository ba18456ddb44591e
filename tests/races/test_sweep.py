"""Sweeps: what they compare, at which cost, and what they refuse."""

import numpy as np
import pytest

import descend
from descend.core.errors import BadInput
from descend.problems import find
from descend.races import RaceSpec, prepare
from descend.races.specs.values import values
from descend.rules import Adam, AdamW, DecoupledWeightDecay

SMALL = {"learning_rates": 0.03, "seeds": 1, "evaluation_seeds": 2, "steps": 40}


def test_values_are_read_from_all_that_people_write():
    assert values("l2", "0,1e-4:1e-2:3,0.5") == pytest.approx([0, 1e-4, 1e-3, 1e-2, 0.5])
    assert values("batch", "16, 64,full") == [16, 64, "full"]
    assert values("l1", np.array([0.1, 0.2])) == [0.1, 0.2]
    assert values("activation", ["relu", "tanh"]) == ["relu", "tanh"]
    assert values("l1", 0.5) == [0.5]


@pytest.mark.parametrize(
    ("sweep", "words"),
    [
        ("l2", "sweep 'l2' is not NAME=VALUES; write l2=0,1e-4:1e-1:6"),
        ("l2=", "sweep l2 has no value"),
        ("=1", "is not NAME=VALUES"),
        ("l2=,", "sweep l2 has no value"),
        ("l2=0.1,0.1", "sweep l2 has 0.1 twice"),
        (["l2=0.1", "l2=0.2"], "sweep l2 is given twice; give all its values at once: l2=0.1,0.2"),
        ("l2=1:0.1:3", "sweep l2: range '1:0.1:3' is reversed or empty: 1 is not below 0.1; write LO:HI:N"),
        ("l2=0:1:3", "range '0:1:3' has a bound that is not finite and above 0"),
        ("l2=0.1:1:1", "range '0.1:1:1' has 1 points, must have 2 to 1,000"),
        ("l2=0.1:1", "'0.1:1' is not a range"),
        ("l2=-1", "iris: l2 is -1, must be a number in "),
        ("dropout=0.5,1", "iris: dropout is 1, must be a number in "),
        ("dropout=high", "iris: dropout is 'high', must be a number"),
        ("activation=relu,swich", "activation is 'swich', must be one of"),
        ("batch=0", "batch is 0, must be a whole number"),
        ("batch=1000", "give at most 90"),
        ("l3=0.1", "unknown thing to sweep 'l3'"),
        ("adam.b3=0.1", "unknown hyperparameter of adam to sweep 'b3'; did you mean 'b"),
        ("sgd.momentum=0.1", "unknown rule of this race to sweep 'sgd'; there are: adam"),
        ("weight_decay=-1,0", "sweep weight_decay has -1, must be numbers in [0, inf)"),
        ("hidden=(8,8),(8)", "hidden=8,8x8, or in Python sweep={'hidden': [(8,), (8, 8)]}"),
        ("adam.b1=1.5", "b1 is 1.5, must be"),
        ("adam.learning_rate=0.1", "every race tunes learning rates; give them as learning_rates, such as 0.01,0.1"),
        ("lr=0.1", "every race tunes learning rates"),
        ("criterion=mse,cross_entropy", "changes what is judged"),
        ("l2=1e-9:1:999,0.5,0.6", "sweep l2 has more than 1,000 values"),
        (["l2=1e-9:1:99", "l1=1e-9:1:99"], "9,801 entrants, more than 1,000"),
    ],
)
def test_sweeps_that_are_none_are_refused(sweep, words):
    with pytest.raises(BadInput) as caught:
        prepare(RaceSpec("iris", "adam", sweep=sweep))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_numbers_of_lanes_share_one_program_and_other_options_have_their_own():
    ask = prepare(RaceSpec("iris", "adam,sgd", sweep={"l2": "0,0.1", "activation": ["relu", "tanh"], "weight_decay": [0.0, 0.1]}))
    assert [job.problem.activation for job in ask.jobs] == ["relu", "tanh"]
    first = ask.jobs[0]
    assert [e.name for e in first.entries][:3] == [
        "adam l2=0 weight_decay=0 activation=relu",
        "adam l2=0 weight_decay=0.1 activation=relu",
        "adam l2=0.1 weight_decay=0 activation=relu",
    ]
    assert [dict(e.numbers) for e in first.entries] == 2 * [{"l2": 0.0}, {"l2": 0.0}, {"l2": 0.1}, {"l2": 0.1}]
    decayed = first.entries[1].settings[0]
    assert isinstance(decayed, DecoupledWeightDecay)
    assert (decayed.decay, type(decayed.rule)) == (0.1, Adam)
    own = prepare(RaceSpec("iris", "adamw", sweep="weight_decay=0.5")).jobs[0].entries[0].settings[0]
    assert (type(own), own.weight_decay) == (AdamW, 0.5)


def test_hyperparameters_of_one_rule_are_swept_for_it_alone():
    ask = prepare(RaceSpec("iris", "adam,sgd", sweep="adam.b1=0.5,0.8"))
    assert [e.name for e in ask.jobs[0].entries] == ["adam b1=0.5", "adam b1=0.8", "sgd"]
    assert [e.settings[0].b1 for e in ask.jobs[0].entries[:2]] == [0.5, 0.8]


def test_widths_are_written_with_a_cross():
    ask = prepare(RaceSpec("iris", "adam", sweep="hidden=4,8x8,none"))
    assert [job.problem.hidden for job in ask.jobs] == [(4,), (8, 8), ()]


def test_batch_sizes_are_compared_at_equal_samples_seen():
    phases = []
    race = descend.race("iris", "adam", sweep="batch=8,40,full", on_progress=lambda phase, _: phases.append(phase), **SMALL)
    assert {f"compiling, {number} of 3" for number in (1, 2, 3)} < set(phases)
    assert {line["batch"]: line["unit"] for line in race.leaderboard} == {8: 8, 40: 40, "full": 90}
    lanes = race.lanes.to_pandas()
    steps = {rule: set(found["steps"]) for rule, found in lanes.groupby("rule")}
    assert steps == {"adam batch=8": {158}, "adam batch=40": {32}, "adam batch=full": {14}}  # nearest to 40 updates of 32 rows
    assert race.document["plan"]["batch"] == [8, 40, "full"]
    assert len(race.summary["sensitivity"]) == 3


def test_a_large_batch_sees_no_more_than_half_an_update_of_the_smaller_ones_more():
    small, full = prepare(RaceSpec("digits", "adam", sweep="batch=64,full", steps=20)).jobs
    assert full.steps == 1
    assert abs(64 * small.steps - full.problem.data.rows) <= 32


def test_with_different_batches_the_first_below_the_target_has_seen_the_fewest_samples():
    options = {"steps": 60, "target": 0.4, "evaluation_seeds": 8, "seeds": 1}
    race = descend.race("iris", "adam", learning_rates=0.03, sweep="batch=4,full", **options)
    first, second = race.leaderboard
    assert (first["unit"], second["unit"]) == (4, 90)
    assert first["steps_to_target"] > second["steps_to_target"]
    assert first["steps_to_target"] * 4 < second["steps_to_target"] * 90
    said = race.summary["verdict"]
    assert said.startswith(f"adam batch=4 (learning rate 0.03) is first below 0.4 by sample {first['steps_to_target'] * 4}")


def test_values_of_a_rule_race_each_other_alone_and_as_one_entrant_among_others():
    alone = descend.race("iris", "adam", sweep="adam.b1=0.5,0.9", **SMALL)
    assert [line["entrant"] for line in alone.leaderboard] == [line["rule"] for line in alone.leaderboard]
    assert {line["standing"] for line in alone.leaderboard} == {"leader", "open"}  # two seeds decide nothing
    race = descend.race("iris", "sgd,adam", sweep="adam.b1=0.1,0.5,0.9", **SMALL | {"evaluation_seeds": 8})
    assert [line["entrant"] for line in race.leaderboard].count("adam") == 3
    assert [line["standing"] == "value" for line in race.leaderboard] == [False, False, True, True]
    tuned = race.lanes.to_pandas().query("phase == 'tuning'").groupby("rule")["loss"].mean()
    values = tuned[[name for name in tuned.index if name.startswith("adam")]]
    assert values.idxmin() in [line["rule"] for line in race.leaderboard[:2]]
    assert "adam tried 3 settings and sgd 1, which favours adam." in race.summary["notes"]


def test_rules_try_as_many_settings_unless_asked_otherwise():
    options = {"learning_rates": "1e-3:1:4", "sweep": "adam.b1=0.1,0.5,0.9"}
    tried = [len(entry.settings) for entry in prepare(RaceSpec("iris", "adam,sgd", **options)).jobs[0].entries]
    assert tried == [4, 4, 4, 12]
    tried = [len(entry.settings) for entry in prepare(RaceSpec("iris", "adam,sgd", balance=False, **options)).jobs[0].entries]
    assert tried == [4, 4, 4, 4]


def test_a_sweep_over_l2_draws_its_boundaries_and_tells_the_gap():
    race = descend.race("dots", "adam", sweep="l2=0,3", patience=4, health=True, **SMALL)
    assert set(race.snapshots["names"]) == {"adam l2=0", "adam l2=3"}
    assert list(race.snapshots["names"]) == [line["rule"] for line in race.leaderboard]
    assert race.snapshots["field"].shape == (2, 1, 61, 61)
    assert race.snapshots["confusion"].sum() == 2 * 2 * 60  # values x seeds x test rows
    assert race.snapshots["held_out"].sum() == 120
    assert {line["rule"]: line["numbers"] for line in race.leaderboard} == {"adam l2=0": {"l2": 0.0}, "adam l2=3": {"l2": 3.0}}
    spread = dict(zip(race.snapshots["names"], race.snapshots["field"].std(axis=(1, 2, 3)), strict=True))
    assert spread["adam l2=3"] < 0.5 * spread["adam l2=0"]  # so much penalty flattens the field
    lanes = race.lanes.to_pandas()
    assert set(lanes["status"]) <= {"finished", "early"}
    curves = race.curves.to_pandas()
    assert all(line["gap"] is not None and line["best_step"] is not None for line in race.leaderboard)
    assert np.isfinite(curves.loc[curves["judged_loss"].notna(), "training_loss"]).all()
    layers = race.health.to_pandas()
    assert set(layers["layer"]) == {"layer 1", "layer 2"}
    assert set(layers["rule"]) == set(race.snapshots["names"])
    judged = layers[layers["dead"].notna()]
    assert set(judged["layer"]) == {"layer 1"} and judged["dead"].between(0, 1).all()
    assert (layers.loc[layers["gradient_norm"].notna(), "weight_norm"] > 0).all()


def test_the_field_and_accuracy_are_those_of_the_weights_judged():
    race = descend.race("dots", "adam", **SMALL)
    told, problem = race.snapshots, find("dots")
    predicted = told["field"][0, 0] > 0.5
    x1, x2 = np.meshgrid(told["x1"], told["x2"])
    inside = x1**2 + x2**2 < 2
    assert (predicted == inside).mean() > 0.7  # x2 runs along the rows
    rows = problem.resplit(1)  # seed 0 tunes
    np.testing.assert_array_equal(told["points"][told["held_out"]], np.concatenate([rows.validation[0], rows.test[0]]))
    np.testing.assert_array_equal(told["labels"][told["held_out"]], np.concatenate([rows.validation[1], rows.test[1]]))
    right = np.trace(told["confusion"][0]) / told["confusion"][0].sum()
    lanes = race.lanes.to_pandas().query("phase == 'evaluation'")
    np.testing.assert_allclose(right, lanes["accuracy"].mean(), rtol=1e-6)
    np.testing.assert_allclose(told["accuracy"][0], lanes["accuracy"].iloc[0])
    labels = np.concatenate([problem.resplit(seed).test[1] for seed in (1, 2)]).astype(int)
    np.testing.assert_array_equal(told["confusion"][0].sum(axis=1), np.bincount(labels))
