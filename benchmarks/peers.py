"""How others train the task, one training at a time, written as their documentation would."""

import os
import warnings
from collections.abc import Callable

import numpy as np

from . import task


def pytorch() -> Callable[[], object]:
    """A plain training loop with torch.optim.Adam; one thread, which is faster than two for matrices this small."""
    import torch

    torch.set_num_threads(1)
    x, y = (torch.from_numpy(a) for a in task.rows())
    batches = torch.from_numpy(task.order(0, len(x)))

    def train() -> object:
        model = torch.nn.Sequential(torch.nn.Linear(64, task.HIDDEN), torch.nn.ReLU(), torch.nn.Linear(task.HIDDEN, 10))
        optimizer, loss = torch.optim.Adam(model.parameters(), lr=task.RATE), torch.nn.CrossEntropyLoss()
        for rows in batches:
            optimizer.zero_grad()
            loss(model(x[rows]), y[rows]).backward()
            optimizer.step()
        return model

    return train


def keras() -> Callable[[], object]:
    """`fit` on the JAX backend, compiled once: each training resets weights and optimizer."""
    os.environ["KERAS_BACKEND"] = "jax"
    import keras

    x, y = task.rows()
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(task.HIDDEN, "relu"), keras.layers.Dense(10)])
    model.compile(keras.optimizers.Adam(task.RATE), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    start = model.get_weights()
    epochs = task.STEPS * task.BATCH / len(x)
    whole, part = int(epochs), int((epochs % 1) * len(x))

    def train() -> object:
        model.set_weights(start)
        for variable in model.optimizer.variables:
            if variable.name != "learning_rate":
                variable.assign(np.zeros(variable.shape, variable.dtype))
        model.fit(x, y, batch_size=task.BATCH, epochs=whole, verbose=0)
        return model.fit(x[:part], y[:part], batch_size=task.BATCH, verbose=0) if part >= task.BATCH else None

    return train


def scikit_learn() -> Callable[[], object]:
    """MLPClassifier with the adam solver, for as many epochs as the steps make."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    x, y = task.rows()
    epochs = round(task.STEPS * task.BATCH / len(x))

    def train() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model = MLPClassifier(
                (task.HIDDEN,), batch_size=task.BATCH, learning_rate_init=task.RATE, max_iter=epochs, alpha=0, tol=0
            )
            return model.fit(x, y)

    return train


def optax_loop() -> Callable[[], object]:
    """A Python loop over a jitted step with optax.adam, parameters donated: the usual JAX training."""
    import jax
    import jax.numpy as jnp
    import optax

    x, y = (jnp.asarray(a) for a in task.rows())
    batches = jnp.asarray(task.order(0, len(x)))
    optimizer = optax.adam(task.RATE)

    def loss(params: list, rows: jax.Array) -> jax.Array:
        (w1, b1), (w2, b2) = params
        logits = jax.nn.relu(x[rows] @ w1 + b1) @ w2 + b2
        return optax.softmax_cross_entropy_with_integer_labels(logits, y[rows]).mean()

    def step(params: list, state: optax.OptState, rows: jax.Array) -> tuple:
        changes, state = optimizer.update(jax.grad(loss)(params, rows), state, params)
        return optax.apply_updates(params, changes), state

    step = jax.jit(step, donate_argnums=(0, 1))

    def train() -> object:
        a, b = jax.random.split(jax.random.key(0))
        he = jax.nn.initializers.he_normal()
        params = [(he(a, (64, task.HIDDEN)), jnp.zeros(task.HIDDEN)), (he(b, (task.HIDDEN, 10)), jnp.zeros(10))]
        state = optimizer.init(params)
        for rows in batches:
            params, state = step(params, state, rows)
        return jax.block_until_ready(params)

    return train


PEERS = {"PyTorch loop": pytorch, "Keras fit": keras, "scikit-learn": scikit_learn, "jitted optax loop": optax_loop}
