"""The algorithms of the papers of the textbook rules, in NumPy: as tensorflow1.py."""

import numpy as np


def sgd(w, gradient, steps, gamma=0.01):
    for t in range(1, steps + 1):
        w = w - gamma * gradient(t, w)
    return w


def momentum(w, gradient, steps, alpha=0.01, beta=0.9):
    """Polyak's two-step form."""
    before = w
    for t in range(1, steps + 1):
        w, before = w - alpha * gradient(t, w) + beta * (w - before), w
    return w


def ema_momentum(w, gradient, steps, eta=0.1, beta=0.9):
    m = np.zeros_like(w)
    for t in range(1, steps + 1):
        m = beta * m + (1 - beta) * gradient(t, w)
        w = w - eta * m
    return w


def nesterov(w, gradient, steps, epsilon=0.01, mu=0.9):
    """Bengio et al., equation 7."""
    v = np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(t, w)
        w = w + mu * mu * v - (1 + mu) * epsilon * g
        v = mu * v - epsilon * g
    return w


def nesterov_lookahead(w, gradient, steps, epsilon=0.01, mu=0.9):
    v = np.zeros_like(w)
    for t in range(1, steps + 1):
        v = mu * v - epsilon * gradient(t, w + mu * v)
        w = w + v
    return w


def adagrad(w, gradient, steps, eta=0.01):
    seen = []
    for t in range(1, steps + 1):
        seen.append(gradient(t, w))
        w = w - eta * seen[-1] / np.linalg.norm(seen, axis=0)
    return w


def adadelta(w, gradient, steps, rho=0.95, epsilon=1e-6):
    gradients, updates = np.zeros_like(w), np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(t, w)
        gradients = rho * gradients + (1 - rho) * g**2
        step = -np.sqrt(updates + epsilon) / np.sqrt(gradients + epsilon) * g
        updates = rho * updates + (1 - rho) * step**2
        w = w + step
    return w


def rmsprop(w, gradient, steps):
    mean_square = np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(t, w)
        mean_square = 0.9 * mean_square + 0.1 * g**2
        w = w - 0.001 * g / np.sqrt(mean_square)
    return w


def rmsprop_nesterov(w, gradient, steps, epsilon=0.001, rho=0.9, alpha=0.9):
    r, v = np.zeros_like(w), np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(t, w + alpha * v)
        r = rho * r + (1 - rho) * g * g
        v = alpha * v - epsilon / np.sqrt(r) * g
        w = w + v
    return w


def adam(w, gradient, steps, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m, v = np.zeros_like(w), np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(t, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - alpha * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return w
