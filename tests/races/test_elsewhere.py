"""A Keras model of another backend: its race runs in a process of its own, and the weights come back."""

import os
import subprocess
import sys

PROGRAM = """
import keras, numpy as np, descend
from descend import problems
x = np.random.default_rng(0).normal(size=(60, 4)).astype("float32")
y = (x[:, 0] > 0).astype("int32")
layers = [keras.layers.Dense(6, activation="relu"), keras.layers.BatchNormalization(), keras.layers.Dense(2, activation="softmax")]
model = keras.Sequential([keras.Input((4,)), *layers])
model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
before = model.get_weights()
race = descend.race((model, x, y), "adam", learning_rates=[0.05], steps=40, evaluation_seeds=3)
assert keras.config.backend() == "torch"
assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights()))
trained = race.best().model()
test = race.problem.resplit
losses = []
for lane in race.lanes.to_pylist():
    rows, labels = race.problem.resplit(lane["seed"]).test
    chances = np.asarray(trained.predict(rows, verbose=0))[np.arange(len(labels)), labels]
    losses.append(abs(float(-np.log(chances).mean()) - lane["loss"]))
print(min(losses) < 1e-4, any("agree with those on torch" in note for note in race.summary["notes"]))
try:
    descend.train(problems.find((model, x, y)), "sgd")
except ValueError as error:
    print(error)
"""


def test_a_model_on_torch_is_raced_on_jax_in_another_process(tmp_path):
    program = [sys.executable, "-W", "ignore", "-c", PROGRAM]
    environment = os.environ | {"KERAS_BACKEND": "torch", "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    ran = subprocess.run(program, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert ran.stdout.splitlines()[-2:] == [
        "True True",
        "sequential: Keras runs on torch here, where only descend.race trains it; "
        "for all else set KERAS_BACKEND=jax before Keras is imported",
    ], ran.stderr[-2000:]
