"""What cells mean: numbers with marks, units and either decimal mark, dates, codes, indices, and what is asked."""

import numpy as np
import pandas
import pytest

from descend import problems
from descend.core.errors import BadData, BadValue, UnknownName
from descend.problems.tables import Table, survey_of

ROWS = 60


def table(folder, cells, header="a", delimiter=",", **options):
    """The problem whose first column has these cells; b is numbers, y two classes."""
    quoted = [f'"{cell}"' if delimiter in cell else cell for cell in cells]
    random = np.random.default_rng(0)
    lines = [f"{cell}{delimiter}{random.integers(1000)}{delimiter}{i % 2}" for i, cell in enumerate(quoted)]
    (folder / "t.csv").write_text("\n".join([delimiter.join([header, "b", "y"]), *lines]), encoding="utf-8")
    return problems.find(f"{folder}/t.csv:y", **options)


def column(folder, cells, **options):
    return table(folder, [str(cells[i % len(cells)]) for i in range(ROWS)], **options).frame.features[0]


@pytest.mark.parametrize(
    ("cells", "values", "form"),
    [
        (["$4", "$ 5.50", "-$6", "$0"], [4, 5.5, -6, 0], "in $"),
        (["4 kg", "5.5kg", "6 KG"], [4, 5.5, 6], "in kg"),
        (["12%", "3.5 %", "0"], [12, 3.5, 0], "in %"),
        (["12 m²", "13 m²"], [12, 13], "in m2"),
        (["3 €", "4,50 €"], [3, 4.5], "in €, decimal comma"),
        (["\u22124", "5", "\u22120.5"], [-4, 5, -0.5], ""),
        (["１２．５", "３"], [12.5, 3], ""),
        (["1,5", "2,25", "3"], [1.5, 2.25, 3], "decimal comma"),
        (["0,123", "1,234"], [0.123, 1.234], "decimal comma"),
        (["1 234,5", "12"], [1234.5, 12], "decimal comma, spaces between thousands"),
        (["1\u202f234", "1\u00a0234\u00a0567"], [1234, 1234567], "spaces between thousands"),
        (["1'234.5", "12.5"], [1234.5, 12.5], "apostrophes between thousands"),
        (["CHF 1’234.50", "CHF 12.50"], [1234.5, 12.5], "in CHF, apostrophes between thousands"),
        (["1.234,5", "1.234.567"], [1234.5, 1234567], "decimal comma, points between thousands"),
        (["1,234.5", "12"], [1234.5, 12], "commas between thousands"),
        (["1,234,567", "1,234"], [1234567, 1234], "commas between thousands"),
        (["1,23,456.5", "12"], [123456.5, 12], "commas between thousands"),
        (["(4.50)", "5.50"], [-4.5, 5.5], ""),
        (["1.5e3", " 2 "], [1500, 2], ""),
        (["+1", "-1"], [1, -1], ""),
        (["true", "FALSE"], [1, 0], "true or false"),
    ],
)
def test_numbers_as_people_write_them(tmp_path, cells, values, form):
    read = column(tmp_path, cells, delimiter=";")
    assert (read.kind, read.form) == ("number", form)
    assert read.values[: len(values)].tolist() == values


MISSING = [
    "-",
    "--",
    "\u2013",
    ".",
    "..",
    "None",
    "none",
    "<NA>",
    "NaT",
    "#DIV/0!",
    "#N/A",
    "#VALUE!",
    " ",
    "NULL",
    "?",
    "n.a.",
    "unknown",
]


@pytest.mark.parametrize("mark", [*MISSING, "unknown"])
def test_marks_for_missing_cells(tmp_path, mark):
    numbers = column(tmp_path, [mark, "1.5", "2", "3"])
    assert numbers.kind == "number"
    np.testing.assert_array_equal(numbers.values[:4], [np.nan, 1.5, 2, 3])
    when = column(tmp_path, [mark, "2024-01-05", "2024-02-01"])
    assert when.kind == "date"
    assert np.isnan(when.values).sum() == ROWS / 3
    target = problems.table(_written(tmp_path, mark), "a")
    assert target.head.classes is None
    assert "15 rows without a target left out" in target.reading


def _written(folder, mark):
    cells = [f"{i * 1.5},{i * i % 17}" if i % 4 else f"{mark},{i}" for i in range(ROWS)]
    (folder / "t.csv").write_text("\n".join(["a,b", *cells]), encoding="utf-8")
    return folder / "t.csv"


@pytest.mark.parametrize(
    ("cells", "kinds"), [(["+", "-"], 2), (["none", "mild", "bad"], 3), (["yes", "no", "-"], 2), ([".", "!"], 2)]
)
def test_marks_among_words_are_words_where_others_are_signs_too(tmp_path, cells, kinds):
    assert len(column(tmp_path, cells).labels) == kinds


@pytest.mark.parametrize(
    "cells", [["01", "1", "2", "02"], ["1.10", "1.1", "1.2"], ["1234567890123456789", "1234567890123456788"], ["00", "0"]]
)
def test_codes_keep_their_digits(tmp_path, cells):
    read = column(tmp_path, cells)
    assert (read.kind, read.codes, set(read.labels)) == ("category", True, set(cells))
    with_missing = column(tmp_path, [*cells, "-"])
    assert set(with_missing.labels) == set(cells)
    (tmp_path / "u.csv").write_text("code,b\n" + "".join(f"{cells[i % len(cells)]},{i * i % 31}\n" for i in range(ROWS)))
    assert problems.find(f"{tmp_path}/u.csv:code").class_names == tuple(sorted(cells))


def test_zeros_before_a_point_and_equal_decimals_are_no_codes(tmp_path):
    assert column(tmp_path, ["0.5", "0.25", "0"]).kind == "number"
    assert column(tmp_path, ["1.10", "1.20", "10.00"]).kind == "number"
    assert column(tmp_path, ["000123.45", "000007.50"]).kind == "number"


@pytest.mark.parametrize(
    ("cells", "first", "form"),
    [
        (["2024-02-01", "2024-03-05"], "2024-02-01", "year first"),
        (["2024/2/1", "2024.03.05"], "2024-02-01", "year first"),
        (["2024年2月1日", "2024年12月5日"], "2024-02-01", "year first"),
        (["01.02.2024", "03.04.2024"], "2024-02-01", "day first"),
        (["01/02/2024", "13/02/2024"], "2024-02-01", "day first"),
        (["02/01/2024", "02/13/2024"], "2024-02-01", "month first"),
        (["1 Feb 2024", "3 March 2024"], "2024-02-01", "day and month's name"),
        (["Feb 1, 2024", "March 13, 2024"], "2024-02-01", "month's name and day"),
    ],
)
def test_dates_that_can_mean_one_thing_only(tmp_path, cells, first, form):
    read = column(tmp_path, cells, delimiter=";")
    assert (read.kind, read.form) == ("date", form)
    assert read.values[0] == np.datetime64(first).astype(int)


def test_one_column_tells_of_another(tmp_path):
    lines = [f"{i % 9 + 1}.{100 + i};{i},{37 + i % 9};{i % 9 + 1},{200 + i};{i % 2}" for i in range(ROWS)]
    (tmp_path / "t.csv").write_text("\n".join(["a;b;c;y", *lines]))
    a, b, c = problems.find(f"{tmp_path}/t.csv:y").frame.features
    assert (a.values[0], b.form, c.values[0]) == (1100, "decimal comma", 1.2)
    dates = "".join(f"{i % 28 + 1}/{i % 12 + 1}/2024,{i % 12 + 1}/{i % 11 + 1}/2023,{i % 2}\n" for i in range(ROWS))
    (tmp_path / "t.csv").write_text("sure,open,y\n" + dates)
    assert [f.form for f in problems.find(f"{tmp_path}/t.csv:y").frame.features] == ["day first", "day first"]


@pytest.mark.parametrize(
    ("cells", "option", "value", "answer"),
    [
        (["1,234", "5,678"], "decimal", "comma", 1.234),
        (["1,234", "5,678"], "decimal", "point", 1234),
        (["01/02/2024", "03/04/2024"], "dates", "day-first", 19754),
        (["01/02/2024", "03/04/2024"], "dates", "month-first", 19724),
    ],
)
def test_what_is_open_is_asked_and_an_option_answers(tmp_path, cells, option, value, answer):
    with pytest.raises(BadData, match=f"say which with {option}="):
        column(tmp_path, cells)
    assert column(tmp_path, cells, **{option: value}).values[0] == answer


def test_further_words_for_missing_cells(tmp_path):
    with pytest.raises(BadData, match=r"holds numbers, but 'tbc' in data row 1 and 14 more.*missing='tbc'"):
        table(tmp_path, [f"{i}.5" if i % 4 else "tbc" for i in range(ROWS)])
    read = table(tmp_path, [f"{i}.5" if i % 4 else "tbc" for i in range(ROWS)], missing="tbc,x").frame.features[0]
    assert np.isnan(read.values).sum() == 15
    assert np.isnan(column(tmp_path, ["NaN", "1.5", "-999"], missing="nan,-999").values).sum() == 40


def test_kinds_by_option(tmp_path):
    cells = [str(i % 7) for i in range(ROWS)]
    assert table(tmp_path, cells).sizes[0] == 2
    assert table(tmp_path, cells, columns="a=category").sizes[0] == 8
    assert table(tmp_path, cells, columns=["a=ignore"]).sizes[0] == 1
    path = tmp_path / "t.csv"
    assert problems.table(path, "y", columns={"a": "category"}).sizes[0] == 8
    assert problems.table(path, "a", columns={"a": "number"}).head.classes is None
    assert Table(path, "b", columns=("b=category",)).frame.target.kind == "category"
    words = table(tmp_path, ["red wine", "white wine"] * 30, columns="a=text")
    assert words.frame.features[0].kind == "text"
    assert table(tmp_path, ["20240105", "20240206"] * 30, columns="a=date").frame.features[0].values[0] == 19727


@pytest.mark.parametrize(
    ("columns", "kind", "message"),
    [
        ("c=number", UnknownName, "unknown column of t.csv 'c'"),
        (
            "a=numbers",
            BadValue,
            "t.csv: columns is 'a=numbers', must be NAME=KIND, with one of number, category, date, text, ignore",
        ),
        ("a=number", BadData, "t.csv: column 'a' is to hold numbers, and 'x' in data row 1 is none"),
        ("a=number,a=date", BadValue, "t.csv: columns says that 'a' is number and date: say one"),
        ("y=date", BadValue, "t.csv: the target 'y' is to be date, must be number or category"),
        ("a=text,b=text", BadValue, "2 columns are to be text"),
    ],
)
def test_kinds_that_do_not_fit(tmp_path, columns, kind, message):
    with pytest.raises(kind, match=message):
        table(tmp_path, ["x", "z"] * 30, columns=columns)


@pytest.mark.parametrize("named", [None, "id", "row"])
def test_the_index_that_pandas_writes_is_no_feature(tmp_path, named):
    random = np.random.default_rng(0)
    frame = pandas.DataFrame({"x": random.normal(size=ROWS), "y": ["low"] * 30 + ["high"] * 30}).sample(frac=1, random_state=0)
    frame.index.name = named
    frame.to_csv(tmp_path / "t.csv")
    frame.to_parquet(tmp_path / "t.parquet")
    pandas.read_csv(tmp_path / "t.csv").to_csv(tmp_path / "twice.csv", index=False)
    frame[frame.index % 3 > 0].to_csv(tmp_path / "some.csv", index_label=named or "")
    for name in ("t.csv", "t.parquet", "twice.csv", "some.csv"):
        made = problems.find(f"{tmp_path}/{name}:y")
        assert [f.name for f in made.frame.features] == ["x"], name
        assert "left out: '" in made.reading


def test_numbers_of_rows_and_ids_are_left_out_unless_asked_for(tmp_path):
    order = [str(i * 7 % ROWS + 3) for i in range(ROWS)]
    assert table(tmp_path, order).reading.startswith("1 number; left out: 'a' (numbers the rows)")
    assert table(tmp_path, order, columns="a=number").sizes[0] == 2
    ids = [str(1_000_000_000_000_000_000 + 17 * i) for i in range(ROWS)]
    assert "left out: 'a' (an id, another one in every row)" in table(tmp_path, ids).reading
    assert "left out: 'user_id' (an id" in table(tmp_path, [str(5 + 13 * i) for i in range(ROWS)], header="user_id").reading
    (tmp_path / "t.csv").write_text("a,y\n" + "".join(f"{i},{i % 2}\n" for i in range(20)))
    assert problems.find(f"{tmp_path}/t.csv:y").sizes[0] == 1  # all there is


def test_time_stamps_have_hour_weekday_and_month(tmp_path):
    stamps = np.datetime64("2024-01-01T00:00") + np.arange(24 * 100).astype("timedelta64[h]")
    busy = ((np.arange(2400) % 24 > 7) & (np.arange(2400) % 24 < 19)).astype(int)
    (tmp_path / "t.csv").write_text("when,y\n" + "".join(f"{w},{y}\n" for w, y in zip(stamps, busy, strict=True)))
    made = problems.find(f"{tmp_path}/t.csv:y", validation=0.0)
    assert made.sizes[0] == 13
    x, y = made.data.train
    from sklearn.linear_model import LogisticRegression

    assert LogisticRegression().fit(x, y).score(x, y) > 0.95


def test_layout_does_not_depend_on_which_rows_train(tmp_path):
    cells = [f"w{i // 2}" if i < 20 else "often" for i in range(ROWS)]
    shapes = {table(tmp_path, cells, split_seed=seed).data.train[0].shape for seed in range(5)}
    assert len(shapes) == 1
    data = table(tmp_path, cells, split_seed=1).data
    met = data.train[0][:, 1:].any(axis=0)
    assert not met.all()
    assert not data.test[0][:, 1:][:, ~met].any()


def test_a_survey_needs_no_target_and_no_data_to_train_on(tmp_path):
    (tmp_path / "t.csv").write_text("same,when,word\n" + "3,2024-01-05,x\n3,2024-02-01,\n" * 3)
    line, rows = survey_of(tmp_path / "t.csv")
    assert line == "1 number, 1 category (word 1, 50 % missing), 1 date"
    assert [row["column"] for row in rows] == ["same", "when", "word"]
    assert rows[1] == {"column": "when", "read as": "date", "detail": "2024-01-05 to 2024-02-01", "features": "1", "missing": ""}
    line, rows = survey_of(tmp_path / "t.csv", "word", columns={"same": "ignore"})
    assert line == "1 date; left out: 'same' (as you say); target: 1 class, 100 % 'x'; 3 rows without a target left out"
