"""Every printed program runs as it stands, and ends with a lower loss than it began with."""

import re
import subprocess
import sys

import numpy as np
import pytest

import descend
from descend.core.errors import BadValue, UnknownName
from descend.core.hyper import pytree
from descend.core.scripting import Code
from descend.rules import (
    RULES,
    SGD,
    Adam,
    ClipByGlobalNorm,
    DecoupledWeightDecay,
    Groups,
    Lookahead,
    Rule,
    ScheduleFreeAdamW,
    first_order,
)
from descend.rules.code import code, rebuild
from descend.rules.frameworks import refusal
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


COUNTED = {  # what a program has done at its end: its updates, and the rows of the last
    "keras": ("int(model.optimizer.iterations)", "len(next(batches())[0])"),
    "numpy": ("t", "len(rows)"),
    "optax": ("int(state.count)", "len(rows)"),
    "torch": ("step", "len(inputs)"),
}


@pytest.mark.parametrize("to", FRAMEWORKS)
@pytest.mark.parametrize(("name", "training"), [("adam", ()), ("schedule_free", (42, 100))])
def test_a_program_runs_as_long_as_asked_and_its_loss_falls(name, training, to, tmp_path):
    file = tmp_path / "train.py"
    steps, batch = training or (200, 32)
    updates, rows = COUNTED[to]
    program = script(code(TUNED[name]), to, *training)
    file.write_text(f"{program}\nassert ({updates}, {rows}) == ({steps}, {batch})\n")
    done = subprocess.run([sys.executable, "-W", "error::UserWarning", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    losses = [float(number) for number in re.findall(r"loss:? ([\d.e+-]+)", done.stdout)]
    assert len(losses) > 4
    assert losses[-1] < losses[0]


def test_all_rows_or_more_than_there_were():
    full, many = (script(code(SGD()), "numpy", 41, batch) for batch in ("full", 300))
    assert "size=(256, 4)" in full
    assert "size=256," in full
    assert "size=(300, 4)" in many
    assert "epochs=1," in script(code(SGD()), "keras", 41)


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
    assert "range(1, 31)" in program
    assert race.best("sgd").rule == "sgd"
    with pytest.raises(UnknownName, match="unknown rule of this race 'lion'"):
        race.best("lion")


def _by_batch(race):
    return sorted(race.leaderboard, key=lambda line: line["batch"])


def test_the_winner_among_batches_keeps_its_own():
    race = descend.race("iris", "sgd", learning_rates=[0.1], steps=8, seeds=1, evaluation_seeds=1, sweep={"batch": [16, 64]})
    programs = [race.best(line["rule"]).code("keras") for line in _by_batch(race)]
    counts = [re.findall(r"size=(\d+), replace|steps_per_epoch=(\d+), epochs=(\d+)", program) for program in programs]
    assert [int(batch) for (batch, _, _), _ in counts] == [16, 64]
    assert [int(each) * int(epochs) for _, (_, each, epochs) in counts] == [line["steps"] for line in _by_batch(race)]


def test_a_winner_that_diverged_is_refused():
    race = descend.race("bowl", "sgd,momentum", learning_rates=[2.0, 3.0], steps=30)
    with pytest.raises(BadValue, match=r"^sgd diverged in this race even at its best learning rate, 2: .*; race smaller learning"):
        race.best().code("torch")


@pytest.mark.parametrize("name", list(first_order(RULES)))
def test_a_rule_is_made_anew_from_its_code(name):
    for rule in (RULES[name](), RULES[name](learning_rate=Cosine(0.25, 40)), DecoupledWeightDecay(RULES[name](), decay=0.25)):
        made = code(rule)
        assert code(rebuild(made)) == made
    held = Lookahead(Groups(RULES[name](), groups={"*.bias": SGD(0.5), "a": {"learning_rate": 0.25}}))
    assert code(rebuild(code(held))) == code(held)


@pytest.mark.parametrize("name", [name for name in RULES if name not in first_order(RULES)])
def test_what_a_framework_cannot_give_a_rule_is_said_and_no_program_made(name):
    made = code(RULES[name]())
    assert code(rebuild(made)) == made
    assert {"keras", "numpy"} <= set(made.refused)
    for framework in FRAMEWORKS:
        if framework in made.refused:
            with pytest.raises(BadValue, match=f"^{name}.* asks for ") as told:
                script(made, framework)
            assert "\n" not in str(told.value)


MORE = [cls() for cls in RULES.values() if cls().needs_oracle]
CARRIED = [(rule.name, to) for rule in MORE for to in ("optax", "torch") if not refusal(rule, to)]


@pytest.mark.parametrize(("name", "to"), CARRIED)
def test_programs_of_rules_that_ask_for_more_run(name, to, capsys):
    exec(compile(script(code(RULES[name]()), to, steps=12, batch=64), to, "exec"), {"__name__": to})
    losses = [float(line.rpartition(" ")[2]) for line in capsys.readouterr().out.splitlines()]
    assert len(losses) == 5
    assert np.isfinite(losses).all()
    assert losses[-1] < (3 if name in ("coordinate_descent", "sophia") else 1)  # from 1.2, on batches; these two are slow


@pytest.mark.parametrize(
    "expression",
    ["", "SGD", "SGD()()", "SGD().learning_rate", "SGD(*[1])", "SGD(**{})", "SGD(lambda: 1)", "SGD(1j)", "SGD(b'')", "SGD(~1)"],
)
def test_only_calls_with_literals_are_read(expression):
    with pytest.raises(BadValue, match="makes no rule"):
        rebuild(Code(expression, {"descend.rules": ["SGD"]}))
