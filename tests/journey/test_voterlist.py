"""An audit of two voter lists, from the files to the receipt of the purge, as it is typed."""

import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pyrage
import pytest

from helpers import LUMRIA
from journey.voterlist_files import (
    DAY,
    HEADER,
    LATIN,
    categories,
    confirmed,
    decisions,
    every_row_is_accounted_for,
    mapping,
    person,
    sheet,
    table,
)
from missions import p8, p8_here
from paragraph8.tables.snapshot import read_snapshot

PEOPLE = 60
ONLY_PAPER, ONLY_ELECTRONIC, TWICE = (57, 58, 59), (0, 1), 20
PAPER_HEADER = ("№ п/п", "Фамилия Имя Отчество", "Дата рождения", "Улица", "Дом", "Квартира")
ELECTRONIC_HEADER = (
    "Фамилия",
    "Имя",
    "Отчество",
    "Дата рождения",
    "Номер участка",
    "Улица",
    "Дом",
    "Кв.",
    "№",
)


def paper_list() -> bytes:
    """Typed from the paper, below a title: whole names in one cell."""
    typed = [
        (cells[8], " ".join(cells[:3]), cells[3], *cells[5:8])
        for cells in (person(n) for n in range(PEOPLE) if n not in ONLY_ELECTRONIC)
    ]
    return sheet(("Список избирателей участка 12",), (), PAPER_HEADER, *typed)


def electronic_list() -> bytes:
    """As the commission exported it: romanised, and one person entered twice."""
    rows = [person(n, LATIN) for n in range(PEOPLE) if n not in ONLY_PAPER]
    return table([*rows, person(TWICE, LATIN, serial="61")], ELECTRONIC_HEADER).encode("cp1251")


@pytest.fixture
def station(tmp_path: Path) -> Path:
    """A folder with paper.xlsx, electronic.csv, and mapping.toml as it was proposed and settled."""
    (tmp_path / "paper.xlsx").write_bytes(paper_list())
    (tmp_path / "electronic.csv").write_bytes(electronic_list())
    proposals = [
        p8_here("voterlist", "suggest", tmp_path / file, "--name", name)
        for file, name in (("paper.xlsx", "paper"), ("electronic.csv", "electronic"))
    ]
    assert [run.code for run in proposals] == [0, 0], proposals
    text = "".join(run.out for run in proposals)
    (tmp_path / "mapping.toml").write_text(confirmed(text), encoding="utf-8")
    return tmp_path


def reconcile(folder: Path, *more: object, out: str = "audit"):
    lists = (folder / "paper.xlsx", folder / "electronic.csv")
    settled = ("--mapping", folder / "mapping.toml", "--out", folder / out)
    return p8_here("voterlist", "reconcile", *lists, *settled, *DAY, *more)


def test_from_two_files_to_a_report_and_a_receipt(station: Path):
    lists = (station / "paper.xlsx", station / "electronic.csv")
    audit, settled = station / "audit", ("--mapping", station / "mapping.toml")
    run = p8("voterlist", "reconcile", *lists, *settled, "--out", audit, *DAY)
    assert run.code == 0, run.err
    assert every_row_is_accounted_for(audit, range(1, 59), range(1, 59))
    assert re.search(r"^only paper +3 +0$", run.out, re.MULTILINE)
    assert re.search(r"^only electronic +0 +2$", run.out, re.MULTILINE)
    assert re.search(r"^duplicate in electronic +0 +1$", run.out, re.MULTILINE)
    assert re.search(r"^all entries +58 +58$", run.out, re.MULTILINE)
    decided = decisions(audit)
    # Row r of the sheet is person r + 1, for persons 0 and 1 are not on it.
    paper_only = decided.filter(category="only_paper")["paper_row"].sort().to_list()
    assert paper_only == [n - 1 for n in ONLY_PAPER]
    electronic_only = decided.filter(category="only_electronic")["electronic_row"].sort()
    assert electronic_only.to_list() == [n + 1 for n in ONLY_ELECTRONIC]
    pairs = decided.filter(
        pl.col("paper_row").is_not_null() & pl.col("electronic_row").is_not_null()
    )
    linked = dict(pairs.select("paper_row", "electronic_row").rows())
    assert linked.pop(TWICE - 1) in (TWICE + 1, 58)
    assert all(electronic == paper + 2 for paper, electronic in linked.items())
    assert len(linked) == 54

    run = p8_here("voterlist", "report", audit, "--out", station / "report")
    assert (run.code, run.out) == (0, f"report written to {station / 'report'}\n")
    assert (station / "report" / "report.pdf").read_bytes().startswith(b"%PDF")
    page = (station / "report" / "index.html").read_text(encoding="utf-8")
    assert "58" in page

    run = p8_here("voterlist", "purge", audit, "--by", "Ana")
    assert run.code == 0, run.err
    left = {path.name for path in audit.iterdir()}
    assert left == {"aggregates", "purge-receipt.json"}
    receipt = json.loads((audit / "purge-receipt.json").read_text(encoding="utf-8"))
    assert receipt["by"] == "Ana"
    assert {entry["file"] for entry in receipt["deleted"]} == {
        "mission.key",
        "decisions.parquet",
        "inputs.json",
    }
    assert [entry["rows"] for entry in receipt["inputs"]] == [58, 58]
    again = p8_here("voterlist", "purge", audit, "--by", "Ana")
    assert again.code == 2


def test_counts_of_an_audit_join_the_snapshot_of_the_mission(station: Path):
    assert reconcile(station).code == 0
    files, mapped = sorted(LUMRIA.glob("*.csv")), ("--mapping", LUMRIA / "lumria.toml")
    mission = station / "snapshot"
    assert p8_here("import", "mapped", *files, *mapped, "--into", mission).code == 0
    before, joined = read_snapshot(mission), station / "joined"
    run = p8_here("voterlist", "add", mission, station / "audit", "--into", joined)
    assert run.code == 0, run.err
    assert p8_here("check", joined).out == "every table keeps its contract\n"
    after = read_snapshot(joined)
    assert after["station"].equals(before["station"])
    assert after["voter_list"]["entries"].to_list() == [58, 58]
    assert after["list_comparison"].filter(field="any")["entries"].sum() == 116
    twice = p8_here("voterlist", "add", joined, station / "audit", "--into", station / "twice")
    assert twice.code == 0
    assert (
        read_snapshot(station / "twice")["list_comparison"].height
        == after["list_comparison"].height
    )


def test_an_audit_of_another_election_does_not_join(station: Path):
    lists = (station / "paper.xlsx", station / "electronic.csv")
    settled = ("--mapping", station / "mapping.toml", "--out", station / "audit")
    other = ("--election", "zz-2023-05-12")
    assert p8_here("voterlist", "reconcile", *lists, *settled, *other).code == 0
    files, mapped = sorted(LUMRIA.glob("*.csv")), ("--mapping", LUMRIA / "lumria.toml")
    p8_here("import", "mapped", *files, *mapped, "--into", station / "snapshot")
    into = ("--into", station / "joined")
    run = p8_here("voterlist", "add", station / "snapshot", station / "audit", *into)
    assert run.code == 2
    assert run.err.startswith("voterlist.other_election: ")
    assert not (station / "joined").exists()


def test_a_case_file_opens_for_its_recipient_only(station: Path):
    ana, bek = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    case = station / "cases.age"
    given = ("--recipient", ana.to_public(), "--purpose", "Complaint", "--delete-by", "2024-12-31")
    run = reconcile(station, "--case-file", case, *given)
    assert run.code == 0, run.err
    assert f"case file, sealed for {str(ana.to_public())[:12]}…: {case}" in run.out
    assert case.stat().st_mode & 0o077 == 0
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(case.read_bytes(), [bek])
    opened = pyrage.decrypt(case.read_bytes(), [ana])
    with zipfile.ZipFile(io.BytesIO(opened)) as archive:
        files = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    assert "Complaint" in files["README.txt"]
    for n in ONLY_PAPER:
        surname, given, *_ = person(n)
        assert re.search(f"{surname}.*{given}|{given}.*{surname}", files["records.csv"])


@pytest.mark.parametrize("form", ["parquet", "tsv"])
def test_other_files_give_the_same_counts(tmp_path: Path, form: str):
    sides = {
        "paper": [person(n) for n in range(40)],
        "electronic": [person(n, LATIN) for n in range(5, 45)],
    }
    for name, rows in sides.items():
        if form == "parquet":
            frame = pl.DataFrame(rows, schema=list(HEADER), orient="row")
            dates = pl.col("birth_date").str.to_date("%d.%m.%Y")
            frame.with_columns(dates, pl.col("house").cast(pl.Float64)).write_parquet(
                tmp_path / f"{name}.parquet"
            )
        else:
            (tmp_path / f"{name}.tsv").write_text(table(rows, sign="\t"), encoding="utf-8")
    text = mapping("paper", "electronic").replace('delimiter = ";"\n', "")
    (tmp_path / "mapping.toml").write_text(text, encoding="utf-8")
    lists = (tmp_path / f"paper.{form}", tmp_path / f"electronic.{form}")
    settled = ("--mapping", tmp_path / "mapping.toml", "--out", tmp_path / "audit")
    run = p8_here("voterlist", "reconcile", *lists, *settled, *DAY)
    assert run.code == 0, run.err
    assert every_row_is_accounted_for(tmp_path / "audit", range(1, 41), range(1, 41))
    assert categories(tmp_path / "audit", "paper")["only_paper"] == 5
    assert categories(tmp_path / "audit", "electronic")["only_electronic"] == 5


def one_list(folder: Path, rows: list[list[str]]) -> tuple[Path, str, Path]:
    (folder / "list.csv").write_text(table(rows), encoding="utf-8")
    (folder / "mapping.toml").write_text(mapping("list"), encoding="utf-8")
    return folder / "list.csv", "--mapping", folder / "mapping.toml"


def test_second_entries_are_found_and_brothers_are_not(tmp_path: Path):
    brother = person(7, given="Тимур", birth_date="04.03.1986", serial="62")
    rows = [*(person(n) for n in range(60)), person(30, LATIN, serial="61"), brother]
    of_list, audit, pairs = one_list(tmp_path, rows), tmp_path / "audit", tmp_path / "pairs.parquet"
    run = p8_here("voterlist", "duplicates", *of_list, "--out", audit, *DAY, "--pairs", pairs)
    assert run.code == 0, run.err
    assert decisions(audit).select("row_a", "row_b").rows() == [(31, 61)]
    assert pairs.read_bytes() == (audit / "decisions.parquet").read_bytes()
    assert "L04 Probable duplicates" in run.out
    assert re.search(r"^  pairs that are probably one\n    person +1 ", run.out, re.MULTILINE)
    # The list has no national number, so that test says so instead of giving 0.
    assert re.search(r"^L02 .* Not run: ", run.out, re.MULTILINE)


def test_quality_prints_every_test_with_its_name(tmp_path: Path):
    young = person(8, birth_date="01.01.2010")
    rows = [*(person(n) for n in range(60) if n != 8), young]
    audit = tmp_path / "audit"
    run = p8_here("voterlist", "quality", *one_list(tmp_path, rows), "--out", audit, *DAY)
    assert run.code == 0, run.err
    named = sorted(re.findall(r"^(L\d\d) \w", run.out, re.MULTILINE))
    assert named == [f"L{n:02}" for n in range(1, 24)]
    # One of sixty is fourteen years old.
    assert re.search(r"^L08 .*\n  .*voting\n    age +16\.7 per 1,000 +60 ", run.out, re.MULTILINE)
    tests = read_snapshot(audit / "aggregates" / "snapshot")["list_test"]
    # The analyst sees it; the snapshot, which others get, hides so small a count.
    assert tests.filter(test="L08", measure="entries", station="all")["n"].to_list() == [None]
    assert p8_here("voterlist", "report", audit, "--out", tmp_path / "report").code == 0


def test_counts_where_no_name_may_be_copied(tmp_path: Path):
    header = ("station", "list", "page", "first_serial", "last_serial", "names", "struck_out")
    rows = (
        ("12", "paper", "1", "1", "30", "30", "1", "2"),
        ("12", "paper", "2", "31", "58", "28", "0", "0"),
        ("12", "electronic", "1", "1", "55", "55", "0", "0"),
        ("13", "paper", "1", "1", "20", "20", "0", "0"),
        ("13", "electronic", "1", "1", "20", "20", "", ""),
        ("14", "paper", "1", "1", "20", "19", "0", "0"),
    )
    (tmp_path / "pages.xlsx").write_bytes(sheet((*header, "added"), *rows))
    run = p8_here("voterlist", "counts", tmp_path / "pages.xlsx")
    assert run.code == 0
    # 58 names, 1 struck out, 2 added by hand: 59 on the paper, 55 on the electronic list.
    assert re.search(r"^12 +59 +55 +4$", run.out, re.MULTILINE)
    assert re.search(r"^13 +20 +20 +0$", run.out, re.MULTILINE)
    assert re.search(r"^14 +19 +– +–$", run.out, re.MULTILINE)
    assert "2 stations with both lists; at 1 the numbers of names differ" in run.out
    assert "voterlist.names_not_serials: pages.xlsx, row 7: " in run.err


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_proposal_for_invented_lists_works_once_dates_are_confirmed(tmp_path: Path, form: str):
    made = p8_here("voterlist", "generate", tmp_path / "made", "--people", 150, "--format", form)
    assert made.code == 0, made.err
    lists = [tmp_path / "made" / "lists" / f"simulated_{s}.{form}" for s in ("paper", "electronic")]
    proposals = [
        p8_here("voterlist", "suggest", file, "--name", name).out
        for file, name in zip(lists, ("paper", "electronic"), strict=True)
    ]
    for proposal in proposals:
        # Columns called number (empty on paper) and serial, which English has one word for.
        assert re.search('^number = "number"', proposal, re.MULTILINE)
        assert re.search('^serial = "serial"', proposal, re.MULTILINE)
        assert "left out" not in proposal
    (tmp_path / "m.toml").write_text(confirmed("".join(proposals)), encoding="utf-8")
    settled = ("--mapping", tmp_path / "m.toml", "--out", tmp_path / "audit")
    run = p8_here("voterlist", "reconcile", *lists, *settled, *DAY)
    assert run.code == 0, run.err
    matched = categories(tmp_path / "audit", "paper")
    assert matched["matched"] + matched["changed"] > 120


def test_what_suggest_leaves_open_is_refused(station: Path):
    run = p8_here("voterlist", "suggest", station / "electronic.csv", "--name", "list")
    (station / "open.toml").write_text(run.out, encoding="utf-8")
    settled = ("--mapping", station / "open.toml", "--out", station / "audit")
    run = p8_here("voterlist", "quality", station / "electronic.csv", *settled, *DAY)
    assert run.code == 2
    assert run.err.startswith('voterlist.not_confirmed: open.toml: supplier in [list] is still "?"')
    assert not (station / "audit").exists()


def test_a_sheet_is_proposed_by_its_header_below_the_title(station: Path):
    run = p8_here("voterlist", "suggest", station / "paper.xlsx", "--name", "paper")
    assert "header_row = 3" in run.out
    assert re.search('^full_name = "Фамилия Имя Отчество"', run.out, re.MULTILINE)
    cells = {
        str(cell)
        for row in openpyxl.load_workbook(station / "paper.xlsx").active.iter_rows(
            min_row=4, min_col=2, max_col=2, values_only=True
        )
        for cell in row
    }
    assert len(cells) == 58
    assert not any(cell in run.text for cell in cells)
