"""What a problem costs, as plain values."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from descend.core.extras import library


@dataclass(frozen=True)
class Layer:
    """A part of the parameters, and the products that read it. Without `kind` it only meets elementwise operations.

    - `kind`: "dense", "convolution" or "look-up"; several products of different kinds are joined by " + "
    - `what`: the kind with its sizes
    - `output`: the shape, for one row, of what its last product gives
    - `macs`: multiply-accumulates for one row, forward
    - `parameter_bytes`; `activation_bytes`: what its products give for one row
    """

    name: str
    kind: str
    what: str
    output: tuple[int, ...] | None
    parameters: int
    macs: int
    parameter_bytes: int
    activation_bytes: int


@dataclass(frozen=True)
class Memory:
    """What one lane of a rule holds, in bytes, beside the parameters, their gradient and their change.

    - `slots`, and `per_parameter`: the same divided by the number of parameters
    - `lane`: parameters, gradient, change, aux and slots
    """

    rule: str
    slots: int
    per_parameter: float
    lane: int


@dataclass(frozen=True)
class Explanation:
    """What `descend.explain` found; printing it gives tables.

    - `rows`: the parts of the parameters; empty where a problem is a function of numbers and has no layers
    - `layers`: how many of them enter a matrix product, a convolution or a look-up
    - `parameters`, `parameter_bytes`, `macs`, `activation_bytes`: in all; the last two for one row, forward, or for one
      evaluation where there is no data
    - `operations`: elementwise operations for one row, forward, the loss among them
    - `fixed_macs`: multiply-accumulates of an evaluation however many rows it has, such as products of weights alone
    - `batch`: rows an update sees, None without data
    - `update_macs`, `update_operations`: of one update's loss and gradient on the whole batch; the rule's own are not in
    - `rules`: what lanes of each rule hold; `parameter_bytes` again is what gradient and change take, each
    - `width`: lanes planned for one program of a race of these rules, None where a lane does not fit; `programs`: how many
      run at once on this machine; `lanes`: how many were asked about, or None
    - `notes`: what could not be counted, in words
    """

    problem: str
    rows: tuple[Layer, ...]
    layers: int
    parameters: int
    parameter_bytes: int
    macs: int
    fixed_macs: int
    operations: int
    activation_bytes: int
    batch: int | None
    update_macs: int
    update_operations: int
    rules: tuple[Memory, ...]
    width: int | None
    programs: int
    lanes: int | None
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return dataclasses.asdict(self)

    def to_pandas(self) -> Any:
        """The rows as a pandas DataFrame (needs the extra descend[pandas])."""
        return library("pandas", "to_pandas").DataFrame([dataclasses.asdict(row) for row in self.rows])

    def __str__(self) -> str:
        from .sentences import text

        return text(self)
