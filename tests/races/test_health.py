"""What a race records of the layers: every entrant at its chosen learning rate, and at the others that were tried."""

import numpy as np

import descend
from descend.report.diagnosis import sentences as health_words


def test_layers_are_watched_at_every_learning_rate_that_was_tried():
    race = descend.race(
        "iris", "sgd", learning_rates=[0.1, 1e30], sweep="hidden=4,4x4", health=True, seeds=1, evaluation_seeds=1, steps=30
    )
    assert race.health is not None
    table = race.health.to_pandas()
    seen = {key: set(found["layer"]) for key, found in table.groupby(["rule", "learning_rate", "chosen"])}
    shallow, deep = {"layer 1", "layer 2"}, {"layer 1", "layer 2", "layer 3"}
    assert seen == {
        ("sgd hidden=4", 0.1, True): shallow,
        ("sgd hidden=4", 1e30, False): shallow,
        ("sgd hidden=4x4", 0.1, True): deep,
        ("sgd hidden=4x4", 1e30, False): deep,
    }
    largest = table[~table["chosen"]].groupby("rule")["update_norm"].max()
    assert np.isinf(largest).all()  # what is no number any more is not taken for what was not recorded
    assert sum("not finite" in sentence and ", in tuning)" in sentence for sentence in health_words.describe(race.health)) == 2
