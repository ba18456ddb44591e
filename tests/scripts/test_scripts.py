"""Every printed program runs as it stands, and ends with a lower loss than it began with."""

import re
import subprocess
import sys

import pytest

import descend
from descend.core.errors import BadValue, UnknownName
from descend.core.hyper import pytree
from descend.rules import SGD, Adam, ClipByGlobalNorm, Groups, Rule, ScheduleFreeAdamW
from descend.rules.code import code
from descend.schedules import Cosine
from descend.scripts import FRAMEWORKS, script

TUNED = {
    "adam": Adam(0.01, b1=0.8),
    "scheduled": ClipByGlobalNorm(Groups(Adam(Cosine(0.02, 200)), {"*bias*": SGD(0.05)}), 5.0),
    "schedule_free": ScheduleFreeAdamW(0.01),
}


@pytest.mark.parametrize("rule", [*TUNED.values()], ids=TUNED)
def test_the_expression_makes_the_rule(rule):
    made = code(rule)
    space = {}
    for module, names in made.imports.items():
        exec(f"from {module} import {', '.join(names)}", space)
    assert eval(made.expression, space) == rule


@pytest.mark.parametrize("to", FRAMEWORKS)
@pytest.mark.parametrize("name", ["adam", "schedule_free"])
def test_a_program_runs_and_its_loss_falls(name, to, tmp_path):
    file = tmp_path / "train.py"
    file.write_text(script(code(TUNED[name]), to))
    done = subprocess.run([sys.executable, "-W", "error::UserWarning", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    losses = [float(number) for number in re.findall(r"loss:? ([\d.e+-]+)", done.stdout)]
    assert len(losses) > 4
    assert losses[-1] < losses[0]


def test_what_no_script_can_import_is_refused():
    @pytree
    class Own(Rule):
        name = "own"

    with pytest.raises(BadValue, match="own has no import"):
        code(Own())
    with pytest.raises(UnknownName, match="did you mean 'torch'"):
        script(code(SGD()), "torhc")


def test_a_races_winner_comes_with_its_tuned_values_and_schedule():
    race = descend.race("bowl", "sgd,adam", learning_rates="0.01:0.3:4", steps=30, schedule="cosine")
    best = race.best()
    assert best.rule == race.leaderboard[0]["rule"]
    program = best.code("numpy")
    assert f"learning_rate=Cosine(init_value={best.learning_rate!r}, transition_steps=30)" in program
    assert race.best("sgd").rule == "sgd"
    with pytest.raises(UnknownName, match="unknown rule of this race 'lion'"):
        race.best("lion")
