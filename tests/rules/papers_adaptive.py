"""The algorithms of the papers of Adam's relatives and of rules for whole arrays, in NumPy: as tensorflow1.py."""

import numpy as np


def moments(w, gradient, steps, step, beta1=0.9, beta2=0.999, moment=None, decay=0.0, v0=0.0):
    """w_{t+1} = w_t - step(t, m, v), where v_t is moment(v_{t-1}, m_t, g_t): Adam's unless given."""
    m, v = np.zeros_like(w), np.full_like(w, v0)
    for t in range(1, steps + 1):
        g = gradient(t, w)
        m = beta1 * m + (1 - beta1) * g
        v = moment(v, m, g) if moment else beta2 * v + (1 - beta2) * g * g
        w = w - step(t, m, v) - decay * w
    return w


def adamw(w, gradient, steps, decay=0.0):
    def step(t, m, v):
        return 0.001 * m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)

    return moments(w, gradient, steps, step, decay=decay)


def adamax(w, gradient, steps):
    def moment(u, m, g):
        return np.maximum(0.999 * u, np.abs(g))

    return moments(w, gradient, steps, lambda t, m, u: 0.002 / (1 - 0.9**t) * m / u, moment=moment)


def radam(w, gradient, steps):
    longest = 2 / (1 - 0.999) - 1

    def step(t, m, v):
        m_hat, length = m / (1 - 0.9**t), longest - 2 * t * 0.999**t / (1 - 0.999**t)
        if length <= 4:
            return 0.001 * m_hat
        r = np.sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))
        return 0.001 * r * m_hat * np.sqrt((1 - 0.999**t) / v)

    return moments(w, gradient, steps, step)


def amsgrad(w, gradient, steps):
    largest = np.zeros_like(w)

    def step(t, m, v):
        nonlocal largest
        largest = np.maximum(largest, v)
        return 0.001 * m / np.sqrt(largest)

    return moments(w, gradient, steps, step)


def adabelief(w, gradient, steps):
    def moment(s, m, g):
        return 0.999 * s + 0.001 * (g - m) ** 2 + 1e-8

    def step(t, m, s):
        return 0.001 * m / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)

    return moments(w, gradient, steps, step, moment=moment)


def yogi(w, gradient, steps):
    def moment(v, m, g):
        return v - 0.001 * np.sign(v - g * g) * g * g

    return moments(w, gradient, steps, lambda t, m, v: 0.01 * m / (np.sqrt(v) + 1e-3), moment=moment)


def lion(w, gradient, steps, eta=1e-4):
    m = np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(t, w)
        w = w - eta * np.sign(0.9 * m + (1 - 0.9) * g)
        m = 0.99 * m + (1 - 0.99) * g
    return w


def signum(w, gradient, steps, delta=1e-3):
    return moments(w, gradient, steps, lambda t, m, v: delta * np.sign(m))


def lamb(w, gradient, steps, eta=0.001, weight_decay=0.01):
    m, v = np.zeros_like(w), np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(t, w)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        u = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-6) + weight_decay * w
        w = w - eta * np.linalg.norm(w) / np.linalg.norm(u) * u
    return w


def lars(w, gradient, steps, gamma=1.0, momentum=0.9, beta=5e-4, eta=0.001):
    v = np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(t, w)
        local = eta * np.linalg.norm(w) / (np.linalg.norm(g) + beta * np.linalg.norm(w))
        v = momentum * v + gamma * local * (g + beta * w)
        w = w - v
    return w


def adafactor(w, gradient, steps):
    """Algorithms 4 and 6, of a matrix, with the sums of algorithm 2."""
    rows, columns = np.zeros(w.shape[0]), np.zeros(w.shape[1])
    for t in range(1, steps + 1):
        g, beta = gradient(t, w), 1 - t**-0.8
        rows = beta * rows + (1 - beta) * (g**2 + 1e-30).sum(axis=1)
        columns = beta * columns + (1 - beta) * (g**2 + 1e-30).sum(axis=0)
        u = g / np.sqrt(np.outer(rows, columns) / rows.sum())
        u = u / max(1.0, np.sqrt(np.mean(u**2)))
        w = w - max(1e-3, np.sqrt(np.mean(w**2))) * min(1e-2, t**-0.5) * u
    return w


def muon(w, gradient, steps):
    """The author's page, of a matrix with no more rows than columns."""
    m = np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(t, w)
        m = 0.95 * m + 0.05 * g
        x = 0.95 * m + 0.05 * g
        x = x / (np.linalg.norm(x) + 1e-7)
        for _ in range(5):
            a = x @ x.T
            x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
        w = w - 0.02 * x
    return w
