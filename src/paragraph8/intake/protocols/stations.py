"""Station codes, the tree of areas, and what kind of station a row speaks of."""

from collections.abc import Iterator, Sequence

import polars as pl

from paragraph8.intake.protocols.cells import position
from paragraph8.intake.protocols.declaration import (
    AreaLevel,
    CodePart,
    Condition,
    StationColumns,
)

AREA_SEPARATOR = "/"


def station_code(parts: Sequence[CodePart], columns: Sequence[str]) -> pl.Expr:
    """The code of a station: its parts joined by points; null where a needed part is missing."""
    there = [part for part in parts if part.column in columns]
    return pl.concat_str([_part(part) for part in there], separator=".")


def add_station(
    rows: pl.DataFrame, columns: StationColumns
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """`rows` with the columns of the table `station` (except election), and position faults."""
    faults = []
    placed = rows.with_columns(
        area=area_code(columns.areas),
        kind=first_word(columns.kinds, "ordinary"),
        station_channels=first_word(columns.channels, columns.default_channels),
    )
    for name, column, limit in (
        ("longitude", columns.longitude, 180.0),
        ("latitude", columns.latitude, 90.0),
    ):
        if column is None:
            placed = placed.with_columns(pl.lit(None, dtype=pl.Float64).alias(name))
            continue
        degrees, wrong = position(rows, column, limit)
        placed = placed.with_columns(degrees.alias(name))
        faults.append(wrong)
    return placed, faults


def areas(rows: pl.DataFrame, levels: Sequence[AreaLevel]) -> Iterator[pl.DataFrame]:
    """The areas that these rows lie in, level by level (area, parent, level, name)."""
    for depth, level in enumerate(levels, start=1):
        parent = area_code(levels[: depth - 1]) if depth > 1 else pl.lit(None, dtype=pl.String)
        code = pl.col(level.column)
        yield (
            rows.select(
                area=area_code(levels[:depth]),
                parent=parent,
                level=pl.lit(level.level),
                name=code.replace(level.names) if level.names else code,
            )
            .unique("area")
            .drop_nulls("area")
        )


def _part(part: CodePart) -> pl.Expr:
    text = pl.col(part.column)
    if part.pattern:
        text = text.str.extract(part.pattern, 1)
    if part.number:
        text = text.str.replace(r"^0+(\d)", "$1")
    return text.fill_null("-") if part.optional else text


def area_code(levels: Sequence[AreaLevel]) -> pl.Expr:
    """The code of the area that the lowest of `levels` names; null where one of them is empty."""
    if not levels:
        return pl.lit(None, dtype=pl.String)
    # A slash inside a code would look like a further level.
    codes = [
        pl.col(level.column).str.replace_all(AREA_SEPARATOR, "-", literal=True) for level in levels
    ]
    return pl.concat_str(codes, separator=AREA_SEPARATOR)


def first_word(conditions: Sequence[Condition], otherwise: str) -> pl.Expr:
    """The word of the first condition that holds in a row."""
    word = pl.lit(otherwise)
    for condition in reversed(conditions):
        cell = pl.col(condition.column)
        holds = (
            cell.is_in(condition.equals) if condition.equals else ~cell.is_in(condition.not_equals)
        )
        word = pl.when(holds).then(pl.lit(condition.word)).otherwise(word)
    return word
