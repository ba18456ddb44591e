"""Every subject that the courses teach of networks has a page in the documentation, and does what the courses say of it.

Over-fitting, random restarts, standardised inputs and back-propagation by hand are in test_networks.py, the rules' printed
numbers in tests/rules.
"""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import descend
from descend import problems, schedules
from descend.problems.networks import losses
from descend.problems.networks.activations import ACTIVATIONS
from descend.rules import SGD, Adam

NAV = (Path(__file__).parents[2] / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
KEY = jax.random.key(0)


def complexity(folder):
    rows = "".join(f"{i % 7},{i % 5},{i % 3},{'ab'[i % 2]}\n" for i in range(40))
    (folder / "t.csv").write_text("p,q,r,y\n" + rows)
    found = descend.explain(problems.table(folder / "t.csv", "y", hidden=(4,)), "sgd")
    assert (found.layers, found.parameters, found.macs) == (2, 3 * 4 + 4 + 4 * 2 + 2, 3 * 4 + 4 * 2)


def learning_rate(folder):
    ends = {rate: descend.train("parabola", SGD(rate), steps=40).losses[-1] for rate in (0.001, 0.4, 1.1)}
    assert ends[0.4] < 1e-9 < 0.8 < ends[0.001] < 1 < 100 < ends[1.1]  # the limit is 2 / curvature = 1


def decay(folder):
    halved, stairs = (schedules.Exponential(0.8, 0.5, 10, staircase=steps) for steps in (False, True))
    assert [float(halved(t)) for t in (0, 10, 20)] == pytest.approx([0.8, 0.4, 0.2])
    assert [float(stairs(t)) for t in (0, 9, 10, 19, 20)] == pytest.approx([0.8, 0.8, 0.4, 0.4, 0.2])


def activations(folder):
    slopes = {name: np.asarray(jax.vmap(jax.grad(f))(jnp.linspace(-8, 8, 321))) for name, f in ACTIVATIONS.items()}
    assert slopes["sigmoid"].max() == pytest.approx(0.25)
    assert slopes["tanh"].max() == pytest.approx(1.0)
    assert slopes["sigmoid"][0] < 1e-3  # saturated
    assert slopes["relu"][:160].max() == 0 < slopes["leaky_relu"][:160].min()


def loss_functions(folder):
    assert [float(losses.mse(jnp.array([2.0]), 0.0)), float(losses.mae(jnp.array([-2.0]), 0.0))] == [4.0, 2.0]
    # a yoghurt left over costs 1, one that is missing 99 of profit
    assert [float(losses.asymmetric(jnp.array([over]), 0.0, 99.0, 1.0)) for over in (1.0, -1.0)] == [1.0, 99.0]
    logits, labels = jnp.log(jnp.array([[0.7, 0.2, 0.1]])), jnp.array([1])
    assert float(losses.softmax_cross_entropy(logits, labels)) == pytest.approx(-np.log(0.2), rel=1e-5)


def initialisation(folder):
    weights = problems.find("digits", hidden=(400,), initialisation="he").init(KEY)[0].layers[0].weight
    assert np.std(weights) == pytest.approx(np.sqrt(2 / 64), rel=0.05)
    assert np.ptp(problems.find("digits", initialisation="zero").init(KEY)[0].layers[0].weight) == 0


def input_preparation(folder):
    made = problems.find("wine")
    train = np.asarray(made.data.train[0])
    np.testing.assert_allclose([train.mean(axis=0), train.std(axis=0)], [np.zeros(13), np.ones(13)], atol=1e-5)
    assert np.abs(made.data.test[0].mean(axis=0)).max() > 1e-3  # by the training rows alone


def sampling(folder):
    short = {"learning_rates": 0.01, "seeds": 1, "evaluation_seeds": 2, "batch": 4}
    for how in ("shuffled", "replacement", "online"):
        race = descend.race("dots", SGD(0.01), steps=5, sampling=how, **short)
        assert np.isfinite(race.lanes["loss"].to_numpy()).all()
    with pytest.raises(descend.errors.BadValue, match="online"):
        descend.race("dots", SGD(0.01), steps=10_000, sampling="online", **short)


def regularisation(folder):
    rows = jax.tree.map(lambda part: part[:50], problems.find("digits").data.train)
    plain, penalised = (problems.find("digits", hidden=(8,), l1=l1, l2=l2) for l1, l2 in ((0.0, 0.0), (0.1, 0.3)))
    params, aux = plain.init(KEY)
    weights = np.concatenate([np.ravel(layer.weight) for layer in params.layers])
    extra = penalised.loss(params, aux, rows, KEY)[0] - plain.loss(params, aux, rows, KEY)[0]
    assert float(extra) == pytest.approx(0.1 * np.abs(weights).sum() + 0.3 / 2 * (weights**2).sum(), rel=1e-5)
    assert penalised.evaluate(params, aux, rows)["loss"] == plain.evaluate(params, aux, rows)["loss"]


def early_stopping(folder):
    short = {"learning_rates": 0.05, "steps": 600, "seeds": 1, "evaluation_seeds": 2}
    stopped, whole = (descend.race("dots", Adam(), patience=patience, **short) for patience in (2, None))
    assert stopped.lanes["steps"].to_numpy().max() < 600 == whole.lanes["steps"].to_numpy().max()


ROWS = {
    "Network complexity": complexity,
    "Learning rate": learning_rate,
    "Schedules": decay,
    "Activations": activations,
    "Losses": loss_functions,
    "Initialisation": initialisation,
    "Input preparation": input_preparation,
    "Sampling": sampling,
    "Regularisation": regularisation,
    "Early stopping": early_stopping,
}


@pytest.mark.parametrize("row", ROWS)
def test_every_row_does_what_the_courses_say(row, tmp_path):
    ROWS[row](tmp_path)


@pytest.mark.parametrize(
    "title", [*ROWS, "Risk", "Over-fitting and under-fitting", "Batch normalisation", "Back-propagation", "Rules"]
)
def test_every_row_has_its_page(title):
    assert f"- {title}: " in NAV
