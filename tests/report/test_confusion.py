from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from fake import Asked, network_race
from fake_network import with_confusion

from descend.report import figure
from descend.report.figures import confusion

RACE = network_race(Asked(rules=("sgd", "adam"), rates=(0.1,), tuning=1, evaluation=1, steps=20))


def counted(counts):
    names = np.array(["sgd", "adam"])
    counts = np.array(counts)
    settings = np.array([line.setting_id for line in RACE.leaderboard])
    return replace(
        RACE,
        snapshots={
            "names": names,
            "settings": settings,
            "confusion": np.stack([counts, counts]),
            "classes": np.arange(len(counts)),
        },
    )


@pytest.mark.parametrize("count", [2, 3, 12, 20, 30, 100])
def test_any_number_of_classes_can_be_read(count):
    made = figure(with_confusion(RACE, [f"a class called {n}" for n in range(count)]), "confusion")
    made.draw_without_rendering()
    axes = made.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted class", "true class")
    assert bool(axes.texts) == (count <= 20)
    assert len(made.axes) == (1 if count <= 20 else 3)  # without numbers the colours have keys
    boxes = [label.get_window_extent() for label in axes.get_yticklabels()]
    assert not [1 for one, other in pairwise(boxes) if one.overlaps(other)]


def test_cells_hold_counts_and_shares_of_the_true_class():
    (axes,) = figure(counted([[8, 2], [0, 40]]), "confusion").axes
    cells = {text.get_position(): text.get_text() for text in axes.texts}
    assert cells == {(0, 0): "8\n80 %", (1, 0): "2\n20 %", (1, 1): "40\n100 %"}


def test_colours_mean_the_same_share_in_every_picture():
    few, many = (figure(counted(counts), "confusion").axes[0].images for counts in ([[99, 1], [0, 40]], [[20, 80], [0, 40]]))
    for images in (few, many):
        assert [(image.norm.vmin, image.norm.vmax) for image in images] == [(0, 1), (0, 1)]
    shown = [images[0].to_rgba(images[0].get_array())[0, 1, :3].sum() for images in (few, many)]
    assert 2.7 < shown[0] < 3 and shown[1] < 2  # a hundredth is pale, four fifths are not


def test_the_worst_errors_are_told():
    (words,) = confusion.confusion(counted([[8, 2], [0, 40]])).words
    assert words.startswith("sgd: 96.0 % correct")
    assert words.endswith("most frequent errors: 0 predicted as 1 (2 of 10, 20.0 %).")
    assert confusion.confusion(counted([[8, 0], [0, 2]])).words == ["sgd: 100.0 % correct over the evaluation seeds: no errors."]


def test_classes_without_rows_can_be_drawn():
    for counts in ([[8, 0], [0, 0]], [[0, 0], [0, 0]]):
        race = counted(counts)
        figure(race, "confusion").draw_without_rendering()
    assert confusion.confusion(counted([[0, 0], [0, 0]])).words == []
