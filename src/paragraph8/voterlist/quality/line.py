"""The list in its own order: one row per entry, with what it may be sorted by."""

from typing import Final

import polars as pl

from paragraph8.voterlist.quality.audit import ENTRY, Audit, quoted

LINE, RANK = "quality_line", "quality_rank"
IN_ORDER: Final = "w AS (PARTITION BY place ORDER BY position, row)"
# Serial numbers order the list only where nearly all entries have one.
NEARLY_ALL = 0.95
# Room for flats behind the number of a house.
FLATS = 100_000
SERIAL_DIGITS = 12
COMPARED: Final = ("entered", "digits", "birth", "by_code", "by_alphabet", "by_key")
# Kazakh, with the letters that only Russian has: where a sorter knew neither, code order fits.
ALPHABET: Final = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
# A private range of Unicode, above every letter that could stand beside these.
_PLACES: Final = {ord(letter): chr(0xE000 + place) for place, letter in enumerate(ALPHABET)}


def make_line(audit: Audit) -> None:
    """Make the table of the list's order, of entries beside those before them at their station.

    Columns: row, area, station, place, position (the serial number where nearly all entries have
    one, else the row of the file), nth (1 for the first entry of a place), serial_no, entered,
    digits, birth, street, by_code, by_alphabet, by_key (ranks of the surname), dwelling (house and
    flat as one number); and b_row, b_entered, b_digits, … the same of the entry before, b_dwelling
    within one street only.
    """
    surnames = (
        audit.engine.frame(f"SELECT DISTINCT surname AS raw FROM {quoted(audit.raw)}")["raw"]
        if audit.has("surname")
        else pl.Series("raw", [], pl.String)
    )
    audit.put(RANK, surname_ranks(surnames))
    befores = ", ".join(f"lag({name}) OVER w AS b_{name}" for name in ("row", *COMPARED))
    dwelling = "CASE WHEN lag(street) OVER w = street THEN lag(dwelling) OVER w END AS b_dwelling"
    flat = f"(SELECT *, {_position(audit)} AS position FROM ({_flat_select(audit)}) AS f)"
    nth = "row_number() OVER w AS nth"
    audit.make(LINE, f"SELECT *, {nth}, {befores}, {dwelling} FROM {flat} AS l WINDOW {IN_ORDER}")


def _flat_select(audit: Audit) -> str:
    surname = "r.surname" if audit.has("surname") else "CAST(NULL AS VARCHAR)"
    entered = "nullif(trim(r.entered), '')" if audit.has("entered") else "CAST(NULL AS VARCHAR)"
    return (
        "SELECT e.row, e.area, e.station, e.place,"
        f" {_serial(audit)} AS serial_no, {entered} AS entered, e.digits, e.birth, e.street,"
        " k.by_code, k.by_alphabet, s.by_key, h.number"
        f" * {FLATS} + coalesce(f.number, 0) AS dwelling"
        f" FROM {ENTRY} AS e JOIN {quoted(audit.raw)} AS r ON r.row = e.row"
        f" LEFT JOIN {RANK} AS k ON k.raw = {surname}"
        f" LEFT JOIN ({_key_ranks()}) AS s ON s.id = e.surname"
        f" LEFT JOIN ({_leading_numbers('house')}) AS h ON h.id = e.house"
        f" LEFT JOIN ({_leading_numbers('flat')}) AS f ON f.id = e.flat"
    )


def _serial(audit: Audit) -> str:
    if not audit.has("serial"):
        return "CAST(NULL AS BIGINT)"
    return f"CASE WHEN length(r.serial) <= {SERIAL_DIGITS} THEN TRY_CAST(r.serial AS BIGINT) END"


def _position(audit: Audit) -> str:
    """SQL: what the list is read by."""
    known = audit.engine.row(f"SELECT count({_serial(audit)}) FROM {quoted(audit.raw)} AS r")[0]
    return "coalesce(serial_no, row)" if known >= NEARLY_ALL * audit.entries else "row"


def _key_ranks() -> str:
    return (
        "SELECT w.id, row_number() OVER (ORDER BY w.key) AS by_key FROM word AS w"
        f" WHERE w.id IN (SELECT surname FROM {ENTRY})"
    )


def _leading_numbers(role: str) -> str:
    """SQL: the number that each key of a role begins with."""
    number = "TRY_CAST(regexp_extract(w.key, '^[0-9]{1,5}') AS BIGINT)"
    return (
        f"SELECT w.id, {number} AS number FROM word AS w WHERE w.id IN (SELECT {role} FROM {ENTRY})"
    )


def surname_ranks(raw: pl.Series) -> pl.DataFrame:
    """raw, by_code, by_alphabet: the rank of each distinct surname, as written, in both orders.

    Capital letters count as small ones; equal surnames have equal ranks.
    """
    distinct = raw.drop_nulls().unique().sort()
    small = distinct.str.to_lowercase()
    placed = [name.translate(_PLACES) for name in small.to_list()]
    return pl.DataFrame(
        {
            "raw": distinct.cast(pl.String),
            "by_code": small.cast(pl.String).rank("dense").cast(pl.Int32),
            "by_alphabet": pl.Series(placed, dtype=pl.String).rank("dense").cast(pl.Int32),
        }
    )
