"""Rules that state their whole step race beside those that ask for one gradient."""

import jax
import jax.flatten_util
import jax.numpy as jnp
import numpy as np
import pytest

import descend
from descend import problems
from descend.core import hyper
from descend.core.errors import BadValue
from descend.engine import Entry, Job, Run
from descend.rules import SGD, WRAPPERS, Adam, Nesterov, Oracle, OracleRule, Step, step


@hyper.pytree
class PlainNewton(OracleRule):
    """w - H^-1 g, times a learning rate."""

    name = "plain_newton"
    learning_rate: float = 1.0

    def step(self, oracle, params, slots, t):
        value, aux, gradient = oracle.gradient(params)
        flat, shape = jax.flatten_util.ravel_pytree(gradient)
        change = shape(-self.learning_rate * jnp.linalg.solve(oracle.hessian(params), flat))
        return Step(jax.tree.map(jnp.add, params, change), slots, change, value, aux, gradient)


def records(problem, rules, seeds=(0, 1), steps=6, **options):
    entries = [Entry(name, made if isinstance(made, tuple) else (made,)) for name, made in rules.items()]
    return Run(Job(problem, entries, seeds, steps, keep_params=True, every=1, **options)).run()


def test_newton_ends_a_quadratic_in_one_step_wherever_it_stands_in_the_race():
    bowl = problems.find("bowl")
    for place in range(3):
        others = [("sgd", SGD(0.1)), ("nesterov", Nesterov(0.1))]
        field = dict([*others[:place], ("newton", PlainNewton()), *others[place:]])
        found = records(bowl, field)
        newton, alone = found.curves["params"][place], records(bowl, dict(others))
        np.testing.assert_allclose(newton[:, 1:], np.broadcast_to(bowl.optimum[0], newton[:, 1:].shape), atol=1e-6)
        rest = [i for i in range(3) if i != place]
        np.testing.assert_array_equal(found.curves["params"][rest], alone.curves["params"])
        np.testing.assert_array_equal(found.curves["gradient_norm"][rest], alone.curves["gradient_norm"])


def test_a_step_of_its_own_on_batches_of_a_network_is_the_step_outside_the_engine():
    linear = problems.find("diabetes", hidden=(), l2=0.1, split_seed=3)
    found = records(linear, {"newton": (PlainNewton(0.5), PlainNewton(0.9)), "adam": Adam(0.01)}, batch="full", steps=3)
    key = jax.random.key(0)
    params, aux = linear.init(key)
    for row, rate in enumerate((0.5, 0.9)):
        w, rule = params, PlainNewton(rate)
        for t in range(1, 4):
            before = jax.flatten_util.ravel_pytree(w)[0]
            np.testing.assert_allclose(np.sort(found.curves["params"][row, 0, t - 1]), np.sort(before), atol=2e-3)
            w = step(rule, Oracle(lambda w: linear.loss(w, aux, linear.data.train, key)), w, rule.init_tree(w), t).params


def test_an_oracle_agrees_with_finite_differences():
    def loss(w):
        return jnp.sum(jnp.sin(w["a"]) ** 2) * w["b"] + w["b"] ** 3, ()

    oracle, w = Oracle(loss), {"a": jnp.array([0.3, -0.8]), "b": jnp.array(0.7)}
    v = {"a": jnp.array([1.0, 2.0]), "b": jnp.array(-0.5)}
    with jax.enable_x64(True):
        w, v = (jax.tree.map(lambda a: jnp.asarray(np.asarray(a), float), tree) for tree in (w, v))
        value, _, gradient = oracle.gradient(w)
        ahead, behind = (oracle.gradient(jax.tree.map(lambda a, b, h=h: a + h * b, w, v))[2] for h in (1e-5, -1e-5))
        slope = jax.tree.map(lambda a, b: (a - b) / 2e-5, ahead, behind)
        for got, expected in zip(jax.tree.leaves(oracle.hvp(w, v)), jax.tree.leaves(slope), strict=True):
            np.testing.assert_allclose(got, expected, rtol=1e-6)
        flat = jax.flatten_util.ravel_pytree(v)[0]
        product = jax.flatten_util.ravel_pytree(oracle.hvp(w, v))[0]
        np.testing.assert_allclose(oracle.hessian(w) @ flat, product, rtol=1e-12)
        assert value == oracle.value(w)
        assert jax.tree.structure(gradient) == jax.tree.structure(w)


def test_where_there_is_only_a_gradient_such_a_rule_says_so():
    w = {"a": np.zeros(2)}
    rule = PlainNewton()
    with pytest.raises(BadValue, match="plain_newton asks for more than a gradient"):
        rule.update_tree(w, rule.init_tree(w), w, 1)


def test_a_race_to_a_target_times_whole_steps():
    race = descend.race("bowl", {"sgd": SGD(), "newton": PlainNewton()}, learning_rates=[0.2, 1.0], target=0.1, steps=20)
    newton, sgd = (next(line for line in race.leaderboard if line.rule == name) for name in ("newton", "sgd"))
    assert (newton.steps_to_target, newton.learning_rate) == (1, 1.0)
    assert newton.seconds_per_update > 0
    assert sgd.seconds_per_update > 0


@pytest.mark.parametrize("name", list(WRAPPERS))
def test_wrappers_refuse_such_a_rule_when_they_are_made(name):
    with pytest.raises(BadValue, match=f"^{name}: plain_newton asks for more than a gradient; take a rule that needs no more$"):
        WRAPPERS[name](PlainNewton())
