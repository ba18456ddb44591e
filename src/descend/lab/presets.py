"""Pictures that are one click away. Each is a state of the view Descent; `printed` are numbers to compare with."""

from typing import Any


def _rule(name: str, schedule: Any = None, **values: Any) -> dict[str, Any]:
    return {"rule": name, "values": values} | ({"schedule": schedule} if schedule else {})


def _on(problem: str, steps: int, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"problem": problem, "steps": steps, "rules": list(rules), **more}


# Loss before each of the first ten updates of the bivariate regression, learning rate 0.003.
_REGRESSION = {
    "sgd": (622.923340, 3.509555, 0.163335, 0.143392, 0.141430, 0.139592, 0.137777, 0.135986, 0.134218, 0.132473),
    "momentum": (622.923340, 3.509555, 574.967834, 330.138885, 43.210865, 474.238281, 146.277573, 92.352264, 354.251617, 47.843769),
    "nesterov": (622.923340, 673.233215, 27.938208, 6.145210, 0.604189, 0.185756, 0.117241, 0.102781, 0.093400, 0.084743),
}
# (w + 1)^2 from 5 with a learning rate of 0.2 * 0.99^t: the loss before each update, and w after it.
_DECAY_LOSSES = (36.0, 12.959999, 4.728015, 1.747547, 0.654277, 0.248077, 0.095239, 0.037014, 0.014559, 0.005795, 0.002334)
_DECAY_W = (2.6, 1.1744, 0.321948, -0.191126, -0.501926, -0.691392, -0.807611, -0.879339, -0.923874, -0.951691, -0.969167)

PRESETS: dict[str, dict[str, Any]] = {
    "step_sizes": {"state": _on("bowl", 50, *(_rule("sgd", learning_rate=rate) for rate in (0.06, 0.42, 0.61)))},
    "momentum": {
        "state": _on(
            "bowl",
            50,
            *(_rule("momentum", learning_rate=rate, momentum=m) for rate, m in ((0.61, 0.42), (0.61, 0.81), (0.02, 0.91))),
        )
    },
    "adaptive": {
        "state": _on(
            "bowl",
            30,
            _rule("adagrad", learning_rate=1.0),
            _rule("rmsprop", learning_rate=0.15, decay=0.9),
            _rule("adam", learning_rate=1.0, b1=0.9, b2=0.99),
            _rule("adam", learning_rate=0.35, b1=0.5, b2=0.99),
        )
    },
    "parabola": {"state": _on("parabola", 20, *(_rule("sgd", learning_rate=rate) for rate in (0.1, 0.9, 1.04)))},
    "regression": {
        "state": _on("bivariate", 1200, *(_rule(name, learning_rate=0.003) for name in _REGRESSION), target=1e-6),
        "printed": [{"rule": i, "what": "losses", "from": 0, "values": values} for i, values in enumerate(_REGRESSION.values())],
    },
    "decay": {
        "state": _on(
            "parabola",
            11,
            _rule("sgd", {"name": "exponential", "decay_rate": 0.99, "transition_steps": 1}, learning_rate=0.2),
            options={"curvature": 2.0, "center": -1.0},
            start=[5.0],
        ),
        "printed": [
            {"rule": 0, "what": "losses", "from": 0, "values": _DECAY_LOSSES},
            {"rule": 0, "what": "points", "from": 1, "values": _DECAY_W},
        ],
    },
    "saddle": {
        "state": _on(
            "saddle", 60, _rule("sgd", learning_rate=0.05), _rule("momentum", learning_rate=0.02), _rule("adam", learning_rate=0.05)
        )
    },
    "valley": {
        "state": _on(
            "rosenbrock",
            800,
            _rule("sgd", learning_rate=0.001),
            _rule("momentum", learning_rate=0.0005, momentum=0.95),
            _rule("adam", learning_rate=0.05),
        )
    },
    "noise": {
        "state": _on(
            "ravine",
            200,
            _rule("sgd", learning_rate=0.015),
            _rule("momentum", learning_rate=0.005),
            noise=2.0,
            options={"condition": 50.0},
        )
    },
}
