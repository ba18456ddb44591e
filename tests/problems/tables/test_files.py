"""Files: delimiters, encodings, spreadsheets, packed files, and sizes that no machine should be asked for."""

import datetime
import gzip
import io
import os
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from descend import problems
from descend.core.errors import BadData, BadInput, BadValue
from descend.core.system import machine
from descend.problems.tables import files, limits

ROWS = "".join(f"{{}},{i * 3 % 7},{i % 2}\n" for i in range(60))


def text(words, header="a,b,y"):
    return header + "\n" + ROWS.format(*(words[i % len(words)] for i in range(60)))


def labels(path, **options):
    return problems.find(f"{path}:y", **options).frame.features[0].labels


@pytest.mark.parametrize(
    ("encoding", "words", "title"),
    [
        ("utf-8", ["北京", "Köln"], None),
        ("utf-8-sig", ["北京", "Köln"], "utf-8"),
        ("utf-16", ["北京", "Köln"], "utf-16"),
        ("utf-16-le", ["yes", "Köln"], "utf-16-le"),
        ("utf-16-be", ["yes", "Köln"], "utf-16-be"),
        ("gbk", ["北京", "上海", "广州"], "gb18030"),
        ("gbk", ["男", "女"], "gb18030"),
        ("gb18030", ["是", "否"], "gb18030"),
        ("gb18030", ["价格：高", "价格：低"], "gb18030"),
        ("latin-1", ["café", "thé"], "cp1252"),
        ("latin-1", ["née", "crème brûlée"], "cp1252"),
        ("latin-1", ["Größe", "München"], "cp1252"),
        ("latin-1", ["España", "niño", "¿qué?"], "cp1252"),
        ("latin-1", ["Ærø", "smørrebrød", "Århus"], "cp1252"),
        ("cp1252", ["4 “stars”", "it’s"], "cp1252"),
        ("cp1250", ["Łódź", "Kraków", "Gdańsk"], "cp1250"),
        ("cp1251", ["Москва", "Казань"], "cp1251"),
        ("shift_jis", ["東京", "カメラ"], "shift_jis"),
        ("big5", ["臺北", "高雄"], "big5"),
        ("cp949", ["서울", "부산", "대구"], "cp949"),
    ],
)
def test_encodings_are_told_from_the_bytes(tmp_path, encoding, words, title):
    (tmp_path / "t.csv").write_bytes(text(words).encode(encoding))
    assert labels(tmp_path / "t.csv") == tuple(sorted(words))
    assert problems.find(f"{tmp_path}/t.csv:y").frame.sheet.encoding == (title or "utf-8")


def test_an_encoding_that_cannot_be_told_is_asked_for(tmp_path):
    (tmp_path / "t.csv").write_bytes(text(["AÄÖ", "CÄÖ"]).encode("latin-1"))
    with pytest.raises(BadData, match=r"is not UTF-8 text.*encoding="):
        labels(tmp_path / "t.csv")
    assert labels(tmp_path / "t.csv", encoding="latin-1") == ("AÄÖ", "CÄÖ")
    with pytest.raises(BadValue, match="encoding is 'utf-99', must be one that Python knows"):
        labels(tmp_path / "t.csv", encoding="utf-99")
    with pytest.raises(BadData, match=r"is not ascii text \(line 2 is not\)"):
        labels(tmp_path / "t.csv", encoding="ascii")


def test_a_broken_byte_in_utf_8_is_no_other_encoding(tmp_path):
    (tmp_path / "t.csv").write_bytes(text(["café", "thé"]).encode() + b"caf\xe9,1,0\n")
    with pytest.raises(BadData, match=r"t.csv is UTF-8 text, but line 62 holds bytes that are not"):
        labels(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("head", "delimiter"),
    [
        ('"Fläche, m2";"Preis, netto";y', ";"),
        ('"a\nb";c;y', ";"),
        ('"a;b",c,y', ","),
        ("sep=;\na;b;y", ";"),
        ("sep=\t\na\tb\ty", "\t"),
        ("a|b|y", "|"),
        ("a, b;c, d;y", ";"),
    ],
)
def test_delimiters(tmp_path, head, delimiter):
    rows = "".join(f"{delimiter.join([str(i * i % 11), '1' + str(i % 5), str(i % 2)])}\n" for i in range(40))
    (tmp_path / "t.csv").write_text(f"{head}\n{rows}", encoding="utf-8")
    made = problems.find(f"{tmp_path}/t.csv:y")
    assert (made.sizes[0], made.frame.sheet.delimiter) == (2, delimiter)


def test_names_of_rows_without_a_name_of_their_own(tmp_path):
    """As R writes them: the first line lacks a name for the rows' names."""
    (tmp_path / "t.csv").write_text("a,y\n" + "".join(f'"{i + 1}",{i * 3 % 7},{i % 2}\n' for i in range(40)))
    assert "left out: '' (index column)" in problems.find(f"{tmp_path}/t.csv:y").reading
    (tmp_path / "t.csv").write_text("a,y\n" + "".join(f"{i * 3 % 7},{i % 2},\n" for i in range(40)))
    assert problems.find(f"{tmp_path}/t.csv:y").reading == "1 number; target: 2 classes, 50 % '0'"


def workbook(path, rows):
    """A small .xlsx file as Excel would write it."""
    sheet = ""
    for i, row in enumerate(rows, 1):
        cells = "".join(_cell(f"{chr(65 + j)}{i}", value) for j, value in enumerate(row))
        sheet += f'<row r="{i}">{cells}</row>'
    main, rel = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006"
    packed = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{packed}"><Relationship Id="r1" Type="{rel}/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}/relationships"><sheets><sheet name="a" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packed}"><Relationship Id="r1" Type="{rel}/relationships/worksheet" '
        f'Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{rel}/relationships/styles" Target="styles.xml"/>'
        "</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + content)


def _cell(place, value):
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    if isinstance(value, datetime.datetime):
        return f'<c r="{place}" s="1"><v>{(value - datetime.datetime(1899, 12, 30)).days}</v></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def document(path, rows):
    """A small .ods file as LibreOffice would write it, with the empty cells that it repeats to the sheet's end."""
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    spaces = f'xmlns:office="{office}" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    spaces += 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    end = '<table:table-cell table:number-columns-repeated="16000"/>'
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}{end}</table:table-row>" for row in rows)
    lines += f'<table:table-row table:number-rows-repeated="1048000">{end}</table:table-row>'
    body = f'<office:body><office:spreadsheet><table:table table:name="a">{lines}</table:table></office:spreadsheet></office:body>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
        entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{manifest}">{entry}</manifest:manifest>')


def _ods_cell(value):
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
    if isinstance(value, datetime.datetime):
        return f'<table:table-cell office:value-type="date" office:date-value="{value:%Y-%m-%d}"/>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def test_spreadsheets(tmp_path):
    start = datetime.datetime(2024, 1, 1)
    days = [start + datetime.timedelta(days=i) for i in range(40)]
    prices, codes = [f"$ {i % 9}.50" if i % 5 else None for i in range(40)], [["01", "1", "2"][i % 3] for i in range(40)]
    rows = [[days[i], prices[i], codes[i], i * i % 13, ["low", "high"][i % 2]] for i in range(40)]
    for ending, write in (("xlsx", workbook), ("ods", document)):
        write(tmp_path / f"t.{ending}", [["when", "price", "code", "n", "y"], *rows])
        made = problems.find(f"{tmp_path}/t.{ending}:y")
        kinds = "2 numbers (price in $, 20 % missing), 1 category (code 3, codes), 1 date"
        assert made.reading == f"{kinds}; target: 2 classes, 50 % 'high'"
        assert made.frame.features[0].values[:2].tolist() == [19723, 19724]
        write(tmp_path / f"i.{ending}", [[None, "n", "y"], *([i, *row[3:]] for i, row in enumerate(rows))])
        assert "left out: '' (index column)" in problems.find(f"{tmp_path}/i.{ending}:y").reading
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04nonsense")
    with pytest.raises(BadData, match=r"b.xlsx is not a readable spreadsheet"):
        problems.find(f"{tmp_path}/b.xlsx:y")


def test_packed_files(tmp_path):
    plain = text(["red", "blue"]).encode()
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(plain))
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("folder/inner.csv", plain)
        archive.writestr("__MACOSX/inner.csv", b"x")
        archive.writestr("readme.md", b"x")
    for name in ("t.csv.gz", "t.zip"):
        assert labels(tmp_path / name) == ("blue", "red")
    with zipfile.ZipFile(tmp_path / "t.zip", "a") as archive:
        archive.writestr("other.csv", plain)
    with pytest.raises(BadData, match=r"t.zip holds 2 tables \(folder/inner.csv, other.csv\): unpack it"):
        labels(tmp_path / "t.zip")
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(plain)[:-20])
    with pytest.raises(BadData, match=r"t.csv.gz is not a readable .gz file"):
        labels(tmp_path / "t.csv.gz")


@pytest.fixture
def small_machine(monkeypatch):
    """A machine of 100 MB, and tables that are large from 1 MB on."""
    monkeypatch.setattr(machine, "memory", lambda: 100_000_000)
    monkeypatch.setattr(limits, "LARGE", 1_000_000)


def _bombs(folder):
    zeros = bytes(20_000_000)
    (folder / "a.csv.gz").write_bytes(gzip.compress(zeros))
    with zipfile.ZipFile(folder / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.csv", zeros)
    np.savez_compressed(folder / "c.npz", y=np.zeros(3_000_000))
    pa.parquet.write_table(pa.table({"y": np.zeros(5_000_000)}), folder / "d.parquet")
    pa.parquet.write_table(pa.table({"y": pa.array(["x" * 100_000] * 3000)}), folder / "e.parquet")
    sheet = '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with zipfile.ZipFile(folder / "f.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", sheet + "</sheetData></worksheet>")
    with zipfile.ZipFile(folder / "g.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", zeros)


def test_what_would_fill_the_memory_is_refused_before_it_does(tmp_path, small_machine):
    _bombs(tmp_path)
    for path in sorted(tmp_path.iterdir()):
        with pytest.raises(BadInput, match=r"unpacks to|of memory, and this machine has 100 MB") as caught:
            problems.find(f"{path}:y")
        assert path.name in str(caught.value), path.name
    with (tmp_path / "h.csv").open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(BadData, match=r"reading .*h.csv takes about 150 MB of memory"):
        problems.find(f"{tmp_path}/h.csv:y")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_devices_and_pipes_are_no_files(tmp_path):
    (tmp_path / "t.csv").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "p.csv")
    for name in ("t.csv", "p.csv"):
        with pytest.raises(BadData, match=f"{name} is a device or a pipe"):
            files.read(tmp_path / name)


def test_no_file_runs_code(tmp_path):
    import pickle

    np.savez(tmp_path / "t.npz", x=np.array([print] * 3, dtype=object))
    with pytest.raises(BadData, match="array of Python objects"):
        files.read(tmp_path / "t.npz")
    (tmp_path / "p.npz").write_bytes(pickle.dumps({"y": [1]}))
    with pytest.raises(BadData, match=r"not a readable .npz"):
        files.read(tmp_path / "p.npz")


@pytest.mark.parametrize("columns", [10_000])
def test_wide_tables_take_time_in_proportion(tmp_path, columns):
    import time

    row = ",".join(["1.5"] * columns) + "\n"
    (tmp_path / "w.csv").write_text(",".join(f"c{i}" for i in range(columns)) + "\n" + row * 20)
    start = time.perf_counter()
    assert files.read(tmp_path / "w.csv").table.num_columns == columns
    assert time.perf_counter() - start < 10


def test_a_buffer_is_read_as_its_bytes_are():
    assert limits.unpack(files.Path("x.gz"), io.BytesIO(b"ab" * 10), 20) == b"ab" * 10
