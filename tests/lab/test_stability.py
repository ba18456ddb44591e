import numpy as np
import pytest
from lab_client import ask

from descend.core.errors import BadInput
from descend.lab.stability import plane


def test_the_map_of_the_heavy_ball_has_the_edge_of_the_books():
    coarse, fine = ask("stability", {"rule": "momentum", "curvature": 4, "probes": [[0.2, 0.0], [0.6, 0.9], [1.2, 0.1]]})
    assert (coarse[0]["more"], fine[0]["more"], fine[0]["linear"]) == (True, False, True)
    header, arrays = fine
    rates, momenta = (np.linspace(*header[name], n) for name, n in (("rates", 113), ("others", 97)))
    beyond = rates[None] > 2 * (1 + momenta[:, None]) / 4
    near = np.abs(rates[None] - 2 * (1 + momenta[:, None]) / 4) < 1e-6
    assert np.array_equal((arrays["growth"] > 1 + 1e-6)[~near], beyond[~near])
    assert [one["regime"]["kind"] for one in header["probes"]] == ["arrives", "rings", "diverges"]
    np.testing.assert_allclose([one["growth"] for one in header["probes"][:2]], [0.2, 0.9**0.5], rtol=1e-6)
    np.testing.assert_allclose(arrays["p0"][:3], [1, 0.2, 0.04], rtol=1e-5)


def test_copied_code_prints_the_growth_at_the_probes(capsys):
    state = {"rule": "momentum", "curvature": 4, "probes": [[0.2, 0.3], [0.6, 0.8]]}
    ((header, _),) = ask("stability_code", state)
    exec(compile(header["text"], "copied", "exec"), {})
    printed = [float(line.split()[-1]) for line in capsys.readouterr().out.splitlines()]
    np.testing.assert_allclose(printed, [0.3**0.5, 0.8**0.5], rtol=1e-9)


def test_a_rule_that_adapts_is_measured():
    coarse, _ = ask("stability", {"rule": "rmsprop", "across": "decay", "probes": [[0.1, 2.0]]})
    assert coarse[0]["linear"] is False
    assert np.isfinite(coarse[1]["growth"]).all()
    assert (coarse[1]["size"] > 0).mean() > 0.8  # it circles, but for the smallest steps
    assert "rmsprop: decay is 2, must be in [0, 1)" in coarse[0]["probes"][0]["error"]["en"].replace("2.0", "2")


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ({"rule": "sgd"}, "sgd has no memory to map against ''; choose another rule, such as momentum"),
        ({"rule": "adam", "across": "b3"}, "adam cannot be mapped against 'b3'; choose one of: b1, b2"),
        ({"curvature": 0}, "curvature is 0, must be from 0.001 to 1000"),
        ({"probes": [[1]]}, "must be pairs of a learning rate and momentum"),
        ({"probes": [[1, 2]] * 5}, "must be a list of at most 4"),
        ({"values": {"learning_rate": -1}}, "momentum: learning_rate is -1"),
    ],
)
def test_what_cannot_be_mapped_is_said(state, why):
    with pytest.raises(BadInput) as caught:
        plane(state)
    assert why in str(caught.value)
