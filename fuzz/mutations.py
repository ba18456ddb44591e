"""Bytes and texts changed at random, as damage and malice change them."""

from random import Random

SIZES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 2**31, 2**32, 2**62, 2**63 - 1, 2**64 - 1)


HOW_MANY = (1, 1, 1, 2, 3, 8, 30)


def mutated(random: Random, data: bytes, tokens: tuple[bytes, ...] = (), how_many: tuple[int, ...] = HOW_MANY) -> bytes:
    """The data after one to a few changes: bits, bytes, slices, lengths, tokens of its language."""
    whole = bytearray(data)
    for _ in range(random.choice(how_many)):
        random.choice(CHANGES)(random, whole, tokens)
    return bytes(whole)


def _bit(random: Random, whole: bytearray, _: tuple[bytes, ...]) -> None:
    if whole:
        whole[random.randrange(len(whole))] ^= 1 << random.randrange(8)


def _byte(random: Random, whole: bytearray, _: tuple[bytes, ...]) -> None:
    if whole:
        whole[random.randrange(len(whole))] = random.randrange(256)


def _cut(random: Random, whole: bytearray, _: tuple[bytes, ...]) -> None:
    low, high = _slice(random, whole)
    del whole[low:high]


def _end(random: Random, whole: bytearray, _: tuple[bytes, ...]) -> None:
    del whole[random.randint(0, len(whole)) :]


def _again(random: Random, whole: bytearray, _: tuple[bytes, ...]) -> None:
    low, high = _slice(random, whole)
    at = random.randint(0, len(whole))
    whole[at:at] = bytes(whole[low:high]) * random.choice((1, 1, 2, 50))


def _size(random: Random, whole: bytearray, _: tuple[bytes, ...]) -> None:
    width = random.choice((1, 2, 4, 8))
    value = (random.choice(SIZES) % 2 ** (8 * width)).to_bytes(width, random.choice(("little", "big")))
    at = random.randint(0, len(whole))
    whole[at : at + width] = value


def _token(random: Random, whole: bytearray, tokens: tuple[bytes, ...]) -> None:
    if tokens:
        at = random.randint(0, len(whole))
        whole[at : at + random.choice((0, 0, 1, 2))] = random.choice(tokens) * random.choice((1, 1, 1, 2, 100))


CHANGES = (_bit, _byte, _cut, _end, _again, _size, _token, _token)


def _slice(random: Random, whole: bytearray) -> tuple[int, int]:
    low = random.randint(0, len(whole))
    return low, min(len(whole), low + random.choice((1, 2, 4, 16, 100, 1000)))
