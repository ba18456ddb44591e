"""Which rows of a table train, choose and judge: a test file, rows in time, classes that a part lacks."""

import numpy as np
import pytest

from descend import problems
from descend.core.errors import BadInput, BadValue, UnknownName

ROWS = 50


def write(path, rows, word="red", start=0):
    days = np.datetime64("2024-01-01") + np.arange(start, start + rows)
    order = np.random.default_rng(start).permutation(rows)
    lines = [f"{days[i]},{word if i % 3 else 'blue'},{i * i % 23}.5,{2 * i + start}.25" for i in order]
    path.write_text("\n".join(["when,word,a,y", *lines]) + "\n")
    return order


@pytest.fixture
def files(tmp_path):
    write(tmp_path / "t.csv", ROWS)
    write(tmp_path / "test.csv", 20, word="green", start=100)
    return tmp_path


def test_a_test_file_judges_and_trains_nothing(files):
    made = problems.find(f"{files}/t.csv:y", test_file=str(files / "test.csv"))
    data = made.data
    assert [len(part[1]) for part in data] == [40, 10, 20]
    targets = made.frame.target.values
    np.testing.assert_allclose(data.test[1] * targets.std() + targets[made.parts(0).train].mean(), targets[ROWS:], rtol=1e-4)
    green = 2 + sorted(["blue", "green", "red"]).index("green")
    assert not data.train[0][:, green].any()
    assert not data.test[0][:, green].any()  # no training row has it
    other = made.prepare(7)[0]
    assert not np.array_equal(other.train[1], data.train[1])
    assert len(other.test[1]) == 20


def test_a_test_file_needs_the_same_columns(files):
    (files / "short.csv").write_text("when,word,y\n2024-01-01,red,3\n")
    with pytest.raises(UnknownName, match=r"unknown column of short.csv 'a'; there are: when, word, y"):
        problems.find(f"{files}/t.csv:y", test_file=str(files / "short.csv"))
    with pytest.raises(BadInput, match=r"no.csv: no such file"):
        problems.find(f"{files}/t.csv:y", test_file=str(files / "no.csv"))


def test_rows_in_time_train_first_and_judge_last(files):
    made = problems.find(f"{files}/t.csv:y", split_by="time")
    when = made.frame.features[0].values
    train, validation, test = (when[part] for part in made.parts(0))
    assert (len(train), len(validation), len(test)) == (30, 10, 10)
    assert train.max() < validation.min() <= validation.max() < test.min()
    assert not made.resplits
    undated = problems.find(f"{files}/t.csv:y", split_by="time", drop="when")
    assert undated.parts(3).test.tolist() == list(range(40, 50))
    joined = problems.find(f"{files}/t.csv:y", split_by="time", test_file=str(files / "test.csv"))
    assert [len(part) for part in joined.parts(0)] == [40, 10, 20]
    with pytest.raises(BadValue, match="leave 0 of 50 rows to train on"):
        problems.find(f"{files}/t.csv:y", split_by="time", validation=0.5, test=0.5)


def test_a_class_that_a_part_lacks_is_said(tmp_path):
    def reading(rare):
        (tmp_path / "t.csv").write_text("a,y\n" + "".join(f"{i * 7 % 23},{'fraud' if i < rare else 'ok'}\n" for i in range(60)))
        return problems.find(f"{tmp_path}/t.csv:y").reading.split("'fraud'")[1]

    assert reading(1) == "; no validation row of fraud; no test row of fraud"
    assert reading(2) == "; no validation row of fraud"
    assert reading(3) == reading(9) == ""
