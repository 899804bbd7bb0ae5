"""Faults of a list's quality, planted in known numbers."""

from dataclasses import dataclass, fields
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.voterlist.generate.dates import DATE_FORM, dates_as_text
from paragraph8.voterlist.generate.numbers import national_numbers
from paragraph8.voterlist.generate.scripts import LOOK_ALIKES
from paragraph8.voterlist.generate.text import overwritten

Rows = NDArray[np.int64]
Rng = np.random.Generator
NO_SUCH_DAYS = ("31.02.", "30.02.", "31.04.", "31.11.", "00.00.", "15.13.", "32.01.")
YEAR = 365.2425
LOOKS_LATIN = f"([{''.join(LOOK_ALIKES)}])"


@dataclass(frozen=True, slots=True)
class Blemishes:
    """How much of each fault to plant: shares of entries, but for the last three.

    under_age          between 14 and 18 years old on election day, number and date agree
    over_105           between 106 and 118 years old, number and date agree
    impossible_date    a date that no calendar has
    wrong_check_digit  a last digit of the number that does not follow from the others
    missing_...        a cell is empty
    mixed_scripts      one Latin letter in a Cyrillic surname that looks like the right one; where
                       no surname is Cyrillic there is none
    crowded_addresses  addresses at which crowd entries of many families stand
    serial_gaps        places where serial numbers jump

    An entry has one blemish at most. 1 January is not among them: see Settings.first_january.
    """

    under_age: float = 0.0005
    over_105: float = 0.0003
    impossible_date: float = 0.001
    wrong_check_digit: float = 0.001
    missing_surname: float = 0.0003
    missing_given: float = 0.0005
    missing_birth_date: float = 0.001
    missing_sex: float = 0.001
    missing_house: float = 0.002
    mixed_scripts: float = 0.001
    crowded_addresses: int = 3
    crowd: int = 60
    serial_gaps: int = 5


NO_BLEMISHES = Blemishes(**{f.name: 0 for f in fields(Blemishes)})
SHARES = tuple(f.name for f in fields(Blemishes) if f.type is float)


def planted(
    frame: pl.DataFrame, blemishes: Blemishes, election_day: date, rng: Rng
) -> tuple[pl.DataFrame, pl.Series]:
    """The list with faults, and the kind of fault of each entry, null where none.

    frame is sorted by station, as lists of this package are.
    """
    kinds = pl.Series("blemish", [None], dtype=pl.String).new_from_index(0, frame.height)
    if blemishes == NO_BLEMISHES:
        return frame, kinds
    frame, crowd = _crowded(frame, blemishes, rng)
    kinds = overwritten(kinds, crowd, _named("crowded_addresses", len(crowd)))
    free = np.flatnonzero(kinds.is_null().to_numpy() & _complete(frame))
    order = rng.permutation(free)
    for kind in SHARES:
        share = getattr(blemishes, kind)
        wanted = round(share * frame.height)
        if kind == "mixed_scripts":
            can = frame["surname"].str.contains(LOOKS_LATIN).to_numpy()[order]
            order = order[np.argsort(~can, kind="stable")]
            wanted = min(wanted, int(can.sum()))
        rows, order = np.sort(order[:wanted]), order[wanted:]
        frame = _plant(frame, kind, rows, election_day, rng)
        kinds = overwritten(kinds, rows, _named(kind, len(rows)))
    frame, gaps = _gapped(frame, order, blemishes.serial_gaps, rng)
    return frame, overwritten(kinds, gaps, _named("serial_gaps", len(gaps)))


def counted(kinds: pl.Series, blemishes: Blemishes) -> pl.DataFrame:
    """How many entries carry each kind, kinds without any included."""
    found = kinds.drop_nulls().value_counts().rename({"blemish": "kind"})
    names = [f.name for f in fields(blemishes) if f.name != "crowd"]
    every = pl.DataFrame({"kind": names})
    return every.join(found, on="kind", how="left", maintain_order="left").with_columns(
        pl.col("count").fill_null(0).cast(pl.Int64)
    )


def _named(kind: str, count: int) -> pl.Series:
    return pl.Series([kind], dtype=pl.String).new_from_index(0, count)


def _complete(frame: pl.DataFrame) -> NDArray[np.bool_]:
    """Entries in which nothing is missing that a blemish could take away or change."""
    needed = ("number", "surname", "given", "birth_date", "sex", "house")
    whole = frame.select(pl.all_horizontal(pl.col(name).is_not_null() for name in needed))
    return whole.to_series().to_numpy()


def _plant(
    frame: pl.DataFrame, kind: str, rows: Rows, election_day: date, rng: Rng
) -> pl.DataFrame:
    """One kind of fault in these entries."""
    if kind.startswith("missing_"):
        empty = pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))
        return _with(frame, kind.removeprefix("missing_"), rows, empty)
    if kind in ("under_age", "over_105"):
        youngest, oldest = (14.0, 17.95) if kind == "under_age" else (106.0, 118.0)
        return _of_age(frame, rows, youngest, oldest, election_day, rng)
    if kind == "impossible_date":
        days = pl.Series(NO_SUCH_DAYS).gather(rng.integers(0, len(NO_SUCH_DAYS), len(rows)))
        return _with(
            frame, "birth_date", rows, days + frame["birth_date"].gather(rows).str.slice(6)
        )
    if kind == "wrong_check_digit":
        number = frame["number"].gather(rows)
        digit = number.str.slice(11).cast(pl.Int64) + pl.Series(rng.integers(1, 10, len(rows)))
        return _with(frame, "number", rows, number.str.slice(0, 11) + (digit % 10).cast(pl.String))
    surname = frame["surname"].gather(rows)
    return _with(frame, "surname", rows, _one_latin_letter(surname))


def _with(frame: pl.DataFrame, column: str, rows: Rows, values: pl.Series) -> pl.DataFrame:
    return frame.with_columns(overwritten(frame[column], rows, values))


def _of_age(
    frame: pl.DataFrame, rows: Rows, youngest: float, oldest: float, election_day: date, rng: Rng
) -> pl.DataFrame:
    """Other birth dates, with national numbers to match; nobody else is of that age."""
    day = int(np.datetime64(election_day, "D").astype(int))
    age = youngest + rng.random(len(rows)) * (oldest - youngest)
    birth = (day - np.ceil(age * YEAR)).astype(np.int32)
    first_sex = frame["number"].gather(rows).str.slice(6, 1).cast(pl.Int8).to_numpy()
    sex = np.where(first_sex % 2 == 1, 1, 2).astype(np.int8)
    numbers = pl.Series(national_numbers(birth, sex, rng).tolist(), dtype=pl.String)
    frame = _with(frame, "birth_date", rows, dates_as_text(birth, DATE_FORM))
    return _with(frame, "number", rows, numbers)


def _one_latin_letter(names: pl.Series) -> pl.Series:
    """The first letter that can be, replaced by its Latin double."""
    letter = names.str.extract(LOOKS_LATIN)
    found = names
    for cyrillic, latin in LOOK_ALIKES.items():
        other = names.str.replace(cyrillic, latin, literal=True)
        found = found.zip_with((letter != cyrillic).fill_null(True), other)
    return found


def _stations(frame: pl.DataFrame) -> tuple[Rows, Rows]:
    """First row and number of rows of every station."""
    change = (frame["station"] != frame["station"].shift(1)).fill_null(True).to_numpy()
    first = np.flatnonzero(change)
    return first, np.diff(np.r_[first, frame.height])


def _crowded(frame: pl.DataFrame, blemishes: Blemishes, rng: Rng) -> tuple[pl.DataFrame, Rows]:
    """Entries of one station moved to one address in it."""
    first, size = _stations(frame)
    large = np.flatnonzero(size >= 2 * blemishes.crowd)
    chosen = rng.permutation(large)[: blemishes.crowded_addresses]
    every = [np.empty(0, np.int64)]
    for station in chosen.tolist():
        rows = first[station] + np.sort(rng.permutation(size[station])[: blemishes.crowd])
        for column in ("street", "house", "flat"):
            cell = frame[column].gather([int(rows[0])]).new_from_index(0, len(rows))
            frame = _with(frame, column, rows, cell)
        every.append(rows)
    return frame, np.concatenate(every)


def _gapped(frame: pl.DataFrame, free: Rows, gaps: int, rng: Rng) -> tuple[pl.DataFrame, Rows]:
    """Serial numbers that jump by 2 to 20 before some entries, not at the head of a station."""
    first, size = _stations(frame)
    rows = np.sort(free[~np.isin(free, first)][:gaps])
    jump = np.zeros(frame.height, np.int64)
    jump[rows] = rng.integers(1, 20, len(rows))
    total = np.cumsum(jump)
    later = total - np.repeat(total[first], size)
    serial = frame["serial"].cast(pl.Int64) + pl.Series(later)
    return frame.with_columns(serial.cast(pl.String).alias("serial")), rows
