"""Run as a program with a file: takes up each training that was saved there half way, and writes where it ends."""

import pickle
import sys
from pathlib import Path

import jax
import optax_cases as cases

file = Path(sys.argv[1])
saved = pickle.loads(file.read_bytes())
ends = {name: cases.halves(cases.HALVES[name])(jax.device_put(carry), True) for name, carry in saved.items()}
file.write_bytes(pickle.dumps(jax.device_get(ends)))
