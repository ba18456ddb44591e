"""Where Keras has a rule itself, `fit` leads to the same weights; a training saved half way goes on exactly in a fresh process."""

import jax
import keras
import keras_cases as cases
import numpy as np
import pytest

from descend import bridges

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")  # Keras' own
SINGLE = {"adafactor", "muon"}  # Keras takes means and norms in single precision, whatever its floatx


@pytest.fixture
def double():
    """Keras in double precision."""
    before = keras.config.floatx()
    keras.config.dtype_policy()  # made now: the first model would make it of double precision for all that come after
    keras.config.set_floatx("float64")
    with jax.enable_x64(True):
        yield
    keras.config.set_floatx(before)


@pytest.mark.parametrize("name", cases.NATIVE["keras"])
def test_two_hundred_steps_of_fit_are_those_of_keras_in_double_precision(name, double):
    theirs, ours = (cases.model(optimizer, "float64") for optimizer in cases.native_pair(name))
    for made in (theirs, ours):
        cases.fit(made)
    cases.close(ours.get_weights(), theirs.get_weights(), 1e-5 if name in SINGLE else 1e-10)


def test_saved_half_way_it_goes_on_exactly_in_a_fresh_process_to_where_keras_ends_in_single_precision(tmp_path):
    whole = {}
    for name, rule in cases.halves().items():
        made, swap = cases.model(bridges.keras(rule)()), bridges.to_keras.shipped_weights()
        cases.fit(made, slice(0, 100), callbacks=[swap])
        made.save(tmp_path / f"{name}.keras")
        cases.fit(made, slice(100, None), callbacks=[swap])
        whole[name] = made.get_weights()
    cases.run("keras_goes_on.py", tmp_path)
    for name, weights in whole.items():
        with np.load(tmp_path / f"{name}.npz") as there:
            for mine, key in zip(weights, there.files, strict=True):
                np.testing.assert_array_equal(there[key], mine, err_msg=name)
        if name in cases.NATIVE["keras"]:
            theirs = cases.model(cases.native_pair(name)[0])
            cases.fit(theirs)
            cases.close(weights, theirs.get_weights(), 1e-5)


@pytest.mark.parametrize("rule", cases.SHIPPING, ids=str)
def test_going_on_from_a_fit_is_one_long_fit(rule):
    ends = []
    for parts in ([slice(None)], [slice(0, 100), slice(100, None)]):
        made, swap = cases.model(bridges.keras(rule)()), bridges.to_keras.shipped_weights()
        for part in parts:
            cases.fit(made, part, callbacks=[swap])
        ends.append(made.get_weights())
    cases.close(*ends, 1e-6)
