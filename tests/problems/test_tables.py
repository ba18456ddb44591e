import jax
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine

from descend import problems
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
    return made.evaluate(trained(KEY), (), made.data.held_out)


@pytest.mark.parametrize(("load", "classes", "features"), [(load_wine, 3, 13), (load_breast_cancer, 2, 30)])
def test_class_tables_can_be_learned(tmp_path, load, classes, features):
    save(tmp_path / "data.csv", load())
    made = problems.find(f"{tmp_path}/data.csv:target")
    assert made.sizes == (features, 32, classes)
    assert made.title == "data.csv:target"
    assert made.data.rows == round(0.8 * len(load()["target"]))
    assert made.batch == 64
    assert train(made)["accuracy"] > 0.9


def test_a_number_table_can_be_learned_in_units_of_its_variance(tmp_path):
    save(tmp_path / "data.csv", load_diabetes(), "progression")
    made = problems.find(f"{tmp_path}/data.csv:progression", hidden="none")
    y = made.data.train[1]
    np.testing.assert_allclose([y.mean(), y.std()], [0, 1], atol=1e-5)
    scores = train(made, 0.05)
    assert scores["r2"] > 0.3
    np.testing.assert_allclose(1 - scores["loss"] / np.var(made.data.held_out[1]), scores["r2"], rtol=1e-4)


@pytest.mark.parametrize("ending", ["csv", "parquet", "npz"])
def test_formats_give_the_same_rows(folder, ending):
    made, other = problems.table(folder / f"t.{ending}", "kind", drop=("y",)), problems.table(folder / "t.csv", "kind", drop=("y",))
    assert all(map(np.array_equal, jax.tree.leaves(made.data), jax.tree.leaves(other.data)))
    x, y = made.data.train
    assert (x.dtype, y.dtype, x.shape) == ("float32", "int32", (32, 2 + 3))
    assert set(np.unique(x[:, 2:])) == {0, 1}
    np.testing.assert_allclose(x[:, 2:].sum(axis=1), 1)


def test_statistics_come_from_the_training_part_only(folder):
    made = problems.table(folder / "t.csv", "y", drop=("kind", "word"))
    for part, exact in ((made.data.train, True), (made.data.held_out, False)):
        columns = np.column_stack([part[0], part[1]])
        assert (np.abs(columns.mean(axis=0)).max() < 1e-5) == exact
        assert (np.abs(columns.std(axis=0) - 1).max() < 1e-5) == exact


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


def test_constant_and_tiny_columns_give_no_nan(tmp_path):
    rows = "".join(f"3,{i * 1e-200},{i * 1e90},true,{i},{i % 2}\n" for i in range(20))
    (tmp_path / "t.csv").write_text("same,tiny,huge,truth,a,y\n" + rows)
    data = problems.table(tmp_path / "t.csv", "y").data
    assert all(np.all(np.isfinite(leaf)) for leaf in jax.tree.leaves(data))
    assert not data.train[0][:, 0].any()


def test_classes_too_rare_to_split_do_not_stop_it(tmp_path):
    values = ["a"] * 12 + ["b"] * 7 + ["c"]
    (tmp_path / "t.csv").write_text("x,y\n" + "".join(f"{i},{value}\n" for i, value in enumerate(values)))
    made = problems.table(tmp_path / "t.csv", "y")
    assert made.head.outputs == 3
    assert made.batch == made.data.rows == 16


def test_values_met_only_in_judging_and_many_values_fit(tmp_path):
    words = [f"w{i // 2}" for i in range(400)]
    (tmp_path / "t.csv").write_text("word,y\n" + "".join(f"{word},{i % 2}\n" for i, word in enumerate(words)))
    train_part, judge = problems.table(tmp_path / "t.csv", "y").data
    assert train_part[0].shape == (320, 100)
    assert judge[0].shape == (80, 100)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_byte_order_marks_and_quotes(tmp_path, delimiter):
    rows = "".join(f'{i}{delimiter}"a, b\nc{i % 2}"{delimiter}{i % 3}\n' for i in range(12))
    (tmp_path / "t.csv").write_text(f"\ufeffx {delimiter} word{delimiter}y\n" + rows, encoding="utf-8")
    assert problems.find(f"{tmp_path}/t.csv:y").sizes == (3, 32, 3)


def test_npz_matrices_become_numbered_columns(tmp_path):
    np.savez(
        tmp_path / "t.npz", x=np.random.default_rng(0).normal(size=(20, 3)), flag=np.arange(20) % 2 == 0, y=np.arange(20.0)[:, None]
    )
    assert problems.find(f"{tmp_path}/t.npz:y").sizes == (4, 32, 1)
    assert problems.find(f"{tmp_path}/t.npz:y", drop="x[1],flag").sizes == (2, 32, 1)


def test_categories_and_decimals_of_parquet(tmp_path):
    words = pa.array(["a", "b", None, "a"] * 5).dictionary_encode()
    prices = pa.array(range(20)).cast(pa.decimal128(22, 2))
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
