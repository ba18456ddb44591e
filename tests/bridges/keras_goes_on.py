"""Run as a program with a folder: loads each model that was saved there half way, goes on, and writes the weights at the end."""

import sys
from pathlib import Path

import keras
import keras_cases as cases
import numpy as np

from descend import bridges

for name, rule in cases.halves().items():
    bridges.keras(rule)  # so that Keras finds the class
    made = keras.saving.load_model(Path(sys.argv[1]) / f"{name}.keras")
    cases.fit(made, slice(100, None), callbacks=[bridges.to_keras.shipped_weights()])
    np.savez(Path(sys.argv[1]) / f"{name}.npz", *made.get_weights())
