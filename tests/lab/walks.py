"""Rules and surfaces in plain double-precision NumPy, and what a long path of theirs does, worked out without the lab's code."""

import numpy as np
from scipy.optimize import minimize


def sgd(rate):
    return lambda g, m, t: (-rate * g, m)


def momentum(rate, decay=0.9):
    def step(g, v, t):
        v = decay * v + g
        return -rate * v, v

    return step


def adam(rate, b1=0.9, b2=0.999, eps=1e-8):
    def step(g, m, t):
        m = np.array([b1 * m[0] + (1 - b1) * g, b2 * m[1] + (1 - b2) * g**2])
        return -rate * m[0] / (1 - b1**t) / (np.sqrt(m[1] / (1 - b2**t)) + eps), m

    return step


def signum(rate, b1=0.9):
    def step(g, m, t):
        m = b1 * m + (1 - b1) * g
        return -rate * np.sign(m), m

    return step


RULES = {"sgd": sgd, "momentum": momentum, "adam": adam, "signum": signum}
MEMORY = {"adam": 2}
# formula -> the function, and its slope
LINES = {
    "x^2": (lambda x: x**2, lambda x: 2 * x),
    "-x^2": (lambda x: -(x**2), lambda x: -2 * x),
    "x^3": (lambda x: x**3, lambda x: 3 * x**2),
    "x^3 - 3x": (lambda x: x**3 - 3 * x, lambda x: 3 * x**2 - 3),
    "cos(x)": (np.cos, lambda x: -np.sin(x)),
    "|x|": (abs, np.sign),
    "ln(x)": (np.log, lambda x: 1 / x),
    "exp(-x)": (lambda x: np.exp(-x), lambda x: -np.exp(-x)),
    "x^2/4 + sin(3x)": (lambda x: x**2 / 4 + np.sin(3 * x), lambda x: x / 2 + 3 * np.cos(3 * x)),
}
PLANES = {
    "saddle": (lambda x: x[0] ** 2 - x[1] ** 2, lambda x: np.array([2 * x[0], -2 * x[1]])),
    "bowl": (lambda x: x[0] ** 2 / 10 + 2 * x[1] ** 2, lambda x: np.array([x[0] / 5, 4 * x[1]])),
    "rastrigin": (
        lambda x: sum(z**2 - 10 * np.cos(2 * np.pi * z) + 10 for z in x),
        lambda x: 2 * x + 20 * np.pi * np.sin(2 * np.pi * x),
    ),
}  # fmt: skip


def path(surface, rule, rate, start, steps):
    """The points (steps + 1, P) and losses of a rule."""
    f, slope = surface
    step = RULES[rule](rate)
    w, points = np.array(start, float), []
    m = np.zeros((MEMORY.get(rule, 1), len(w))) if rule in MEMORY else np.zeros(len(w))
    with np.errstate(all="ignore"):
        for t in range(1, steps + 2):
            points.append(w)
            change, m = step(slope(w) if len(w) > 1 else np.atleast_1d(slope(w[0])), m, t)
            w = w + change
        losses = np.array([float(f(p if len(p) > 1 else p[0])) for p in points])
    return np.array(points), losses


def bottom(surface, point):
    """The value of the minimum that lies below a point; -inf where there is none within reach."""
    f = surface[0]

    def held(x):
        with np.errstate(all="ignore"):
            value = f(x if len(x) > 1 else x[0])
        return value if np.isfinite(value) else np.inf

    lowest = [
        minimize(held, point + shift, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13, "initial_simplex": None})
        for shift in (1e-4, -1e-4)
    ]
    best = min(lowest, key=lambda found: found.fun)
    far = np.abs(best.x - point).max() > 50 * (1 + np.abs(point).max())
    return -np.inf if far or best.fun < -1e6 else float(best.fun)
