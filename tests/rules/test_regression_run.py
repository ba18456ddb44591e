"""The printed losses of a lecture's regression of two features, under three rules."""

import numpy as np
import pytest

from descend.rules import SGD, Momentum, Nesterov

X, Y = np.array([[5.0, 2.0], [10.0, 2.0], [20.0, 2.0]]), np.array([10.0, 20.0, 40.0])
PRINTED = [
    (SGD(0.003), 911, 911, [622.923340, 3.509555, 0.163335, 0.143392, 0.141430, 0.139592, 0.137777, 0.135986, 0.134218, 0.132473]),
    (Momentum(0.003, 0.9), 144, 194,
     [622.923340, 3.509555, 574.967834, 330.138885, 43.210865, 474.238281, 146.277573, 92.352264, 354.251617, 47.843769]),
    (Nesterov(0.003, 0.9), 36, 111,
     [622.923340, 673.233215, 27.938208, 6.145210, 0.604189, 0.185756, 0.117241, 0.102781, 0.093400, 0.084743]),
]  # fmt: skip


def losses(rule, dtype, steps=1200):
    """The loss before each update of w and b, from w = (0.1, 0.1) and b = 0."""
    x, y = X.astype(dtype), Y.astype(dtype)
    params = {"w": np.full(2, 0.1, dtype), "b": np.zeros((), dtype)}
    slots, found = rule.init_tree(params), []
    for t in range(1, steps + 1):
        error = x @ params["w"] + params["b"] - y
        found.append(np.mean(error**2))
        grads = {"w": 2 * x.T @ error / 3, "b": 2 * np.mean(error)}
        change, slots = rule.update_tree(grads, slots, params, t)
        params = {name: params[name] + change[name] for name in params}
    return np.array(found)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("rule", "first", "settled", "printed"), PRINTED, ids=lambda value: getattr(value, "name", ""))
def test_the_printed_losses_the_first_hit_and_the_settling_step(rule, first, settled, printed, dtype):
    found = losses(rule, dtype)
    np.testing.assert_allclose(found[:10], printed, rtol=2e-5)
    below = found < 1e-6
    assert np.argmax(below) == first
    assert len(below) - np.argmin(below[::-1]) == settled
