"""What every registered problem must do."""

import dataclasses

import jax
import jax.flatten_util
import jax.numpy as jnp
import numpy as np
import pytest
import small_files

from descend import problems
from descend.core.errors import BadValue, UnknownName
from descend.core.language.docs import sections, sentence
from descend.problems import PROBLEMS, Problem, Surface

KEY = jax.random.key(3)
pytestmark = pytest.mark.parametrize("name", list(PROBLEMS))
MADE: dict[str, Problem] = {}


@pytest.fixture(autouse=True, scope="module")
def compiled_quickly():
    """What is computed once need not be fast."""
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)


def make(name: str) -> Problem:
    """One instance a name, so that its data is loaded once."""
    return MADE.setdefault(name, PROBLEMS[name](**small_files.options(name)))


def training(made: Problem):
    return made.data.train if made.data else None


def judging(made: Problem):
    return made.data.tuning if made.data else None


def test_starts_are_finite_float32_and_depend_on_the_key_alone(name):
    made = make(name)
    start = jax.jit(lambda key: jax.tree.leaves(made.init(key)[0]))
    one, again, other = start(KEY), start(KEY), start(jax.random.key(4))
    assert all(leaf.dtype == "float32" and np.all(np.isfinite(leaf)) for leaf in one)
    assert all(map(np.array_equal, one, again))
    assert made.random_start != all(map(np.array_equal, one, other))


def test_gradient_is_the_slope_of_the_loss(name):
    made = make(name)

    def slopes(key):
        params, aux = made.init(key)
        flat, rebuild = jax.flatten_util.ravel_pytree(params)
        way = jax.random.normal(key, flat.shape)
        value = jax.vmap(lambda step: made.loss(rebuild(flat + step * way), aux, training(made), key)[0])(jnp.array([-1e-6, 1e-6]))
        gradient = jax.grad(lambda w: made.loss(rebuild(w), aux, training(made), key)[0])(flat)
        return gradient @ way, (value[1] - value[0]) / 2e-6

    with jax.enable_x64(True):
        by_gradient, by_differences = jax.jit(slopes)(KEY)
        assert by_gradient.dtype == "float64"
        np.testing.assert_allclose(by_gradient, by_differences, rtol=1e-5, atol=1e-7)


def test_evaluate_gives_finite_scalars(name):
    made = make(name)
    scores = jax.jit(lambda batch: made.evaluate(*made.init(KEY), batch))(judging(made))
    assert "loss" in scores
    assert all(score.shape == () and np.isfinite(score) for score in scores.values())
    assert 0 <= scores.get("accuracy", 0) <= 1


def test_lanes_agree_with_trainings_alone(name):
    made = make(name)
    keys = jax.random.split(KEY, 2)

    def both(key, train, judge):
        params, aux = made.init(key)
        return made.loss(params, aux, train, key)[0], made.evaluate(params, aux, judge)

    lanes = jax.jit(jax.vmap(both, (0, None, None)))(keys, training(made), judging(made))
    alone = jax.jit(both)(keys[1], training(made), judging(made))
    jax.tree.map(lambda lane, one: np.testing.assert_allclose(lane[1], one, rtol=1e-5), lanes, alone)


def test_numbers_come_from_the_arguments(name):
    """Rows passed as arguments must not be compiled in as constants."""
    made = make(name)
    rows = made.data.rows if made.data else 3
    text = jax.make_jaxpr(lambda p, b: made.loss(p, (), b, KEY)[0])(made.init(KEY)[0], training(made))
    assert not [const for const in text.consts if np.size(const) >= rows and np.issubdtype(const.dtype, np.number)]


def test_rows_share_their_first_axis(name):
    data = make(name).data
    for part in data or ():
        if part is not None:
            assert len({len(leaf) for leaf in jax.tree.leaves(part)}) == 1
            assert all(leaf.dtype in ("float32", "int32") for leaf in jax.tree.leaves(part))
    assert data is None or data.rows == len(jax.tree.leaves(data.train)[0])


def test_options_that_do_not_exist_or_fit_are_named(name):
    with pytest.raises(UnknownName, match=f"unknown option of {name} 'colour'"):
        problems.find(name, colour="red")
    for field in dataclasses.fields(PROBLEMS[name]):
        with pytest.raises(BadValue, match=f"^{name}: {field.name} is .*, must be ") as caught:
            problems.find(name, **{field.name: "what?"})
        assert "\n" not in str(caught.value)


def test_defaults_survive_the_command_line(name):
    made = make(name)
    texts = {f.name: str(getattr(made, f.name)) for f in dataclasses.fields(PROBLEMS[name])}
    assert problems.find(name, **texts) == made


def test_docstring_has_its_headings_and_every_option(name):
    cls = PROBLEMS[name]
    wanted = ["Function"] if issubclass(cls, Surface) else ["Loss", "Data"]
    found = sections(cls)
    assert list(found) == [*wanted, "Options", "Reference"]
    assert sentence(cls).endswith(".")
    assert all(found.values())
    assert all(f"- {field.name}:" in found["Options"] for field in dataclasses.fields(cls))


def test_defaults_of_a_race_fit_the_rows(name):
    made = make(name)
    assert made.steps > 0
    assert made.batch == "full" or (made.data is not None and 0 < made.batch <= made.data.rows)
    assert made.title


def test_classes_have_a_name_each(name):
    made = make(name)
    assert len(set(made.class_names)) == len(made.class_names)
    if made.data and made.class_names:
        labels = training(made)[1]
        assert set(range(len(made.class_names))) == set(np.asarray(labels, int).tolist())
