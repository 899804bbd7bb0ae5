"""Lists of stations and contestants: what is read, what is kept as a fault, and the account."""

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paragraph8.intake.stations.contestants import import_contestants
from paragraph8.intake.stations.declaration import (
    LONGEST,
    read_contestant_list,
    read_station_list,
)
from paragraph8.intake.stations.register import StationRegister, import_stations
from paragraph8.kernel.problem import Problem

HEADER = "code,region,district,name,kind,channels,registered,longitude,latitude,officer"
GOOD = "N-01,North,Oak,School 1,special,both,1200,20.5,45.25,Ana Example"

MAPPING = """
[file]
delimiter = ";"
thousands = " "

[station]
code = ["Town", { column = "No", pattern = '(\\d+)$', number = true }]
name = "Place"
registered = "Voters"
kinds = [{ word = "special", column = "Type", equals = ["H"] }]

[[station.areas]]
level = "region"
column = "Reg"
names = { N = "Northern Region" }
"""
MAPPED = "Reg;Town;No;Place;Type;Voters\nN;Oak;Nr 007;School;H;1 200\nN;Elm;8;;;90\n"


def stations(*rows: str, header: str = HEADER) -> StationRegister:
    return import_stations(None, "list.csv", "\n".join([header, *rows]).encode())


def faults(read: object) -> list[tuple[int, str, str, str]]:
    return read.faults.faults.rows()  # type: ignore[attr-defined, no-any-return]


def test_a_file_with_our_own_names_needs_no_mapping():
    read = stations(GOOD)
    assert read.stations.to_dicts() == [
        {
            "source_row": 2,
            "code": "N-01",
            "area": "North/Oak",
            "name": "School 1",
            "kind": "special",
            "channels": "both",
            "registered": 1200,
            "longitude": 20.5,
            "latitude": 45.25,
        }
    ]
    assert read.areas.rows() == [
        ("North", None, "region", "North"),
        ("North/Oak", "North", "district", "Oak"),
    ]
    assert read.report.unused_columns == ("officer",)
    assert (read.report.rows, read.report.kept, read.report.faults) == (1, 1, 0)


def test_a_mapping_names_columns_and_words():
    read = import_stations(read_station_list("m", MAPPING), "x.csv", MAPPED.encode())
    assert read.stations["code"].to_list() == ["Oak.7", "Elm.8"]
    assert read.stations["kind"].to_list() == ["special", "ordinary"]
    assert read.stations["registered"].to_list() == [1200, 90]
    assert read.areas.rows() == [("N", None, "region", "Northern Region")]
    assert read.given == ("area", "name", "kind", "registered")


def test_what_has_no_column_is_not_given():
    bare = stations("1", "2", "3", header="code")
    assert bare.given == ()
    assert bare.stations["code"].to_list() == ["1", "2", "3"]
    assert stations("1,North", header="code,area").given == ("area",)


def test_an_area_may_be_a_path():
    read = stations("1,North / Oak/", "2,/South", header="code,area")
    assert read.stations["area"].to_list() == ["North/Oak", "South"]
    assert [row[:2] for row in read.areas.rows()] == [
        ("North", None),
        ("North/Oak", "North"),
        ("South", None),
    ]


def test_a_station_without_a_district_lies_in_the_region():
    read = stations("1,North,", header="code,region,district")
    assert read.stations["area"].to_list() == ["North"]


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_the_separator_is_seen_from_the_header(delimiter):
    text = "code,name\n1,School\n".replace(",", delimiter)
    assert import_stations(None, "list.csv", text.encode()).stations["name"].to_list() == ["School"]


def test_a_workbook_is_read_too():
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (["code", "region", "registered"], ["007", "North", 900], [8, "North", None]):
        book.active.append(row)
    book.save(out)
    read = import_stations(None, "list.xlsx", out.getvalue())
    assert read.stations.select("code", "registered").rows() == [("007", 900), ("8", None)]


WRONG_CELLS = [
    ("registered", "12oo", "fault.not_a_number"),
    ("registered", "-3", "fault.negative"),
    ("registered", "9999999999", "fault.too_large"),
    ("longitude", "200", "fault.not_a_position"),
    ("latitude", "north", "fault.not_a_position"),
    ("kind", "tent", "list.unknown_word"),
    ("channels", "post", "list.unknown_word"),
    ("name", "x" * 301, "list.too_long"),
    ("district", "x" * 101, "list.too_long"),
]


@pytest.mark.parametrize(("column", "text", "code"), WRONG_CELLS)
def test_a_wrong_cell_is_a_fault_and_the_station_stays(column, text, code):
    cells = GOOD.split(",")
    cells[HEADER.split(",").index(column)] = text
    read = stations(",".join(cells))
    found = faults(read)
    assert [(row, its, why) for row, its, why, _ in found] == [(2, column, code)]
    assert found[0][3].endswith(text)
    field = "area" if column == "district" else column
    assert read.faults.unread == {("N-01",): frozenset({field})}
    assert read.stations["code"].to_list() == ["N-01"]


def test_rows_that_cannot_be_used_are_faults_with_their_cells():
    read = stations(
        GOOD, "N-01,South", GOOD, GOOD.replace("N-01", ""), GOOD.replace("N-01", "x" * 61)
    )
    assert [(row, code) for row, _, code, _ in faults(read)] == [
        (3, "fault.ragged_row"),
        (4, "list.repeated_station"),
        (5, "fault.no_station"),
        (6, "list.too_long"),
    ]
    assert read.stations["area"].to_list() == ["North/Oak"]
    assert read.report.rows == read.report.kept + 4
    # A column that nobody asked for may hold names of people.
    assert "Ana Example" not in str({row: read.faults.cells[row] for row in (4, 5, 6)})
    assert read.faults.cells[4]["name"] == "School 1"


@pytest.mark.parametrize("text", ["code\n", "code,name\n,School\n", "code,code2\n1\n"])
def test_a_file_without_a_usable_row_is_refused(text):
    with pytest.raises(Problem) as caught:
        import_stations(None, "list.csv", text.encode())
    assert caught.value.code == "intake.nothing_in_list"


def test_a_missing_column_is_named():
    with pytest.raises(Problem) as caught:
        stations("1", header="number")
    assert caught.value.code == "intake.missing_column"
    assert "code" in str(caught.value)


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ('name = "Place"', 'nam = "Place"', "has no entry 'nam'"),
        ('name = "Place"', 'area = "Path"', "not both"),
        ('name = "Place"', 'kind_column = "K"', "not both"),
        ("Northern Region", "N" * 201, "at most 200 signs"),
        ('level = "region"', f'level = "{"r" * 41}"', "at most 40 signs"),
    ],
)
def test_a_mapping_with_a_mistake_is_refused(was, now, says):
    assert MAPPING.count(was) == 1
    with pytest.raises(Problem) as caught:
        read_station_list("ana.toml", MAPPING.replace(was, now))
    assert caught.value.code.startswith("mapping.")
    assert says in str(caught.value)


@given(st.lists(st.lists(st.sampled_from(["1", "2", "", "North", "x/y", "-1"]), max_size=4)))
def test_every_row_is_kept_or_a_fault(rows):
    lines = ["code,area,registered", "sure,North,1", *(",".join(row) for row in rows)]
    read = import_stations(None, "list.csv", "\n".join(lines).encode())
    whole = [row for row, column, _, _ in faults(read) if column == "*"]
    assert read.report.rows == read.report.kept + len(whole) == read.stations.height + len(whole)
    assert read.stations["code"].is_unique().all()
    assert set(read.stations["area"].drop_nulls()) <= set(read.areas["code"])
    assert set(read.areas["parent"].drop_nulls()) <= set(read.areas["code"])


# Contestants

BALLOT = "contest,code,place,name,kind\n"


def ballot(text: str, mapping: str = "") -> object:
    declared = read_contestant_list("m", mapping) if mapping else None
    return import_contestants(declared, "ballot.csv", text.encode())


def test_contestants_stand_in_their_contests():
    read = ballot(
        BALLOT + "list,1,2,Hill List,list\nlist,2,1,River List,\nmayor,1,1,Ana,candidate\n"
    )
    assert read.contestants.drop("source_row").rows() == [
        ("list", "1", 2, "Hill List", "list"),
        ("list", "2", 1, "River List", "list"),
        ("mayor", "1", 1, "Ana", "candidate"),
    ]
    assert faults(read) == []


def test_without_a_place_the_order_of_the_rows_is_the_ballots():
    read = ballot("code\nHill\nRiver\n")
    assert read.contestants.drop("source_row").rows() == [
        ("list", "Hill", 1, "Hill", "list"),
        ("list", "River", 2, "River", "list"),
    ]
    assert read.given == ()


def test_a_mapping_of_contestants():
    mapping = """
[contestants]
contest = "mayor"
code = "No"
place = "No"
name = "Who"
kind = "candidate"
kinds = [{ word = "none", column = "Who", equals = ["Against all"] }]
"""
    read = ballot("No,Who\n2,Ana\n3,Against all\n", mapping)
    assert read.contestants.drop("source_row").rows() == [
        ("mayor", "2", 2, "Ana", "candidate"),
        ("mayor", "3", 3, "Against all", "none"),
    ]
    assert read.given == ("place", "name", "kind")


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("list,2,x,River,list", "place", "list.not_a_place"),
        ("list,2,0,River,list", "place", "list.not_a_place"),
        ("list,2,70000,River,list", "place", "list.not_a_place"),
        ("list,2,1,River,list", "place", "list.repeated_place"),
        ("list,2,2,River,party", "kind", "list.unknown_word"),
        (f"list,2,2,{'x' * 201},list", "name", "list.too_long"),
        ("list,,2,River,list", "*", "list.no_contestant"),
        ("list,1,2,River,list", "*", "list.repeated_contestant"),
        (f"{'x' * 41},2,2,River,list", "*", "list.too_long"),
    ],
)
def test_a_wrong_line_of_a_ballot(row, column, code):
    read = ballot(f"{BALLOT}list,1,1,Hill,list\n{row}\n")
    assert [found[:3] for found in faults(read)] == [(3, column, code)]
    assert read.contestants.height == (1 if column == "*" else 2)
    assert read.report.rows == 2


def test_a_place_that_cannot_be_read_is_the_one_among_the_rows():
    read = ballot(BALLOT + "list,1,1,Hill,list\nlist,2,x,River,list\n")
    assert read.contestants["place"].to_list() == [1, 2]
    assert read.faults.unread == {("list", "2"): frozenset({"place"})}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[contestants]\ncode = "N"\nkind = "party"', "one of list"),
        ('[contestants]\nname = "N"', "lacks code"),
        (f'[contestants]\ncode = "N"\ncontest = "{"x" * 41}"', "at most 40"),
        (
            '[contestants]\ncode = "N"\nkind_column = "K"\n'
            'kinds = [{ word = "none", column = "K", equals = ["x"] }]',
            "not both",
        ),
    ],
)
def test_a_mapping_of_contestants_with_a_mistake_is_refused(text, says):
    with pytest.raises(Problem) as caught:
        read_contestant_list("m.toml", text)
    assert says in str(caught.value)


def test_lengths_are_named_for_all_texts():
    assert min(LONGEST.values()) >= 40
