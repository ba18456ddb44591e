"""The view Descent computes what the sources print, and what descend.train does."""

import io
from contextlib import redirect_stdout

import numpy as np
import pytest
from lab_client import ask, picture, rule

import descend
from descend.lab.presets import PRESETS
from descend.problems import Bowl
from descend.rules import Adam


def preset(name):
    return picture(**PRESETS[name]["state"])


def test_the_bowl_with_three_step_sizes():
    header, arrays = preset("step_sizes")
    np.testing.assert_allclose(arrays["r0.points"][-1], [-2.734118, -2.196e-06], rtol=1e-3)
    np.testing.assert_allclose([r["loss"] for r in header["rules"]], [0.7475, 3.868e-04, 5.487e16], rtol=1e-3)
    assert [r["regime"]["kind"] for r in header["rules"]] == ["slow", "zigzags", "diverges"]
    assert header["problem"]["optimum"] == [0, 0]
    assert arrays["field"].shape == (121, 121)
    assert np.all(np.diff(arrays["levels"]) > 0)


def test_the_bowl_with_three_momenta_and_the_regression():
    header, arrays = preset("momentum")
    np.testing.assert_allclose([r["loss"] for r in header["rules"]], [1.099e-15, 5.974e-04, 3.240e-03], rtol=1e-3)
    assert [slot["is"] for slot in header["rules"][0]["slots"]] == ["arrow"]
    assert arrays["r0.v"].shape == (51, 2)
    header, arrays = preset("regression")
    assert [(r["hit"], r["stays"]) for r in header["rules"]] == [(911, 911), (144, 194), (36, 111)]
    for column in PRESETS["regression"]["printed"]:
        np.testing.assert_allclose(arrays[f"r{column['rule']}.losses"][:10], column["values"], rtol=2e-5, atol=1e-6)


def test_the_decay_table():
    _, arrays = preset("decay")
    losses, w = PRESETS["decay"]["printed"]
    np.testing.assert_allclose(arrays["r0.losses"][:11], losses["values"], atol=6e-7, rtol=1e-6)
    np.testing.assert_allclose(arrays["r0.points"][1:12, 0], w["values"], atol=6e-7, rtol=1e-6)
    np.testing.assert_allclose(arrays["r0.rates"][:3], [0.2, 0.198, 0.19602], rtol=1e-6)


NOISY = {"problem": "bowl", "steps": 30, "noise": 1.0, "start": [1, -2], "rules": [rule("sgd", learning_rate=0.1)]}


@pytest.mark.parametrize("state", [PRESETS["decay"]["state"], NOISY], ids=["decay", "noisy"])
def test_copied_code_runs_and_gives_the_same_numbers(state):
    _, arrays = picture(**state)
    ((header, _),) = ask("code", state)
    namespace = {}
    with redirect_stdout(io.StringIO()) as told:
        exec(compile(header["text"], "copied", "exec"), namespace)
    assert told.getvalue().count("ends at") == len(state["rules"])
    for i, one in enumerate(namespace["rules"]):
        training = descend.train(namespace["problem"], one, steps=state["steps"], seed=0, keep_params=True)
        np.testing.assert_allclose(arrays[f"r{i}.points"], training.params, rtol=2e-4, atol=2e-5)
        np.testing.assert_allclose(arrays[f"r{i}.losses"][:-1], training.losses, rtol=2e-3, atol=2e-5)


def test_a_picture_is_what_train_does_and_does_not_depend_on_the_one_before():
    first, _ = picture(problem="bowl", start=[1.5, -0.25], rules=[rule("adam", learning_rate=0.3, b1=0.5)])
    again, arrays = picture(problem="bowl", start=[-4, 2], rules=[rule("adam", learning_rate=0.1)])
    path = descend.train(Bowl(start=(-4.0, 2.0)), Adam(0.1), keep_params=True).params
    np.testing.assert_allclose(arrays["r0.points"], path, rtol=1e-5, atol=1e-6)
    assert first["problem"]["start"] == [1.5, -0.25]
    assert again["problem"]["start"] == [-4, 2]


def test_noise_has_a_seed_and_a_band():
    one, two = (picture(**NOISY, seed=seed)[1] for seed in (3, 4))
    assert not np.array_equal(one["r0.points"], two["r0.points"])
    low, middle, high = one["r0.band"]
    assert np.all((low <= middle) & (middle <= high))
    assert "r0.band" not in picture(**{**NOISY, "noise": 0})[1]


def test_the_field_is_left_out_where_the_page_has_it():
    ravine = {"problem": "ravine", "rules": []}
    header, arrays = picture(**ravine)
    name = header["field"]["name"]
    assert "field" in arrays
    assert "field" not in picture(**ravine, known=name, start=[1, 1])[1]
    assert "field" in picture(**ravine, known=name, options={"angle": 10})[1]
    assert "field" in picture(**ravine, known=name, start=[40, 1])[1]  # the view grows with the start
    assert (
        "field"
        in picture(
            problem="formula", options={"text": "x*y"}, rules=[], known=picture(problem="formula", rules=[])[0]["field"]["name"]
        )[1]
    )


def test_formulas_of_one_and_two_numbers():
    header, arrays = picture(problem="formula", options={"text": "(x - 1)^2"}, rules=[rule("sgd", learning_rate=0.1)])
    assert arrays["field"].shape == (481,)
    assert header["problem"]["bounds"] == [[-3, 3]]
    np.testing.assert_allclose(arrays["r0.points"][-1], 1, atol=1e-4)
    _, arrays = picture(problem="formula", options={"text": "log(x) + y^2"}, rules=[])
    assert np.isnan(arrays["field"][:, :50]).all()
    assert np.isfinite(arrays["levels"]).all()


def test_limits_of_step_sizes_on_quadratics():
    rules = [rule("sgd"), rule("momentum", momentum=0.8), rule("adam")]
    ((header, _),) = ask("limits", {"problem": "bowl", "rules": rules})
    np.testing.assert_allclose(header["limits"][:2], [0.5, 0.9], rtol=1e-3)
    assert header["limits"][2] is None
    ((header, _),) = ask("limits", {"problem": "ravine", "options": {"condition": 50, "angle": 33}, "rules": rules[:1]})
    np.testing.assert_allclose(header["limits"], [2 / 50], rtol=1e-3)
    for other in ("saddle", "rosenbrock"):
        ((header, _),) = ask("limits", {"problem": other, "rules": rules[:1]})
        assert header["limits"] == [None]


def test_the_catalogue_has_every_rule_and_presets_that_can_be_drawn():
    from descend.lab.state import descent
    from descend.rules import RULES

    ((header, arrays),) = ask("catalogue")
    assert {one["name"] for one in header["rules"]} == set(RULES)
    assert header["rules"][0]["name"] == "sgd"
    assert all(arrays[one["thumbnail"]].size for one in header["problems"])
    for one in header["presets"]:
        assert descent(one["state"]).rules
    for one in header["rules"]:
        assert all(n["low"] < n["high"] and n["low"] <= n["default"] for n in one["numbers"] if n["scale"] != "log")
