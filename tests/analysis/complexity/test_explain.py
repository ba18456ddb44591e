"""Network complexity: layers, parameters and multiply-accumulates of whole problems, and what their lanes hold."""

from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import small_files
from jax import lax
from models import Model, Named, convolution, dense, rows

import descend
from descend import problems
from descend.core.errors import BadValue, UnknownName
from descend.engine import Entry, plan
from descend.problems import PROBLEMS
from descend.rules import RULES, WRAPPERS, Adam


def test_network_complexity_of_three_four_two():
    found = descend.explain(dense((3, 4, 2)), "sgd")
    assert (found.layers, found.parameters, found.macs) == (2, 26, 20)
    assert [(row.name, row.what, row.output) for row in found.rows] == [
        ("1", "dense, 3 to 4", (4,)),
        ("2", "dense, 4 to 2", (2,)),
    ]
    assert [(row.parameters, row.macs, row.parameter_bytes, row.activation_bytes) for row in found.rows] == [
        (16, 12, 64, 16),
        (10, 8, 40, 8),
    ]
    assert (found.batch, found.update_macs) == (8, 8 * (20 + 20 + 8))  # backward: every weight's gradient, and h's
    assert not found.notes


@pytest.mark.parametrize("seed", range(3))
def test_network_complexity_by_the_formula(seed):
    sizes = tuple(np.random.default_rng(seed).integers(1, 60, 4).tolist())
    found = descend.explain(dense(sizes), "sgd", batch="full")
    products = [a * b for a, b in pairwise(sizes)]
    assert [row.macs for row in found.rows] == products
    assert (found.layers, found.macs) == (3, sum(products))
    assert found.parameters == sum((a + 1) * b for a, b in pairwise(sizes))
    assert found.activation_bytes == 4 * sum(sizes[1:])
    assert (found.batch, found.update_macs) == (16, 16 * (3 * sum(products) - products[0]))


@pytest.mark.parametrize("name", list(PROBLEMS))
def test_every_problem_is_explained(name):
    problem = problems.find(name, **small_files.options(name))
    found = descend.explain(problem, "sgd")
    leaves = jax.tree.leaves(jax.eval_shape(problem.init, jax.random.key(0))[0])
    assert found.parameters == sum(leaf.size for leaf in leaves)
    assert found.parameter_bytes == 4 * found.parameters
    assert found.operations > 0
    assert found.width
    if isinstance(problem, problems.Surface):
        assert (found.rows, found.layers, found.batch) == ((), 0, None)
        assert f"no layers: a function of {found.parameters} number" in str(found)
    else:
        assert sum(row.parameters for row in found.rows) == found.parameters
        assert sum(row.macs for row in found.rows) == found.macs > 0


def test_the_networks_that_are_here_have_a_row_a_layer():
    network = problems.find("digits", hidden="32,16")
    found = descend.explain(network, "sgd")
    assert [row.macs for row in found.rows] == [a * b for a, b in pairwise(network.sizes)]
    assert [row.output for row in found.rows] == [(32,), (16,), (10,)]


@pytest.mark.parametrize("options", [{"hidden": "32,16"}, {"convolution": "4"}], ids=str)
def test_batch_normalisation_multiplies_nothing_with_what_is_its_helper(options):
    plain, normalised = (descend.explain(problems.find("digits", batch_norm=on, **options), "sgd") for on in (False, True))
    assert [row.macs for row in normalised.rows] == [row.macs for row in plain.rows]
    assert (normalised.macs, normalised.fixed_macs, normalised.update_macs) == (plain.macs, 0, plain.update_macs)
    assert normalised.activation_bytes == plain.activation_bytes
    units = normalised.rows[0].parameters - plain.rows[0].parameters
    assert normalised.operations - plain.operations >= 2 * units
    assert normalised.update_operations > plain.update_operations


def test_convolutions_that_are_made_of_patches_are_told_as_such():
    first, second, dense, _ = descend.explain(problems.find("mnist1d", rows=160, convolution="8,4"), "sgd").rows
    assert (first.kind, first.what, first.output, first.macs) == ("convolution", "convolution 5, 1 to 8", (8, 20), 20 * 5 * 8)
    assert (second.what, second.output, second.parameters) == ("convolution 5, 8 to 4", (4, 10), 8 * 5 * 4 + 4)
    assert dense.what == "dense, 40 to 32"
    image = descend.explain(problems.find("digits", convolution="4"), "sgd").rows[0]
    assert (image.what, image.macs) == ("convolution 3 x 3, 1 to 4", 16 * 9 * 4)


def convnet(params, x):
    for kernel in params["kernels"]:
        x = jax.nn.relu(convolution(x, kernel, padding="SAME", strides=(2, 2)))
    return x.reshape(len(x), -1) @ params["out"]


def test_a_convolutional_network():
    shapes = {"kernels": [(4, 1, 3, 3), (8, 4, 3, 3)], "out": (8 * 4, 1)}
    first, second, out = descend.explain(Model(shapes, convnet, rows(1, 7, 7)), "sgd").rows
    assert (first.what, first.output, first.parameters) == ("convolution 3 x 3, 1 to 4", (4, 4, 4), 36)
    assert (second.what, second.output) == ("convolution 3 x 3, 4 to 8", (8, 2, 2))
    # Taps on one axis that meet a number: 2 + 3 + 3 + 2 of length 7, and 3 + 2 of length 4 (padded at the end alone).
    assert (first.macs, second.macs, out.macs) == (10 * 10 * 4, 5 * 5 * 32, 32)


def attention(params, x):
    words = params["words"][x]
    keys, queries = words @ params["keys"], words @ params["queries"]
    mixed = jax.nn.softmax(queries @ keys.swapaxes(1, 2)) @ words
    normal = (mixed - mixed.mean(axis=-1, keepdims=True)) * params["norm"]["scale"] + params["norm"]["shift"]
    return normal.mean(axis=1) @ params["out"]


def test_look_ups_attention_and_normalisation():
    shapes = {"words": (50, 6), "keys": (6, 4), "queries": (6, 4), "norm": {"scale": (6,), "shift": (6,)}, "out": (6, 1)}
    found = descend.explain(Model(shapes, attention, rows(9, of="int32")), "sgd")
    by_name = {row.name: row for row in found.rows}
    assert (by_name["words"].what, by_name["words"].output, by_name["words"].macs) == ("look-up, 50 rows of 6", (9, 6), 0)
    assert (by_name["keys"].what, by_name["keys"].output, by_name["keys"].macs) == ("dense, 6 to 4 at 9 places", (9, 4), 9 * 6 * 4)
    assert (by_name["norm"].kind, by_name["norm"].output, by_name["norm"].parameters) == ("", None, 12)
    between = by_name["between layers"]
    assert (between.what, between.macs, between.parameters) == ("products of activations", 9 * 9 * 4 + 9 * 9 * 6, 0)
    assert found.layers == 4


def recurrent(params, x):
    def step(h, now):
        return jnp.tanh(now @ params["cell"]["into"] + h @ params["cell"]["over"]), None

    h, _ = lax.scan(step, jnp.zeros((len(x), 5)), x.swapaxes(0, 1))
    return h @ params["out"]


def test_a_recurrent_network_counts_every_step():
    shapes = {"cell": {"into": (3, 5), "over": (5, 5)}, "out": (5, 1)}
    cell, out = descend.explain(Model(shapes, recurrent, rows(11, 3)), "sgd").rows
    assert (cell.macs, out.macs) == (11 * (15 + 25), 5)
    assert (cell.what, cell.output) == ("dense, 3 to 5 + dense, 5 to 5", (5,))
    assert cell.activation_bytes == 11 * 2 * 5 * 4


def test_rows_one_by_one_count_as_a_batch_does():
    one = Model({"w": (3, 4)}, lambda params, x: jax.vmap(lambda row: row @ params["w"])(x), rows(3))
    other = Model({"w": (3, 4)}, lambda params, x: lax.map(lambda row: row @ params["w"], x), rows(3))
    assert descend.explain(one, "sgd").rows == descend.explain(other, "sgd").rows


def test_products_of_weights_alone_are_told_apart():
    """A weight of rank 2, made anew at every evaluation and not for every row."""

    def predict(params, x):
        return x @ (params["low"]["a"] @ params["low"]["b"])

    found = descend.explain(Model({"low": {"a": (6, 2), "b": (2, 3)}}, predict, rows(6)), "sgd")
    assert (found.macs, found.fixed_macs, found.rows[0].macs) == (18, 36, 18)
    assert "And 36 multiply-accumulates however many rows there are." in str(found)


def test_a_problem_names_its_layers_and_the_rest_go_by_their_path():
    shapes = {"a": {"w": (3, 4)}, "b": {"w": (4, 4)}, "c": (4, 1)}
    found = Named(shapes, lambda p, x: x @ p["a"]["w"] @ p["b"]["w"] @ p["c"], rows(3), lambda p: {"first": p["a"], "last": p["c"]})
    assert [(row.name, row.macs) for row in descend.explain(found, "sgd").rows] == [("first", 12), ("b", 16), ("last", 4)]


def test_a_problem_that_takes_all_its_rows_alone():
    weights = np.ones((16, 1), "float32")
    model = Model({"w": (3, 4)}, lambda params, x: (x @ params["w"]) * weights, rows(3))
    found = descend.explain(model, "sgd", batch="full")
    assert (found.macs, found.rows[0].output) == (12, (4,))


def test_a_function_of_ones_own_that_holds_its_data():
    x = np.ones((20, 3), "float32")

    def fitted(params):
        return jnp.mean((jnp.tanh(x @ params["one"] + params["shift"]) @ params["two"]) ** 2)

    start = {"one": np.ones((3, 4)), "shift": np.ones(4), "two": np.ones((4, 1))}
    found = descend.explain(problems.function(fitted, start), "sgd")
    assert {row.name: row.macs for row in found.rows} == {"one": 240, "shift": 0, "two": 80}
    assert (found.layers, found.macs, found.batch) == (2, 320, None)
    quadratic = problems.function(lambda v: v @ (np.eye(5, dtype="float32") @ v), start=[1.0] * 5)
    found = descend.explain(quadratic, "sgd")
    assert (found.rows, found.layers, found.macs) == ((), 0, 30)


def test_a_table_is_explained(tmp_path):
    lines = [f"{i % 7},{i % 5},{'ab'[i % 2]},{i % 11}" for i in range(60)]
    (tmp_path / "t.csv").write_text("\n".join(["u,v,kind,target", *lines]))
    found = descend.explain(f"{tmp_path}/t.csv:target", "sgd")
    assert [row.macs for row in found.rows] == [4 * 32, 32 * 11]


LAYERS = {"a": {"w": (6, 4), "b": (4,)}, "b": {"w": (4, 3)}}
SMALL = Model(LAYERS, lambda p, x: (x @ p["a"]["w"] + p["a"]["b"]) @ p["b"]["w"], rows(6))


def test_the_memory_of_every_rules_slots_is_that_of_real_arrays():
    chosen = {name: RULES[name]() for name in RULES} | {name: WRAPPERS[name](Adam()) for name in WRAPPERS}
    params = jax.tree.map(np.asarray, SMALL.init(jax.random.key(0))[0])
    numbers = sum(leaf.size for leaf in jax.tree.leaves(params))
    for held in descend.explain(SMALL, chosen).rules:
        slots = sum(leaf.nbytes for leaf in jax.tree.leaves(chosen[held.rule].init_tree(params)))
        assert (held.slots, held.per_parameter) == (slots, slots / numbers), held.rule
        assert held.lane == 3 * 4 * numbers + slots


def test_the_width_is_the_engines_own():
    found = descend.explain(SMALL, ["sgd", "adam"], batch=5, lanes=100)
    judged = SMALL.data.train
    rows = jax.tree.map(lambda a: a[:5], judged)
    entries = [Entry("adam", (Adam(),))]
    assert found.width == plan.width(plan.weigh(SMALL, entries, rows, judged), jax.devices()[0])
    assert found.lanes == 100


def test_a_lane_that_does_not_fit_is_told_and_not_refused(monkeypatch):
    monkeypatch.setattr(plan, "memory", lambda: 100)
    found = descend.explain(SMALL, "adam")
    assert found.width is None
    assert "A lane of this problem does not fit this machine's memory" in str(found)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"rules": "adm"}, UnknownName, "did you mean 'adam'"),
        ({"rules": []}, BadValue, "no rule to race"),
        ({"batch": 1000}, BadValue, "model has 16 training rows; give at most 16"),
        ({"lanes": 0}, BadValue, "lanes is 0"),
    ],
)
def test_what_cannot_be_explained_is_refused(options, error, words):
    with pytest.raises(error, match=words):
        descend.explain(SMALL, **options)


def test_the_rows_are_a_data_frame_where_pandas_is():
    pandas = pytest.importorskip("pandas")
    frame = descend.explain(SMALL, "sgd").to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame["macs"]) == [24, 12]
