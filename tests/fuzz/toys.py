"""A target that goes wrong in every way a target can, one way an attempt."""

import ctypes
import os
import time

SECONDS = 5


def attempt(random, folder):
    number = int(os.environ.get("FUZZ_TOY", "-1"))
    number = random.randrange(6) if number < 0 else number
    print("way", number)
    assert not list(folder.iterdir())
    (folder / "left").write_text("behind")
    if number == 1:
        raise ValueError("no error of descend's")
    if number == 2:
        ctypes.string_at(0)
    if number == 3:
        time.sleep(30)
    if number == 4:
        held = [b"x" * 2**28 for _ in range(8)]
        time.sleep(30 + len(held))
    if number == 5:
        os.abort()
