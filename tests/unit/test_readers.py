"""Reading files: small tables as text, each problem provoked, and anything at all survived."""

import csv
import datetime as dt
import gzip
import io
import struct
import tracemalloc
import zipfile
import zlib

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paragraph8.intake import csv_reader
from paragraph8.intake.limits import Limits, check_size
from paragraph8.intake.readers import ENDINGS, FileOptions, RawRows, read_rows
from paragraph8.kernel.problem import Problem

TABLE = """\
station,votes
N-01,40
N-02,60
"""


def read(text, file="ana.csv", limits=Limits(), **options):
    content = text.encode() if isinstance(text, str) else text
    return read_rows(file, content, FileOptions(**options), limits)


def problem(code, content, file="ana.csv", limits=Limits(), **options):
    with pytest.raises(Problem) as caught:
        read(content, file, limits, **options)
    assert caught.value.code == code, str(caught.value)
    return caught.value


def cells(raw):
    return raw.rows.rows()


# CSV


def test_a_plain_table():
    raw = read(TABLE)
    assert cells(raw) == [(2, "N-01", "40"), (3, "N-02", "60")]
    assert raw.file == "ana.csv"
    assert raw.ragged == []
    expected = {"source_row": pl.UInt32, "station": pl.String, "votes": pl.String}
    assert raw.rows.schema == expected


@pytest.mark.parametrize(
    "text",
    [
        TABLE.replace("\n", "\r\n"),
        TABLE.replace("\n", "\r"),
        TABLE.removesuffix("\n"),
        TABLE + "\n\n",
        "\ufeff" + TABLE,
        TABLE.replace("40", " 40\t").replace("votes", " votes "),
        TABLE.replace("N-01", '"N-01"'),
        TABLE.replace("40", "\u00a040\u2003"),
    ],
    ids=["crlf", "cr", "no final newline", "blank end", "bom", "blanks", "quoted", "wide blanks"],
)
def test_the_same_table_written_otherwise(text):
    assert cells(read(text)) == cells(read(TABLE))


def test_blank_lines_are_skipped_and_counted():
    assert cells(read("a,b\n\n1,2\n  \n\n3,4\n")) == [(3, "1", "2"), (6, "3", "4")]


def test_blank_lines_of_a_single_column():
    assert cells(read('a\n\n1\n \n""\n2\n')) == [(3, "1"), (5, None), (6, "2")]


def test_empty_cells_are_null():
    assert cells(read('a,b,c\n, ,""\n1,,3\n')) == [(2, None, None, None), (3, "1", None, "3")]


def test_a_line_break_in_a_cell_counts_as_a_line():
    raw = read('a,b\n"x\r\ny",2\n3,4\n')
    assert cells(raw) == [(2, "x\ny", "2"), (4, "3", "4")]


def test_quotes_and_delimiters_in_cells():
    raw = read('a,b\n"Foo, ""Bar""",2\n3,"4"\n')
    assert cells(raw) == [(2, 'Foo, "Bar"', "2"), (3, "3", "4")]


def test_a_quote_inside_an_unquoted_cell_is_text():
    assert cells(read('a,b\nSchool 5" East,2\n')) == [(2, 'School 5" East', "2")]


def test_a_quote_that_is_never_closed_costs_only_its_own_line():
    raw = read('a,b\n1,2\n3,"four\n5,6\n7,8\n')
    assert cells(raw) == [(2, "1", "2"), (4, "5", "6"), (5, "7", "8")]
    assert raw.ragged == [(3, '3,"four')]


@pytest.mark.parametrize(
    ("text", "good", "ragged"),
    [
        ("a,b\n1,2,3\n4,5\n", [3], [(2, "1,2,3")]),
        ("a,b\n1\n4,5\n", [3], [(2, "1")]),
        ("a,b\n1,2,\n4\n6,7\n", [4], [(2, "1,2,"), (3, "4")]),
        ('a,b\n"1\n1",2,3\n4,5\n', [4], [(2, '"1\n1",2,3')]),
        ("a\n1\n2,3\n", [2], [(3, "2,3")]),
    ],
)
def test_ragged_rows_are_kept_apart(text, good, ragged):
    raw = read(text)
    assert raw.rows["source_row"].to_list() == good
    assert raw.ragged == ragged


def test_a_header_further_down():
    raw = read('Election "of" 2 April\n\na,b\n1,2\n', header_row=3)
    assert cells(raw) == [(4, "1", "2")]


def test_a_header_over_two_lines():
    raw = read('"a\nx",b\n1,2\n')
    assert raw.rows.columns == ["source_row", "a\nx", "b"]
    assert cells(raw) == [(3, "1", "2")]


def test_a_header_without_rows():
    raw = read("a,b\n")
    assert raw.rows.shape == (0, 3)


def test_columns_without_a_name_are_numbered():
    assert read("a,, \n1,2,3\n").rows.columns == ["source_row", "a", "column_2", "column_3"]


@pytest.mark.parametrize("header", ["a,b,a", "a, a", "a,source_row", "column_2,"])
def test_a_column_named_twice(header):
    problem("intake.duplicate_column", header + "\n1,2\n")


def test_other_delimiters_and_tsv():
    assert cells(read("a;b\n1,5;2\n", delimiter=";")) == [(2, "1,5", "2")]
    assert cells(read("a\tb\n1\t\n", "ana.tsv")) == [(2, "1", None)]
    assert cells(read("a|b\n1|2\n", "ana.tsv", delimiter="|")) == [(2, "1", "2")]
    assert cells(read("a\tb\n1\t2\n", "ANA.TXT", delimiter="\t")) == [(2, "1", "2")]


def test_an_old_encoding():
    content = "станция,гласове\nСофия,7\n".encode("cp1251")
    assert cells(read(content, encoding="cp1251")) == [(2, "София", "7")]
    assert cells(read("a,b\nж,2\n".encode("utf-16"), encoding="utf-16")) == [(2, "ж", "2")]


def test_the_wrong_encoding_names_line_and_byte():
    fault = problem("intake.wrong_encoding", b"\xef\xbb\xbfa,b\r\n1,2\r\n\xe9t\xe9,3\r\n")
    assert fault.facts == {"file": "ana.csv", "line": 3, "byte": "0xE9", "encoding": "utf-8"}


@pytest.mark.parametrize(
    "options",
    [
        {"encoding": "klingon"},
        {"encoding": "rot13"},
        {"encoding": "utf-7"},
        {"encoding": "a\0b"},
        {"delimiter": ""},
        {"delimiter": ";;"},
        {"delimiter": '"'},
        {"delimiter": "\n"},
        {"delimiter": "§"},
        {"header_row": 0},
        {"header_row": 9},
        {"header_row": 10**12},
    ],
)
def test_options_that_cannot_be(options):
    problem("mapping.bad_value", TABLE, **options)


def test_a_blank_header_row():
    problem("mapping.bad_value", "\na,b\n1,2\n")


def test_control_characters_never_travel_further():
    raw = read("a,b\nx\0y\x1b[31m,z\x85\x7f\n")
    assert cells(raw) == [(2, "x\ufffdy\ufffd[31m", "z\ufffd\ufffd")]


def test_a_huge_cell():
    long = "x" * 300_000
    assert cells(read(f"a,b\n{long},2\n")) == [(2, long, "2")]
    limit = csv.field_size_limit()
    assert cells(read(f'a,b\n{long}"y,2\n')) == [(2, f'{long}"y', "2")]
    assert csv.field_size_limit() == limit


def test_a_header_with_an_open_quote():
    problem("intake.damaged_file", 'a,"b\n1,2\n')


def test_a_header_with_more_columns_than_a_sheet():
    problem("intake.damaged_file", "," * 20_000 + "\n1\n")


def test_ragged_check_across_blocks():
    # More than one block of the vectorised check; the fault is in the last line of all.
    lines = "".join(f"{n},{n}\n" for n in range(100_000))
    assert read("a,b\n" + lines).rows.height == 100_000
    raw = read("a,b\n" + lines + "1\n1,2,3\n")
    assert raw.rows.height == 100_000
    assert raw.ragged == [(100_002, "1"), (100_003, "1,2,3")]
    assert raw.rows["source_row"].to_list() == list(range(2, 100_002))


def test_many_rows_on_the_slow_path():
    lines = "".join(f'{n},"x\n{n}"\n' for n in range(45_000))
    rows = read("a,b\n" + lines).rows
    assert rows["source_row"].to_list() == list(range(2, 90_002, 2))
    assert rows["b"][-1] == "x\n44999"


# limits


def test_the_size_is_checked_before_reading():
    check_size("ana.csv", 10, Limits(max_bytes=10))
    for size, code in [(11, "intake.file_too_large"), (0, "intake.empty_file")]:
        with pytest.raises(Problem) as caught:
            check_size("ana.csv", size, Limits(max_bytes=10))
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("content", "file"),
    [
        ("", "ana.csv"),
        ("\n \r\n", "ana.csv"),
        ("\ufeff", "ana.csv"),
        (gzip.compress(b"", mtime=0), "ana.csv.gz"),
        ("", "ana.xlsx"),
    ],
)
def test_empty_files(content, file):
    problem("intake.empty_file", content, file)


def test_limits_on_rows_and_cells():
    assert read(TABLE, limits=Limits(max_rows=2, max_cells=4)).rows.height == 2
    problem("intake.too_many_rows", TABLE, limits=Limits(max_rows=1))
    problem("intake.too_many_cells", TABLE, limits=Limits(max_cells=3))
    problem("intake.file_too_large", TABLE, limits=Limits(max_bytes=5))


def test_an_unknown_ending():
    fault = problem("intake.damaged_file", TABLE, "ana.pdf")
    assert ".csv.gz" in str(fault)


# gzip


def test_gzip_of_one_and_several_members():
    whole = gzip.compress(TABLE.encode())
    pieces = gzip.compress(b"station,vo") + gzip.compress(TABLE.encode()[10:]) + b"\0" * 512
    assert cells(read(whole, "ana.csv.gz")) == cells(read(TABLE))
    assert cells(read(pieces, "ANA.CSV.GZ")) == cells(read(TABLE))


def test_damaged_gzip():
    packed = gzip.compress(TABLE.encode() * 50)
    for cut in (1, 5, 12, len(packed) // 2, len(packed) - 1):
        code = "intake.damaged_file" if cut == 1 else "intake.truncated_gzip"
        problem(code, packed[:cut], "ana.csv.gz")
    problem("intake.damaged_file", TABLE, "ana.csv.gz")
    problem("intake.damaged_file", packed + b"tail", "ana.csv.gz")
    problem("intake.damaged_file", packed + b"\0tail", "ana.csv.gz")
    problem("intake.damaged_file", packed[:-8] + b"\0" * 8, "ana.csv.gz")


def test_a_gzip_bomb_stops_at_the_limit():
    bomb = gzip.compress(b"\0" * 300_000_000, 9)
    with bounded(megabytes=10):
        problem("intake.expands_too_far", bomb, "a.csv.gz", Limits(max_unpacked_bytes=1_000_000))


def test_gzip_of_countless_empty_members():
    with bounded(megabytes=10):
        problem("intake.damaged_file", gzip.compress(b"") * 60_000, "ana.csv.gz")


class bounded:
    """Fails if the block's Python and zlib objects take more memory than given."""

    def __init__(self, megabytes):
        self.megabytes = megabytes

    def __enter__(self):
        tracemalloc.start()

    def __exit__(self, *fault):
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < self.megabytes * 1_000_000


# XLSX


def workbook(*rows, title="Results", more=()):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name in more:
        book.create_sheet(name).append([name])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def remade(content, **changes):
    """The workbook with parts replaced: sheet=… for the first sheet, or part names as given."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml"}
    changes = {names.get(name, name): value for name, value in changes.items()}
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, changes.pop(name, old.read(name)))
        for name, value in changes.items():
            new.writestr(name, value)
    return made.getvalue()


def sheet_xml(inner):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{inner}</sheetData></worksheet>'


PLAIN = workbook(["station", "votes"], ["N-01", 40], ["N-02", 60])


def test_a_plain_sheet():
    raw = read(PLAIN, "ana.xlsx")
    assert isinstance(raw, RawRows)
    assert raw.rows.equals(read(TABLE).rows)
    assert raw.rows.schema == read(TABLE).rows.schema
    assert raw.ragged == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (3.25, "3.25"),
        (-7, "-7"),
        (0.1 + 0.2, "0.3"),
        (44000123456, "44000123456"),
        (1e20, "100000000000000000000"),
        (1e-7, "0.0000001"),
        (True, "true"),
        (False, "false"),
        (dt.date(2023, 4, 2), "2023-04-02"),
        (dt.datetime.fromisoformat("2023-04-02T10:00"), "2023-04-02T10:00:00"),
        (dt.time(10, 5), "10:05:00"),
        (dt.timedelta(hours=26, seconds=5), "26:00:05"),
        ("  x ", "x"),
        ("007", "007"),
        ("  ", None),
        (None, None),
    ],
)
def test_cells_become_text_as_a_person_reads_them(value, text):
    assert cells(read(workbook(["a", "b"], ["k", value]), "ana.xlsx")) == [(2, "k", text)]


def test_rows_and_header_where_they_stand_in_the_sheet():
    content = workbook([], ["Election"], ["a", "", "b"], [], ["1", "2", "3"], [None, None, "x"])
    raw = read(content, "ana.xlsx", header_row=3)
    assert raw.rows.columns == ["source_row", "a", "column_2", "b"]
    assert cells(raw) == [(5, "1", "2", "3"), (6, None, None, "x")]


def test_a_table_that_does_not_begin_in_column_a():
    raw = read(workbook([None, None, "a", None, "b"], [None, None, 1, 2, 3]), "ana.xlsx")
    assert raw.rows.columns == ["source_row", "a", "column_4", "b"]


def test_header_row_outside_the_sheet():
    for header_row in (1, 9):
        content = workbook([], ["a"], [1])
        problem("mapping.bad_value", content, "ana.xlsx", header_row=header_row)


def test_sheets_by_name():
    content = workbook(["a"], [1], more=["Second"])
    assert read(content, "ana.xlsx", sheet="Second").rows.columns == ["source_row", "Second"]
    fault = problem("intake.missing_sheet", content, "ana.xlsx", sheet="Third")
    assert fault.facts["found"] == "Results, Second"


def test_an_empty_sheet():
    problem("intake.empty_file", workbook(), "ana.xlsx")


def test_sheet_with_a_column_named_twice():
    problem("intake.duplicate_column", workbook(["a", "a"], [1, 2]), "ana.xlsx")


def test_control_characters_in_a_sheet():
    inner = '<row r="1"><c r="A1" t="inlineStr"><is><t>a&#27;b\x7f</t></is></c></row>'
    raw = read(remade(PLAIN, sheet=sheet_xml(inner)), "ana.xlsx")
    assert raw.rows.columns == ["source_row", "a\ufffdb\ufffd"]


def test_a_sheet_without_cell_references():
    inner = "<row><c><v>1</v></c><c><v>2</v></c></row>" * 3
    raw = read(remade(PLAIN, sheet=sheet_xml(inner)), "ana.xlsx")
    assert cells(raw) == [(2, "1", "2"), (3, "1", "2")]


def test_limits_on_a_sheet():
    problem("intake.too_many_rows", PLAIN, "ana.xlsx", Limits(max_rows=1))
    problem("intake.too_many_cells", PLAIN, "ana.xlsx", Limits(max_cells=3))
    assert read(PLAIN, "ana.xlsx", Limits(max_rows=3, max_cells=6)).rows.height == 2


def test_files_that_are_no_workbook():
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600
    assert "password" in str(problem("intake.damaged_file", ole, "ana.xlsx"))
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as zipped:
        zipped.writestr("content.xml", "<a/>")
    for content in (b"station,votes\n1,2\n", other.getvalue(), PLAIN[:-30], PLAIN[:3000]):
        problem("intake.damaged_file", content, "ana.xlsx")


@pytest.mark.parametrize(
    "sheet",
    [
        '<!DOCTYPE a [<!ENTITY b "bbbbbbbb">]>' + sheet_xml("<row><c><v>&b;</v></c></row>"),
        " " * 1_048_570 + "<!docTYPE a>" + sheet_xml(""),
        sheet_xml("<row><c></row>"),
        sheet_xml('<row r="1"><c r="ABCDEFGHIJ1"><v>1</v></c></row>'),
        sheet_xml('<row r="1"><c r="A99999999999"><v>1</v></c></row>'),
        sheet_xml("x" * 5_000_000),
        sheet_xml("").encode("utf-16"),
        "",
    ],
    ids=["entities", "doctype over a border", "tags", "column", "row", "tag", "utf-16", "nothing"],
)
def test_damaged_sheets(sheet):
    problem("intake.damaged_file", remade(PLAIN, sheet=sheet), "ana.xlsx")


def test_an_entity_bomb_in_another_part():
    bomb = '<!DOCTYPE a [<!ENTITY b "b">]><sst><si><t>&b;</t></si></sst>'
    problem("intake.damaged_file", remade(PLAIN, strings=bomb), "ana.xlsx")


@pytest.mark.parametrize("count", ["4294967295", "9" * 5000])
def test_a_count_that_would_exhaust_memory(count):
    strings = f'<sst count="1" uniqueCount="{count}"><si><t>a</t></si></sst>'
    problem("intake.damaged_file", remade(PLAIN, strings=strings), "ana.xlsx")


# bombs


ROWS = b'<row r="1"><c r="A1"><v>1</v></c></row>'


def test_a_zip_bomb_that_tells_its_size():
    bomb = remade(PLAIN, sheet=b"<row>" + b" " * 60_000_000)
    with bounded(megabytes=5):
        limits = Limits(max_unpacked_bytes=50_000_000)
        problem("intake.expands_too_far", bomb, "ana.xlsx", limits)


@pytest.mark.parametrize("honest_checksum", [False, True])
def test_a_zip_bomb_that_lies_about_its_size(honest_checksum):
    # With a checksum made for the declared bytes only, zipfile sees nothing wrong; what counts is
    # that the library behind it is given no more than those.
    xml = sheet_xml(ROWS.decode()).encode() + b" " * 60_000_000
    bomb = declare_sheet_size(remade(PLAIN, sheet=xml), xml, 1000, honest_checksum)
    with bounded(megabytes=20):
        if honest_checksum:
            assert read(bomb, "ana.xlsx").rows.columns == ["source_row", "1"]
        else:
            problem("intake.damaged_file", bomb, "ana.xlsx")


def declare_sheet_size(content, xml, size, honest_checksum):
    """Write another unpacked size for the sheet into the zip's directory and local header."""
    old = struct.pack("<L", len(xml))
    crc = zlib.crc32(xml), zlib.crc32(xml[:size] if honest_checksum else xml)
    assert content.count(old) == 2
    return content.replace(old, struct.pack("<L", size)).replace(
        struct.pack("<L", crc[0]), struct.pack("<L", crc[1])
    )


def test_a_sheet_of_countless_rows_or_cells():
    bomb = remade(PLAIN, sheet=sheet_xml("<row/>" * 400_000))
    with bounded(megabytes=40):
        problem("intake.too_many_rows", bomb, "ana.xlsx", Limits(max_rows=100_000))
    bomb = remade(PLAIN, sheet=sheet_xml("<row>" + "<x:c/>" * 400_000 + "</row>"))
    with bounded(megabytes=40):
        problem("intake.too_many_cells", bomb, "ana.xlsx", Limits(max_cells=100_000))


@pytest.mark.parametrize(
    "inner",
    [
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1'><c\n r = 'A1'><v>1</v></c><c r\t=\t'xfd1048576'><v>1</v></c></row>",
        '<row r="1048570"><c r="XFD1048570"><v>1</v></c></row><row><c><v>1</v></c></row>',
    ],
)
def test_two_cells_that_span_a_huge_rectangle(inner):
    with bounded(megabytes=10):
        bomb = remade(PLAIN, sheet=sheet_xml(inner))
        problem("intake.expands_too_far", bomb, "ana.xlsx")


def test_a_stray_cell_is_borne_and_a_scattered_sheet_is_not():
    stray = '<row r="1"><c r="A1"><v>1</v></c></row><row r="{}"><c r="I9"><v>1</v></c></row>'
    sheet = sheet_xml(stray.format(9).replace("I9", "I100000"))
    assert read(remade(PLAIN, sheet=sheet), "ana.xlsx").rows["source_row"].to_list() == [100_000]
    sheet = sheet_xml(stray.format(9).replace("I9", "AC1040000"))
    fault = problem("intake.damaged_file", remade(PLAIN, sheet=sheet), "ana.xlsx")
    assert "stray" in str(fault)


def test_nested_overlapping_and_repeated_parts():
    nested = remade(PLAIN, sheet=PLAIN)
    problem("intake.damaged_file", nested, "ana.xlsx")
    twice = io.BytesIO(PLAIN)
    with zipfile.ZipFile(twice, "a") as zipped:
        zipped.writestr("XL/workbook.xml", "<a/>")
    problem("intake.damaged_file", twice.getvalue(), "ana.xlsx")
    problem("intake.damaged_file", overlapping(PLAIN), "ana.xlsx")


def overlapping(content):
    """All parts of the zip point at the bytes of the first, under their own names."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        for part in new.filelist:
            part.header_offset = 0
    return made.getvalue()


def test_parts_without_number_and_strange_packing():
    directory = b"PK\x01\x02" * 11_000
    problem("intake.damaged_file", PLAIN + directory, "ana.xlsx")
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        packed = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(PLAIN)) as old, zipfile.ZipFile(packed, "w", method) as new:
            for name in old.namelist():
                new.writestr(name, old.read(name))
        problem("intake.damaged_file", packed.getvalue(), "ana.xlsx")


# anything at all


def survives(file, content, options=FileOptions()):
    try:
        raw = read_rows(file, content, options, Limits(max_rows=1000, max_unpacked_bytes=10**7))
    except Problem:
        return
    assert raw.rows.columns[0] == "source_row"
    assert all(raw.rows[name].dtype == pl.String for name in raw.rows.columns[1:])
    assert raw.rows["source_row"].is_sorted()


PIECES = st.sampled_from(
    [b",", b"\t", b'"', b'""', b"\n", b"\r", b"\r\n", b" ", b"a", b"1", b"\0", b"\x1b", b"\xc2\x85"]
) | st.sampled_from([b"\xc3\xa9", b"\xe9", b"\xc2\xa0", b"\xef\xbb\xbf", b"\xff\xfe", b";"])
TEXTS = st.lists(PIECES, max_size=60).map(b"".join)


@pytest.mark.parametrize("ending", ENDINGS)
@given(content=st.one_of(st.binary(max_size=300), TEXTS), packed=st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_rows_or_a_problem(ending, content, packed):
    if packed and ending.endswith(".gz"):
        content = gzip.compress(content, 1)
    survives("any" + ending, content)


@given(
    content=TEXTS,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1251", "latin-1", "hz", "cp037"]),
    delimiter=st.sampled_from(",;\t |'\\"),
    header_row=st.integers(1, 3),
)
@settings(max_examples=500, deadline=None)
def test_any_text_under_any_options(content, encoding, delimiter, header_row):
    survives("any.txt", content, FileOptions(delimiter, encoding, header_row))


@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_a_workbook_with_any_bytes_changed(data):
    content = bytearray(PLAIN)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    survives("any.xlsx", bytes(content))


CELL_TAGS = st.sampled_from(
    ['<c r="A1" t="s">', '<c r="B2">', '<c t="d">', '<c t="b">', '<c s="1">', '<c t="inlineStr">']
)
TAGS = st.sampled_from(["<row>", '<row r="2">', "</row>", "<v>", "</v>", "</c>", "<is><t>", "<f>"])
VALUES = st.sampled_from(["1", "-1e300", "NaN", "inf", "99999999999", "2023-04-02", "x", "&lt;"])
XML = CELL_TAGS | TAGS | VALUES | st.builds("{}<v>{}</v></c>".format, CELL_TAGS, VALUES)


@given(inner=st.lists(XML, max_size=25).map("".join))
@settings(max_examples=400, deadline=None)
def test_a_sheet_of_any_tags(inner):
    survives("any.xlsx", remade(PLAIN, sheet=sheet_xml(inner)))


# what is written reads back


CELLS = st.text(st.sampled_from("ab,;\"'\n\t é№ж0\u00a0\u2028\ufeff"), max_size=6) | st.text(
    st.characters(exclude_categories=["Cc", "Cs"]), max_size=4
)


@given(
    rows=st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=8)
    ),
    delimiter=st.sampled_from(",;\t"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=500, deadline=None)
def test_a_written_table_reads_back_equal(rows, delimiter, quoting, line_end):
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    writer.writerow([f"h{n}" for n in range(len(rows[0]) if rows else 2)])
    expected = []
    for row in rows:
        line = written.getvalue().count("\n") + 1
        expected.append((line, *(cell.strip() or None for cell in row)))
        writer.writerow(row)
    raw = read(written.getvalue(), delimiter=delimiter)
    assert raw.ragged == []
    assert cells(raw) == expected


@given(content=TEXTS, delimiter=st.sampled_from(",\t"))
@settings(max_examples=500, deadline=None)
def test_both_ways_of_reading_agree(content, delimiter):
    text = f"a{delimiter}b\n".encode() + content.replace(b"\xe9", b"").replace(b"\xff\xfe", b"")
    either = read(text, delimiter=delimiter)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_reader, "is_regular", lambda *_: None)
        slow = read(text, delimiter=delimiter)
    assert either.rows.equals(slow.rows)
    assert either.ragged == slow.ragged
