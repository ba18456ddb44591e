"""In which encoding a text is written: told by its marks and bytes, and asked where two would do."""

import codecs
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from descend.core.errors import BadData, BadValue
from descend.core.language.messages import Message, Option

MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
BLOCK = 2**20  # bytes decoded at a time
SAMPLE = 2**16  # bytes of lines beyond ASCII that are looked at
MARGIN = 0.15  # by which Big5 must fit better than GB18030, which more people write
ENOUGH = 0.7  # of the characters beyond ASCII: so many must be common ones
COHERENT, MESSY = 0.2, 0.2  # of charset-normalizer: how much like a language, and how little like noise, a text must look
REMEDY = Message(
    "name-encoding", "save it as UTF-8, or name it with {option}, such as gb18030 or cp1252", option=Option(encoding="NAME")
)

CENTRAL = "ąćęłńóśźżčďěňřšťůžőűáéíýäöüúôßĄĆĘŁŃÓŚŹŻČĎĚŇŘŠŤŮŽŐŰÁÉÍÝÄÖÜÚÔ"
WESTERN = "ŠšŽžàâäáãåæçéèêëíìîïñóòôöõøœúùûüýÿßÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜÝ"
SIGNS = "€£§°²³µ½¼¾«»“”‘’–—…©®™·¿¡ºª±×\u00a0"
# the syllables that most Korean words have some of; Chinese text read as Korean has few of them
KOREAN = (
    "이다가는을를에의한고하지로자기시사도어서인대아리정나수일부장전그해보은있제구원상주여과국공마동조라신연성스들으비경소무"
    "세거적치되유오화중생계선실우만면미방물모적산분강용관회안별력업품명번호남녀건금월년총급격"
)


class Encoding(NamedTuple):
    """A candidate: its name in Python, what people call it, and the share of its characters in a text that are common."""

    codec: str
    title: str
    common: Callable[[str], float]


def _share(good: Callable[[str], bool]) -> Callable[[str], float]:
    """The share of the characters beyond ASCII that are `good`."""

    def share(text: str) -> float:
        beyond = [mark for mark in text if mark > "\x7f"]
        return sum(map(good, beyond)) / max(1, len(beyond))

    return share


def _lead(codec: str, *ranges: tuple[int, int]) -> Callable[[str], bool]:
    """Whether a character is one of two bytes in that encoding that lie in one of the `ranges`."""

    def good(mark: str) -> bool:
        raw = mark.encode(codec)
        return len(raw) == 2 and any(low <= int.from_bytes(raw) <= high for low, high in ranges)

    return good


def _latin(letters: str) -> Callable[[str], float]:
    """The share of marks that are signs beside no other letter, or `letters` in words of which a quarter is ASCII."""
    word = re.compile(rf"[a-zA-Z{letters}]*[{letters}][a-zA-Z{letters}]*")
    sign = re.compile(rf"(?<![{letters}])[{re.escape(SIGNS)}](?![{letters}])")

    def share(text: str) -> float:
        words = [found[0] for found in word.finditer(text)]
        usual = [each for each in words if len(each) == 1 or 4 * sum(map(str.isascii, each)) >= len(each)]
        good = sum(not mark.isascii() for each in usual for mark in each) + len(sign.findall(text))
        return good / max(1, sum(mark > "\x7f" for mark in text))

    return share


def _cyrillic(text: str) -> float:
    """The share of marks in words of Cyrillic letters alone, capitals at their beginning or everywhere."""
    words = re.findall(r"(?<![a-zA-Z])(?:[А-ЯЁ]?[а-яё]+|[А-ЯЁ]{2,})(?![a-zA-Z])", text)
    beyond = sum(mark > "\x7f" and mark not in SIGNS + "№" for mark in text)
    return sum(len(word) for word in words if len(word) > 1) / max(1, beyond)


CANDIDATES = (  # of two that fit as well, the first
    Encoding("cp1251", "Windows-1251", _cyrillic),
    Encoding("cp1252", "Windows-1252", _latin(WESTERN)),
    Encoding("cp1250", "Windows-1250", _latin(CENTRAL)),
    Encoding("cp949", "EUC-KR", lambda text: min(1.0, _share(lambda mark: mark in KOREAN)(text) / 0.4)),
    Encoding("shift_jis", "Shift JIS", _share(_lead("shift_jis", (0x8140, 0x8396), (0x889F, 0x9872)))),
    # the 3,755 characters of GB 2312's first level, punctuation and letters of pinyin
    Encoding("gb18030", "GB18030", _share(_lead("gb18030", (0xA1A1, 0xA3FE), (0xA8A1, 0xA8BA), (0xB0A1, 0xD7F9)))),
    Encoding("big5", "Big5", _share(_lead("big5", (0xA140, 0xA3BF), (0xA440, 0xC67E)))),
)
ALPHABETS = 3  # of these are alphabets, which take a byte a letter


def decode(path: Path, data: bytes, encoding: str | None = None) -> tuple[bytes, str]:
    """The text of a file as UTF-8 without a byte order mark, and the name of the encoding that it came in.

    BadData where no encoding fits, or several do; BadValue for an `encoding` that Python does not know.
    """
    if encoding is not None:
        return _recode(path, data, _codec(encoding)), encoding
    for mark, name in MARKS.items():
        if data.startswith(mark):
            return (data[len(mark) :] if name == "utf-8" and _is_utf8(data) else _recode(path, data, name)), name
    wide = _utf_16(data)
    if wide:
        return _recode(path, data, wide), wide
    if _is_utf8(data):
        return data, "utf-8"
    name = _guess(path, data)
    return _recode(path, data, name), name


def _codec(encoding: str) -> str:
    try:
        info = codecs.lookup(encoding)
        b"".decode(encoding)
    except (LookupError, ValueError):
        raise BadValue(
            f"encoding is '{encoding}', must be one that Python knows, such as utf-8, gb18030, cp1252 or utf-16"
        ) from None
    return "utf-8-sig" if info.name == "utf-8" else info.name


def _recode(path: Path, data: bytes, encoding: str) -> bytes:
    try:
        return data.decode(encoding).encode()
    except (UnicodeError, ValueError) as error:
        line = data[: getattr(error, "start", 0)].count(b"\n") + 1
        text = "{path} is not {encoding} text (line {line} is not): {remedy}"
        raise BadData(Message("not-encoded", text, path=path, encoding=encoding, line=line, remedy=REMEDY)) from None


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), BLOCK):
            decoder.decode(data[start : start + BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _utf_16(data: bytes) -> str | None:
    """UTF-16 without its mark, which shows in zeros at every other place."""
    start = data[:SAMPLE]
    even, odd = (start[place::2].count(0) / max(1, len(start) // 2) for place in (0, 1))
    if max(even, odd) > 0.4 and min(even, odd) < 0.1:
        return "utf-16-le" if odd > even else "utf-16-be"
    return None


def _guess(path: Path, data: bytes) -> str:
    """The one encoding in which this text, which is no UTF-8, looks like text."""
    sample = _sample(data)
    _check_broken(path, data)
    scores = {each.codec: _score(sample, each) for each in CANDIDATES}
    scores["big5"] -= MARGIN
    alphabet, signs = (max(part, key=scores.__getitem__) for part in ([*scores][:ALPHABETS], [*scores][ALPHABETS:]))
    fitting = [codec for codec in (alphabet, signs) if scores[codec] >= ENOUGH]
    if len(fitting) == 2 and signs in ("big5", "shift_jis"):  # half of whose signs end in an ASCII letter
        return alphabet
    best = _by_library(sample)
    if len(fitting) == 1 or best in fitting:
        return fitting[0] if len(fitting) == 1 else str(best)
    if fitting:
        titles = {each.codec: each.title for each in CANDIDATES}
        either = " or ".join(f"{titles[codec]} ('{_first(sample.decode(codec))}')" for codec in fitting)
        text = "{path} is not UTF-8 text, and may be {either}: say which with {option}"
        option = Option(encoding=fitting[0])
        raise BadData(Message("encoding-open", text, path=path, either=either, option=option))
    if best is None:
        text = "{path} is not UTF-8 text, nor in another encoding that can be told: {remedy}"
        raise BadData(Message("encoding-unknown", text, path=path, remedy=REMEDY))
    return best


def _sample(data: bytes) -> bytes:
    """Lines that have bytes beyond ASCII, the first of them."""
    lines, size = [], 0
    for line in re.finditer(rb"[^\n]*[\x80-\xff][^\n]*", data):
        lines.append(line[0].rstrip(b"\r"))
        size += len(line[0])
        if size > SAMPLE:
            break
    return b"\n".join(lines)


def _score(sample: bytes, encoding: Encoding) -> float:
    """The share of common characters, 0 where the sample is no text of that encoding."""
    try:
        return encoding.common(sample.decode(encoding.codec))
    except UnicodeDecodeError:
        return 0.0


def _by_library(sample: bytes) -> str | None:
    """What charset-normalizer takes the sample for, where it is sure; on short texts it often is not right."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best and best.coherence >= COHERENT and best.chaos <= MESSY else None


def _check_broken(path: Path, data: bytes) -> None:
    """BadData for UTF-8 in which a few bytes are broken, which other encodings would read as something else."""
    text = data[: 64 * SAMPLE].decode("utf-8", errors="replace")
    bad, good = text.count("\ufffd"), sum(mark > "\x7f" and mark != "\ufffd" for mark in text)
    if good > 4 * bad > 0:
        line = text[: text.index("\ufffd")].count("\n") + 1
        text = "{path} is UTF-8 text, but line {line} holds bytes that are not: mend the line, or {remedy}"
        raise BadData(Message("encoding-broken", text, path=path, line=line, remedy=REMEDY))


def _first(text: str) -> str:
    """The first word beyond ASCII."""
    return next((found[0][:12] for found in re.finditer(r"[^\s,;]*[^\x00-\x7f][^\s,;]*", text)), "")
