"""Voter lists that are wrong: each gives a coded problem with its remedy, or a counted result.

Whatever a list is like, no row of it is dropped in silence. A command that fails leaves nothing.
"""

import io
import signal
import subprocess
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from journey.voterlist_files import (
    DAY,
    HEADER,
    LATIN,
    categories,
    every_row_is_accounted_for,
    mapping,
    person,
    table,
)
from missions import Run, command, environment, p8, p8_here
from paragraph8.tables.snapshot import read_snapshot

PEOPLE = [person(n) for n in range(60)]
OTHERS = [person(n, LATIN) for n in range(3, 63)]
GOOD, GOOD_TOO = table(PEOPLE), table(OTHERS)
BOTH = ("paper", "electronic")
RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
CASE = ("--recipient", RECIPIENT, "--purpose", "Complaint", "--delete-by", "2024-12-31")


def bytes_of(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def reconcile(
    folder: Path,
    paper: str | bytes,
    electronic: str | bytes = GOOD_TOO,
    text: str = "",
    more: Sequence[object] = (),
    ending: str = "csv",
) -> Run:
    """The command on two lists, in this process."""
    lists = (folder / f"paper.{ending}", folder / "electronic.csv")
    for file, content in zip(lists, (paper, electronic), strict=True):
        file.write_bytes(bytes_of(content))
    (folder / "mapping.toml").write_text(text or mapping(*BOTH), encoding="utf-8")
    settled = ("--mapping", folder / "mapping.toml", "--out", folder / "audit", *DAY)
    return p8_here("voterlist", "reconcile", *lists, *settled, *more)


def parquet(**columns: list[object]) -> bytes:
    held = io.BytesIO()
    pl.DataFrame({**{name: ["x"] for name in HEADER}, **columns}).write_parquet(held)
    return held.getvalue()


def bomb() -> bytes:
    """A workbook of 300 kB whose sheet unpacks to 300 MB."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as book:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            book.writestr(name, "<x/>")
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(300):
                member.write(b"0" * (1 << 20))
    return held.getvalue()


def american(n: int) -> list[str]:
    day, month, year = person(n)[3].split(".")
    return person(n, birth_date=f"{month}/{day}/{year}")


TWO_ORDERS = table([person(n) if n % 2 else american(n) for n in range(60)])
# Windows-1251 lacks the Kazakh letters.
RUSSIAN = str.maketrans("ұқһәғңөүіҚҰ", "укхагноуиКУ")
TWO_ENCODINGS = (
    table(PEOPLE[:30]).translate(RUSSIAN).encode("cp1251")
    + table(PEOPLE[30:]).partition("\n")[2].encode()
)
NAMES_AS_PLACES = mapping(*BOTH, station="surname", surname="station")
MANY_SURNAMES = [
    person(n, surname=f"Сурков{chr(1072 + n % 30)}{chr(1072 + n // 3)}") for n in range(60)
]

REFUSED = [
    # what, the paper list, its ending, the mapping, code, what the message says
    (
        "no such column",
        GOOD,
        "csv",
        mapping(*BOTH, street="road"),
        "voterlist.missing_column",
        "road",
    ),
    (
        "two roles on one column",
        GOOD,
        "csv",
        mapping(*BOTH, street="house"),
        "mapping.bad_value",
        "house in [paper] [columns] is 'house'; expected each column once; street has it already",
    ),
    (
        "names mapped as places",
        table(MANY_SURNAMES),
        "csv",
        NAMES_AS_PLACES,
        "voterlist.places_like_names",
        "column mapped to station",
    ),
    ("dates in two orders", TWO_ORDERS, "csv", "", "voterlist.two_date_orders", "Split the file"),
    ("UTF-8 after cp1251", TWO_ENCODINGS, "csv", "", "voterlist.mixed_encoding", "line 2: "),
    (
        "cp1251, then UTF-8",
        TWO_ENCODINGS,
        "csv",
        mapping(*BOTH, encoding="cp1251"),
        "voterlist.mixed_encoding",
        "Convert the parts to UTF-8 first",
    ),
    ("empty", "", "csv", "", "intake.empty_file", "paper.csv is empty"),
    ("header only", table([]), "csv", "", "voterlist.no_names", "paper.csv has 0 empty rows"),
    ("blank rows", table([[""] * 9] * 5), "csv", "", "voterlist.no_names", "5 empty rows"),
    ("the same file twice", GOOD_TOO, "csv", "", "voterlist.same_file", "are the same file"),
    ("another delimiter", GOOD.replace(";", "|"), "csv", "", "voterlist.missing_column", "row 1"),
    (
        "mostly ragged",
        table([["a", "b"]] * 50 + PEOPLE[:5]),
        "csv",
        "",
        "voterlist.ragged",
        "50 of 55 rows",
    ),
    ("noughts", bytes(5000), "csv", "", "voterlist.missing_column", "the 1 of its row 1"),
    ("zip bomb", bomb(), "xlsx", "", "intake.damaged_file", "as an XLSX workbook"),
    ("a CSV called XLSX", GOOD, "xlsx", "", "intake.damaged_file", "as an XLSX workbook"),
    ("a wrong ending", GOOD, "doc", "", "intake.damaged_file", "its ending is none of .csv, "),
    (
        "Parquet with nested columns",
        parquet(street=[{"name": "Абая"}]),
        "parquet",
        "",
        "voterlist.unusable_column",
        "column street: its type is STRUCT",
    ),
    (
        "cut Parquet",
        parquet()[:200],
        "parquet",
        "",
        "intake.damaged_file",
        "cannot be read as Parquet",
    ),
    (
        "mapping of another list",
        GOOD,
        "csv",
        mapping("list"),
        "mapping.missing_entry",
        "lacks [paper]",
    ),
    ("broken mapping", GOOD, "csv", "[paper", "mapping.not_toml", "mapping.toml is not valid TOML"),
]


@pytest.mark.parametrize(
    ("paper", "ending", "text", "code", "says"),
    [r[1:] for r in REFUSED],
    ids=[r[0] for r in REFUSED],
)
def test_a_list_that_cannot_be_used(tmp_path: Path, paper, ending, text, code, says):
    run = reconcile(tmp_path, paper, text=text, ending=ending)
    assert run.code == 2, run.text
    said = [line for line in run.err.splitlines() if not line.startswith("  ")]
    assert said[0].startswith(code), run.err
    assert says in said[0]
    assert run.out == ""
    assert not (tmp_path / "audit").exists()


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        (("--engine", "oracle"), "analysis.bad_parameter", "duckdb or spark"),
        (("--memory", "lots"), "analysis.bad_parameter", "500MB or 4GB"),
        (("--memory", "0GB"), "analysis.bad_parameter", "500MB or 4GB"),
        (("--election", "zz"), "analysis.bad_parameter", "kz-2004-09-19"),
        (("--election", "2004-09-19"), "analysis.bad_parameter", "kz-2004-09-19"),
        (CASE, "voterlist.case_needs", "--case-file"),
        (("--case-file", "c.age"), "voterlist.case_needs", "--recipient, --purpose, --delete-by"),
        (("--case-file", "c.age", *CASE, "--recipient", "age1x"), "voterlist.bad_recipient", "62"),
        (("--case-file", "/proc/none/c.age", *CASE), "file.not_usable", "no such folder"),
        (("--case-file", __file__, *CASE), "file.not_usable", "it exists already"),
        (("--pairs", __file__), "file.not_usable", "it exists already"),
        (("--pairs", "/proc/none/p.parquet"), "file.not_usable", "no such folder"),
        (("--out", "/proc/none/audit"), "file.not_usable", "/proc/none/audit"),
        (("--out", Path(__file__).parent), "voterlist.folder_not_empty", "new or empty"),
    ],
)
def test_an_option_that_is_refused_before_any_list_is_read(tmp_path: Path, more, code, says):
    run = reconcile(tmp_path, GOOD, more=more)
    assert run.code == 2, run.text
    assert run.err.startswith(f"{code}: "), run.err
    assert says in run.err
    assert "reading" not in run.err
    assert not (tmp_path / "audit").exists()


def test_after_a_failure_the_same_command_works(tmp_path: Path):
    assert reconcile(tmp_path, GOOD, text=mapping(*BOTH, street="road")).code == 2
    assert reconcile(tmp_path, GOOD).code == 0


def test_a_folder_that_was_there_stays_after_a_failure(tmp_path: Path):
    (tmp_path / "audit").mkdir()
    assert reconcile(tmp_path, "").code == 2
    assert list((tmp_path / "audit").iterdir()) == []


def test_a_swapped_mapping_shows_in_the_result(tmp_path: Path):
    text = mapping("paper", surname="given", given="surname") + mapping("electronic")
    assert reconcile(tmp_path, GOOD, text=text).code == 0
    audit = tmp_path / "audit"
    assert every_row_is_accounted_for(audit, range(1, 61), range(1, 61))
    # All 57 people on both lists are found, none as they stand.
    assert "matched" not in categories(audit, "paper")
    counts = read_snapshot(audit / "aggregates" / "snapshot")["list_comparison"]
    exchanged = counts.filter(field="surname", kind="exchanged", side="paper")
    assert exchanged["entries"].to_list() == [57]


def test_every_fifth_entry_without_a_name_is_still_counted(tmp_path: Path):
    nameless = [
        person(n) if n % 5 else person(n, surname="", given="", patronymic="") for n in range(60)
    ]
    assert reconcile(tmp_path, table(nameless)).code == 0
    assert every_row_is_accounted_for(tmp_path / "audit", range(1, 61), range(1, 61))
    assert categories(tmp_path / "audit", "paper").get("matched", 0) <= 48


def test_nothing_but_surnames_is_unusable_not_missing(tmp_path: Path):
    text = mapping(*BOTH, columns=("surname",)).replace('dates = "dmy"\n', "")
    assert reconcile(tmp_path, GOOD, text=text).code == 0
    assert categories(tmp_path / "audit", "paper") == {"unusable": 60}
    assert categories(tmp_path / "audit", "electronic") == {"unusable": 60}


def test_ragged_rows_are_kept_and_said_with_their_numbers(tmp_path: Path):
    ragged = GOOD + ";".join(person(60)[:7]) + "\n" + ";".join([*person(61), "more"]) + "\n\n"
    run = reconcile(tmp_path, ragged)
    assert run.code == 0
    assert every_row_is_accounted_for(tmp_path / "audit", range(1, 63), range(1, 61))
    assert "paper.csv: 1 with too few cells, kept as far as their cells go: row 61 below" in run.err
    assert (
        "paper.csv: 1 with too many cells, kept as far as their cells go: row 62 below" in run.err
    )
    assert categories(tmp_path / "audit", "paper")["only_paper"] == 3


@pytest.mark.parametrize(
    "cell", ["Аб\0ая", "Я" * 500_000, '"' + "Я" * 200_000 + '"', '"Абая', "=cmd|' /C calc'!A0"]
)
def test_a_strange_cell_costs_no_row(tmp_path: Path, cell):
    rows = [*PEOPLE[:20], person(20, street=cell), *PEOPLE[21:]]
    run = reconcile(tmp_path, table(rows))
    assert run.code == 0, run.err
    assert every_row_is_accounted_for(tmp_path / "audit", range(1, 61), range(1, 61))
    assert categories(tmp_path / "audit", "paper")["only_paper"] == 3


def one_surname(people: int) -> list[list[str]]:
    return [
        person(
            n,
            surname="Кимченов",
            birth_date=f"{n % 28 + 1:02}.{n // 28 % 12 + 1:02}.{1935 + n // 336 % 60}",
            station=str(n % 20 + 1),
        )
        for n in range(people)
    ]


@pytest.mark.parametrize("people", [2_000, 20_000])
def test_one_surname_for_all_takes_no_longer_than_a_list(tmp_path: Path, people: int):
    rows = one_surname(people + 100)
    began = time.process_time()
    run = reconcile(tmp_path, table(rows[:people]), table(rows[100:]))
    assert run.code == 0, run.err
    # Four seconds where it was measured; all pairs of 20,000 would take hours.
    assert time.process_time() - began < 60
    numbers = range(1, people + 1)
    assert every_row_is_accounted_for(tmp_path / "audit", numbers, numbers)
    assert categories(tmp_path / "audit", "paper")["matched"] > 0.9 * people


def test_entries_that_are_all_the_same(tmp_path: Path):
    same = [person(1)] * 2_000
    began = time.process_time()
    assert reconcile(tmp_path, table(same), table([*same, person(2)])).code == 0
    assert time.process_time() - began < 60
    assert every_row_is_accounted_for(tmp_path / "audit", range(1, 2_001), range(1, 2_002))


@pytest.mark.parametrize("name", ["duplicates", "quality"])
def test_one_list_whose_names_are_mapped_as_places(tmp_path: Path, name: str):
    (tmp_path / "list.csv").write_text(table(MANY_SURNAMES), encoding="utf-8")
    text = mapping("list", station="surname", surname="station")
    (tmp_path / "mapping.toml").write_text(text, encoding="utf-8")
    settled = ("--mapping", tmp_path / "mapping.toml", "--out", tmp_path / "audit", *DAY)
    run = p8_here("voterlist", name, tmp_path / "list.csv", *settled)
    assert run.code == 2
    assert "voterlist.places_like_names: The column mapped to station" in run.err
    assert not (tmp_path / "audit").exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("station,list,page\n12,paper,1\n", "intake.missing_column"),
        (
            "station,list,page,first_serial,last_serial,names,struck_out,added\n",
            "voterlist.no_counts",
        ),
        ("", "intake.empty_file"),
    ],
)
def test_a_form_of_counts_that_cannot_be_used(tmp_path: Path, content, says):
    (tmp_path / "pages.csv").write_text(content)
    run = p8_here("voterlist", "counts", tmp_path / "pages.csv")
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith(f"{says}: pages.csv ")


def test_suggest_shows_no_row_of_a_file_without_header(tmp_path: Path):
    (tmp_path / "list.csv").write_text(GOOD.partition("\n")[2], encoding="utf-8")
    run = p8_here("voterlist", "suggest", tmp_path / "list.csv")
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("voterlist.no_header: list.csv: ")


def test_what_is_no_audit_is_neither_reported_nor_purged(tmp_path: Path):
    (tmp_path / "mine.txt").write_text("mine")
    assert p8_here("voterlist", "purge", tmp_path, "--by", "Ana").code == 2
    assert p8_here("voterlist", "report", tmp_path, "--out", tmp_path / "report").code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_audit_that_forgot_its_lists_is_not_purged(tmp_path: Path):
    assert reconcile(tmp_path, GOOD).code == 0
    (tmp_path / "audit" / "inputs.json").unlink()
    run = p8_here("voterlist", "purge", tmp_path / "audit", "--by", "Ana")
    assert run.code == 2
    assert run.err.startswith("voterlist.no_inputs: ")
    assert (tmp_path / "audit" / "mission.key").is_file()


# Processes: memory, and being stopped


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two lists of 300,000 entries and their mapping."""
    folder = tmp_path_factory.mktemp("large")
    n = pl.int_range(0, 303_000, eager=True)
    text = pl.col("n").cast(pl.String)
    frame = pl.DataFrame({"n": n}).select(
        surname=pl.lit("Сурков") + (pl.col("n") * 7919 % 20_011).cast(pl.String),
        given=pl.lit("Имя") + (pl.col("n") % 97).cast(pl.String),
        patronymic=pl.lit("Отец") + (pl.col("n") % 89).cast(pl.String),
        birth_date=pl.lit("01.02.") + (1930 + pl.col("n") % 70).cast(pl.String),
        station=(pl.col("n") // 1000).cast(pl.String),
        street=pl.lit("Абая"),
        house=(pl.col("n") % 83).cast(pl.String),
        flat=(pl.col("n") % 101).cast(pl.String),
        serial=text,
    )
    frame.head(300_000).write_parquet(folder / "paper.parquet")
    frame.tail(300_000).write_parquet(folder / "electronic.parquet")
    (folder / "mapping.toml").write_text(mapping(*BOTH), encoding="utf-8")
    return folder


def of_large(folder: Path, audit: Path, memory: str) -> tuple[object, ...]:
    lists = (folder / "paper.parquet", folder / "electronic.parquet")
    settled = ("--mapping", folder / "mapping.toml", "--out", audit, *DAY, "--memory", memory)
    return ("voterlist", "reconcile", *lists, *settled)


def test_far_too_little_memory_is_said(large: Path, tmp_path: Path):
    run = p8(*of_large(large, tmp_path / "audit", "30MB"))
    assert run.code == 2
    assert run.err.splitlines()[-1] == (
        "analysis.bad_parameter: Parameter --memory is '30MB'; expected more, for lists of this "
        "length."
    )
    assert not (tmp_path / "audit").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_stopped_leaves_nothing(large: Path, tmp_path: Path, number: int):
    audit = tmp_path / "audit"
    started = subprocess.Popen(
        command(*of_large(large, audit, "4GB")),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    with started:
        assert started.stderr is not None
        for line in started.stderr:
            if "linking entries" in line:
                break
        assert (audit / "spill").is_dir()
        started.send_signal(number)
        left = started.stderr.read()
    # Inside a statement DuckDB takes every signal for Ctrl-C.
    assert started.returncode in (128 + number, 128 + signal.SIGINT)
    assert "Traceback" not in left
    assert not audit.exists()
