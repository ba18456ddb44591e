import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine

from descend import problems
from descend.core.errors import BadData
from descend.problems import Table

KEY = jax.random.key(0)
ROWS = 40


@pytest.fixture
def folder(tmp_path):
    """Three files of the same 40 rows: two features, a word, a class, a number."""
    random = np.random.default_rng(0)
    a, b = random.normal(5, 3, ROWS), random.integers(0, 9, ROWS)
    word = np.array(["red", "green", "blue"])[random.integers(0, 3, ROWS)]
    columns = {"a": a, "b": b, "word": word, "kind": (a > 5).astype(int), "y": a + b}
    table = pa.table(columns)
    pa.csv.write_csv(table, tmp_path / "t.csv")
    pa.parquet.write_table(table, tmp_path / "t.parquet")
    np.savez(tmp_path / "t.npz", **columns)
    return tmp_path


def save(path, loaded, name="target"):
    columns = {f"f{i}": column for i, column in enumerate(loaded["data"].T)}
    pa.csv.write_csv(pa.table({**columns, name: loaded["target"]}), path)


def train(made: Table, rate=0.2, steps=100):
    def step(params, _):
        slope = jax.grad(lambda p: made.loss(p, (), made.data.train, KEY)[0])(params)
        return jax.tree.map(lambda w, g: w - rate * g, params, slope), None

    trained = jax.jit(lambda key: jax.lax.scan(step, made.init(key)[0], length=steps)[0])
    return made.evaluate(trained(KEY), (), made.data.validation)


@pytest.mark.parametrize(("load", "classes", "features"), [(load_wine, 3, 13), (load_breast_cancer, 2, 30)])
def test_class_tables_can_be_learned(tmp_path, load, classes, features):
    save(tmp_path / "data.csv", load())
    made = problems.find(f"{tmp_path}/data.csv:target")
    assert made.sizes == (features, 32, classes)
    assert made.title == "data.csv:target"
    assert made.data.rows == len(load()["target"]) - 2 * round(0.2 * len(load()["target"]))
    assert made.batch == 64
    assert train(made)["accuracy"] > 0.9


def test_a_number_table_can_be_learned_in_units_of_its_variance(tmp_path):
    save(tmp_path / "data.csv", load_diabetes(), "progression")
    made = problems.find(f"{tmp_path}/data.csv:progression", hidden="none")
    y = made.data.train[1]
    every = np.concatenate([y, made.data.validation[1], made.data.test[1]])
    np.testing.assert_allclose([y.mean(), every.std()], [0, 1], atol=1e-5)
    scores = train(made, 0.05)
    assert scores["r2"] > 0.3
    np.testing.assert_allclose(1 - scores["loss"] / np.var(made.data.validation[1]), scores["r2"], rtol=1e-4)


@pytest.mark.parametrize("ending", ["csv", "parquet", "npz"])
def test_formats_give_the_same_rows(folder, ending):
    made, other = problems.table(folder / f"t.{ending}", "kind", drop=("y",)), problems.table(folder / "t.csv", "kind", drop=("y",))
    assert all(map(np.array_equal, jax.tree.leaves(made.data), jax.tree.leaves(other.data)))
    x, y = made.data.train
    assert (x.dtype, y.dtype, x.shape) == ("float32", "int32", (24, 2 + 3))
    assert set(np.unique(x[:, 2:])) == {0, 1}
    np.testing.assert_allclose(x[:, 2:].sum(axis=1), 1)


def test_statistics_come_from_the_training_part_only(folder):
    made = problems.table(folder / "t.csv", "y", drop=("kind", "word"))
    for part, exact in ((made.data.train, True), (made.data.validation, False)):
        columns = np.column_stack([part[0], part[1]])
        assert (np.abs(columns.mean(axis=0)).max() < 1e-5) == exact
        assert (np.abs(part[0].std(axis=0) - 1).max() < 1e-5) == exact


@pytest.mark.parametrize(
    ("values", "outputs"),
    [
        (["yes", "no"] * 10, 2),
        (["true", "false"] * 10, 2),
        ([3, 4, 5, 6] * 5, 4),
        ([float(i) for i in range(20)], 1),
        ([i + 0.5 for i in range(4)] * 5, 1),
        (list(range(100, 120)), 1),
    ],
)
def test_the_target_says_whether_it_is_a_class(tmp_path, values, outputs):
    rows = "".join(f"{i},{value}\n" for i, value in enumerate(values))
    (tmp_path / "t.csv").write_text("a,y\n" + rows)
    assert problems.table(tmp_path / "t.csv", "y").head.outputs == outputs


def test_task_overrides_what_the_target_looks_like(folder):
    assert problems.find(f"{folder}/t.csv:b", task="number").sizes[-1] == 1
    assert problems.find(f"{folder}/t.csv:b", task="class").sizes[-1] == 9
    assert problems.find(f"{folder}/t.csv:b", task="none").sizes[-1] == 9


def test_missing_values_are_filled_and_rows_without_target_left_out(tmp_path):
    rows = ["1,red,5", ",blue,6", "NA,red,7", "?,,8", "2,red,", "#N/A,blue,null", "4,red,1", "null,blue,2", "N/A,blue,3", "7,red,4"]
    (tmp_path / "t.csv").write_text("\n".join(["a,word,y", *rows]))
    made = problems.table(tmp_path / "t.csv", "y", validation=0.0)
    x, y = made.data.train
    assert x.shape == (8, 1 + 3)
    assert np.all(np.isfinite(x))
    assert np.all(np.isfinite(y))
    a = np.array([1, 4, 4, 4, 4, 4, 4, 7.0])
    np.testing.assert_allclose(x[:, 0], (a - a.mean()) / a.std(), rtol=1e-5)


def test_tiny_columns_and_columns_constant_in_training_give_no_nan(tmp_path):
    judged = problems.splits.split(20, 0.2, 0.2, 0, np.arange(20) % 2)[1][0]
    rows = "".join(f"{int(i == judged)},{i * 1e-200},{i * 1e90},{i},{i % 2}\n" for i in range(20))
    (tmp_path / "t.csv").write_text("same,tiny,huge,a,y\n" + rows)
    data = problems.table(tmp_path / "t.csv", "y").data
    assert all(np.all(np.isfinite(leaf)) for leaf in jax.tree.leaves(data))
    assert not data.train[0][:, 0].any()
    assert data.validation[0][:, 0].sum() == 1


def test_constant_columns_are_named_with_the_remedy(tmp_path):
    rows = "".join(f"3,x,true,{i},{i % 2}\n" for i in range(20))
    (tmp_path / "t.csv").write_text("same,word,truth,a,y\n" + rows)
    words = (
        r"3 columns, 'same' \(3.0\), 'word' \(x\), 'truth' \(true\), hold one value in every row, which tells nothing: leave them"
    )
    with pytest.raises(BadData, match=words + " out with drop=\\('same', 'word', 'truth'\\)$"):
        _ = problems.table(tmp_path / "t.csv", "y").data
    assert problems.table(tmp_path / "t.csv", "y", drop="same,word,truth").data.train[0].shape == (12, 1)
    np.savez(tmp_path / "t.npz", x=np.stack([np.ones(20), np.arange(20)], 1), y=np.arange(20) % 2)
    assert problems.table(tmp_path / "t.npz", "y").data.train[0].shape == (12, 2)


def test_classes_too_rare_to_split_do_not_stop_it(tmp_path):
    values = ["a"] * 12 + ["b"] * 7 + ["c"]
    (tmp_path / "t.csv").write_text("x,y\n" + "".join(f"{i},{value}\n" for i, value in enumerate(values)))
    made = problems.table(tmp_path / "t.csv", "y")
    assert made.head.outputs == 3
    assert made.batch == made.data.rows == 12
    assert set(made.data.train[1].tolist()) == {0, 1, 2}


def test_values_met_only_in_judging_and_many_values_fit(tmp_path):
    words = [f"w{i // 2}" for i in range(400)]
    (tmp_path / "t.csv").write_text("word,y\n" + "".join(f"{word},{i % 2}\n" for i, word in enumerate(words)))
    train_part, _, judge = problems.table(tmp_path / "t.csv", "y").data
    assert train_part[0].shape == (240, 100)
    assert judge[0].shape == (80, 100)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_byte_order_marks_and_quotes(tmp_path, delimiter):
    rows = "".join(f'{i * i}{delimiter}"a, b\nc{i % 2}"{delimiter}{i % 3}\n' for i in range(12))
    (tmp_path / "t.csv").write_text(f"\ufeffx {delimiter} word{delimiter}y\n" + rows, encoding="utf-8")
    assert problems.find(f"{tmp_path}/t.csv:y").sizes == (3, 32, 3)


def test_npz_matrices_become_numbered_columns(tmp_path):
    np.savez(
        tmp_path / "t.npz", x=np.random.default_rng(0).normal(size=(20, 3)), flag=np.arange(20) % 2 == 0, y=np.arange(20.0)[:, None]
    )
    assert problems.find(f"{tmp_path}/t.npz:y").sizes == (4, 32, 1)
    assert problems.find(f"{tmp_path}/t.npz:y", drop="x[1],flag").sizes == (2, 32, 1)


def test_nan_of_npz_and_parquet_is_missing(tmp_path):
    a = np.array([1, np.nan, 3, 8, 4] * 4, "float32")
    y = np.array([5, 6, 7, 8, np.nan] * 4)
    np.savez(tmp_path / "t.npz", a=a, y=y)
    names = pa.array(["p", None, "q", "p", "q"] * 4).dictionary_encode()
    shares = pa.DictionaryArray.from_arrays([0, 1] * 10, pa.array([0.5, np.nan]))
    floats = {"a": a, "half": a.astype("float16"), "share": shares, "word": names}
    pa.parquet.write_table(pa.table({**floats, "y": y}), tmp_path / "t.parquet")
    x, target = problems.table(tmp_path / "t.npz", "y", validation=0.0).data.train
    filled = np.array([1, 3, 3, 8] * 4)
    np.testing.assert_allclose(x[:, 0], (filled - filled.mean()) / filled.std(), rtol=1e-5)
    others = problems.table(tmp_path / "t.parquet", "y", validation=0.0).data.train
    np.testing.assert_array_equal(others[0][:, :2], x[:, [0, 0]])
    assert others[0].shape == (16, 3 + 3)
    assert not others[0][:, 2].any()
    np.testing.assert_array_equal(others[1], target)


def test_arrays_of_the_other_byte_order(tmp_path):
    random = np.random.default_rng(0)
    here = {"a": random.normal(size=20), "m": random.integers(0, 9, (20, 2)), "word": np.array(["red", "blue"] * 10)}
    here |= {"when": np.arange(20).astype("datetime64[D]"), "y": random.normal(size=20)}
    np.savez(tmp_path / "here.npz", **here)
    np.savez(tmp_path / "there.npz", **{name: array.astype(array.dtype.newbyteorder(">")) for name, array in here.items()})
    one, other = (problems.table(tmp_path / f"{name}.npz", "y").data for name in ("here", "there"))
    assert one.train[0].shape == (12, 4 + 2)
    assert all(map(np.array_equal, jax.tree.leaves(one), jax.tree.leaves(other)))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1970-01-03", "1969-12-31", ""], [2, -1, np.nan]),
        (["1970-01-02 12:00", "1970-01-01 06:00:00", ""], [1.5, 0.25, np.nan]),
        (["1970-01-02T12:00:00+06:00", "1970-01-01T00:00:00Z", "NA"], [1.25, 0, np.nan]),
        (["12:00:00", "18:00:00", ""], [0.5, 0.75, np.nan]),
        (["1970-01-02", "1970-01-01T06:00:00Z", "1970-01-01 12:00"], [1, 0.25, 0.5]),
    ],
)
def test_dates_and_times_are_days(tmp_path, cells, expected):
    (tmp_path / "t.csv").write_text("when,a,y\n" + "".join(f"{cell},{i},{i % 2}\n" for i, cell in enumerate(cells * 4)))
    when = problems.table(tmp_path / "t.csv", "y").frame.features[0]
    assert when.kind == "date"
    np.testing.assert_allclose(when.values[:3], expected)


@pytest.mark.parametrize(
    ("kind", "number", "expected"),
    [
        (pa.date32(), 3, 3),
        (pa.date64(), 86_400_000, 1),
        (pa.timestamp("ns"), 43_200_000_000_000, 0.5),
        (pa.timestamp("s", "Europe/Berlin"), 86_400, 1),
        (pa.time32("ms"), 43_200_000, 0.5),
        (pa.time64("us"), 21_600_000_000, 0.25),
        (pa.duration("s"), 864_000, 10),
        (pa.string(), "1970-01-11", 10),
    ],
)
def test_every_kind_of_date_in_parquet_is_days(tmp_path, kind, number, expected):
    pa.parquet.write_table(pa.table({"when": pa.array([number, None] * 5, kind), "y": range(10)}), tmp_path / "t.parquet")
    when = problems.table(tmp_path / "t.parquet", "y").frame.features[0]
    np.testing.assert_allclose(when.values[:2], [expected, np.nan])


@pytest.mark.parametrize("lines", [["a,y,,", "1,0,,", "2,1,,"], ["a,y,", "1,0", "2,1"], ["a,y;z,,,\r", "1,0\r", "2,1\r"]])
def test_columns_without_name_and_values_are_left_out(tmp_path, lines):
    head, *rows = lines
    (tmp_path / "t.csv").write_bytes("\n".join([head, *rows * 5, ""]).encode())
    target = "y" if ";" not in head else "y;z"
    assert problems.find(f"{tmp_path}/t.csv:{target}").sizes == (1, 32, 2)


def test_words_among_numbers_may_be_classes(tmp_path):
    rows = "".join(f"{i},{i % 4},{1 + i % 5}\n" for i in range(20)) + "1,5+,1\n3,5+,x\n"
    (tmp_path / "t.csv").write_text("a,size,y\n" + rows)
    assert problems.find(f"{tmp_path}/t.csv:y", task="class").sizes == (1 + 5, 32, 6)
    (tmp_path / "t.csv").write_text('a,y\n1,"1,5"\n2,"2,5"\n' * 1 + '3,"1,5"\n4,"2,5"\n' * 3)
    assert problems.find(f"{tmp_path}/t.csv:y", task="class").head.outputs == 2


def test_categories_and_decimals_of_parquet(tmp_path):
    words = pa.array(["a", "b", None, "a"] * 5).dictionary_encode()
    prices = pa.array(range(0, 60, 3)).cast(pa.decimal128(22, 2))
    pa.parquet.write_table(pa.table({"word": words, "price": prices, "y": pa.array(range(20))}), tmp_path / "t.parquet")
    assert problems.find(f"{tmp_path}/t.parquet:y").sizes == (4, 32, 1)


@pytest.mark.parametrize("seed", range(5))
def test_random_tables_are_finite_and_train(tmp_path, seed):
    random = np.random.default_rng(seed)
    rows = int(random.integers(5, 60))
    columns = {f"n{i}": random.normal(size=rows) * 10.0 ** random.integers(-30, 30) for i in range(random.integers(1, 4))}
    columns |= {f"t{i}": random.choice(["x", "y", ""], rows) for i in range(random.integers(0, 3))}
    columns["y"] = random.choice([random.integers(0, 3, rows), random.normal(size=rows)])
    columns["y"][:2] = 0, 1
    columns["y"][2:4] = 0, 1
    lines = [
        ",".join(columns),
        *(",".join(str(v) if random.random() > 0.2 else "NA" for v in r) for r in zip(*columns.values(), strict=True)),
    ]
    lines += lines[1:5] + [",".join("1" if c != "y" else str(i % 2) for c in columns) for i in range(8)]
    (tmp_path / "t.csv").write_text("\n".join(lines))
    made = problems.table(tmp_path / "t.csv", "y", validation=float(random.uniform(0, 0.5)))
    assert all(np.all(np.isfinite(leaf)) for leaf in jax.tree.leaves(made.data))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="counts threads as Linux shows them")
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_reading_leaves_no_pool_of_threads_that_could_outlive_the_interpreter(folder, kind):
    script = f"""
import os
from pathlib import Path
from descend.problems.tables.files import read
threads = lambda: len(os.listdir("/proc/self/task"))
before = threads()
assert read(Path({str(folder / f"t.{kind}")!r})).table.num_rows == {ROWS}
print(threads() - before)
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(ran.stdout) <= 1, "Arrow has begun its pool of threads"
