"""Records: lists of text into tables of whole numbers, by way of a dictionary of distinct values.

Cleaning a million cells one by one costs more than all comparison; their distinct values are a
tenth of that, or less.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.fields import BIRTH, KINDS, NUMBERS, ROOTED, SEX
from paragraph8.voterlist.normalise import birth_dates, keys, sex

CENTIBITS = 100
# A value seen once says no more than this about how rare it is.
MOST_BITS = 20
# Stands among the columns in use where identity numbers hold the birth date, as an IIN does.
DATED_NUMBER = "dated_number"


@dataclass(frozen=True, slots=True)
class Records:
    """What was made of the lists: their names, the columns they share, and the dictionary.

    lists      name of a table of records -> order of its dates (see `normalise.birth_dates`)
    rows       name -> rows in
    columns    columns that hold a value in at least one row of every list; and DATED_NUMBER
    spelling   kind, raw, word, root, script, mixed, unknown: the dictionary; it holds names
    """

    lists: Mapping[str, str]
    rows: Mapping[str, int]
    columns: frozenset[str]
    spelling: pl.DataFrame

    @property
    def total(self) -> int:
        """Rows of all lists together."""
        return sum(self.rows.values())


def make_records(engine: Engine, lists: Mapping[str, str]) -> Records:
    """Tables of records out of raw tables.

        lists   name -> order of birth dates, "ymd", "dmy" or "mdy"; each has a table `<name>_raw`
    Makes, for every name, the table `<name>` with one row per row of `<name>_raw`, and the tables
    `word` (id, key, letters, digits) and `bits_<kind>` (id, bits, entries): how rare each key is
    over all lists together, in hundredths of a bit, and how many entries carry it.
    Assumes that the lists are drawn from one population: rarity is counted over their union.
    """
    raw = {name: engine.columns(f"{name}_raw") for name in lists}
    found = [
        _dictionary(engine, kind, raw) for kind in KINDS if any(kind in c for c in raw.values())
    ]
    words = _words(found)
    engine.put("word", words)
    numbered = {kind: _numbered(spellings, words) for kind, spellings in found}
    for kind, spellings in numbered.items():
        engine.put(f"spelling_{kind}", spellings.select("raw", "word", "root"))
        engine.put(f"bits_{kind}", _bits(spellings, "word"))
        if kind in ROOTED:
            engine.put(f"bits_{kind}_root", _bits(spellings, "root"))
    for name, order in lists.items():
        _values(engine, name, raw[name], order)
        engine.table(name, _record_select(name, raw[name], tuple(numbered)))
    engine.put("bits_birth", _birth_bits(engine, lists))
    rows = {name: int(engine.row(f"SELECT count(*) FROM {name}")[0]) for name in lists}
    spelling = pl.concat(
        [frame.with_columns(kind=pl.lit(kind)) for kind, frame in numbered.items()]
        or [pl.DataFrame(schema={"kind": pl.String, "raw": pl.String})],
        how="diagonal",
    )
    return Records(dict(lists), rows, _shared_columns(engine, lists), spelling)


def records_of(engine: Engine, records: Records, *names: str) -> Records:
    """The same records as if these were all lists: they may share more columns than all do."""
    lists = {name: records.lists[name] for name in names}
    rows = {name: records.rows[name] for name in names}
    return Records(lists, rows, _shared_columns(engine, lists), records.spelling)


def _shared_columns(engine: Engine, lists: Mapping[str, str]) -> frozenset[str]:
    columns = _columns_in_use(engine, lists)
    if {"number", "birth"} <= columns and _dated(engine, lists):
        columns |= {DATED_NUMBER}
    return columns


def _dictionary(
    engine: Engine, kind: str, raw: Mapping[str, Sequence[str]]
) -> tuple[str, pl.DataFrame]:
    """Distinct values of one kind in all lists, with how often they occur, and their keys."""
    parts = " UNION ALL ".join(
        f"SELECT {kind} AS raw FROM {name}_raw WHERE {kind} IS NOT NULL"
        for name, columns in raw.items()
        if kind in columns
    )
    counted = engine.frame(f"SELECT raw, count(*) AS entries FROM ({parts}) AS a GROUP BY raw")
    made = keys(kind, counted["raw"].to_list())
    # Engines give groups in any order; numbers must not depend on it.
    return kind, made.with_columns(entries=counted["entries"]).sort("raw")


def _words(found: Sequence[tuple[str, pl.DataFrame]]) -> pl.DataFrame:
    """Every key and root of every kind, numbered in alphabetical order from 1, with a number that
    two words share if one is the other with its letters in another order, and their digits.
    """
    texts = [frame[column] for _, frame in found for column in ("key", "root")]
    every = pl.concat(texts).unique().sort() if texts else pl.Series("key", [], pl.String)
    every = every.filter(every != "")
    return pl.DataFrame(
        {
            "id": np.arange(1, len(every) + 1, dtype=np.int32),
            "key": every.alias("key"),
            "letters": _letters(every),
            "digits": every.str.replace_all("[^0-9]", ""),
        }
    )


def _letters(words: pl.Series) -> pl.Series:
    """The sum of one large number for each letter: the order of letters has no part in it."""
    if words.is_empty():
        return pl.Series([], dtype=pl.Int64)
    signs = np.frombuffer("".join(words.to_list()).encode("ascii"), dtype=np.uint8)
    # Sums of up to a hundred of these stay within 64 bits.
    of_sign = np.random.default_rng(0).integers(0, 2**56, 128, dtype=np.int64)
    starts = np.concatenate(([0], words.str.len_bytes().cast(pl.Int64).cum_sum()[:-1].to_numpy()))
    return pl.Series(np.add.reduceat(of_sign[signs], starts))


def _numbered(spellings: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """The dictionary of one kind with ids in place of keys; null where a value says nothing."""
    return (
        spellings.join(words.rename({"id": "word"}), on="key", how="left")
        .join(words.rename({"id": "root_id", "key": "root"}), on="root", how="left")
        .select("raw", "word", root="root_id", script="script", mixed="mixed", unknown="unknown",
                entries="entries")
    )  # fmt: skip


def _bits(spellings: pl.DataFrame, column: str) -> pl.DataFrame:
    """id, bits, entries: minus the logarithm of the share of entries that carry the word."""
    counted = (
        spellings.filter(pl.col(column).is_not_null())
        .group_by(id=pl.col(column))
        .agg(pl.col("entries").sum().cast(pl.Int64))
        .sort("id")
    )
    return counted.with_columns(bits=_rarity(counted["entries"]))


def _rarity(entries: pl.Series) -> pl.Series:
    counts = entries.to_numpy().astype(float)
    total = counts.sum() if counts.size else 1.0
    bits = np.minimum(np.log2(total / np.maximum(counts, 1)), MOST_BITS)
    return pl.Series(np.rint(CENTIBITS * bits).astype(np.int32))


def _values(engine: Engine, name: str, columns: Sequence[str], order: str) -> None:
    """Small dictionaries for the dates and sexes of one list."""
    if BIRTH in columns:
        engine.put(f"dates_{name}", birth_dates(_distinct(engine, name, BIRTH), order))
    if SEX in columns:
        raw = _distinct(engine, name, SEX)
        made = {"raw": raw, "sex": [sex(value) for value in raw]}
        engine.put(f"sexes_{name}", pl.DataFrame(made, {"raw": pl.String, "sex": pl.Int8}))


def _distinct(engine: Engine, name: str, role: str) -> list[str]:
    found = engine.frame(f"SELECT DISTINCT {role} AS raw FROM {name}_raw WHERE {role} IS NOT NULL")
    return sorted(found["raw"].to_list())


def _record_select(name: str, columns: Sequence[str], kinds: Sequence[str]) -> str:
    """One row per row of the raw table; a column that the list lacks is NULL throughout."""
    chosen, joins = ["r.row"], []
    for kind in KINDS:
        roots = [f"{kind}_root"] if kind in ROOTED else []
        if kind in columns and kind in kinds:
            joins.append(f"LEFT JOIN spelling_{kind} d_{kind} ON r.{kind} = d_{kind}.raw")
            chosen += [f"d_{kind}.word AS {kind}", *(f"d_{kind}.root AS {root}" for root in roots)]
        else:
            chosen += [f"CAST(NULL AS INTEGER) AS {column}" for column in (kind, *roots)]
    for role, table, made in (
        (BIRTH, "dates", ("birth", "birth_year")),
        (SEX, "sexes", ("sex",)),
    ):
        if role in columns:
            joins.append(f"LEFT JOIN {table}_{name} ON r.{role} = {table}_{name}.raw")
            chosen += [f"{table}_{name}.{column} AS {column}" for column in made]
        else:
            chosen += [f"CAST(NULL AS INTEGER) AS {column}" for column in made]
    for role in NUMBERS:
        text = f"upper(r.{role})" if role in columns else "CAST(NULL AS VARCHAR)"
        chosen.append(f"nullif(regexp_replace({text}, '[^0-9A-Z]', '', 'g'), '') AS {role}")
    return f"SELECT {', '.join(chosen)} FROM {name}_raw r {' '.join(joins)}"


def _birth_bits(engine: Engine, lists: Mapping[str, str]) -> pl.DataFrame:
    parts = " UNION ALL ".join(
        f"SELECT birth AS id, count(*) AS entries FROM {name}"
        " WHERE birth IS NOT NULL GROUP BY birth"
        for name in lists
    )
    counted = engine.frame(
        f"SELECT id, CAST(sum(entries) AS BIGINT) AS entries FROM ({parts}) AS a GROUP BY id"
    ).sort("id")
    return counted.with_columns(bits=_rarity(counted["entries"]))


def _columns_in_use(engine: Engine, lists: Mapping[str, str]) -> frozenset[str]:
    every = (*KINDS, "birth", "sex", *NUMBERS)
    counts = ", ".join(f"count({column}) AS {column}" for column in every)
    used: set[str] = set(every)
    for name in lists:
        found = engine.frame(f"SELECT {counts} FROM {name}").row(0, named=True)
        used &= {column for column, n in found.items() if n}
    return frozenset(used)


def _dated(engine: Engine, lists: Mapping[str, str]) -> bool:
    """Most numbers hold year, month and day of birth in a row, with two digits of the year."""
    held = "position(substr(CAST(birth AS VARCHAR), 3) IN number) > 0"
    for name in lists:
        with_date, both = engine.row(
            f"SELECT coalesce(sum(CASE WHEN {held} THEN 1 ELSE 0 END), 0), count(*) FROM {name}"
            " WHERE number IS NOT NULL AND birth IS NOT NULL"
        )
        if both and with_date > both / 2:
            return True
    return False
