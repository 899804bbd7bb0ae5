"""Bad input: rows with a fault are kept and accounted for, unusable files change nothing.

The files stand in tests/data/lumria/broken; each has a first row that is sound.
"""

import gzip
import re

import pytest

from helpers import LUMRIA, accounted_rows, mapped
from paragraph8.intake.limits import Limits
from paragraph8.intake.protocols.declaration import read_declaration
from paragraph8.intake.protocols.formats import built_in_declaration
from paragraph8.intake.protocols.importer import Import, import_protocols
from paragraph8.kernel.problem import Problem
from paragraph8.kernel.problem_catalogue import CATALOGUE
from paragraph8.tables.check import check_frames
from paragraph8.tables.words import UNREADABLE_CELLS

BROKEN = LUMRIA / "broken"
MAPPING = (BROKEN / "broken.toml").read_text(encoding="utf-8")
ELECTION = "zz-2024-05-12"


def broken(name: str) -> Import:
    return mapped(MAPPING, {name: (BROKEN / name).read_bytes()})


def faults(done: Import) -> list[tuple]:
    columns = ("source_row", "column", "code", "raw", "protocol")
    return done.tables["fault"].select(columns).rows()


def problem(code: str, files, mapping: str = MAPPING, limits: Limits = Limits()) -> Problem:
    with pytest.raises(Problem) as caught:
        import_protocols(read_declaration("broken.toml", mapping), files, limits)
    assert caught.value.code == code, str(caught.value)
    return caught.value


N_01, N_02 = f"{ELECTION}/list/N-01/published", f"{ELECTION}/list/N-02/published"
KEPT = [
    ("text_in_number.csv", [(3, "voted", "fault.not_a_number", "9l2", f"{N_02}/1")]),
    ("negative_number.csv", [(3, "river", "fault.negative", "-40", f"{N_02}/1")]),
    ("impossible_date.csv", [(3, "signed_on", "fault.impossible_date", "2024-02-30", f"{N_02}/1")]),
    ("impossible_position.csv", [(3, "longitude", "fault.not_a_position", "203.0", None)]),
    ("duplicate_station.csv", [(4, "*", "fault.duplicate_station", "N-01", f"{N_01}/2")]),
    (
        "missing_station.csv",
        [(3, "*", "fault.no_station", "20.30;2024-05-12;180;92;40;52", None)],
    ),
    ("no_numbers.csv", [(3, "*", "fault.no_numbers", "N-02;20.30;2024-05-12", None)]),
    (
        "ragged_row.csv",
        [
            (3, "*", "fault.ragged_row", "N-02,20.30,2024-05-12,180,92,40", None),
            (4, "*", "fault.ragged_row", "N-03,20.50,2024-05-12,150,85,30,55,7", None),
        ],
    ),
]


@pytest.mark.parametrize(("name", "expected"), KEPT, ids=[name for name, _ in KEPT])
def test_a_fault_is_kept_with_its_raw_text(name, expected):
    assert faults(broken(name)) == expected


@pytest.mark.parametrize("name", [name for name, _ in KEPT])
def test_rows_in_are_rows_accounted_for(name):
    done = broken(name)
    (report,) = done.reports
    lines = len((BROKEN / name).read_text(encoding="utf-8").splitlines())
    assert report.rows == lines - 1
    assert accounted_rows(done, name) == set(range(2, lines + 1))
    assert report.faults == done.tables["fault"].height
    assert report.protocols == done.tables["protocol"].height
    assert check_frames(done.tables.frames) == []


def test_every_code_of_a_fault_is_provoked_above():
    provoked = {fault[2] for _, expected in KEPT for fault in expected}
    # fault.unknown_contestant is a matter of totals: test_totals.py; fault.too_large stands below.
    faults = {code for code in CATALOGUE if code.startswith("fault.")}
    assert provoked == faults - {"fault.unknown_contestant", "fault.too_large"}


def test_the_sentence_of_a_fault_says_where():
    for _, expected in KEPT:
        for row, column, code, raw, _ in expected:
            says = str(Problem(code, file="a.csv", row=row, column=column, raw=raw))
            assert says.startswith(f"a.csv, row {row}")


def test_the_other_cells_of_a_faulty_row_are_kept():
    figures = broken("text_in_number.csv").tables["protocol_figure"]
    assert figures.rows() == [
        (f"{N_01}/1", "registered", "all", 200),
        (f"{N_01}/1", "voted", "all", 122),
        (f"{N_02}/1", "registered", "all", 180),
    ]


def test_a_station_without_numbers_is_listed_without_a_protocol():
    tables = broken("no_numbers.csv").tables
    assert tables["station"]["station"].to_list() == ["N-01", "N-02"]
    assert tables["protocol"]["station"].to_list() == ["N-01"]


def test_the_first_copy_stands_and_the_second_is_kept_beside_it():
    votes = broken("duplicate_station.csv").tables["protocol_vote"]
    assert votes.filter(contestant="river").select("protocol", "votes").rows() == [
        (f"{N_01}/1", 70),
        (f"{N_01}/2", 73),
        (f"{N_02}/1", 40),
    ]


def test_a_station_given_in_two_files_is_a_second_copy_too():
    text = (BROKEN / "text_in_number.csv").read_bytes()
    done = mapped(MAPPING, {"b.csv": text, "a.csv": text})
    assert done.tables["protocol"].select("protocol", "source_file").rows() == [
        (f"{N_01}/1", "a.csv"),
        (f"{N_01}/2", "b.csv"),
        (f"{N_02}/1", "a.csv"),
        (f"{N_02}/2", "b.csv"),
    ]
    assert check_frames(done.tables.frames) == []


SHARED = """
[[results.protocols]]
source = "station"
[results.protocols.fields]
"voted" = "voted"
"registered" = "registered"
"""


def test_a_cell_that_two_sources_share_is_one_fault():
    for name in ("text_in_number.csv", "duplicate_station.csv"):
        done = mapped(MAPPING + SHARED, {name: (BROKEN / name).read_bytes()})
        assert len(faults(done)) == 1
        assert done.reports[0].faults == 1
        assert check_frames(done.tables.frames) == []


CELLS = """
cell      number  code
12        12      -
12.0      12      -
12.00     12      -
0         0       -
007       7       -
-0        0       -
-1        -       fault.negative
-1.0      -       fault.negative
1.000     -       fault.not_a_number
12.5      -       fault.not_a_number
1,200     -       fault.not_a_number
1e3       -       fault.not_a_number
4l2       -       fault.not_a_number
9223372036854775808  -  fault.not_a_number
"""


@pytest.mark.parametrize("line", CELLS.strip().splitlines()[1:])
def test_what_is_a_number(line):
    cell, number, code = line.split()
    header = "station,longitude,signed_on,registered,voted,river,mountain\n"
    text = f'{header}N-01,20.1,2024-05-12,200,"{cell}",70,52\n'
    done = mapped(MAPPING, {"a.csv": text})
    voted = done.tables["protocol_figure"].filter(field="voted")["value"].to_list()
    assert voted == ([] if number == "-" else [int(number)])
    assert [fault[2] for fault in faults(done)] == ([] if code == "-" else [code])
    if code != "-":
        assert faults(done)[0][3] == cell


def test_an_empty_cell_is_no_zero_and_no_fault():
    header = "station,longitude,signed_on,registered,voted,river,mountain\n"
    text = header + "N-01,20.1,2024-05-12,200,,0,\n"
    done = mapped(MAPPING, {"a.csv": text})
    assert faults(done) == []
    assert done.tables["protocol_figure"].select("field", "value").rows() == [("registered", 200)]
    assert done.tables["protocol_vote"].select("contestant", "votes").rows() == [("river", 0)]


def test_thousands_are_taken_out_where_the_mapping_says_so():
    header = "station;longitude;signed_on;registered;voted;river;mountain\n"
    text = header + "N-01;20.1;;1.200;1.000;1;2\n"
    done = mapped(MAPPING + '[file]\ndelimiter = ";"\nthousands = "."\n', {"a.csv": text})
    assert done.tables["protocol_figure"]["value"].to_list() == [1200, 1000]


def test_a_cell_with_a_tab_or_a_line_break_keeps_the_contracts():
    text = (
        "station,longitude,signed_on,registered,voted,river,mountain\n"
        'N-01,20.1,2024-05-12,200,"1\t2\n3",70,52\n'
    )
    done = mapped(MAPPING, {"a.csv": text})
    assert faults(done)[0][3] == "1\t2\n3"
    assert check_frames(done.tables.frames) == []


# files that cannot be used


def test_missing_column():
    name = "missing_column.csv"
    found = problem("intake.missing_column", {name: (BROKEN / name).read_bytes()})
    assert found.facts["missing"] == "voted"
    assert "turnout" in str(found)


def test_wrong_encoding():
    name = "wrong_encoding.csv"
    found = problem("intake.wrong_encoding", {name: (BROKEN / name).read_bytes()})
    assert found.facts["line"] == 3


def test_empty_file():
    problem("intake.empty_file", {"empty.csv": (BROKEN / "empty.csv").read_bytes()})


def test_a_mapping_that_names_an_unknown_field():
    mapping = (BROKEN / "unknown_field.toml").read_text(encoding="utf-8")
    found = problem("mapping.unknown_field", {}, mapping)
    assert found.facts["field"] == "votid"


def test_only_faults():
    name = "only_faults.csv"
    found = problem("intake.nothing_usable", {name: (BROKEN / name).read_bytes()})
    assert (found.facts["rows"], found.facts["row"], found.facts["raw"]) == (1, 2, "x")


def test_a_header_alone():
    header = b"station,longitude,signed_on,registered,voted,river,mountain\n"
    assert problem("intake.nothing_usable", {"a.csv": header}).facts["rows"] == 0


def test_truncated_gzip():
    packed = gzip.compress((BROKEN / "text_in_number.csv").read_bytes())
    problem("intake.truncated_gzip", {"a.csv.gz": packed[:-12]})


def test_a_file_that_unpacks_to_far_more_than_it_is():
    packed = gzip.compress(b"a," * 1_000_000)
    assert len(packed) < 10_000
    limits = Limits(max_unpacked_bytes=100_000)
    problem("intake.expands_too_far", {"a.csv.gz": packed}, limits=limits)


def test_too_large_too_many_rows_too_many_cells():
    files = {"a.csv": (BROKEN / "text_in_number.csv").read_bytes()}
    problem("intake.file_too_large", files, limits=Limits(max_bytes=100))
    problem("intake.too_many_rows", files, limits=Limits(max_rows=1))
    problem("intake.too_many_cells", files, limits=Limits(max_cells=13))


def test_a_file_that_no_entry_of_the_mapping_knows():
    found = problem("intake.unknown_file", {"N-01.csv": b"a"})
    assert found.facts["expected"] == r"[a-z_]+\.csv"


def test_side_files_alone_are_no_results():
    files = {"bg_20230402_parties.csv": b"registration_code;registration_name\n1;A\n"}
    with pytest.raises(Problem) as caught:
        import_protocols(built_in_declaration("bulgaria"), files)
    assert caught.value.code == "intake.no_results_file"


def test_names_for_an_election_that_the_format_does_not_know():
    names = b"registration_code;registration_name\n1;A\n"
    results = b"station,longitude\n"
    with pytest.raises(Problem) as caught:
        import_protocols(
            built_in_declaration("bulgaria"),
            {"bg_19900610_parties.csv": names, "bg_19900610.csv": results},
        )
    assert caught.value.code == "mapping.missing_entry"
    assert "days.19900610" in str(caught.value)


def test_a_format_that_does_not_exist():
    with pytest.raises(Problem) as caught:
        built_in_declaration("lumria")
    assert caught.value.code == "intake.unknown_format"
    assert re.search("bulgaria, georgia, germany, russia, mapped", str(caught.value))


def test_a_number_that_no_station_can_count_is_a_fault():
    """Two of the largest numbers of their type would add up to less than nothing."""
    mapping = """
[election]
country = "ZZ"
title = "Assembly"
day = 2024-05-12
[source]
title = "t"
licence = "CC0-1.0"
attribution = "a"
as_of = "2024-05-14"
[[results]]
[results.station]
code = ["station"]
[[results.protocols]]
source = "published"
[[results.protocols.votes]]
columns = '(river)'
"""
    rows = b"station,river\nN-01,9223372036854775807\nN-02,1000000000\n"
    tables = import_protocols(read_declaration("big.toml", mapping), {"big.csv": rows}).tables
    assert tables["protocol_vote"]["votes"].to_list() == [1_000_000_000]
    assert tables["fault"].select("source_row", "code", "raw").rows() == [
        (2, "fault.too_large", "9223372036854775807")
    ]


def test_every_fault_of_a_cell_of_numbers_is_one_that_a_rule_counts():
    """A9 asks whether every number can be read; a new kind of fault must not slip past it."""
    cells = {code for code in CATALOGUE if code.startswith("fault.")} - {
        "fault.impossible_date",
        "fault.not_a_position",
        "fault.duplicate_station",
        "fault.no_station",
        "fault.no_numbers",
        "fault.ragged_row",
        "fault.unknown_contestant",
    }
    assert set(UNREADABLE_CELLS) == cells
