"""Reading voter lists: every row accounted for, every fault named without the cell."""

import datetime as dt
import gzip
import hashlib
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest

from paragraph8.intake.limits import Limits
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.read import lines
from paragraph8.voterlist.read.dates import check_dates
from paragraph8.voterlist.read.files import load
from paragraph8.voterlist.read.mapping import mapping_hash, read_mapping
from paragraph8.voterlist.read.source import LIST_LIMITS, RowFault, Source, check_pair
from paragraph8.voterlist.read.text import read_text

HEAD = """
[paper]
supplier = "Election commission of Lumria"
legal_basis = "Election Act, article 26"
received = 2024-04-20
"""
COLUMNS = """
[paper.columns]
surname = "Surname"
given = "Name"
"""
ROWS = [("Oak", "Ana"), ("Elm", "Ben"), ("Ash", "Eva")]
CSV = "Surname,Name\nOak,Ana\nElm,Ben\nAsh,Eva\n"


def mapping(columns: str = COLUMNS, more: str = ""):
    return read_mapping("ana.toml", HEAD + more + columns)["paper"]


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        yield connection


def write(folder: Path, text: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def rows(con, columns: str = "row, surname, given", table: str = "paper_raw") -> list[tuple]:
    return con.execute(f"SELECT {columns} FROM {table} ORDER BY row").fetchall()


def refused(con, path: Path, mapped=None, limits: Limits | None = None) -> Problem:
    with pytest.raises(Problem) as caught:
        load(con, "paper", path, mapped or mapping(), *([limits] if limits else []))
    assert con.execute("SHOW TABLES").fetchall() == []
    return caught.value


# The source


def test_a_file_is_described_without_its_names(con, tmp_path):
    text = "Surname,Name,Note\nOak,Ana,x\n,,\nElm,Ben,\n"
    source = load(con, "paper", write(tmp_path, text), mapping())
    assert source == Source(
        list="paper",
        file="list.csv",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        bytes=len(text),
        format="csv",
        rows=2,
        empty_rows=1,
        faults=(),
        encoding="utf-8",
        columns_used={"surname": ("Surname",), "given": ("Name",)},
        columns_unused=("Note",),
        dates=None,
        id_kind="none",
        supplier="Election commission of Lumria",
        legal_basis="Election Act, article 26",
        received=dt.date(2024, 4, 20),
        mapping_sha256=mapping_hash(mapping()),
    )
    assert source.rows_in == 3
    assert rows(con) == [(1, "Oak", "Ana"), (3, "Elm", "Ben")]


def test_one_file_is_not_two_lists(con, tmp_path):
    paper = load(con, "paper", write(tmp_path, CSV), mapping())
    other = load(con, "paper", write(tmp_path, CSV + "Fir,Leo\n"), mapping())
    check_pair(paper, other)
    with pytest.raises(Problem) as caught:
        check_pair(paper, paper)
    assert caught.value.code == "voterlist.same_file"


def test_a_second_loading_replaces_the_first(con, tmp_path):
    load(con, "paper", write(tmp_path, CSV), mapping())
    load(con, "paper", write(tmp_path, "Surname,Name\nFir,Leo\n"), mapping())
    assert rows(con) == [(1, "Fir", "Leo")]


def test_a_mapping_of_another_list_is_our_own_mistake(con, tmp_path):
    with pytest.raises(ValueError, match="paper"):
        load(con, "electronic", write(tmp_path, CSV), mapping())


# The same list in every format


def as_csv(folder: Path) -> Path:
    return write(folder, CSV)


def as_csv_gz(folder: Path) -> Path:
    return write(folder, gzip.compress(CSV.encode()), "list.csv.gz")


def as_tsv(folder: Path) -> Path:
    return write(folder, CSV.replace(",", "\t"), "list.tsv")


def as_parquet(folder: Path) -> Path:
    table = pl.DataFrame(ROWS, schema=["Surname", "Name"], orient="row")
    table.write_parquet(folder / "list.parquet")
    return folder / "list.parquet"


def as_xlsx(folder: Path) -> Path:
    return workbook(folder, [("Surname", "Name"), *ROWS])


def workbook(folder: Path, cells: list[tuple]) -> Path:
    book = openpyxl.Workbook()
    for row in cells:
        book.active.append(row)
    book.save(folder / "list.xlsx")
    return folder / "list.xlsx"


@pytest.mark.parametrize("write_as", [as_csv, as_csv_gz, as_tsv, as_parquet, as_xlsx])
def test_every_format_gives_the_same_table(con, tmp_path, write_as):
    path = write_as(tmp_path)
    source = load(con, "paper", path, mapping())
    assert rows(con) == [(1, "Oak", "Ana"), (2, "Elm", "Ben"), (3, "Ash", "Eva")]
    assert (source.rows, source.empty_rows) == (3, 0)
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_blanks_around_cells_go_in_every_format(con, tmp_path):
    cells = [("Surname", "Name"), ("\u00a0Oak ", "\u2003Ana\u2003Maria\t"), ("El m", "   ")]
    expected = [(1, "Oak", "Ana\u2003Maria"), (2, "El m", None)]
    load(con, "paper", workbook(tmp_path, cells), mapping())
    assert rows(con) == expected
    load(con, "paper", write(tmp_path, "".join(f"{a},{b}\n" for a, b in cells)), mapping())
    assert rows(con) == expected
    table = pl.DataFrame(cells[1:], schema=list(cells[0]), orient="row")
    table.write_parquet(tmp_path / "list.parquet")
    load(con, "paper", tmp_path / "list.parquet", mapping())
    assert rows(con) == expected


# Delimited text


def test_columns_are_joined_and_constants_hold_for_every_row(con, tmp_path):
    columns = COLUMNS + 'street = ["Kind", "Street"]\nstation = { value = "0123" }\n'
    text = "Kind,Street,Surname,Name\nul.,Long,Oak,Ana\n,Short,Elm,\n,,Ash,Eva\n"
    load(con, "paper", write(tmp_path, text), mapping(columns))
    assert rows(con, "street, station, given") == [
        ("ul. Long", "0123", "Ana"),
        ("Short", "0123", None),
        (None, "0123", "Eva"),
    ]


def test_rows_that_do_not_fit_the_header_stay_in_with_what_they_have(con, tmp_path):
    text = "Surname,Name,Note\nOak,Ana,\nElm\n\nAsh,Eva,x,y\nFir,Leo,x,,\n" + "Yew,Mia,\n" * 3
    source = load(con, "paper", write(tmp_path, text), mapping())
    assert rows(con)[:4] == [
        (1, "Oak", "Ana"),
        (2, "Elm", None),
        (4, "Ash", "Eva"),
        (5, "Fir", "Leo"),  # cells beyond the header that are empty are no fault
    ]
    assert source.faults == (
        RowFault("too_few_cells", 1, (2,)),
        RowFault("too_many_cells", 1, (4,)),
    )
    assert (source.rows, source.empty_rows) == (7, 1)
    assert rows(con, "row, kind, cells, raw", "paper_fault") == [
        (2, "too_few_cells", 1, "Elm"),
        (4, "too_many_cells", 4, "Ash,Eva,x,y"),
    ]


def test_a_quotation_mark_left_open_costs_its_own_row_only(con, tmp_path):
    text = CSV + '"Fir,Leo\n"Yew, the younger",Mia\n"two\nlines",Zoe\nRue "R",Max\n'
    source = load(con, "paper", write(tmp_path, text), mapping())
    assert rows(con)[3:] == [
        (4, '"Fir', "Leo"),
        (5, "Yew, the younger", "Mia"),
        (6, "two\nlines", "Zoe"),
        (8, 'Rue "R"', "Max"),
    ]
    assert source.faults == (RowFault("open_quotation_mark", 1, (4,)),)


def test_a_file_most_of_whose_rows_do_not_fit_is_refused(con, tmp_path):
    problem = refused(con, write(tmp_path, "Surname,Name\nOak,Ana,x\nElm,Ben,x\nAsh,Eva\n"))
    assert problem.code == "voterlist.ragged"
    assert (problem.facts["ragged"], problem.facts["rows"], problem.facts["row"]) == (2, 3, 1)


def test_the_header_may_stand_below_a_title_and_over_several_lines(con, tmp_path):
    text = 'List of voters\n\n"Sur\nname",Name\nOak,Ana\n'
    columns = '[paper.columns]\nsurname = "Sur\\nname"\ngiven = "Name"\n'
    load(con, "paper", write(tmp_path, text), mapping(columns, "header_row = 3\n"))
    assert rows(con) == [(1, "Oak", "Ana")]


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "utf-16", "utf-8-sig"])
def test_encodings(con, tmp_path, encoding):
    columns = '[paper.columns]\nsurname = "Фамилия"\ngiven = "Имя"\n'
    path = write(tmp_path, "Фамилия,Имя\r\nДубов,Анна\r\n".encode(encoding))
    load(con, "paper", path, mapping(columns, f'encoding = "{encoding}"\n'))
    assert rows(con) == [(1, "Дубов", "Анна")]


def test_another_encoding_than_stated(con, tmp_path):
    path = write(tmp_path, "Surname,Name\nOak,Ana\nДубов,Анна\n".encode("cp1251"))
    problem = refused(con, path)
    assert problem.code == "intake.wrong_encoding"
    assert (problem.facts["line"], problem.facts["byte"]) == (3, "0xC4")


def test_utf8_is_not_read_as_letters_of_another_alphabet(con, tmp_path):
    path = write(tmp_path, "Surname,Name\nOak,Ana\nДубов,Анна\n")
    problem = refused(con, path, mapping(more='encoding = "cp1251"\n'))
    assert problem.code == "voterlist.other_encoding"
    assert problem.facts["line"] == 3
    latin = write(tmp_path, "Surname,Name\nPérez,José\n")
    assert refused(con, latin, mapping(more='encoding = "cp1252"\n')).code == problem.code


@pytest.mark.parametrize(
    ("stated", "first", "second", "guess", "others"),
    [("utf-8", "utf-8", "cp1251", "cp1251", 1), ("cp1251", "cp1251", "utf-8", "utf-8", 1)],
)
def test_two_encodings_in_one_file(con, tmp_path, stated, first, second, guess, others):
    head = "Surname,Name\nДубов,Анна\nКленов,Борис\n".encode(first)
    path = write(tmp_path, head + "Ясенева,Ева\n".encode(second))
    problem = refused(con, path, mapping(more=f'encoding = "{stated}"\n'))
    assert problem.code == "voterlist.mixed_encoding"
    facts = problem.facts
    assert (facts["line"], facts["others"], facts["lines"], facts["guess"]) == (4, others, 3, guess)


def test_a_line_without_end_is_not_held_in_memory(con, tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "_LONGEST_LINE", 20)
    path = write(tmp_path, "Surname,Name\n" + "x" * 99)
    with pytest.raises(Problem) as caught:
        read_text(con, path, mapping(), LIST_LIMITS, piece_bytes=10)
    assert caught.value.code == "intake.damaged_file"


def test_old_line_ends(con, tmp_path):
    load(con, "paper", write(tmp_path, CSV.replace("\n", "\r")), mapping())
    assert rows(con) == [(1, "Oak", "Ana"), (2, "Elm", "Ben"), (3, "Ash", "Eva")]


# Parquet


def test_types_of_parquet_become_texts(con, tmp_path):
    pl.DataFrame(
        {
            "Surname": ["Oak", "Elm"],
            "id": [870412300187.0, None],
            "born": [dt.date(1987, 4, 12), dt.date(1990, 1, 31)],
            "when": pl.Series(["2024-04-01 00:00", "2024-04-01 10:30"]).str.to_datetime(),
            "no": [1, 2],
        }
    ).write_parquet(tmp_path / "list.parquet")
    columns = (
        '[paper.columns]\nsurname = "Surname"\nnumber = "id"\nbirth_date = "born"\n'
        'entered = "when"\nserial = "no"\n'
    )
    mapped = mapping(columns, 'dates = "dmy"\nid_kind = "iin"\n')
    source = load(con, "paper", tmp_path / "list.parquet", mapped)
    assert rows(con, "number, birth_date, entered, serial") == [
        ("870412300187", "1987-04-12", "2024-04-01", "1"),
        (None, "1990-01-31", "2024-04-01T10:30:00", "2"),
    ]
    assert source.dates == "ymd"


def test_empty_rows_of_parquet_are_counted_and_left_out(con, tmp_path):
    table = pl.DataFrame(
        {
            "Surname": ["Oak", None, " ", None],
            "Name": ["Ana", None, "", None],
            "x": ["", "1", "", None],
        }
    )
    table.write_parquet(tmp_path / "list.parquet")
    source = load(con, "paper", tmp_path / "list.parquet", mapping())
    assert rows(con) == [(1, "Oak", "Ana"), (2, None, None)]
    assert (source.rows, source.empty_rows) == (2, 2)


def test_columns_of_parquet_that_are_no_text_are_refused(con, tmp_path):
    table = pl.DataFrame({"Surname": [["Oak"]], "Name": [b"Ana"]})
    table.write_parquet(tmp_path / "list.parquet")
    problem = refused(con, tmp_path / "list.parquet")
    assert problem.code == "voterlist.unusable_column"
    assert problem.facts["column"] == "Surname"


def test_parquet_without_rows_has_no_names(con, tmp_path):
    table = pl.DataFrame(schema={"Surname": pl.String, "Name": pl.String})
    table.write_parquet(tmp_path / "list.parquet")
    assert refused(con, tmp_path / "list.parquet").code == "voterlist.no_names"


def test_signs_that_match_files_are_only_signs(con, tmp_path):
    folder = tmp_path / "[ab]*"
    folder.mkdir()
    load(con, "paper", as_parquet(folder), mapping())
    assert len(rows(con)) == 3


# Workbooks


def test_a_sheet_with_a_title_typed_cells_and_empty_rows(con, tmp_path):
    cells = [
        ("List of voters",),
        ("Surname", "Born", "No"),
        ("Oak", dt.date(1987, 4, 12), 1),
        (),
        ("Elm", "31.01.1990", 2.0),
    ]
    columns = '[paper.columns]\nsurname = "Surname"\nbirth_date = "Born"\nserial = "No"\n'
    mapped = mapping(columns, 'dates = "dmy"\nheader_row = 2\n')
    source = load(con, "paper", workbook(tmp_path, cells), mapped)
    assert rows(con, "row, surname, birth_date, serial") == [
        (1, "Oak", "1987-04-12", "1"),
        (3, "Elm", "31.01.1990", "2"),
    ]
    assert (source.rows, source.empty_rows) == (2, 1)


# Cells that hold several things


def test_whole_names_and_addresses_are_parted(con, tmp_path):
    columns = '[paper.columns]\nfull_name = "ФИО"\naddress = "Адрес"\n'
    text = (
        "ФИО;Адрес\nДубов Иван Петрович;г. Алматы, ул. Абая, д. 12, кв. 5\nКленова Анна;\n;\n"
        ";г. Алматы, ул. Абая, д. 1\n"
    )
    load(con, "paper", write(tmp_path, text), mapping(columns, 'delimiter = ";"\n'))
    names = rows(con, "row, surname, given, patronymic")
    assert names == [
        (1, "Дубов", "Иван", "Петрович"),
        (2, "Кленова", "Анна", None),
        (4, None, None, None),
    ]
    assert [(house, flat) for house, flat in rows(con, "house, flat")] == [
        ("12", "5"),
        (None, None),
        ("1", None),
    ]
    assert con.execute("SHOW TABLES").fetchall() == [("paper_fault",), ("paper_raw",)]


def test_a_column_of_streets_leaves_the_address_whole(con, tmp_path):
    columns = COLUMNS + 'address = "Address"\nstreet = "Street"\n'
    text = "Surname,Name,Address,Street\nOak,Ana,1 Long St,Long St\n"
    load(con, "paper", write(tmp_path, text), mapping(columns))
    assert rows(con, "address, street") == [("1 Long St", "Long St")]


def test_names_with_the_surname_last(con, tmp_path):
    columns = '[paper.columns]\nfull_name = "Name"\n'
    text = 'Name\nAna Oak\n"Elm, Ben"\nAsh\n'
    load(con, "paper", write(tmp_path, text), mapping(columns, 'name_order = "given_first"\n'))
    assert rows(con) == [(1, "Oak", "Ana"), (2, "Elm", "Ben"), (3, "Ash", None)]


# Dates


def dated(con, cells: list[str | None]) -> None:
    frame = pl.DataFrame({"row": range(1, len(cells) + 1), "birth_date": cells})
    con.register("incoming", frame.to_arrow())
    con.execute("CREATE OR REPLACE TABLE paper_raw AS SELECT * FROM incoming").fetchall()
    con.unregister("incoming")


def test_dates_in_one_order(con):
    dated(con, ["12.04.1987", "31.01.1990", "03.04.1985", "1980-05-06", None, "unknown"])
    found = check_dates(con, "paper", "dmy")
    assert (found.rows, found.full) == (5, 4)
    assert found.impossible == {"dmy": 0, "mdy": 1, "ymd": 3}
    assert found.only_stated == {"mdy": 1, "ymd": 3}
    assert found.only_other == {"mdy": 0, "ymd": 0}
    assert found.impossible_share("mdy") == 0.25


def test_no_dates_are_in_no_wrong_order(con):
    dated(con, ["unknown", None])
    assert check_dates(con, "paper", "dmy").impossible_share("dmy") == 0.0


def test_dates_in_two_orders(con):
    dated(con, ["12.04.1987", "31.01.1990", "04.25.1985", "03.04.1985"])
    with pytest.raises(Problem) as caught:
        check_dates(con, "paper", "dmy")
    assert caught.value.code == "voterlist.two_date_orders"
    facts = caught.value.facts
    assert (facts["stated"], facts["stated_row"], facts["other"], facts["other_row"]) == (
        1,
        2,
        1,
        3,
    )
    assert "1985" not in str(caught.value)


@pytest.mark.parametrize("stated", ["mdy", "ymd"])
def test_dates_in_another_order(con, stated):
    dated(con, ["31.01.1990", "25.04.1985", "03.04.1985"])
    with pytest.raises(Problem) as caught:
        check_dates(con, "paper", stated)
    assert caught.value.code == "voterlist.wrong_date_order"
    assert caught.value.facts["other_order"] == "dmy"
    assert caught.value.facts["impossible"] == {"mdy": 2, "ymd": 3}[stated]


def test_a_slip_of_the_pen_is_no_second_order(con):
    dated(con, ["31.01.1990"] * 100 + ["01.31.1990"])
    assert check_dates(con, "paper", "dmy").only_other["mdy"] == 1
    dated(con, ["31.01.1990"] * 97 + ["01.31.1990"] * 2)
    with pytest.raises(Problem):
        check_dates(con, "paper", "dmy")


# Files that cannot be used


def test_unusable_files(con, tmp_path):
    for name, content, code in [
        ("list.csv", b"", "intake.empty_file"),
        ("list.csv", b"\n \n", "intake.empty_file"),
        ("list.csv", b"Surname,Name\n", "voterlist.no_names"),
        ("list.csv", b"Surname,Name\n,\n\n", "voterlist.no_names"),
        ("list.csv", b"Surname,Given\nOak,Ana\n", "voterlist.missing_column"),
        ("list.csv", b"Surname,Name,Name\nOak,Ana,x\n", "voterlist.duplicate_column"),
        ("list.csv.gz", gzip.compress(CSV.encode())[:-9], "intake.truncated_gzip"),
        ("list.csv.gz", CSV.encode(), "intake.damaged_file"),
        ("list.parquet", CSV.encode(), "intake.damaged_file"),
        ("list.xlsx", CSV.encode(), "intake.damaged_file"),
        ("list.pdf", CSV.encode(), "intake.damaged_file"),
    ]:
        problem = refused(con, write(tmp_path, content, name))
        assert problem.code == code, (name, content)
        assert "Oak" not in str(problem)
    assert refused(con, tmp_path / "none.csv").code == "intake.damaged_file"


def test_a_workbook_without_a_header_does_not_show_its_first_row(con, tmp_path):
    problem = refused(con, workbook(tmp_path, [("Oak", "Oak"), *ROWS]))
    assert problem.code == "voterlist.duplicate_column"
    assert "Oak" not in str(problem)


@pytest.mark.parametrize("write_as", [as_csv, as_csv_gz, as_parquet, as_xlsx])
def test_limits(con, tmp_path, write_as):
    path = write_as(tmp_path)
    assert refused(con, path, limits=Limits(max_bytes=9)).code == "intake.file_too_large"
    assert refused(con, path, limits=Limits(max_rows=2)).code == "intake.too_many_rows"
    assert refused(con, path, limits=Limits(max_cells=5)).code == "intake.too_many_cells"
    if write_as is not as_csv:
        limits = Limits(max_unpacked_bytes=20)
        assert refused(con, path, limits=limits).code == "intake.expands_too_far"
