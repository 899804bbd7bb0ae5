"""The ballots of an election, and who stands on them."""

from dataclasses import dataclass

import polars as pl

from paragraph8.intake.limits import Limits
from paragraph8.intake.protocols.base import missing_columns
from paragraph8.intake.protocols.stations import first_word
from paragraph8.intake.readers import RawRows, read_rows
from paragraph8.intake.stations.declaration import LONGEST, ContestantList, contestant_list_of
from paragraph8.intake.stations.rows import (
    Faults,
    ListReport,
    gather,
    missing_key,
    numbers,
    read_own_columns,
    refuse_useless,
    repeated,
    report,
    too_long,
    unknown_words,
    without,
)
from paragraph8.tables.words import CONTESTANT_KINDS

KEY = ("contest", "code")
CONTESTANT_FIELDS = ("place", "name", "kind")
# No ballot is longer, and a larger number would not fit where places are kept.
LARGEST_PLACE = 9_999


@dataclass(frozen=True, slots=True)
class Ballots:
    """What a list of contestants says.

    contestants   source_row, contest, code and CONTESTANT_FIELDS, in the order of the file
    given         fields that the file says something about; of the others it says nothing
    """

    contestants: pl.DataFrame
    given: tuple[str, ...]
    faults: Faults
    report: ListReport


def import_contestants(
    declaration: ContestantList | None, file: str, content: bytes, limits: Limits = Limits()
) -> Ballots:
    """The contestants in a file; without a declaration its columns have our own names.

    Rows in = rows accounted for. Of a code that stands twice in a contest the first row is kept.
    A contestant whose place is not given or cannot be read gets its place among the rows. Raises
    the problems of `read_rows`, intake.missing_column, intake.nothing_in_list.
    """
    if declaration is None:
        raw, options = read_own_columns(file, content, limits)
        declaration = contestant_list_of(file, options, raw.rows.columns)
    else:
        raw = read_rows(file, content, declaration.options, limits)
    missing_columns(raw, declaration.needed)
    keys, lost = _keys(raw, declaration)
    fields, wrong = _fields(raw.rows, declaration)
    in_order = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("contest")
    named = pl.coalesce("name", "code").str.slice(0, LONGEST["contestant name"])
    contestants = (
        keys.join(fields, on="source_row", how="left", maintain_order="left")
        .with_columns(place=pl.coalesce("place", in_order), name=named)
        .select("source_row", *KEY, *CONTESTANT_FIELDS)
    )
    parts = [lost, *wrong, *_shared_places(contestants, declaration)]
    columns = {"place": declaration.place, "name": declaration.name, **declaration.words}
    read_from = {field: column for field, column in columns.items() if column}
    faults = gather(raw, keys.select("source_row", *KEY), KEY, parts, read_from, declaration.asked)
    refuse_useless(raw, contestants, faults.faults, "a contestant")
    given = {*read_from, *(["kind"] if declaration.kinds or declaration.kind != "list" else [])}
    return Ballots(
        contestants,
        tuple(field for field in CONTESTANT_FIELDS if field in given),
        faults,
        report(raw, contestants.height, faults.faults.height, declaration.asked),
    )


def _keys(raw: RawRows, declaration: ContestantList) -> tuple[pl.DataFrame, pl.DataFrame]:
    """source_row, contest and code of the rows that are kept, and the faults of the others."""
    contest = pl.lit(declaration.contest)
    if declaration.contest_column:
        contest = pl.col(declaration.contest_column).fill_null(contest)
    asked = [c for c in raw.rows.columns if c in declaration.asked]
    lost = missing_key(raw.rows, [declaration.code], asked, "list.no_contestant")
    keys = raw.rows.select("source_row", contest=contest, code=pl.col(declaration.code))
    keys = keys.drop_nulls("code")
    long = pl.concat(
        too_long(keys, text, "*", LONGEST[what])
        for text, what in (("contest", "contest"), ("code", "contestant"))
    ).unique("source_row", keep="first")
    keys = without(keys, long)
    again = repeated(keys, KEY, "list.repeated_contestant")
    return without(keys, again), pl.concat([lost, long, again])


def _fields(
    rows: pl.DataFrame, declaration: ContestantList
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """source_row and CONTESTANT_FIELDS of all rows, and the faults of their cells."""
    place = declaration.place
    places, wrong = numbers(rows, place, declaration.thousands)
    fields = rows.select(
        "source_row",
        name=pl.col(declaration.name) if declaration.name else pl.lit(None, dtype=pl.String),
        kind=first_word(declaration.kinds, declaration.kind),
    ).with_columns(place=places)
    faults = [wrong.with_columns(code=pl.lit("list.not_a_place"))]
    if place:
        beyond = ~pl.col("place").is_between(1, LARGEST_PLACE)
        outside = fields.filter(beyond).select("source_row")
        faults.append(
            rows.join(outside, on="source_row", how="semi").select(
                "source_row",
                column=pl.lit(place),
                code=pl.lit("list.not_a_place"),
                raw=pl.col(place),
            )
        )
        fields = fields.with_columns(place=pl.when(~beyond).then("place"))
    if declaration.name:
        longest = LONGEST["contestant name"]
        faults.append(too_long(fields, "name", declaration.name, longest))
    faults += [
        unknown_words(rows, column, CONTESTANT_KINDS) for column in declaration.words.values()
    ]
    return fields, faults


def _shared_places(contestants: pl.DataFrame, declaration: ContestantList) -> list[pl.DataFrame]:
    """Faults of the contestants whose place an earlier row of the contest has: both are kept."""
    if not declaration.place:
        return []
    first = pl.struct("contest", "place").is_first_distinct()
    return [
        contestants.filter(~first).select(
            "source_row",
            column=pl.lit(declaration.place),
            code=pl.lit("list.repeated_place"),
            raw=pl.col("place").cast(pl.String),
        )
    ]
