"""What a program is compiled for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """What a program is compiled for, beside its arguments' shapes."""

    counts: tuple[int, ...]  # settings of each block
    room: int  # steps from one judgement to the next, a multiple of `every`
    every: int  # steps between records
    target: float | None  # count the steps to it on the training loss; None: do not
    keep_params: bool
    batch: int | None  # rows that a step sees; None: all
    patience: int | None = None  # judgements without a lower loss after which a lane stops
    health: bool = False  # record norms and shares layer by layer
    split: bool = False  # every seed has rows of its own
    test: bool = False  # judge the test rows too
