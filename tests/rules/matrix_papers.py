"""Muon, Shampoo and SOAP from their papers, in NumPy, and walks through given gradients."""

import numpy as np

SHAPES = [(3, 2), (2, 4), (3,), ()]


def start_and_noise(steps=200, shapes=SHAPES):
    rng = np.random.default_rng(0)
    start, *noise = ([rng.normal(size=s) for s in shapes] for _ in range(steps + 1))
    return start, noise


def walk(rule, arrays, gradients):
    slots = rule.init_tree(arrays)
    for t, grads in enumerate(gradients, 1):
        change, slots = rule.update_tree(grads, slots, arrays, t)
        arrays = [w + c for w, c in zip(arrays, change, strict=True)]
    return arrays


def close(one, other, rtol=1e-10):
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol / 100)


def paper_muon(w, gradients, lr=0.02, mu=0.95):
    """Jordan's text, with momentum that sums and the polynomial on the singular values."""
    buffer = 0.0
    for g in gradients:
        buffer = mu * buffer + g
        u, s, vt = np.linalg.svd(g + mu * buffer, full_matrices=False)
        s = s / np.linalg.norm(s)
        for _ in range(5):
            s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
        w = w - lr * max(1, w.shape[0] / w.shape[1]) ** 0.5 * (u * s) @ vt
    return w


def power(matrix, p):
    values, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(values**p) @ vectors.T


def paper_shampoo(w, gradients, lr=0.1, eps=1e-4):
    left, right = eps * np.eye(len(w)), eps * np.eye(len(w.T))
    for g in gradients:
        left, right = left + g @ g.T, right + g.T @ g
        w = w - lr * power(left, -0.25) @ g @ power(right, -0.25)
    return w


def paper_soap(w, gradients, lr=3e-3, b=0.95, eps=1e-8, decay=0.0, every=10):
    """The authors' code: eps beside the root before its correction, decay after the step."""
    first, *later = gradients
    left, right = (1 - b) * first @ first.T, (1 - b) * first.T @ first
    q, p = (np.linalg.eigh(a)[1][:, ::-1] for a in (left, right))
    m = v = 0.0
    for s, g in enumerate(later, 1):
        m = b * m + (1 - b) * g
        v = b * v + (1 - b) * (q.T @ g @ p) ** 2
        size = lr * (1 - b**s) ** 0.5 / (1 - b**s)
        w = w - size * q @ ((q.T @ m @ p) / (np.sqrt(v) + eps)) @ p.T
        w = w - lr * decay * w
        left, right = b * left + (1 - b) * g @ g.T, b * right + (1 - b) * g.T @ g
        if s % every == 0:
            q, p = np.linalg.qr(left @ q)[0], np.linalg.qr(right @ p)[0]
    return w
