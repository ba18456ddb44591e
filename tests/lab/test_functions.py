import numpy as np
import pytest
from lab_client import ask

from descend.lab.functions import GROUPS


def curves(group, names, **values):
    ((header, arrays),) = ask("functions", {"group": group, "names": names, "values": values})
    assert "error" not in header, header
    return arrays


def at(arrays, name, x):
    return np.interp(x, arrays["x"], arrays[name])


def test_activations_and_their_slopes():
    found = curves("activations", ["sigmoid", "tanh", "relu", "leaky_relu"])
    np.testing.assert_allclose([at(found, "sigmoid", 0), at(found, "sigmoid.slope", 0)], [0.5, 0.25], atol=1e-5)
    np.testing.assert_allclose([at(found, "tanh.slope", 0), at(found, "tanh.slope", 5)], [1, 1.8e-4], atol=1e-4)
    np.testing.assert_allclose([at(found, "relu.slope", -3), at(found, "leaky_relu.slope", -3)], [0, 0.01], atol=1e-6)
    for name in ("sigmoid", "tanh"):
        np.testing.assert_allclose(np.gradient(found[name], found["x"])[1:-1], found[f"{name}.slope"][1:-1], atol=1e-3)


def test_losses():
    found = curves("errors", ["squared", "absolute", "asymmetric"], profit=9.0, cost=1.0)
    np.testing.assert_allclose(
        [at(found, name, -1.5) for name in ("squared", "absolute", "asymmetric")], [2.25, 1.5, 13.5], rtol=1e-4
    )
    np.testing.assert_allclose([at(found, "asymmetric", 1.5), at(found, "asymmetric.slope", -1)], [1.5, -9], rtol=1e-4)
    found = curves("entropies", ["this_class", "other_class"])
    np.testing.assert_allclose(
        [at(found, "this_class", 0), at(found, "other_class", 6)], [np.log(2), 6 + np.log1p(np.exp(-6))], rtol=1e-4
    )


def test_every_schedule_is_drawn_over_its_steps():
    names = list(GROUPS["schedules"].curves)
    found = curves("schedules", names, learning_rate=0.5, steps=200)
    assert found["x"][-1] == 240
    assert all(np.isfinite(found[name]).all() and found[name].min() >= 0 and found[name].max() <= 0.5001 for name in names)
    np.testing.assert_allclose([at(found, "cosine", 100), at(found, "constant", 7)], [0.25, 0.5], rtol=1e-4)


@pytest.mark.parametrize(
    ("group", "values", "cursor"),
    [("activations", {}, -1.5), ("errors", {"profit": 9.0, "cost": 0.3}, 1.25), ("entropies", {}, 2.0),
     ("schedules", {"learning_rate": 0.5, "steps": 200.0}, 99.75)],
)  # fmt: skip
def test_copied_code_works_out_the_same_curves_and_prints_them_at_the_cursor(capsys, group, values, cursor):
    names = list(GROUPS[group].curves)
    state = {"group": group, "names": names, "values": values}
    ((header, _),) = ask("functions_code", {**state, "at": cursor})
    made = {}
    exec(compile(header["text"], "copied", "exec"), made)
    shown = curves(group, names, **values)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == names
    for name, line in zip(names, lines, strict=True):
        kinds = (name,) if group == "schedules" else (name, f"{name}.slope")
        worked_out = np.reshape(made["found"][name], (len(kinds), -1))
        np.testing.assert_allclose(worked_out, [shown[kind] for kind in kinds], rtol=1e-5, atol=1e-5)
        printed = [float(word) for word in line.split()[4::3]]
        np.testing.assert_allclose(printed, [at(shown, kind, cursor) for kind in kinds], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ({"group": "shapes"}, "unknown group of functions 'shapes'"),
        ({"names": ["relo"]}, "unknown curve of activations 'relo'; did you mean 'relu'"),
        ({"group": "schedules", "values": {"steps": 1e9}}, "steps is 1e+09, must be from 10 to 1000"),
        ({"at": 7}, "at is 7, must be from -5 to 5"),
        ({"names": "relu"}, "must be a list of at most 12"),
    ],
)
def test_what_cannot_be_shown_is_said(state, why):
    ((header, _),) = ask("functions", state)
    assert why in header["error"]["en"]
