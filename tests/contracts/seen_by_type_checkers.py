"""What type checkers see of rules, schedules and problems; a line that is wrong says so at its end."""

from typing import Any, assert_type

import descend
from descend import errors
from descend.analysis.stability import Stability
from descend.engine import Training
from descend.problems import Bowl, Digits, Problem, problem
from descend.ranges import NonNegative
from descend.rules import SGD, Adam, Lookahead, Rule, rule
from descend.schedules import Cosine, Schedule, schedule
from descend.store import RaceResult

assert_type(Adam(b1=0.8), Adam)
assert_type(Lookahead(SGD(0.1), k=3), Lookahead)
assert_type(Cosine(0.1, transition_steps=10), Cosine)
assert_type(Bowl(start=(1.0, 2.0)), Bowl)
kind: type[Adam] = Adam
Adam(bogus=1)  # wrong
Cosine()  # wrong
Cosine(0.1, 10, bogus=1)  # wrong
Digits(hiden=(8,))  # wrong
Lookahead()  # wrong
Adam().learning_rate = 1.0  # wrong


assert_type(descend.race("bowl", ["sgd", Adam], learning_rates=[0.1, 1], sweep={"l2": [0, 1]}), RaceResult)
assert_type(descend.race("bowl", learning_rates="1e-3:1:4"), RaceResult)
assert_type(descend.train("bowl", SGD(0.1), steps=3), Training)
assert_type(descend.stability("sgd", learning_rate=[0.1, 1.0]), Stability)
assert_type(descend.load("folder"), RaceResult)
descend.race("bowl", steps="3")  # wrong
descend.race("bowl", learning_rate=0.1)  # wrong
descend.train("bowl")  # wrong
descend.save("folder", "race")  # wrong
caught: type[Exception] = errors.BadInput
absent = errors.Bad  # wrong


@rule("seen")
class Seen(Rule):
    """A rule of one's own."""

    learning_rate: NonNegative = 0.1
    flag: bool = False

    def update(self, g: Any, slots: Any, w: Any, t: Any) -> tuple[Any, Any]:
        return -self.learning_rate * g, slots


@schedule("seen")
class Half(Schedule):
    """A schedule of one's own."""

    value: NonNegative

    def __call__(self, step: Any) -> Any:
        return self.value / 2


@problem("seen")
class Hill(Problem):
    """A problem of one's own."""

    height: float = 1.0


assert_type(Seen(0.1, flag=True), Seen)
assert_type(Half(0.1), Half)
assert_type(Hill(height=2.0), Hill)
Seen(flagg=True)  # wrong
Half()  # wrong
Hill(2.0, 3.0)  # wrong
