"""What a race says: by which rows and test, what would settle it, and what a reader must know."""

import numpy as np
import pytest

import descend
from descend.races.judging import comparison
from descend.races.judging.verdict import Conclusion, basis, join, remarks, verdict


def line(rule, losses, **more):
    middle = float(np.mean(losses)) if np.isfinite(losses).all() else None
    known = {"rule": rule, "entrant": rule, "learning_rate": 0.1, "settings": 3, "unit": 1, "steps_to_target": None}
    known |= {"settling_steps": None, "diverged_in_tuning": 0.0, "diverged_at_best": float(np.mean(~np.isfinite(losses)))}
    return known | {"loss": {"iqm": middle, "low": middle, "high": middle}} | more


def conclusion(named, share=None, **changes):
    """What is concluded from losses by rule, the best first."""
    figures = np.array(list(named.values()), float)
    compared = comparison.compare(figures, 0)
    lines = [line(rule, losses) for rule, losses in named.items()]
    for i, each in enumerate(lines):
        open_ = "open" if np.isnan(compared.p[i]) else "level"
        standing = "leader" if i == 0 else "behind" if compared.behind[i] else open_
        each |= {"standing": standing, "tied": standing != "behind"}
    summary = {"leaderboard": lines, "judged": "test loss", "tuned": "validation loss", "target": None, "deterministic": False}
    summary |= {"interrupted": False, "evaluation_seeds": figures.shape[1], "tuning_seeds": 3, "resplits": True}
    summary |= {"rows": {"train": 90, "validation": 30, "test": 30}, "target_every": 1}
    return Conclusion(summary | changes, figures, compared, share)


@pytest.fixture
def base():
    return np.random.default_rng(0).normal(1.0, 0.1, size=20)


def test_a_leader_far_ahead_wins(base):
    about = conclusion({"adam": base, "sgd": base + 1})
    assert verdict(about).startswith("adam (learning rate 0.1) wins with test loss ")
    assert "ahead of sgd with " in verdict(about)
    assert remarks(about) == []
    said = basis(about)
    assert said.startswith(
        "Judged by test loss on 30 test rows, split again for every seed, with 20 seeds; learning rates chosen by "
    )
    assert "permutation test on aligned ranks" in said and "at most 2.5 % of races" in said


def test_entrants_that_cannot_be_told_apart_are_named_with_what_would_settle_it(base):
    near = base + np.random.default_rng(1).normal(0.02, 0.1, size=20)
    about = conclusion({"adam": base, "nadam": near, "sgd": base + 1})
    assert verdict(about).startswith("No significant difference between adam and nadam: lowest is adam ")
    assert verdict(about).endswith("; sgd is behind.")
    (why,) = remarks(about)
    assert why.startswith("20 seeds cannot settle the ") and "between adam and nadam: about " in why


@pytest.mark.parametrize("seeds", [1, 2])
def test_too_few_seeds_decide_nothing_and_say_so(base, seeds):
    about = conclusion({"adam": base[:seeds], "sgd": base[:seeds] + 1})
    assert verdict(about).startswith("No significant difference between adam and sgd")
    (why,) = remarks(about)
    assert f"{seeds} evaluation seed" in why and "cannot tell a difference from chance: use at least 7, better 20." in why


def test_a_lead_that_rests_on_these_rows_is_told(base):
    near = base + 0.06 + np.random.default_rng(1).normal(0, 0.1, size=20)
    about = conclusion({"adam": base, "sgd": near}, share=1 / 3)
    assert "wins" in verdict(about)
    assert any("With only 150 rows, the lead over sgd may not hold on new data" in each for each in remarks(about))


def test_a_rate_at_the_brink_is_told(base):
    lost = np.where(np.arange(20) < 6, np.inf, base + 1)
    about = conclusion({"adam": base, "sgd": lost})
    assert any("sgd at learning rate 0.1, chosen by tuning, diverged with 6 of 20 fresh seeds" in each for each in remarks(about))


def test_a_race_stopped_before_its_evaluation_has_no_verdict(base):
    about = conclusion({"adam": base, "sgd": base + 1}, interrupted=True, evaluation_seeds=0)
    assert verdict(about).startswith("No verdict: the race was stopped before the evaluation. On the tuning seeds adam ")


def test_rules_that_come_at_the_same_step_are_first_together(base):
    about = conclusion({"adam": base, "sgd": base + 1}, target=0.5)
    for each in about.summary["leaderboard"]:
        each |= {"steps_to_target": 40, "settling_steps": 40}
    assert verdict(about).startswith("adam and sgd are first below 0.5 at step 40, and stay below from step 40")


def test_many_names_are_counted():
    assert join(list("abcdef")) == "a, b, c, d, e and f"
    assert join(list("abcdefgh")) == "a, b, c, d, e and 3 others"


def test_few_learning_rates_are_drawn_each():
    from descend.report.figures import curve_data as data
    from descend.report.figures import path_data
    from descend.report.pages import captions

    race = descend.race("bowl", "sgd", learning_rates=[0.06, 0.42, 0.61], steps=50)
    assert race.summary["each_rate"]
    lines = data.curves(race).lines
    assert [line.rule for line in lines] == ["learning rate 0.06", "learning rate 0.42", "learning rate 0.61"]
    assert [line.diverged for line in lines] == [False, False, True]
    assert lines[1].middle[-1] == pytest.approx(3.868e-4, rel=1e-3)  # as printed
    assert [path.gone for path in path_data.paths(race).paths] == [False, False, True]
    assert "one line per rule and learning rate" in captions.caption(race, "curves")[1]
    many = descend.race("bowl", "sgd", learning_rates="0.01:1:9", steps=5)
    assert not many.summary["each_rate"] and len(data.curves(many).lines) == 1


def test_seconds_stand_beside_the_steps_to_a_target():
    race = descend.race("bowl", "sgd,soap", learning_rates=[0.1, 0.3], target=1e-2, steps=50)
    taken = {line["rule"]: line["seconds_per_update"] for line in race.leaderboard}
    assert 0 < taken["sgd"] < taken["soap"]
