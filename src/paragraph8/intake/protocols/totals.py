"""Totals that a publisher gives beside its protocols, as official figures."""

from collections.abc import Mapping

import polars as pl

from paragraph8.intake.limits import Limits
from paragraph8.intake.protocols.base import missing_columns
from paragraph8.intake.protocols.cells import number_of, whole_numbers
from paragraph8.intake.protocols.declaration import Declaration, TotalsFile, election_id
from paragraph8.intake.readers import read_rows
from paragraph8.kernel.problem import Problem
from paragraph8.tables.contracts import BY_NAME
from paragraph8.tables.words import CHANNELS

WORDS_FOR_ALL = {"total": "all"}


def official_totals(
    declaration: Declaration,
    files: Mapping[str, bytes],
    contestants: pl.DataFrame,
    elections: set[str],
    limits: Limits,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of official_figure, and faults, from those of `files` that hold totals.

    Only the `elections` that were imported are looked at. Labels are matched to contestants by
    name; a label that names none, and a cell that is no number, become faults with their text.
    Raises Problem intake.missing_column, mapping.unknown_channel, and those of `read_rows`.
    """
    side = declaration.totals_file
    figures = [BY_NAME["official_figure"].empty()]
    faults = [BY_NAME["fault"].empty()]
    for file, content in files.items():
        if side is None or not side.name.fullmatch(file.removesuffix(".gz")):
            continue
        for column_figures, column_faults in _read(
            declaration, side, file, content, contestants, elections, limits
        ):
            figures.append(column_figures)
            faults.append(column_faults)
    return pl.concat(figures, how="diagonal_relaxed"), pl.concat(faults, how="diagonal_relaxed")


def _read(
    declaration: Declaration,
    side: TotalsFile,
    file: str,
    content: bytes,
    contestants: pl.DataFrame,
    elections: set[str],
    limits: Limits,
) -> list[tuple[pl.DataFrame, pl.DataFrame]]:
    raw = read_rows(file, content, side.options, limits)
    missing_columns(raw, [side.label])
    found = []
    for column in raw.rows.columns:
        match = side.columns.fullmatch(column)
        if not match or match["election"] not in declaration.days:
            continue
        election = election_id(declaration, declaration.days[match["election"]])
        if election in elections:
            channel = _channel(declaration, match["channel"])
            found.append(_column(raw.rows, side, column, election, channel, file, contestants))
    return found


def _channel(declaration: Declaration, word: str) -> str:
    channel = WORDS_FOR_ALL.get(word, word)
    if channel not in CHANNELS:
        known = ", ".join(CHANNELS)
        raise Problem(
            "mapping.unknown_channel", file=declaration.file, channel=channel, known=known
        )
    return channel


def _column(
    rows: pl.DataFrame,
    side: TotalsFile,
    column: str,
    election: str,
    channel: str,
    file: str,
    contestants: pl.DataFrame,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    numbers, wrong = whole_numbers(rows.select("source_row", side.label, column), [column], "")
    known = contestants.filter(pl.col("election") == election).select(
        "contest", "contestant", label="name"
    )
    given = numbers.drop_nulls(number_of(column)).with_columns(label=pl.col(side.label))
    unknown = given.join(known, on="label", how="anti").select(
        "source_row",
        column=pl.lit(side.label),
        code=pl.lit("fault.unknown_contestant"),
        raw=pl.col("label"),
    )
    figures = given.join(known, on="label").select(
        "contest",
        "contestant",
        pl.col("source_row").cast(pl.Int64),
        value=pl.col(number_of(column)),
        election=pl.lit(election),
        channel=pl.lit(channel),
        field=pl.lit("votes"),
        version=pl.lit(1, dtype=pl.Int64),
        source_file=pl.lit(file),
    )
    faults = pl.concat([wrong, unknown]).with_columns(source_file=pl.lit(file))
    return figures, faults.with_columns(pl.col("source_row").cast(pl.Int64))
