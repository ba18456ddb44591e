"""What is registered shows in the lab as it is: a surface with numbers of its own names, a rule with slots of its own names."""

from typing import Annotated, Any, ClassVar

import jax.numpy as jnp
import numpy as np
import pytest

from descend.core.numeric.arrays import zeros_like
from descend.lab import catalogue, descent, limits, state
from descend.problems import PROBLEMS, Problem, Surface, problem
from descend.ranges import Fraction, NonNegative, Range
from descend.rules import RULES, Rule, rule


@pytest.fixture(scope="module")
def own():
    """A surface, a problem that is none, and a rule, registered for the time of these tests."""

    @problem("own_valley")
    class OwnValley(Surface):
        """A valley whose steepness and tilt a person may set."""

        steepness: Annotated[float, Range(0.0, 1e6)] = 3.0
        tilt: float = 0.5
        start: tuple[float, ...] = (1.0, 2.0)
        view: ClassVar = ((-3.0, 3.0), (-3.0, 3.0))
        numbers: ClassVar = ("steepness", "tilt")
        sliders: ClassVar = {"tilt": (-2.0, 2.0, "linear")}

        def f(self, x: Any) -> Any:
            return self.steepness * x[0] ** 2 + (x[1] - self.tilt) ** 2

    @problem("own_line")
    class OwnLine(Problem):
        """Three parameters, two of them drawn."""

        random_start: ClassVar[bool] = False

        def init(self, key: Any) -> Any:
            return {"a": jnp.array([1.0, 1.0]), "c": jnp.array(0.5)}, ()

        def loss(self, params: Any, aux: Any, batch: Any, key: Any) -> Any:
            return jnp.sum(params["a"] ** 2) + params["c"] ** 2, aux

        def plane(self) -> Any:
            return ((-2.0, 2.0), (-1.0, 1.0)), (0, 2)

        def on_plane(self, point: Any) -> Any:
            return {"a": jnp.array([point[0], 0.0]), "c": point[1]}

    @rule("own_rule")
    class OwnRule(Rule):
        """A rule whose slots have names of their own."""

        learning_rate: NonNegative = 0.1
        keep: Fraction = 0.5
        meanings: ClassVar = {"energy": "second moment", "anchor": "place", "push": "velocity"}

        def init(self, w: Any) -> Any:
            return {"energy": zeros_like(w), "anchor": w, "push": zeros_like(w), "rest": zeros_like(w)}

        def update(self, g: Any, slots: Any, w: Any, t: Any) -> Any:
            push = self.keep * slots["push"] + g
            kept = {"energy": slots["energy"] + g * g, "anchor": slots["anchor"], "push": push, "rest": g}
            return -self.learning_rate * push, kept

    yield OwnValley, OwnLine, OwnRule
    for each, name in ((PROBLEMS, "own_valley"), (PROBLEMS, "own_line"), (RULES, "own_rule")):
        each._classes.pop(name)


def picture(**asked: Any) -> Any:
    """The last frame of the view Descent."""
    return [frame for frame in descent.pictures(state.descent(asked)) if frame][-1]


def test_the_catalogue_has_it_with_sliders_for_its_own_numbers(own):
    header = catalogue.catalogue().header
    shown = {one["name"]: one for one in header["problems"]}
    sliders = {one["name"]: (one["low"], one["high"], one["scale"], one["default"]) for one in shown["own_valley"]["numbers"]}
    assert sliders == {"steepness": (0.0, 1e6, "linear", 3.0), "tilt": (-2.0, 2.0, "linear", 0.5)}
    assert (shown["own_valley"]["start"], shown["own_line"]["start"]) == ((1.0, 2.0), None)
    assert (shown["own_line"]["count"], shown["own_line"]["goal"], shown["bivariate"]["goal"]) == (2, None, 1e-6)
    (mine,) = [one for one in header["rules"] if one["name"] == "own_rule"]
    assert [number["name"] for number in mine["numbers"]] == ["learning_rate", "keep"]


def test_the_picture_moves_with_its_numbers_and_says_what_its_slots_are(own):
    rules = [{"rule": "own_rule", "values": {"keep": 0.25}}]
    shown = picture(problem="own_valley", options={"steepness": 2.0, "tilt": 1.0}, start=[1.0, 0.0], steps=3, rules=rules)
    (way,) = shown.header["rules"]
    assert {slot["name"]: slot["is"] for slot in way["slots"]} == {
        "energy": "squares", "anchor": "place", "push": "arrow", "rest": "arrow",
    }  # fmt: skip
    np.testing.assert_allclose(shown.arrays["r0.losses"][0], 2.0 * 1.0**2 + 1.0**2)
    np.testing.assert_allclose(shown.arrays["r0.energy"][1], [16.0, 4.0])  # the gradient at the start is (4, -2)
    np.testing.assert_allclose(shown.arrays["r0.anchor"], np.tile([1.0, 0.0], (4, 1)))
    (limit,) = limits.limits(state.descent({"problem": "own_valley", "rules": [{"rule": "sgd"}]}))
    assert limit == pytest.approx(2 / 6, rel=0.01)


def test_a_problem_that_is_no_surface_is_drawn_on_the_plane_that_it_names(own):
    shown = picture(problem="own_line", steps=2, rules=[{"rule": "sgd", "values": {"learning_rate": 0.5}}])
    about = shown.header["problem"]
    assert (about["movable"], about["bounds"]) == (False, ((-2.0, 2.0), (-1.0, 1.0)))
    np.testing.assert_allclose(shown.arrays["r0.points"][:2], [[1.0, 0.5], [0.0, 0.0]], atol=1e-6)
    field = shown.arrays["field"]
    np.testing.assert_allclose([field[0, 0], field[60, 60], field[-1, 0]], [5.0, 0.0, 5.0], atol=1e-5)


def test_no_problem_is_a_special_case_of_the_lab():
    from pathlib import Path

    import descend.lab as lab

    texts = [file.read_text(encoding="utf-8") for file in Path(lab.__file__).parent.glob("*.py")]
    assert texts
    assert not any("Bivariate" in text for text in texts)


def test_what_a_slot_is_stands_in_the_list_of_rules(own, capsys):
    from descend.cli.main import main

    assert main(["rules", "own_rule"]) == 0
    out = capsys.readouterr().out
    assert "energy: second moment" in out
    assert "rest: first moment" in out


def test_slots_are_what_the_papers_say():
    assert [RULES["adam"].slot_meaning(slot) for slot in "mv"] == ["first moment", "second moment"]
    assert RULES["momentum"].slot_meaning("v") == "velocity"
    assert RULES["adan"].slot_meaning("n") == "second moment"
    assert RULES["schedule_free_sgd"].slot_meaning("z") == "place"
