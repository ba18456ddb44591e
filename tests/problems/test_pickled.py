"""Reviews from hostile files: crafted pickles that crash NumPy's own reader, and a hundred thousand random ones."""

import io
import pickle
import struct
import time

import numpy as np
import pytest

from descend.problems import pickles
from fuzz.harness import hunt

LISTS = [[1, 300, 80_000], [], [7]]
MAKE = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R"
DTYPE = b"cnumpy\ndtype\nX\x02\x00\x00\x00O8K\x00K\x01\x87R"
STATE = b"(K\x03X\x01\x00\x00\x00|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xff%btb"


def npy(program, rows):
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "|O", "fortran_order": False, "shape": (rows,)})
    return file.getvalue() + program


def objects(lists):
    array = np.empty(len(lists), object)
    array[:] = lists
    return array


def crafted(flags, rows, listed):
    """An array whose dtype is told other flags, or whose shape is longer than its list."""
    return b"\x80\x02" + MAKE + b"(K\x01K" + bytes([rows]) + b"\x85" + DTYPE + STATE % flags + b"\x89" + listed + b"tb."


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_lists_of_every_protocol(protocol):
    found = pickles.lists(npy(pickle.dumps(objects(LISTS), protocol), 3))
    assert [each.tolist() for each in found] == [[1, 300, 80_000], [0], [7]]
    assert {each.dtype for each in found} == {np.dtype("int64")}


def test_lists_as_python_2_wrote_them():
    made = MAKE.replace(b"C\x01b", b"U\x01b")
    dtype = DTYPE.replace(b"X\x02\x00\x00\x00O8", b"U\x02O8") + STATE.replace(b"X\x01\x00\x00\x00|", b"U\x01|") % b"K?"
    program = b"\x80\x02" + made + b"(K\x01K\x01\x85" + dtype + b"\x89](](K\x05\x8a\x02\x10\x27eetb."
    assert [each.tolist() for each in pickles.lists(npy(program, 1))] == [[5, 10_000]]


def test_long_lists_come_in_pieces():
    lists = [list(range(70_000)), list(range(5000))]
    found = pickles.lists(npy(pickle.dumps(objects(lists), 4), 2))
    assert [each.tolist() for each in found] == lists


def test_flags_of_a_dtype_change_nothing():
    listed = b"](](K\x01K\x02e](K\x03ee"
    plain = crafted(b"K?", 2, listed)
    assert [each.tolist() for each in pickles.lists(npy(plain, 2))] == [[1, 2], [3]]
    assert [each.tolist() for each in pickles.lists(npy(crafted(b"K\x00", 2, listed), 2))] == [[1, 2], [3]]


@pytest.mark.parametrize(
    ("program", "rows", "message"),
    [
        (crafted(b"K?", 200, b"](]e"), 200, "1 lists where there should be 200"),
        (crafted(b"K?", 1, b"](K\x05e"), 1, "objects that are no whole numbers"),
        (crafted(b"K?", 1, b"](](Nee"), 1, "objects that are no whole numbers"),
        (crafted(b"K?", 1, b"](](]ee"), 1, "objects that are no whole numbers"),
        (crafted(b"K?", 3, b"](](" + b"K\x01" * 99 + b"eq\x05h\x05" * 1 + b"h\x05" * 99 + b"e"), 101, "more than once"),
        (crafted(b"K?", 1, b"]q\x01(h\x01e"), 1, "objects that are no whole numbers|more than once"),
        (crafted(b"K?", 1, b"](C\x10" + bytes(16) + b"e"), 1, "Python objects of other kinds"),
        (b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00ls\x85R.", 1, "Python objects of other kinds"),
        (b"\x80\x02K\x01.", 1, "no array of objects"),
        (b"\x80\x02" + b"K\x01r\xff\xff\xff\xff.", 1, "Python objects of other kinds"),
        (pickle.dumps(objects([[1.5]]), 4), 1, "Python objects of other kinds"),
        (pickle.dumps(objects([["a"]]), 4), 1, "Python objects of other kinds"),
        (pickle.dumps(np.zeros(3), 4), 3, "Python objects of other kinds"),
        (b"", 1, "Python objects of other kinds"),
    ],
)
def test_what_is_no_list_of_lists_of_numbers_is_refused(program, rows, message):
    with pytest.raises(pickles.NoLists, match=message):
        pickles.lists(npy(program, rows))


def test_lists_that_name_each_other_take_no_time():
    """Ten levels of lists of a hundred references: 10^20 numbers, if they were unfolded."""
    levels = b"](" + b"K\x01" * 100 + b"eq\x00"
    for level in range(1, 11):
        levels += b"](" + bytes([ord("h"), level - 1]) * 100 + b"e" + b"q" + bytes([level])
    begin = time.perf_counter()
    with pytest.raises(pickles.NoLists):
        pickles.lists(npy(crafted(b"K?", 1, b"](" + levels + b"e"), 1))
    assert time.perf_counter() - begin < 2


def test_a_length_beyond_the_file_allocates_nothing():
    for start in (b"B" + struct.pack("<I", 2**32 - 1), b"\x8e" + struct.pack("<Q", 2**62), b"T" + struct.pack("<i", 2**31 - 1)):
        with pytest.raises(pickles.NoLists):
            pickles.lists(npy(b"\x80\x04" + start + b".", 1))


def test_a_hundred_thousand_damaged_pickles_neither_crash_nor_grow():
    """In a process of their own, of bounded memory, so that a crash would be seen and not be this one's."""
    tally = hunt("reviews", 13, 0, 100, time.monotonic() + 300, lambda *_: None, memory=2 * 2**30)
    assert [(finding.kind, finding.text, finding.again) for finding in tally.findings] == []
    assert tally.attempts == 100, "of a thousand mutations each"
