"""Every rule and wrapper as a Keras optimizer: JAX here, the other backends each in a process of their own."""

import keras_cases
import pytest

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")  # Keras' own


@pytest.mark.parametrize("rule", keras_cases.CASES)
def test_three_steps_and_what_is_shipped_are_the_rules_own(rule):
    keras_cases.three_steps(rule)


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_all_of_it_on_the_other_backends(backend):
    keras_cases.run("keras_elsewhere.py", KERAS_BACKEND=backend)
