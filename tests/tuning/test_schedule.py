import jax
import numpy as np
import pytest

from descend import schedules
from descend.rules import Adam
from descend.schedules import SCHEDULES as KNOWN
from descend.tuning.schedule import choice


@pytest.mark.parametrize("name", [name for name in KNOWN if KNOWN[name].__module__.startswith("descend.")])
def test_a_choice_is_the_schedule_that_it_names(name):
    names, steps = tuple(KNOWN), np.arange(60)
    with jax.enable_x64(True):
        chosen = jax.vmap(choice(names, name, 0.3, 50))(steps)
        np.testing.assert_allclose(chosen, schedules.around(name, 0.3, 50)(steps), rtol=1e-14, atol=1e-16)


def test_rules_with_any_choice_are_of_one_structure():
    names = ("constant", "cosine", "one_cycle")
    rules = [Adam(learning_rate=0.1).with_rate(choice(names, name, rate, 50)) for name in names for rate in (0.1, 0.2)]
    assert len({jax.tree.structure(rule) for rule in rules}) == 1
