"""Races by steps, evaluations and seconds: what a budget allows, in which order entrants stand, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

import descend
from descend.cli.main import main
from descend.core.errors import BadInput, BadValue
from descend.engine.timing import costs
from descend.problems import find
from descend.races import RaceSpec, prepare
from descend.races.judging.cost import Cost
from descend.races.specs.budget import Budget
from descend.report import html
from descend.rules import SGD, CoordinateDescent, Newton, NewtonCG, Sophia, Usage

GIVEN = {
    "sgd": {"seconds": 1e-6, "gradient": 1e-6},
    "nesterov": {"seconds": 1.5e-6, "gradient": 1e-6},
    "newton": {"seconds": 4e-5, "gradient": 1e-6, "values": 0.5, "hessians": 2.0, "solves": 1.5},
}
SHORT = {"rules": "sgd,newton", "learning_rates": [0.05, 0.2], "costs": GIVEN}
TARGET = {"rules": "sgd,nesterov,newton", "learning_rates": 0.05, "costs": GIVEN, "target": 1e-3}


@pytest.mark.parametrize(
    ("asked", "budget"),
    [
        ("500steps", Budget(500, "steps")),
        (" 2,000 Evaluations ", Budget(2000, "evaluations")),
        ("1step", Budget(1, "steps")),
        ("2.5e3evaluations", Budget(2500, "evaluations")),
        ("3s", Budget(3, "seconds")),
        ("250ms", Budget(0.25, "seconds")),
    ],
)
def test_a_budget_is_a_number_and_a_unit(asked, budget):
    assert Budget.read(asked) == budget == Budget.read(str(budget))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"budget": "0steps"}, "budget is '0steps', must be above 0"),
        ({"budget": "-3s"}, "budget is '-3s', must be above 0"),
        ({"budget": "1e400s"}, "budget is '1e400s', must be above 0 and at most"),
        ({"budget": "2000"}, "budget is '2000', which has no unit: write a number and a unit, such as 500steps"),
        ({"budget": "soon"}, "budget is 'soon', which is not a number with a unit"),
        ({"budget": "nans"}, "budget is 'nans', which is not a number with a unit"),
        ({"budget": "1.2.3s"}, "budget is '1.2.3s', which is not a number with a unit"),
        ({"budget": "5hours"}, "unknown unit in the budget '5hours': 'hours'"),
        ({"budget": "1.5steps"}, "budget is '1.5steps', must be a whole number of steps"),
        ({"budget": "9steps", "steps": 9}, "steps is 9 and budget is '9steps', which both say how long to train: leave one out"),
        ({"by": "time"}, "unknown measure of cost 'time'; there are: evaluations, seconds, steps"),
        ({"by": ""}, "unknown measure of cost ''"),
        ({"costs": {"sgd": {"seconds": 0, "gradient": 1}}}, "costs: sgd.seconds is 0, must be a number above 0"),
        ({"costs": {"sgd": {"seconds": 1.0}}}, "costs: sgd is {'seconds': 1.0}; leave the costs out"),
    ],
)
def test_what_is_no_cost_is_refused_in_a_line(options, message):
    with pytest.raises(BadInput) as caught:
        RaceSpec("bowl", "sgd", **options)
    assert str(caught.value).startswith(message)


def test_a_budget_below_one_step_is_refused_before_anything_is_written(tmp_path, capsys, monkeypatch):
    with pytest.raises(
        BadValue, match=r"the budget of 4.9 evaluations does not last for one step of newton, which costs 5: give at"
    ):
        prepare(RaceSpec("bowl", budget="4.9evaluations", **SHORT))
    monkeypatch.chdir(tmp_path)
    words = ["race", "bowl", "--rules", "sgd", "--lr", "0.1"]
    for more in (["--budget", "0.5evaluations"], ["--budget", "1e-12s"], ["--budget", "3s", "-n", "5"], ["--by", "hours"]):
        assert main([*words, *more]) == 2
        error = capsys.readouterr().err
        assert error.startswith("descend: ") and error.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_every_training_ends_where_its_budget_does():
    race = descend.race("bowl", budget="43evaluations", **SHORT)
    alone = {steps: descend.race("bowl", **SHORT, steps=steps) for steps in (43, 8)}
    lanes = race.lanes.to_pylist()
    assert {(lane["rule"], lane["steps"]) for lane in lanes} == {("sgd", 43), ("newton", 8)}
    assert {lane["hessians"] for lane in lanes if lane["rule"] == "newton"} == {8}
    for lane in lanes:
        (other,) = [each for each in alone[lane["steps"]].lanes.to_pylist() if each["lane"] == lane["lane"]]
        assert lane["loss"] == pytest.approx(other["loss"], rel=1e-5, abs=1e-12)
    curves = race.curves.to_pylist()
    assert {row["step"] for row in curves if row["lane"] == lanes[-1]["lane"]} <= {*range(44)}
    last = {row["lane"]: row for row in curves if row["judged_loss"] is not None}
    for lane in lanes:
        assert (last[lane["lane"]]["step"], last[lane["lane"]]["judged_loss"]) == (lane["steps"], pytest.approx(lane["loss"]))
    assert [line.steps for line in race.leaderboard if line.rule == "newton"] == [8]
    (note,) = [note for note in race.summary["notes"] if "unused" in note]
    assert note == "newton leaves 7 % of its 43 evaluations unused: another step costs more."
    assert race.summary["verdict"].startswith("After 43 evaluations each, newton ")
    assert race.summary["basis"].endswith("Cost is counted in evaluations. Each training may use 43 evaluations.")


def test_without_a_budget_each_may_use_as_much_as_so_many_gradients():
    by_evaluations, by_seconds = (prepare(RaceSpec("bowl", steps=100, by=by, **SHORT)) for by in ("evaluations", "seconds"))
    assert [entry.steps for entry in by_evaluations.jobs[0].entries] == [100, 20]
    assert [entry.steps for entry in by_seconds.jobs[0].entries] == [100, 2]
    assert [entry.steps for entry in prepare(RaceSpec("bowl", budget="7steps", **SHORT)).jobs[0].entries] == [7, 7]


def test_the_measure_ranks_and_the_orders_that_differ_are_told():
    by = {measure: descend.race("bowl", steps=400, by=measure, **TARGET) for measure in ("steps", "evaluations", "seconds")}
    steps, evaluations, seconds = ([line.rule for line in by[measure].leaderboard] for measure in by)
    assert steps[0] == evaluations[0] == "newton"
    assert seconds == ["nesterov", "newton", "sgd"]
    newton = next(line for line in by["evaluations"].leaderboard if line.rule == "newton")
    assert (newton.steps_to_target, newton.evaluations_to_target, newton.evaluations_per_update) == (1, 5.0, 5.0)
    assert by["evaluations"].summary["verdict"].startswith("newton is first below 0.001 after 5 evaluations, and stays there; ")
    assert by["steps"].summary["verdict"].startswith("newton is first below 0.001 at step 1, and stays below from step 1 on; ")
    summary = by["seconds"].summary
    assert summary["orders"]["seconds"] == seconds and summary["orders"]["evaluations"] == evaluations
    told = "by seconds nesterov, newton, sgd; by steps and evaluations newton, nesterov, sgd."
    assert summary["order"] == f"The order depends on how cost is counted: {told}"
    assert "按秒数为" in summary["order_zh"]
    page = html(by["seconds"])
    assert summary["order"] in page and f'lang="zh">{summary["order_zh"]}' in page
    assert "place by seconds" in page and "evaluations a step" in page


def test_one_order_by_all_measures_is_told_where_cost_was_asked_for():
    race = descend.race("bowl", "sgd,nesterov", learning_rates=0.05, costs=GIVEN, target=1e-3, steps=400, by="evaluations")
    assert race.summary["order"] == "Steps, evaluations and seconds give the same order."
    plain = descend.race("bowl", "sgd,nesterov", learning_rates=0.05, target=1e-3, steps=400)
    assert plain.summary["order"] is None or plain.summary["order"].startswith("The order depends")


def test_losses_are_compared_at_equal_cost():
    """Newton ends a quadratic at its first step, which by evaluations and seconds comes late."""
    race = descend.race("bowl", "sgd,newton", learning_rates=0.2, costs=GIVEN, budget="4e-5s")
    assert [(line.rule, line.steps) for line in race.leaderboard] == [("newton", 1), ("sgd", 40)]
    assert race.summary["orders"] == {by: ["newton", "sgd"] for by in ("steps", "evaluations", "seconds")}


def test_the_same_race_again_from_its_file(tmp_path):
    spec = RaceSpec("bowl", "sgd,newton", learning_rates=[0.05, 0.2], budget="9000evaluations", target=0.1)
    race = descend.race(spec)
    descend.save(race, tmp_path / "race")
    read = RaceSpec.read(tmp_path / "race")
    assert read == spec and (read.budget, read.by, read.steps) == ("9000evaluations", "evaluations", None)
    assert read.costs is not None and set(read.costs) == {"sgd", "newton"}
    again = descend.race(read)
    assert again.lanes.equals(race.lanes)
    assert again.summary["exchange"] == race.summary["exchange"]
    other = replace(read, budget=None, steps=5)
    assert (other.steps, other.budget, other.by) == (5, None, "evaluations")


def test_batches_are_counted_in_gradients_of_the_batch_that_was_asked_for():
    given = {f"sgd batch={size}": {"seconds": 1e-6, "gradient": 1e-6} for size in (8, 32)}
    spec = RaceSpec("iris", "sgd", learning_rates=0.1, sweep="batch=8,32", batch=16, budget="40evaluations", costs=given)
    assert [job.steps for job in prepare(spec).jobs] == [80, 20]


def test_a_named_schedule_spans_the_steps_that_the_budget_allows():
    given = GIVEN | {"sharp": {"seconds": 2e-6, "gradient": 1e-6}}
    rules = {"sgd": SGD(), "sharp": descend.rules.SharpnessAware(SGD())}
    spec = RaceSpec("bowl", rules, learning_rates=0.1, schedule="cosine", budget="50evaluations", costs=given)
    ends = {entry.name: entry.settings[0].rate for entry in prepare(spec).jobs[0].entries}
    assert ends["sgd"](49) > 0 == ends["sgd"](50)
    assert ends["sharp"](24) > 0 == ends["sharp"](25)


def test_costs_follow_what_rules_say_that_they_use():
    rates = Usage(values=0.5, gradients=1.0, hvps=2.0, hessians=9.0, solves=3.0)
    sophia, products, cyclic = (
        Cost(rule, rates, 1e-6, 1e-6) for rule in (Sophia(every=10), NewtonCG(products=4), CoordinateDescent())
    )
    used = Sophia(every=10).uses(25)
    assert sophia.of("evaluations", 25) == pytest.approx(25 + 2 * used.hvps)
    np.testing.assert_allclose(sophia.of("evaluations", np.array([0, 25])), [0, 25 + 2 * used.hvps])
    assert products.of("evaluations", 3) == pytest.approx(3 * (0.5 + 1 + 4 * 2.0))
    assert cyclic.of("evaluations", 7) == pytest.approx(7 * 1.5), "a partial derivative and its curvature, without a gradient"
    for cost in (sophia, products, cyclic):
        for steps in (1, 3, 40):
            assert cost.steps_within(Budget(cost.of("evaluations", steps), "evaluations")) == steps
    assert sophia.steps_within(Budget(0.5, "evaluations")) == 0


def test_only_what_rules_ask_for_is_timed():
    found = costs(find("bowl"), [SGD(), Newton()], None)
    assert len(found.seconds) == 2 and min(found.seconds) > 0 and found.gradient > 0
    assert found.rates.gradients == 1 and min(found.rates.values, found.rates.hessians, found.rates.solves) > 0
    assert found.rates.hvps == 0
