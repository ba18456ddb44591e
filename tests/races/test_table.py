"""What a race on a table says beside its verdict."""

import numpy as np

import descend


def test_a_tables_race_says_how_it_was_read_and_what_needs_no_network(tmp_path):
    random = np.random.default_rng(0)
    x = random.normal(size=400)
    rows = (
        f"{a:.3f},{b},{'yes' if a + 0.3 * c > 1 else 'no'}"
        for a, b, c in zip(x, random.integers(5, size=400), x[::-1], strict=True)
    )
    (tmp_path / "churn.csv").write_text("usage,plan,left\n" + "\n".join(rows))
    race = descend.race(f"{tmp_path}/churn.csv:left", "adam", learning_rates=0.01, evaluation_seeds=3, steps=3)
    assert "target: 2 classes" in race.summary["reading"]
    assert {row["column"] for row in race.summary["columns"]} >= {"usage", "plan"}
    majority, linear = race.summary["baselines"]
    assert (majority["name"], linear["name"]) == ("majority class", "logistic regression")
    assert 0.7 < majority["measures"]["accuracy"] < linear["measures"]["accuracy"]
    assert (
        "3 updates of 64 rows see 192 of 240 training rows, 0.8 of an epoch: a whole one takes 4 updates." in race.summary["notes"]
    )
    assert "logistic regression" in descend.report.html(race)


def test_problems_of_ours_have_no_such_lines():
    race = descend.race("bowl", "sgd", learning_rates=0.1, steps=5)
    assert (race.summary["reading"], race.summary["baselines"], race.summary["columns"]) == (None, [], [])
