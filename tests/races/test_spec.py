"""A race written down and run again: the same bits, from TOML, in another process, and nothing that is dropped in silence."""

import dataclasses
import os
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import optax
import pytest

import descend
from descend import problems
from descend.cli.main import main
from descend.core.errors import BadInput, BadValue, StoreError
from descend.engine import Run
from descend.races import RaceSpec, prepare, start
from descend.rules import RULES, SGD, Accumulate, Adam, ClipByGlobalNorm, Groups, Rule, from_optax, rule
from descend.schedules import Constant, Cosine, Warmup
from descend.store import write

sys.path.append(str(Path(__file__).parent))
import spec_module

SMALL = {"learning_rates": "0.01:0.1:2", "seeds": 1, "evaluation_seeds": 2, "steps": 6}


def written():
    """Specs that hold everything a race may be made of."""
    groups = Groups(Adam(0.01, b1=0.5), groups={"*.bias": SGD(0.1), "layers.1.weight": {"eps": 1e-6}})
    deep = {"clipped": ClipByGlobalNorm(Accumulate(SGD(Warmup(Constant(0.1), 5)), k=2), max_norm=0.3), "groups": groups}
    yield "defaults", RaceSpec("bowl")
    yield "rules that hold rules and schedules", RaceSpec("iris", deep, **SMALL)
    yield (
        "options",
        RaceSpec(problems.find("digits", hidden=(8, 4), activation="tanh", dropout=0.1), "sgd", learning_rates=[0.1, 1 / 3]),
    )
    sweep = {
        "l2": np.array([0, 0.1]),
        "hidden": [(8,), ()],
        "batch": [8, "full"],
        "adam.b1": "0.5,0.9",
        "weight_decay": [0.0, 0.01],
    }
    yield "sweeps", RaceSpec("iris", "adam,sgd", sweep=sweep, balance=False, **SMALL)
    every = {"schedule": "cosine", "batch": 16, "sampling": "replacement", "target": 0.5, "patience": 3, "health": True, "width": 8}
    yield "all that can be set", RaceSpec("moons", ["sgd", Adam(b2=0.9)], **SMALL, **every)
    yield "a formula", RaceSpec(problems.find("formula", text="x^2 + 3 sin(y)"), "sgd", **SMALL)
    yield (
        "classes of one's own",
        RaceSpec(spec_module.Cup(3.0), [spec_module.Halved(share=0.25), "sgd"], schedule=spec_module.slow, **SMALL),
    )
    yield "functions of one's own", RaceSpec(problems.function(spec_module.valley, np.array([1.0, -2.0])), "sgd", **SMALL)
    yield "noise", RaceSpec(problems.noisy(problems.find("bowl"), 0.1), "sgd", **SMALL)
    yield "optax", RaceSpec("iris", from_optax(optax.sgd, learning_rate=0.1, momentum=0.9, nesterov=True), **SMALL)


def told(job):
    return [(entry.name, str(entry.settings), entry.numbers) for entry in job.entries]


@pytest.mark.parametrize(("spec"), [spec for _, spec in written()], ids=[name for name, _ in written()])
def test_what_is_written_makes_the_same_race(spec):
    text = spec.to_toml()
    again = RaceSpec.from_toml(text)
    assert again.to_toml() == text
    assert {name: str(each) for name, each in again.rules.items()} == {name: str(each) for name, each in spec.rules.items()}
    one, other = prepare(spec), prepare(again)
    assert [job.steps for job in one.jobs] == [job.steps for job in other.jobs]
    for job, same in zip(one.jobs, other.jobs, strict=True):
        assert told(job) == told(same)


@pytest.mark.parametrize("name", ["rules that hold rules and schedules", "classes of one's own", "all that can be set"])
def test_a_race_that_is_run_again_from_its_folder_gives_the_same_bits(name, tmp_path):
    first = descend.race(dict(written())[name])
    write(first, tmp_path)
    back = descend.load(tmp_path)
    again = descend.race(back.spec)
    assert again.lanes.equals(first.lanes)
    assert again.curves.equals(first.curves)
    timeless = [[dataclasses.replace(line, seconds_per_update=None) for line in race.leaderboard] for race in (first, again)]
    assert timeless[0] == timeless[1]
    assert back.spec.to_toml() == RaceSpec.read(tmp_path).to_toml() == RaceSpec.read(tmp_path / "race.toml").to_toml()


def test_a_table_is_found_from_another_folder(tmp_path, monkeypatch):
    rows = "".join(f"{i},{i % 3},{'ab'[i % 2]}\n" for i in range(40))
    (tmp_path / "mine.csv").write_text("x,y,label\n" + rows)
    monkeypatch.chdir(tmp_path)
    spec = RaceSpec("mine.csv:label", "sgd", **SMALL)
    text = spec.to_toml()
    monkeypatch.chdir("/")
    assert descend.race(RaceSpec.from_toml(text)).lanes.equals(
        descend.race(dataclasses.replace(spec, problem=problems.find(f"{tmp_path}/mine.csv:label"))).lanes
    )


def unwritable():
    class Local(Rule):
        learning_rate: float = 0.1

    local = rule("local")(Local)
    RULES._classes.pop("local")
    lost = from_optax(optax.sgd, learning_rate=optax.cosine_decay_schedule(0.1, 10))
    yield {"schedule": lambda rate: Cosine(rate, 50)}, "race.schedule is .*a lambda: give it a name with def, in a module"
    yield {"rules": {"mine": local()}}, "rules.mine is .*Local, made inside a function: define it at the top of a module"
    yield {"rules": {"held": ClipByGlobalNorm(local())}}, "rules.held.rule is .*Local, made inside a function"
    yield {"problem": problems.function(lambda w: w**2, 1.0)}, "problem.f is .*a lambda"
    yield {"problem": problems.find("iris", criterion=lambda output, y: 0.0)}, "problem.criterion is .*a lambda"
    mine = from_optax(spec_module.plain_optax, learning_rate=0.1)
    yield {"rules": mine}, "rules.*plain_optax.*not one of optax's own factories"
    yield {"rules": lost}, "rules.*learning_rate is .*made inside a function"


@pytest.mark.parametrize(("options", "message"), list(unwritable()))
def test_what_cannot_be_written_down_is_named_and_refused(options, message):
    spec = RaceSpec(**({"problem": "iris", "rules": "sgd"} | options))
    with pytest.raises(BadValue, match=f"this race cannot be written down: {message}"):
        spec.to_toml()


def test_a_race_with_what_cannot_be_written_is_saved_and_says_why_it_cannot_be_run_again(tmp_path, capsys):
    race = descend.race(problems.function(lambda w: (w[0] - 3) ** 2, [0.0]), "sgd", learning_rates=0.1, steps=5)
    descend.save(race, tmp_path)
    assert descend.load(tmp_path).leaderboard == race.leaderboard
    with pytest.raises(BadValue, match=r"cannot be run again from its file: problem.f is .*lambda"):
        _ = descend.load(tmp_path).spec
    assert main(["race", "--from", str(tmp_path), "--out", str(tmp_path / "again")]) == 2
    assert "problem.f is" in capsys.readouterr().err
    assert not (tmp_path / "again").exists()


def test_the_command_runs_a_race_again_and_lets_nothing_change_it(tmp_path, capsys):
    rules = tmp_path / "mine.py"
    rules.write_text(Path(spec_module.__file__).read_text().split("@problem")[0])
    words = ["race", "iris", "--rules", f"{rules}:Halved,adam", "--lr", "0.1:1:2", "--seeds", "1", "--evaluation-seeds", "2"]
    assert main([*words, "--steps", "5", "--out", str(tmp_path / "one")]) == 0
    again = [sys.executable, "-m", "descend", "race", "--from", str(tmp_path / "one"), "--out", str(tmp_path / "two")]
    subprocess.run(again, check=True, capture_output=True)  # a process that has never seen the file of rules
    one, two = (descend.load(tmp_path / name) for name in ("one", "two"))
    assert one.lanes.equals(two.lanes)
    assert one.curves.equals(two.curves)
    capsys.readouterr()
    for more, word in (
        (["iris"], "iris"),
        (["--steps", "7"], "--steps"),
        (["--no-balance"], "--no-balance"),
        (["--set", "l2=1"], "--set"),
    ):
        assert main(["race", "--from", str(tmp_path / "one"), *more]) == 2
        assert f"{word} cannot be combined with --from" in capsys.readouterr().err
    assert main(["race"]) == 2
    assert "no problem to race on" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("problem = 'digitz'", "did you mean 'digits'"),
        ("[race]\nsteps = 3", "no problem"),
        ("problem = 'bowl'\n[race]\nstep = 3", r"unknown key of \[race\] in race.toml 'step'; did you mean 'steps'"),
        ("problem = 'bowl'\n[rule.sgd]\nname = 'sgd'", "unknown part of race.toml 'rule'; did you mean 'rules'"),
        ("problem = 'bowl'\n[rules.mine]\nname = 'adm'", "did you mean 'adam'"),
        ("problem = 'bowl'\n[rules.mine]\nname = 'adam'\nb3 = 1", "'b3'"),
        ("problem = 'bowl'\n[rules.mine]\nclass = 'nowhere:X'", "rules.mine: nowhere cannot be imported"),
        ("problem = 'bowl'\n[rules.mine]\nclass = 'spec_module:Gone'", "spec_module has no Gone"),
        ("problem = 'bowl'\n[rules.mine]\nclass = 'spec_module:valley'", "must be a class of rules"),
        ("schema = 99\nproblem = 'bowl'", "race.toml has schema 99, written by a newer descend; this one reads 1: update descend"),
        ("schema = 'x'\nproblem = 'bowl'", "race.toml has schema 'x'"),
        ("problem = ", "race.toml is no TOML"),
        ("x = " + "[" * 50_000, "race.toml is no TOML"),
        ("problem = 'bowl'\n[rules.mine]\noptax = 'os:system'\ncommand = 'false'", "rules.mine: 'os:system' is not one of optax's"),
    ],
)
def test_a_file_that_makes_no_race_says_why(text, message):
    with pytest.raises((BadInput, StoreError), match=message) as caught:
        RaceSpec.from_toml(text)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_what_is_no_file_of_a_race_is_refused_when_it_is_run_again(tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "deep").write_text("x = " + "[" * 50_000)
    (tmp_path / "long").write_text("a." * 20_000 + "a = 1")
    for name in ("pipe", "deep", "long"):
        assert main(["race", "--from", str(tmp_path / name)]) == 2
        told = capsys.readouterr()
        assert (told.out, told.err.count("\n")) == ("", 1)
        assert f"{name} cannot be read" in told.err


def test_a_person_may_write_a_short_file(tmp_path):
    (tmp_path / "mine.toml").write_text(
        "problem = 'bowl'\nrules = ['sgd', 'adam']\n[race]\nlearning_rates = '0.01:0.1:2'\nsteps = 4\n"
    )
    assert RaceSpec.read(tmp_path / "mine.toml") == RaceSpec("bowl", "sgd,adam", learning_rates="0.01:0.1:2", steps=4)
    with pytest.raises(StoreError, match="there is no"):
        RaceSpec.read(tmp_path / "nowhere")


def test_a_spec_is_given_alone_and_varied_by_replacing():
    spec = RaceSpec("bowl", "sgd", learning_rates=0.1, steps=4)
    with pytest.raises(BadValue, match=r"steps is given beside a RaceSpec, .*dataclasses.replace\(spec, steps=...\)"):
        descend.race(spec, steps=7)
    assert descend.race(dataclasses.replace(spec, steps=7)).summary["steps"] == 7
    with pytest.raises(dataclasses.FrozenInstanceError):
        spec.steps = 7


def run_elsewhere(pickled):
    """In another process: the losses of a pickled job and the lanes of a pickled spec."""
    job, spec = pickle.loads(pickled)
    return Run(job).run().curves["loss"], start(prepare(spec)).lanes


def test_specs_and_jobs_can_be_sent_to_another_process():
    spec = RaceSpec(
        "iris", {"deep": ClipByGlobalNorm(SGD(Cosine(0.1, 9)), max_norm=1.0), "adam": "adam"}, schedule="cosine", **SMALL
    )
    (job,) = prepare(spec).jobs
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        losses, lanes = pool.submit(run_elsewhere, pickle.dumps((job, spec))).result()
    np.testing.assert_array_equal(losses, Run(job).run().curves["loss"])
    assert lanes.equals(descend.race(spec).lanes)


def test_race_takes_what_a_spec_takes():
    import inspect

    asked, taken = (inspect.signature(function).parameters for function in (RaceSpec, descend.race))
    assert {name: p.default for name, p in taken.items() if name != "on_progress"} == {
        name: p.default for name, p in asked.items() if name != "versions"
    }
