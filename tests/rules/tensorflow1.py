"""TensorFlow 1's optimizers in NumPy, from the formulas of its documentation.

Each takes the start w and gradient(t, w), t = 1, 2, ..., and gives the end after `steps` updates.
"""

import numpy as np


def sgd(w, gradient, steps, learning_rate=0.01):
    for t in range(1, steps + 1):
        w = w - learning_rate * gradient(t, w)
    return w


def momentum(w, gradient, steps, learning_rate=0.01, momentum=0.9, use_nesterov=False):
    accumulation = np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(t, w)
        accumulation = momentum * accumulation + g
        w = w - learning_rate * (g + momentum * accumulation if use_nesterov else accumulation)
    return w


def nesterov(w, gradient, steps):
    return momentum(w, gradient, steps, use_nesterov=True)


def adagrad(w, gradient, steps, learning_rate=0.01, initial_accumulator_value=0.1):
    accumulator = np.full_like(w, initial_accumulator_value)
    for t in range(1, steps + 1):
        g = gradient(t, w)
        accumulator += g * g
        w = w - learning_rate * g / np.sqrt(accumulator)
    return w


def adadelta(w, gradient, steps, learning_rate=0.001, rho=0.95, epsilon=1e-8):
    accumulated, accumulated_update = np.zeros_like(w), np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(t, w)
        accumulated = rho * accumulated + (1 - rho) * g * g
        update = np.sqrt(accumulated_update + epsilon) / np.sqrt(accumulated + epsilon) * g
        accumulated_update = rho * accumulated_update + (1 - rho) * update * update
        w = w - learning_rate * update
    return w


def rmsprop(w, gradient, steps, learning_rate=0.001, decay=0.9, momentum=0.0, epsilon=1e-10):
    mean_square, mom = np.ones_like(w), np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(t, w)
        mean_square = decay * mean_square + (1 - decay) * g * g
        mom = momentum * mom + learning_rate * g / np.sqrt(mean_square + epsilon)
        w = w - mom
    return w


def adam(w, gradient, steps, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m, v = np.zeros_like(w), np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(t, w)
        lr_t = learning_rate * np.sqrt(1 - beta2**t) / (1 - beta1**t)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        w = w - lr_t * m / (np.sqrt(v) + epsilon)
    return w
