import numpy as np

from descend.report.style import axes as style
from descend.report.style import labels


def test_labels_move_no_further_than_they_must():
    np.testing.assert_allclose(labels.apart(np.array([0.5, 0.5, 0.9]), 0.1, 0.0, 1.0), [0.45, 0.55, 0.9])
    np.testing.assert_allclose(labels.apart(np.array([1.0, 1.0, 0.0]), 0.2, 0.0, 1.0), [0.8, 1.0, 0.0])
    moved = labels.apart(np.full(6, 0.02), 0.1, 0.0, 1.0)
    np.testing.assert_allclose(np.diff(np.sort(moved)), 0.1)
    assert moved.min() >= 0


def test_names_of_levels_stand_where_no_line_runs():
    x = np.array([0.0, 0.5, 1.0])
    over, under = (x, np.array([0.55, 0.51, 0.0])), (x, np.array([0.45, 0.45, 0.0]))
    assert labels.free_place([over], 0.5, width=0.2, height=0.1) == (0.01, False)
    assert labels.free_place([under], 0.5, width=0.2, height=0.1) == (0.01, True)
    begin, above = labels.free_place([over, under], 0.5, 0.2, 0.1)
    assert above
    assert begin > 0.5
    assert labels.free_place([], 0.95, 0.2, 0.1) == (0.01, False)
    assert labels.free_place([], 0.02, 0.2, 0.1) == (0.01, True)


def test_notes_are_broken_into_lines_that_fit():
    axes = style.figure(4.0, 3.0).subplots()
    style.note(axes, ["a" * 40, "", "b" * 40, "c" * 40], longest=100)
    assert axes.get_title(loc="left") == f"{'a' * 40}; {'b' * 40}\n{'c' * 40}"
