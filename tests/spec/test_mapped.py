"""Files that no adapter was written for, by a mapping file.

Data by P8_DATA: St Petersburg 2021 (vkryl/spbik-2021) and Mexico 2012 (Instituto Nacional
Electoral, carried by tereom/quickcountmx).
"""

import gzip
import io

import openpyxl
import polars as pl
import pytest

from helpers import DATA, accounted_rows, mapped, p8_data
from paragraph8.analysis.catalogue import run_all
from paragraph8.intake.protocols.importer import Import
from paragraph8.tables.check import check_frames

ST_PETERSBURG = "elections/ru_spb_2021_turnout_by_hour.csv.gz"
MEXICO = "count/pvt/mx2012_full_count.csv.gz"


def mapping(name: str) -> str:
    return (DATA / "mappings" / name).read_text(encoding="utf-8")


def raw(name: str) -> pl.DataFrame:
    return pl.read_csv(p8_data(name), infer_schema=False)


def st_petersburg() -> Import:
    path = p8_data(ST_PETERSBURG)
    return mapped(mapping("st_petersburg.toml"), {path.name: path.read_bytes()})


def test_the_ballot_comes_from_a_column():
    done = st_petersburg()
    assert done.tables["contest"]["contest"].to_list() == ["city", "federal"]
    by_contest = done.tables["protocol"].group_by("contest").len().sort("contest").rows()
    # 1,986 and 2,053 rows; ten of each have turnout but no result
    assert by_contest == [("city", 1_976), ("federal", 2_043)]
    assert check_frames(done.tables.frames) == []


def test_rows_are_accounted_for():
    done = st_petersburg()
    (report,) = done.reports
    assert (report.rows, report.protocols, report.faults) == (4_039, 4_019, 20)
    assert set(done.tables["fault"]["code"]) == {"fault.no_numbers"}
    assert accounted_rows(done, report.file) == set(range(2, 4_041))


@pytest.mark.parametrize("contest", ["city", "federal"])
def test_votes_by_list_are_those_of_the_file(contest):
    rows = raw(ST_PETERSBURG).filter(pl.col("ballot") == contest)
    columns = [c for c in rows.columns if c[0] == "p" and c[1:].isdigit()]
    expected = {
        c[1:]: rows[c].cast(pl.Int64).sum() for c in columns if rows[c].null_count() < rows.height
    }
    tables = st_petersburg().tables
    protocols = tables["protocol"].filter((pl.col("contest") == contest) & (pl.col("copy") == 1))
    votes = tables["protocol_vote"].join(protocols, on="protocol")
    assert dict(votes.group_by("contestant").agg(pl.col("votes").sum()).rows()) == expected


def test_a_station_with_two_ballots_has_two_protocols():
    """Failing protocols are counted ballot by ballot."""
    tables = st_petersburg().tables
    assert tables["station"].height == 2_055
    arithmetic = run_all(tables, {}, ["protocols.arithmetic"])["protocols.arithmetic"]
    any_fail = arithmetic.figure(
        "protocols.arithmetic.any_fail[election=ru-2021-09-19, source=published]"
    )
    assert any_fail.denominator == 4_019
    failing = arithmetic.evidence["rule_failures"].filter(pl.col("severity") != "warning")
    assert any_fail.value == failing.select("contest", "station").n_unique()


def test_the_same_rows_as_a_workbook():
    rows = raw(ST_PETERSBURG)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("results")
    sheet.append(rows.columns)
    for row in rows.rows():
        sheet.append([int(cell) if cell and cell.isdigit() else cell for cell in row])
    content = io.BytesIO()
    book.save(content)
    text = mapping("st_petersburg.toml")
    by_workbook = mapped(text, {"ru_spb_2021_turnout_by_hour.xlsx": content.getvalue()}).tables
    by_csv = st_petersburg().tables
    for name, frame in by_csv.frames.items():
        expected = frame.drop("source_file", strict=False)
        assert by_workbook[name].drop("source_file", strict=False).equals(expected), name


def mexico() -> Import:
    path = p8_data(MEXICO)
    return mapped(mapping("guanajuato.toml"), {path.name: path.read_bytes()})


def test_mexico_is_accounted_for():
    done = mexico()
    (report,) = done.reports
    assert (report.rows, report.protocols, report.faults) == (143_132, 143_132, 0)
    assert check_frames(done.tables.frames) == []


def test_totals_of_mexico_and_of_guanajuato():
    rows = raw(MEXICO)
    columns = ["pri_pvem", "pan", "panal", "prd_pt_mc", "otros"]
    tables = mexico().tables
    placed = tables["protocol"].join(tables["station"], on=["election", "station"])
    votes = tables["protocol_vote"].join(placed, on="protocol")
    for part, file_rows in (
        (votes, rows),
        (
            votes.filter(pl.col("area").str.starts_with("11/")),
            rows.filter(pl.col("edo_id") == "11"),
        ),
    ):
        expected = {c: file_rows[c].cast(pl.Int64).sum() for c in columns}
        assert dict(part.group_by("contestant").agg(pl.col("votes").sum()).rows()) == expected
    guanajuato = tables["area"].filter(pl.col("name") == "Guanajuato")
    assert guanajuato.select("area", "level").rows() == [("11", "state")]
    assert placed.filter(pl.col("area").str.starts_with("11/")).height == 6_747


def test_turnout_of_mexico_is_ballots_by_the_list():
    rows = raw(MEXICO).select(pl.col("total", "ln").cast(pl.Int64))
    usable = rows.filter(pl.col("ln") > 0)  # special casillas have no list
    result = run_all(mexico().tables, {}, ["turnout.participation"])["turnout.participation"]
    where = "election=mx-2012-07-01, source=published, stations=all"
    turnout = result.figure(f"turnout.participation.turnout[{where}]")
    assert (turnout.value, turnout.denominator) == (usable["total"].sum(), usable["ln"].sum())


def test_a_mapping_reads_the_file_unpacked_too():
    path = p8_data(ST_PETERSBURG)
    unpacked = gzip.decompress(path.read_bytes())
    name = path.name.removesuffix(".gz")
    done = mapped(mapping("st_petersburg.toml"), {name: unpacked})
    assert done.reports[0].rows == 4_039
