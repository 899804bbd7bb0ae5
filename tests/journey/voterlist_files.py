"""Voter lists of one invented station, their mappings, and what an audit must account for."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl
import polars as pl

from paragraph8.tables.contracts_list_audit import ANY
from paragraph8.tables.snapshot import read_snapshot

ELECTION = "zz-2024-05-12"
DAY = ("--election", ELECTION, "--simulated")
HEADER = (
    "surname",
    "given",
    "patronymic",
    "birth_date",
    "station",
    "street",
    "house",
    "flat",
    "serial",
)

# As a clerk writes them, and as another romanised them.
SURNAMES = (
    ("Ахметов", "Akhmetov"),
    ("Жанболатов", "Zhanbolatov"),
    ("Сулейменов", "Suleimenov"),
    ("Оспанов", "Ospanov"),
    ("Иваненко", "Ivanenko"),
    ("Қасымов", "Kasymov"),
    ("Тимофеев", "Timofeev"),
    ("Шевченко", "Shevchenko"),
    ("Досжанов", "Doszhanov"),
    ("Байтұрсынов", "Baitursynov"),
)
GIVEN = (
    ("Нұрлан", "Nurlan"),
    ("Асхат", "Askhat"),
    ("Дамир", "Damir"),
    ("Виктор", "Viktor"),
    ("Олжас", "Olzhas"),
    ("Тимур", "Timur"),
    ("Бауыржан", "Bauyrzhan"),
    ("Максим", "Maksim"),
    ("Ерлан", "Erlan"),
    ("Павел", "Pavel"),
)
FATHERS = (
    ("Маратович", "Maratovich"),
    ("Оразұлы", "Orazuly"),
    ("Петрович", "Petrovich"),
    ("Серікұлы", "Serikuly"),
    ("Иванович", "Ivanovich"),
    ("Болатович", "Bolatovich"),
    ("Қайратұлы", "Kairatuly"),
)
STREETS = (("Абая", "Abaya"), ("Достық", "Dostyk"), ("Садовая", "Sadovaya"))
NATIVE, LATIN = 0, 1


def person(n: int, script: int = NATIVE, **changes: str) -> list[str]:
    """The n-th person of the station, as a row below HEADER; each lives in another flat."""
    cells = {
        "surname": SURNAMES[n % 10][script],
        "given": GIVEN[(3 * n + n // 10) % 10][script],
        "patronymic": FATHERS[(5 * n + n // 10) % 7][script],
        "birth_date": f"{n % 28 + 1:02}.{n * 5 % 12 + 1:02}.{1935 + n * 7 % 60}",
        "station": "12",
        "street": STREETS[n % 3][script],
        "house": str(n % 17 + 1),
        "flat": str(n + 1),
        "serial": str(n + 1),
    }
    return list({**cells, **changes}.values())


def table(rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER, sign: str = ";") -> str:
    """A CSV."""
    return "\n".join(sign.join(row) for row in (header, *rows)) + "\n"


def sheet(*rows: Sequence[object]) -> bytes:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


MAPPING = """
[{name}]
supplier = "District commission"
legal_basis = "Election law of Lumria, article 26"
received = 2024-05-02
dates = "dmy"
delimiter = ";"
encoding = "{encoding}"

[{name}.columns]
"""


def mapping(
    *names: str, encoding: str = "utf-8", columns: Sequence[str] = HEADER, **other: str
) -> str:
    """A mapping for lists with these columns; `other` gives roles another header."""
    lines = [f'{role} = "{other.get(role, role)}"' for role in columns]
    return "".join(
        MAPPING.format(name=name, encoding=encoding) + "\n".join(lines) + "\n" for name in names
    )


def confirmed(proposal: str) -> str:
    """A proposal of `p8 voterlist suggest` after a person has settled what was open."""
    settled = {
        'supplier = "?"': 'supplier = "District commission"',
        'legal_basis = "?"': 'legal_basis = "Election law of Lumria, article 26"',
        'received = "?"': "received = 2024-05-02",
        'dates = "?"': 'dates = "dmy"',
        'id_kind = "?"': 'id_kind = "none"',
    }
    for open_entry, entry in settled.items():
        proposal = proposal.replace(open_entry, entry)
    return proposal


def decisions(audit: Path) -> pl.DataFrame:
    return pl.read_parquet(audit / "decisions.parquet")


def categories(audit: Path, side: str) -> dict[str, int]:
    """Category -> entries of one list, from the counts that leave the audit."""
    counts = read_snapshot(audit / "aggregates" / "snapshot")["list_comparison"]
    whole = counts.filter((pl.col("field") == ANY) & (pl.col("side") == side))
    return dict(whole.group_by("category").agg(pl.col("entries").sum()).rows())


def every_row_is_accounted_for(
    audit: Path, paper: Sequence[int], electronic: Sequence[int]
) -> bool:
    """Each row has one decision, and the counts that leave the audit are of as many entries."""
    decided = decisions(audit)
    for side, rows in (("paper", paper), ("electronic", electronic)):
        assert sorted(decided[f"{side}_row"].drop_nulls().to_list()) == list(rows), side
        assert sum(categories(audit, side).values()) == len(rows), side
    return True
