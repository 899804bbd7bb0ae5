"""The list of polling stations, and the areas they lie in."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from paragraph8.intake.limits import Limits
from paragraph8.intake.protocols.base import missing_columns
from paragraph8.intake.protocols.declaration import AreaLevel
from paragraph8.intake.protocols.stations import (
    AREA_SEPARATOR,
    add_station,
    area_code,
    areas,
    station_code,
)
from paragraph8.intake.readers import RawRows, read_rows
from paragraph8.intake.stations.declaration import LONGEST, StationList, station_list_of
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
from paragraph8.tables.words import STATION_CHANNELS, STATION_KINDS

STATION_FIELDS = ("area", "name", "kind", "channels", "registered", "longitude", "latitude")
AREA_FIELDS = ("code", "parent", "level", "name")
# The level of an area of which the file gives the path alone.
UNNAMED_LEVEL = "area"
WORDS = {"kind": STATION_KINDS, "channels": STATION_CHANNELS}
NO_AREAS = pl.DataFrame(schema=dict.fromkeys(AREA_FIELDS, pl.String))


@dataclass(frozen=True, slots=True)
class StationRegister:
    """What a list of stations says.

    stations   source_row, code and STATION_FIELDS, in the order of the file
    areas      AREA_FIELDS, by code: every area that a station lies in, and those above
    given      fields that the file says something about; of the others it says nothing
    """

    stations: pl.DataFrame
    areas: pl.DataFrame
    given: tuple[str, ...]
    faults: Faults
    report: ListReport


def import_stations(
    declaration: StationList | None, file: str, content: bytes, limits: Limits = Limits()
) -> StationRegister:
    """The stations and areas in a file; without a declaration its columns have our own names.

    Rows in = rows accounted for. Of a code that stands twice the first row is kept. Raises the
    problems of `read_rows`, intake.missing_column, intake.nothing_in_list.
    """
    if declaration is None:
        raw, options = read_own_columns(file, content, limits)
        declaration = station_list_of(file, options, raw.rows.columns)
    else:
        raw = read_rows(file, content, declaration.options, limits)
    its = [part.column for part in declaration.station.code if part.column in raw.rows.columns]
    missing_columns(raw, [*declaration.needed, *([] if its else ["for the code"])])
    keys, lost = _keys(raw, declaration)
    stations, wrong = _fields(raw.rows, declaration)
    stations = keys.join(stations, on="source_row", how="left", maintain_order="left")
    fields = _columns_of_fields(declaration)
    parts = [lost, *wrong]
    faults = gather(
        raw, keys.select("source_row", "code"), ["code"], parts, fields, declaration.asked
    )
    refuse_useless(raw, stations, faults.faults, "a station")
    source = raw.rows.join(stations.drop_nulls("area"), on="source_row", how="semi")
    return StationRegister(
        stations.select("source_row", "code", *STATION_FIELDS),
        _areas(source, declaration, stations),
        tuple(field for field in STATION_FIELDS if _given(declaration, field)),
        faults,
        report(raw, stations.height, faults.faults.height, declaration.asked),
    )


def _keys(raw: RawRows, declaration: StationList) -> tuple[pl.DataFrame, pl.DataFrame]:
    """source_row and code of the rows that are kept, and the faults of the others."""
    code = station_code(declaration.station.code, raw.rows.columns)
    asked = [c for c in raw.rows.columns if c in declaration.asked]
    coded = raw.rows.with_columns(code.alias("code of the station"))
    lost = [missing_key(coded, ["code of the station"], asked, "fault.no_station")]
    keys = coded.select("source_row", code="code of the station").drop_nulls("code")
    long = too_long(keys, "code", "*", LONGEST["station"])
    keys = without(keys, long)
    again = repeated(keys, ["code"], "list.repeated_station")
    return without(keys, again), pl.concat([*lost, long, again])


def _fields(
    rows: pl.DataFrame, declaration: StationList
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """source_row and STATION_FIELDS of all rows, and the faults of their cells."""
    columns = declaration.station
    registered, wrong = numbers(rows, declaration.registered, declaration.thousands)
    placed, misplaced = add_station(rows, columns)
    nothing = pl.lit(None, dtype=pl.String)
    # `placed` has columns of its own in the place of the file's: texts are read from `rows`.
    texts = rows.select(
        "source_row",
        area=_path(declaration.area) if declaration.area else _lowest(columns.areas),
        name=pl.col(declaration.name) if declaration.name else nothing,
    )
    fields = texts.with_columns(
        placed.select("kind", "longitude", "latitude"),
        channels=placed["station_channels"],
        registered=registered,
    )
    faults = [wrong, *misplaced]
    for field, longest, column in (
        ("area", LONGEST["area"], _columns_of_fields(declaration).get("area")),
        ("name", LONGEST["station name"], declaration.name),
    ):
        if column:
            faults.append(too_long(fields, field, column, longest))
            short = pl.col(field).str.len_chars() <= longest
            fields = fields.with_columns(pl.when(short).then(field).alias(field))
    faults += [
        unknown_words(rows, column, WORDS[field]) for field, column in declaration.words.items()
    ]
    return fields, faults


def _columns_of_fields(declaration: StationList) -> dict[str, str]:
    """field -> the column whose cell can be at fault for it."""
    levels = declaration.station.areas
    columns = {
        "area": declaration.area or (levels[-1].column if levels else None),
        "name": declaration.name,
        "registered": declaration.registered,
        "longitude": declaration.station.longitude,
        "latitude": declaration.station.latitude,
        **declaration.words,
    }
    return {field: column for field, column in columns.items() if column}


def _given(declaration: StationList, field: str) -> bool:
    if field == "kind":
        return bool(declaration.station.kinds)
    if field == "channels":
        its = declaration.station
        return bool(its.channels) or its.default_channels != "unknown"
    return field in _columns_of_fields(declaration)


def _lowest(levels: tuple[AreaLevel, ...]) -> pl.Expr:
    """The lowest area that a row names, going down until a cell is empty."""
    if not levels:
        return pl.lit(None, dtype=pl.String)
    return pl.coalesce(area_code(levels[:depth]) for depth in range(len(levels), 0, -1))


def _path(column: str) -> pl.Expr:
    """A path as it is written, without blanks and doubled separators."""
    path = pl.col(column).str.replace_all(r"\s*/[\s/]*", AREA_SEPARATOR)
    path = path.str.strip_chars(AREA_SEPARATOR)
    return pl.when(path != "").then(path)


def _areas(source: pl.DataFrame, declaration: StationList, stations: pl.DataFrame) -> pl.DataFrame:
    if declaration.area:
        paths = stations["area"].drop_nulls().unique(maintain_order=True)
        rows = {row["code"]: row for path in paths for row in _along(path)}
        return pl.DataFrame(list(rows.values()), schema=NO_AREAS.schema).sort("code")
    found = [
        frame.rename({"area": "code"}).select(AREA_FIELDS)
        for frame in areas(source, declaration.station.areas)
    ]
    return pl.concat([NO_AREAS, *found]).unique("code", keep="first").sort("code")


def _along(path: str) -> Iterator[dict[str, str | None]]:
    """The areas of a path from the highest down."""
    parent: str | None = None
    for name in path.split(AREA_SEPARATOR):
        code = f"{parent}{AREA_SEPARATOR}{name}" if parent else name
        yield {"code": code, "parent": parent, "level": UNNAMED_LEVEL, "name": name}
        parent = code
