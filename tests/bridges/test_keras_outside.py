"""What people do to Keras models and optimizers between updates, with every rule and wrapper, on each backend."""

import keras_cases
import pytest


@pytest.mark.parametrize("backend", ["jax", "tensorflow", "torch"])
def test_all_of_it_on_each_backend(backend):
    keras_cases.run("keras_outside.py", KERAS_BACKEND=backend, OMP_NUM_THREADS="1")


def test_the_callback_may_be_named_before_any_optimizer_is_made():
    line = "from descend import bridges; print(type(bridges.to_keras.shipped_weights()).__name__)"
    assert keras_cases.printed(line, KERAS_BACKEND="jax").split()[-1] == "ShippedWeights"
