"""Problems are pytrees: their numbers and their start are leaves, all else is structure."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from descend import problems
from descend.problems import PROBLEMS
from descend.rules import SGD, Oracle, step

SURFACES = [name for name in PROBLEMS if getattr(PROBLEMS[name], "movable", False)]


def loss(problem, at):
    return problem.loss(jnp.array(at), (), problem.data and problem.data.train, jax.random.key(0))[0]


@pytest.mark.parametrize("name", SURFACES)
def test_a_problem_taken_apart_and_put_together_is_the_same(name):
    problem = problems.find(name)
    leaves, structure = jax.tree.flatten(problem)
    again = jax.tree.unflatten(structure, leaves)
    assert (type(again), vars(again)) == (type(problem), vars(problem))
    assert structure == jax.tree.structure(again)
    at = problem.start
    assert loss(jax.tree.map(lambda leaf: leaf, problem), at) == loss(problem, at)


def test_numbers_can_be_differentiated_and_stacked():
    problem = problems.find("parabola", curvature=3.0, center=0.5)
    slope = jax.grad(lambda problem: loss(problem, [2.0]))(problem)
    np.testing.assert_allclose([slope.curvature, slope.center], [1.5**2 / 2, -3.0 * 1.5], rtol=1e-6)
    many = jax.tree.map(lambda *leaves: jnp.stack(leaves), *(problems.find("parabola", curvature=c) for c in (1.0, 2.0, 5.0)))
    np.testing.assert_allclose(jax.vmap(lambda problem: loss(problem, [2.0]))(many), [2.0, 4.0, 10.0], rtol=1e-6)


def test_a_step_is_compiled_once_for_all_numbers_of_a_problem():
    traced = []

    @jax.jit
    def move(problem, rule, w):
        traced.append(problem)
        oracle = Oracle(lambda w: problem.loss(w, (), None, jax.random.key(0)))
        return step(rule, oracle, w, rule.init_tree(w), 1).params

    for curvature in (1.0, 2.0, 4.0):
        moved = move(problems.find("parabola", curvature=curvature), SGD(0.1), jnp.array([1.0]))
        np.testing.assert_allclose(moved, [1 - 0.1 * curvature], rtol=1e-6)
    assert len(traced) == 1


def test_what_is_no_number_is_structure():
    one, other, same = (problems.find("formula", text=text) for text in ("x^2", "x^4", "x^2"))
    assert jax.tree.structure(one) == jax.tree.structure(same)
    assert jax.tree.structure(one) != jax.tree.structure(other)
    assert jax.tree.structure(problems.find("bowl")) != jax.tree.structure(problems.find("saddle"))


def test_a_problem_within_another_has_its_own_leaves():
    noisy = problems.noisy(problems.find("parabola", curvature=3.0), 0.1)
    assert jax.tree.leaves(noisy) == [3.0, 0.0, 1.0, 0.1]
    twice = jax.tree.map(lambda leaf: 2 * leaf, noisy)
    assert (twice.problem.curvature, twice.scale) == (6.0, 0.2)


def test_data_that_was_loaded_stays_with_a_network():
    iris = problems.find("iris", l2=0.1)
    rows = iris.data
    assert sorted(jax.tree.leaves(iris)) == [0.0, 0.0, 0.0, 0.1]
    assert jax.tree.map(lambda leaf: leaf + 0.2, iris).data is rows
