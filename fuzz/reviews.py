"""Film reviews as Keras pickles them, changed at random a thousand times an attempt."""

import io
import pickle
import zipfile
from pathlib import Path
from random import Random

import numpy as np

from descend.core.errors import BadData
from descend.problems import pickles
from descend.problems.datasets import imdb

from .mutations import mutated
from .refusals import Finding, check_line

MUTATIONS = 1000  # an attempt
WORDS = 6  # of a review
TOKENS = (
    *(bytes([code]) for code in b"]()tab\x85\x86\x87\x88\x89\x93\x94NRbe.02}\x8f\x81\x92"),
    *(b"K\x01", b"M\xff\xff", b"J\xff\xff\xff\xff", b"h\x00", b"j\x00\x00\x00\x00", b"q\xff"),
    *(b"r\x00\x00\x0f\x00", b"r\xff\xff\xff\xff", b"B\xff\xff\xff\x7f", b"\x8e\xff\xff\xff\xff\xff\xff\xff\x7f"),
    *(b"\x95\xff\xff\xff\xff\xff\x00\x00\x00", b"X\x02\x00\x00\x00O8", b"C\x01b", b"\x8c\x01|"),
    *(b"\x8c\x05dtype", b"\x8c\x07ndarray", b"\x8c\x05numpy", b"\x8c\x16numpy._core.multiarray", b"\x8c\x0c_reconstruct"),
    *(b"cnumpy\ndtype\n", b"cnumpy\nndarray\n", b"cbuiltins\neval\n"),
    *(b"cnumpy.core.multiarray\n_reconstruct\n", b"cnumpy._core.multiarray\nscalar\n"),
)


def attempt(random: Random, folder: Path) -> None:
    """Read a thousand damaged pickles, and one damaged file."""
    whole = [_array(random, protocol) for protocol in (2, 3, 4, 5)]
    for _ in range(MUTATIONS):
        if random.random() < 0.8:
            _read(mutated(random, random.choice(whole)[1], TOKENS, (1, 1, 1, 2, 3)))
        else:
            _read(b"\x80\x03" + b"".join(random.choices(TOKENS, k=random.choice((3, 10, 40)))) + b".")
    path = folder / "imdb.npz"
    path.write_bytes(file(random))
    if random.random() < 0.5:
        path.write_bytes(mutated(random, path.read_bytes()))
    try:
        imdb.read(path)
    except BadData as error:
        check_line(str(error))


def _array(random: Random, protocol: int) -> tuple[bytes, bytes]:
    """An .npy file of a few lists: its header, and the pickle."""
    rows = random.randrange(1, 5)
    lists = np.empty(rows, object)
    lists[:] = [[random.choice((1, 300, 80_000)) for _ in range(random.randrange(WORDS))] for _ in range(rows)]
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(lists))
    return file.getvalue(), pickle.dumps(lists, protocol)


def _read(program: bytes) -> None:
    """Errors of any kind are the reader's to put into words; what it does return must be lists of numbers."""
    try:
        found = pickles.unpickle(program)
    except Exception:
        return
    if any(each.dtype != np.int64 or each.ndim != 1 for each in found) or sum(map(len, found)) > 2 * len(program):
        raise Finding(f"no lists of numbers: {found!r:.200}")


def file(random: Random) -> bytes:
    """A whole file, of which any part may be a damaged one."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name in imdb.ARRAYS:
            part = b"".join(_array(random, 3)) if name in imdb.TEXTS else _labels(random)
            archive.writestr(f"{name}.npy", part if random.random() < 0.7 else mutated(random, part, TOKENS))
    return whole.getvalue()


def _labels(random: Random) -> bytes:
    file = io.BytesIO()
    kind = random.choice(("int64", "int8", "float32", "bool", "complex64", "U3", "datetime64[s]"))
    np.lib.format.write_array(file, np.zeros(random.choice((0, 1, 2, 3, 4)), kind))
    return file.getvalue()
