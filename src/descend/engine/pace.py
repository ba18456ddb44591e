"""How many steps go into one call of the program: so few that somebody who asks for a stop does not wait."""

from collections.abc import Iterator

CALL = 0.5  # seconds that a call should take
FIRST = 64  # steps of the first call, whose pace is not known
GROWTH = 8  # times as many steps as in the last call, at most
PATIENCE = 5.0  # seconds in which a judgement that is near is waited for after a stop
ORDER = 2**26  # bytes of row numbers that are handed to one call


class Pace:
    """The calls from one judgement to the next, each of at most `most` steps, and as many as took half a second before.

    How the steps are divided changes nothing in what they compute.
    """

    def __init__(self, most: int):
        self.most, self.seconds = most, 0.0
        self.size = min(most, FIRST)

    def record(self, steps: int, seconds: float) -> None:
        """A call of so many steps took so long."""
        if steps:
            self.seconds = seconds / steps
            self.size = max(
                1, min(self.most, steps * GROWTH if steps == self.size else self.size, int(CALL / max(self.seconds, 1e-9)))
            )

    def calls(self, steps: int, room: int) -> Iterator[tuple[int, int]]:
        """The steps of each call, and those that are left from there to the next judgement: first none, for the start."""
        yield 0, 0
        done = 0
        while done < steps:
            end = min(steps, (done // room + 1) * room)
            moved = min(self.size, end - done)
            done += moved
            yield moved, end - done

    def near(self, left: int) -> bool:
        """Whether so many steps take no longer than somebody who asked for a stop would wait."""
        return left * self.seconds <= PATIENCE


def most(room: int, seeds: int, batch: int | None) -> int:
    """The most steps of a call: up to a judgement, as far as the numbers of the rows that they take are few enough."""
    return room if batch is None else max(1, min(room, ORDER // (4 * seeds * batch)))
