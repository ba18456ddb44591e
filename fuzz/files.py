"""Files that are read: tables of every kind, images and reviews; whole ones, damaged ones, and such as no program writes."""

import gzip
import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from descend import problems
from descend.problems.datasets.idx import IDX, NPZ
from descend.problems.tables import survey_of

from . import reviews
from .mutations import mutated
from .refusals import Finding, refused_well

SECONDS = 60
CELLS = (
    *("1", "2.5", "-", "", "NA", "1e400", "nan", "inf", "red", "2024-01-31", "31.12.2024 10:00", "12 %", "$4", "1,5", "1 234,5"),
    *('"', "a\nb", "\x00", "\u202e", "９", "−3", "x" * 3000, "=1+1", "<b>", "true", "0" * 400, "1" * 400, "01"),
)
TOKENS = (b",", b";", b"\t", b'"', b"\r\n", b"\n", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"sep=;\n", b"\x1f\x8b", b"PK\x03\x04")
KINDS = ("int8", "uint64", "float16", "float64", "bool", "U4", "S4", "datetime64[s]", "timedelta64[D]", "complex128", ">f4", "V3")


def attempt(random: Random, folder: Path) -> None:
    """Make one file, and read it."""
    random.choices((_table, _images, _reviews, _odd, _bomb), (50, 15, 10, 10, 1))[0](random, folder)


def _read(spec: str, **options: Any) -> None:
    """A table, or a data set's file, as a problem with its rows."""
    with refused_well():
        found = problems.find(spec, **options)
        for part in found.data or ():
            for array in part or ():
                values = np.asarray(array) if isinstance(array, np.ndarray) else np.zeros(1)
                if values.dtype.kind == "f" and not np.isfinite(values).all():
                    raise Finding("rows with values that are no numbers")


def _table(random: Random, folder: Path) -> None:
    ending, write = random.choice((*WRITERS.items(),))
    data = write(random)
    if random.random() < 0.6:
        data = mutated(random, data, TOKENS)
    name, data = _packed(random, f"t{ending}", data)
    (folder / name).write_bytes(data)
    if random.random() < 0.3:
        with refused_well():
            survey_of(folder / name)
    options = random.choice(
        ({}, {}, {}, {"text": "a"}, {"drop": "a"}, {"columns": "a=category"}, {"split_by": "a"}, {"test_file": folder / name})
    )
    _read(f"{folder / name}:{random.choice(('y', 'y', 'a', 'c', ''))}", **options)


def _packed(random: Random, name: str, data: bytes) -> tuple[str, bytes]:
    kind = random.choice(("", "", "", ".gz", ".zip"))
    if kind == ".gz":
        data = gzip.compress(data, 1)
    if kind == ".zip":
        data = _zip({name: data}, random)
        name = "t"
    return name + kind, mutated(random, data) if kind and random.random() < 0.3 else data


def _zip(parts: dict[str, bytes], random: Random) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def _rows(random: Random) -> list[list[str]]:
    """Cells as text, mostly of one kind a column."""
    count, width = random.choice((0, 1, 3, 12, 60)), random.choice((1, 2, 3, 3, 8))
    kinds = [random.sample(CELLS, k=random.choice((1, 1, 2, 3))) for _ in range(width - 1)]
    goal = random.choice((("0", "1"), ("0", "1"), ("red", "blue"), ("1.5", "2", "7"), CELLS))
    return [
        [*(random.choice(kind) if random.random() < 0.9 else str(random.random()) for kind in kinds), random.choice(goal)]
        for _ in range(count)
    ]


def _names(random: Random, width: int) -> list[str]:
    names = [*["a", "b", "c", "d", "e", "f", "g"][: width - 1], "y"]
    return (
        names
        if random.random() < 0.8
        else random.choices(("a", "y", "", " ", "a:b", "a\nb", "\x1b[31m", "名", "=1", "x" * 1000), k=width)
    )


def _delimited(random: Random) -> bytes:
    rows = _rows(random)
    mark = random.choice(",;\t|")
    lines = [mark.join(_names(random, len(rows[0]) if rows else 2)), *(mark.join(row) for row in rows)]
    text = random.choice(("\n", "\r\n", "\r")).join(lines) + random.choice(("", "\n"))
    return text.encode(random.choice(("utf-8", "utf-8", "utf-16", "gb18030")), errors="replace")


def _array(random: Random) -> np.ndarray:
    kind = np.dtype(random.choice(KINDS))
    shape = random.choice(((), (0,), (12,), (12,), (12, 1), (12, 3), (3, 12), (2, 2, 2), (0, 5), (5, 0)))
    return np.frombuffer(random.randbytes(int(np.prod(shape)) * kind.itemsize), kind).reshape(shape)


def _npz(random: Random) -> bytes:
    file = io.BytesIO()
    arrays: Any = {name: _array(random) for name in ("a", "b", "y")}
    if random.random() < 0.1:
        arrays["a"] = np.array([print, None], object)
    np.savez(file, **arrays) if random.random() < 0.5 else np.savez_compressed(file, **arrays)
    return _lying(random, file.getvalue())


def _lying(random: Random, data: bytes) -> bytes:
    """An archive whose arrays' headers may say other shapes and types than the data have."""
    if random.random() < 0.6:
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    shapes = (
        "(10**9,)",
        "(1000000000,)",
        "(-5,)",
        "(0, 1000000000)",
        "(2, 1000000)",
        "(1000000, 1)",
        "(True,)",
        "(1.5,)",
        "()",
        "(((1,),),)",
    )
    types = (
        "'<f8'",
        "'|O'",
        "'<U1000000'",
        "[('a', '<f8')]",
        "'<M8[s]'",
        "'V2147483647'",
        "'nonsense'",
        "('<f8', (1000, 1000))",
        "'-' * 5",
    )
    name, order = random.choice([*parts]), random.choice(("True", "False", "1"))
    head = f"{{'descr': {random.choice(types)}, 'fortran_order': {order}, 'shape': {random.choice(shapes)}, }}\n"
    parts[name] = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + parts[name][-64:]
    return _zip(parts, random)


def _parquet(random: Random) -> bytes:
    count = random.choice((0, 1, 12, 60))
    kinds: tuple[Callable[[], Any], ...] = (
        lambda: pa.array([random.choice((None, 1.5, float("nan"), float("inf"))) for _ in range(count)], pa.float64()),
        lambda: pa.array([random.choice((None, "a", "", "1", "x" * 1000)) for _ in range(count)], pa.string()),
        lambda: pa.array([random.choice((None, 2**62, -1, 0)) for _ in range(count)], pa.int64()),
        lambda: pa.array([[1, 2]] * count, pa.list_(pa.int8())),
        lambda: pa.array([random.choice((b"\xff", None)) for _ in range(count)], pa.binary()),
        lambda: pa.array([random.choice((True, None)) for _ in range(count)], pa.bool_()),
        lambda: pa.array([random.choice((2**40, None)) for _ in range(count)], pa.timestamp(random.choice(("s", "us", "ns")))),
        lambda: pa.array([random.choice(("a", "b")) for _ in range(count)]).dictionary_encode(),
        lambda: pa.nulls(count),
    )
    table = pa.table([random.choice(kinds)() for _ in range(3)], names=["a", "b", "y"])
    file = io.BytesIO()
    parquet.write_table(table, file, compression=random.choice(("zstd", "snappy", "none")))
    return file.getvalue()


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def _sheet(random: Random) -> bytes:
    link = f'<Relationship Id="r1" Type="{RELATED}/worksheet" Target="worksheets/sheet1.xml"/>'
    sheet = f'<sheets><sheet name="s" sheetId="1" r:id="r1" xmlns:r="{RELATED}"/></sheets>'
    cells = "".join(_cell(random) for _ in range(random.randrange(12)))
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}">{sheet}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{link}</Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData><row>{cells}</row></sheetData></worksheet>',
    }
    data = {name: text.encode() for name, text in parts.items()}
    return _zip({name: mutated(random, text) if random.random() < 0.1 else text for name, text in data.items()}, random)


def _cell(random: Random) -> str:
    place, kind = random.choice("ABC") + str(random.choice((1, 2, 3, 1048576))), random.choice(("n", "str", "d", "e", "b"))
    return f'<c r="{place}" t="{kind}"><v>{random.choice(("1", "x", "1e400", ""))}</v></c>'


WRITERS: dict[str, Callable[[Random], bytes]] = {
    ".csv": _delimited, ".tsv": _delimited, ".txt": _delimited, ".npz": _npz, ".parquet": _parquet, ".xlsx": _sheet,
    ".ods": _sheet, ".xls": _sheet,
}  # fmt: skip


def _images(random: Random, folder: Path) -> None:
    labels = np.arange(20, dtype="uint8") % 10
    images = {
        "x_train": np.zeros((20, 28, 28), "uint8"),
        "y_train": labels,
        "x_test": np.zeros((20, 28, 28), "uint8"),
        "y_test": labels,
    }
    if random.random() < 0.5:
        file = io.BytesIO()
        np.savez(file, **{name: images[name] if random.random() < 0.9 else _array(random) for name in NPZ})
        data = _lying(random, file.getvalue())
        (folder / "mnist.npz").write_bytes(mutated(random, data) if random.random() < 0.5 else data)
        _read("mnist", file=folder / "mnist.npz")
        return
    for name, array in zip(IDX, images.values(), strict=True):
        shape = array.shape if random.random() < 0.9 else random.choice(((2**32 - 1,), (2**31, 2**31), (0,), (20, 28, 27)))
        data = struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape) + array.tobytes()
        data = gzip.compress(data, 1) if random.random() < 0.5 else data
        (folder / f"{name}.gz").write_bytes(mutated(random, data) if random.random() < 0.2 else data)
    _read("mnist", file=folder)


def _reviews(random: Random, folder: Path) -> None:
    path = folder / "imdb.npz"
    data = reviews.file(random)
    path.write_bytes(mutated(random, data) if random.random() < 0.5 else data)
    _read("imdb", file=path, validation=0.2)


def _bomb(random: Random, folder: Path) -> None:
    """A small file that unpacks to much: up to eight gigabytes, which would be seen."""
    ending = random.choice((".csv.gz", ".zip", ".npz", ".parquet", ".xlsx", "idx"))
    block, times = random.choice((bytes(2**20), b"1,2\n" * 2**18, b"x" * 2**20)), random.choice((10, 200, 700))
    path = folder / f"t{ending}"
    if ending == ".csv.gz":
        with gzip.open(path, "wb", 1) as file:
            _pour(file, block, times)
    elif ending == "idx":
        for name in IDX:
            with gzip.open(folder / f"{name}.gz", "wb", 1) as file:
                file.write(struct.pack(">HBBIII", 0, 8, 3, times * 2**20 // 784, 28, 28))
                _pour(file, block, times)
        _read("mnist", file=folder)
        return
    elif ending == ".parquet":
        parquet.write_table(pa.table({"a": pa.array(["x" * 2**16] * (16 * times)), "y": np.zeros(16 * times)}), path)
    else:
        inner = {".zip": "t.csv", ".npz": "y.npy", ".xlsx": "xl/sharedStrings.xml"}[ending]
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
            archive.open(inner, "w", force_zip64=True) as file,
        ):
            if ending == ".npz":
                np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": (times * 2**17,)})
            _pour(file, block, times)
    _read(f"{path}:y")


def _pour(file: Any, block: bytes, times: int) -> None:
    for _ in range(times):
        file.write(block)


def _odd(random: Random, folder: Path) -> None:
    """What is no file in a file's place."""
    name = random.choice(("t.csv", "t.npz", "t.csv.gz", "t.zip", "t.parquet", "t.xlsx", "mnist.npz", "imdb.npz", "plain"))
    path = folder / name
    kind = random.choice(("fifo", "zero", "random", "full", "folder", "dangling", "loop", "empty", "closed", "nul", "long"))
    if kind == "fifo":
        os.mkfifo(path)
    elif kind in ("zero", "random", "full"):
        path.symlink_to(f"/dev/{kind}")
    elif kind == "folder":
        path.mkdir()
    elif kind in ("dangling", "loop"):
        path.symlink_to(path if kind == "loop" else folder / "nowhere")
    elif kind in ("empty", "closed"):
        path.touch(mode=0 if kind == "closed" else 0o600)
    else:
        path = folder / (f"a\0{name}" if kind == "nul" else "x" * 5000 + name)
    if random.random() < 0.5:
        _read(f"{path}:y")
    else:
        _read(random.choice(("mnist", "imdb", "fashion_mnist")), file=path)
