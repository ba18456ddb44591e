"""What whoever runs a job holds in hand meanwhile: how far it is, and a way to stop it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Progress:
    """How far a race is, told after every segment by one worker thread at a time."""

    lanes: int  # in all
    running: int
    finished: int
    diverged: int  # of those running or finished
    lane_steps: int  # updates done, over all lanes
    total_lane_steps: int
    leader: tuple[str, int, float] | None  # entry, setting and judged loss of the best lane at its latest judgement


@dataclass(frozen=True)
class Control:
    """Progress and stop of a run, apart from the job, which stays plain values.

    `on_progress` is called after every segment; setting `stop` ends the run after the segments under way, as Ctrl-C does.
    """

    on_progress: Callable[[Progress], None] | None = None
    stop: threading.Event = field(default_factory=threading.Event)
