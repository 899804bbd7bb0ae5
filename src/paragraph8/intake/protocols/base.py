"""The base: rows of any declared file into tables, every row accounted for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from paragraph8.intake.limits import Limits
from paragraph8.intake.protocols.cells import NO_FAULTS, dates, number_of, whole_numbers
from paragraph8.intake.protocols.declaration import (
    ProtocolColumns,
    ResultsFile,
    StationColumns,
)
from paragraph8.intake.protocols.stations import add_station, areas, station_code
from paragraph8.intake.readers import RawRows, read_rows
from paragraph8.kernel.problem import Problem

Frames = dict[str, list[pl.DataFrame]]
STATION = ("election", "contest", "station")
Column = tuple[str, str, str]  # first key, second key, column of the file


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file: rows read, protocols made, faults kept, columns nobody asked for."""

    file: str
    rows: int
    protocols: int
    faults: int
    unused_columns: tuple[str, ...]


def rows_to_frames(
    file: str,
    content: bytes,
    results: ResultsFile,
    election: str,
    limits: Limits,
    earlier: Sequence[pl.DataFrame],
) -> tuple[Frames, FileReport]:
    """The tables that one file of results gives, as frames still to be shaped and joined.

    Every row becomes a protocol for each of the declared sources that has a number in it, or is
    kept as text in the table `fault`. `earlier` are the protocols of the files before this one: a
    station that a source has given there too is a further copy. Raises the problems of
    `read_rows`, intake.missing_column, intake.nothing_usable.
    """
    raw = read_rows(file, content, results.options, limits)
    used = _check_columns(raw, results)
    number_columns = [
        column
        for part in results.protocols
        for _, _, column in (*_field_columns(part), *_vote_columns(part, raw.rows.columns))
    ]
    # Columns of our own like "station" cover those of the file: read all from the file before.
    rows, wrong = whole_numbers(raw.rows, number_columns, results.thousands)
    keys = _keys(raw.rows, results, election)
    rows, misplaced = add_station(rows, results.station)
    placed = keys["station"].is_not_null()
    rows = rows.with_columns(keys).filter(placed)
    wrong, *misplaced = (
        faults.join(rows, on="source_row", how="semi") for faults in (wrong, *misplaced)
    )
    asked = [c for c in raw.rows.columns if c in {*used, *number_columns}]
    lost = row_faults(raw.rows.filter(~placed), asked, "fault.no_station")
    frames: Frames = {"fault": [ragged_faults(raw), lost, *misplaced]}
    area_frames = list(areas(raw.rows.filter(placed), results.station.areas))
    frames |= _station_frames(rows, area_frames, election)
    frames["ballot"] = [_ballot(results, raw.rows.columns, election)]
    for part in results.protocols:
        _add_protocols(frames, rows, part, wrong, raw, earlier)
    silent = raw.rows.join(_silent_rows(rows, frames["protocol"]), on="source_row", how="semi")
    frames["fault"].append(row_faults(silent, asked, "fault.no_numbers"))
    _check_usable(raw, frames, wrong)
    # A cell or row that two sources share is one fault, named with the first of them.
    faults = pl.concat(_with_file(fault, raw.file) for fault in frames["fault"])
    faults = faults.unique(["source_row", "column", "code"], keep="first", maintain_order=True)
    frames["fault"] = [faults]
    made = sum(frame.height for frame in frames["protocol"])
    unused = tuple(c for c in raw.rows.columns if c not in {*used, *number_columns, "source_row"})
    read = raw.rows.height + len(raw.ragged)
    return frames, FileReport(raw.file, read, made, faults.height, unused)


def missing_columns(raw: RawRows, needed: Sequence[str]) -> None:
    """Raises Problem intake.missing_column if `raw` lacks one of the needed columns."""
    missing = [column for column in dict.fromkeys(needed) if column not in raw.rows.columns]
    if missing:
        found = ", ".join(c for c in raw.rows.columns if c != "source_row")
        names = ", ".join(missing)
        raise Problem("intake.missing_column", file=raw.file, missing=names, found=found)


def _check_columns(raw: RawRows, results: ResultsFile) -> list[str]:
    needed = columns_of_station(results.station)
    if results.contest_column:
        needed.append(results.contest_column)
    for part in results.protocols:
        needed += [column for _, _, column in _field_columns(part)]
        needed += [column for key, column in part.signed_on.items() if key != "format"]
        needed += [votes.after for votes in part.votes if votes.after]
    missing_columns(raw, needed)
    for part in results.protocols:
        for votes in part.votes:
            found = (
                votes.optional or not votes.columns or _matching(votes.columns, raw.rows.columns)
            )
            if not found and votes.columns:
                missing_columns(raw, [f"like {votes.columns.pattern}"])
    return [*needed, *(part.column for part in results.station.code)]


def columns_of_station(station: StationColumns) -> list[str]:
    """The columns of a file that it must have so that a station can be read from it."""
    return [
        *(part.column for part in station.code if not part.optional),
        *(level.column for level in station.areas),
        *(condition.column for condition in (*station.kinds, *station.channels)),
        *(column for column in (station.longitude, station.latitude) if column),
    ]


def _keys(rows: pl.DataFrame, results: ResultsFile, election: str) -> pl.DataFrame:
    """election, contest and station of each row; the station is null where its code is missing."""
    contest = (
        pl.col(results.contest_column).fill_null(results.contest)
        if results.contest_column
        else pl.lit(results.contest)
    )
    station = station_code(results.station.code, rows.columns)
    return rows.select(election=pl.lit(election), contest=contest, station=station)


def _silent_rows(rows: pl.DataFrame, protocols: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The rows of stations from which no source has a number."""
    silent = rows.select("source_row")
    for made in protocols:
        silent = silent.join(made, on="source_row", how="anti")
    return silent


def row_faults(rows: pl.DataFrame, asked: Sequence[str], code: str) -> pl.DataFrame:
    """Whole rows as faults. Only columns that the mapping asks for are kept: others may hold names
    of people, which must not enter a snapshot."""
    return rows.select(
        "source_row",
        column=pl.lit("*"),
        code=pl.lit(code),
        raw=pl.concat_str(asked, separator=";", ignore_nulls=True),
    )


def _station_frames(
    rows: pl.DataFrame, area_frames: Sequence[pl.DataFrame], election: str
) -> Frames:
    stations = rows.select(
        "election",
        "station",
        "area",
        "kind",
        "longitude",
        "latitude",
        channels="station_channels",
    )
    named = [frame.with_columns(election=pl.lit(election)) for frame in area_frames]
    contests = rows.select("election", "contest").unique()
    return {"station": [stations], "area": named, "contest": [contests]}


def _ballot(results: ResultsFile, columns: Sequence[str], election: str) -> pl.DataFrame:
    """Contestant codes in the order of the file's columns."""
    codes = [code for part in results.protocols for code, _, _ in _vote_columns(part, columns)]
    distinct = list(dict.fromkeys(codes))
    order = pl.int_range(1, pl.len() + 1)
    return pl.DataFrame({"contestant": distinct}, schema={"contestant": pl.String}).with_columns(
        election=pl.lit(election), ballot_order=order
    )


def _add_protocols(
    frames: Frames,
    rows: pl.DataFrame,
    part: ProtocolColumns,
    wrong: pl.DataFrame,
    raw: RawRows,
    earlier: Sequence[pl.DataFrame],
) -> None:
    """Append the protocols of one source, their figures, votes and faults."""
    fields = _field_columns(part)
    votes = _vote_columns(part, raw.rows.columns)
    columns = sorted({column for _, _, column in (*fields, *votes)})
    own = wrong.filter(pl.col("column").is_in(columns))
    # A source without a single number in a row has not reported on that station.
    reported = pl.any_horizontal(pl.col(number_of(column)).is_not_null() for column in columns)
    if own.height:
        reported = reported | pl.col("source_row").is_in(own["source_row"].implode())
    numbered = _number_copies(rows.filter(reported), part.source, earlier)
    signed_on: pl.Series | pl.Expr = pl.lit(None, dtype=pl.Date)
    if part.signed_on:
        signed_on, impossible = dates(numbered, part.signed_on)
        own = pl.concat([own, impossible])
    named = numbered.select("source_row", "protocol")
    frames["fault"].append(own.join(named, on="source_row", how="left"))
    frames["fault"].append(_duplicate_faults(numbered))
    frames.setdefault("protocol", []).append(
        numbered.select(
            "protocol",
            *STATION,
            "copy",
            "source_row",
            source=pl.lit(part.source),
            source_file=pl.lit(raw.file),
            signed_on=signed_on,
        )
    )
    in_order = numbered.sort("protocol")
    sums = _sums(part)
    frames.setdefault("protocol_figure", []).append(
        _long(in_order.with_columns(**sums), fields_of(part), ("field", "channel", "value"))
    )
    frames.setdefault("protocol_vote", []).append(
        _long(
            in_order,
            [(code, channel, number_of(column)) for code, channel, column in votes],
            ("contestant", "channel", "votes"),
        )
    )


def _number_copies(
    rows: pl.DataFrame, source: str, earlier: Sequence[pl.DataFrame]
) -> pl.DataFrame:
    copy: pl.Expr = pl.lit(1)
    if rows.select(STATION).n_unique() < rows.height:
        copy = pl.int_range(1, pl.len() + 1).over(STATION, order_by="source_row")
    numbered = rows.with_columns(copy=copy.cast(pl.Int64))
    for before in earlier:
        copies = before.filter(pl.col("source") == source).group_by(STATION).len("copies before")
        numbered = (
            numbered.join(copies, on=STATION, how="left", maintain_order="left")
            .with_columns(copy=pl.col("copy") + pl.col("copies before").fill_null(0))
            .drop("copies before")
        )
    parts = [*STATION, pl.lit(source), "copy"]
    return numbered.with_columns(protocol=pl.concat_str(parts, separator="/"))


def _duplicate_faults(numbered: pl.DataFrame) -> pl.DataFrame:
    return numbered.filter(pl.col("copy") > 1).select(
        "source_row",
        column=pl.lit("*"),
        code=pl.lit("fault.duplicate_station"),
        raw=pl.col("station"),
        protocol=pl.col("protocol"),
    )


def fields_of(part: ProtocolColumns) -> list[Column]:
    """(field, channel, column of numbers); a field that sums several columns names a made one."""
    return [
        (field, channel, number_of(columns[0]) if len(columns) == 1 else _sum_name(field, channel))
        for (field, channel), columns in part.fields.items()
    ]


def _field_columns(part: ProtocolColumns) -> list[Column]:
    return [
        (field, channel, column)
        for (field, channel), columns in part.fields.items()
        for column in columns
    ]


def _sums(part: ProtocolColumns) -> dict[str, pl.Expr]:
    return {
        _sum_name(field, channel): pl.sum_horizontal(map(number_of, columns), ignore_nulls=False)
        for (field, channel), columns in part.fields.items()
        if len(columns) > 1
    }


def _sum_name(field: str, channel: str) -> str:
    return f"sum of {field}:{channel}"


def _vote_columns(part: ProtocolColumns, columns: Sequence[str]) -> list[Column]:
    found: list[Column] = []
    for votes in part.votes:
        if votes.columns:
            found += [
                (code, votes.channel, column) for code, column in _matching(votes.columns, columns)
            ]
        else:
            after = columns.index(str(votes.after)) + 1
            found += [(c, votes.channel, c) for c in columns[after:] if c != "source_row"]
    return found


def _matching(pattern: re.Pattern[str], columns: Sequence[str]) -> list[tuple[str, str]]:
    matches = ((pattern.fullmatch(column), column) for column in columns)
    return [(next(iter(m.groups()), None) or column, column) for m, column in matches if m]


def _long(
    rows: pl.DataFrame, columns: Sequence[Column], names: tuple[str, str, str]
) -> pl.DataFrame:
    """One row per protocol and column, in key order, without empty cells.

    `rows` must be SORTED BY PROTOCOL; then the result needs no sorting, which for three million
    votes is most of the work.
    """
    first, second, value = names
    if not columns or rows.is_empty():
        schema = {"protocol": pl.String, first: pl.String, second: pl.String, value: pl.Int64}
        return pl.DataFrame(schema=schema)
    ordered = sorted(columns)
    count, width = rows.height, len(ordered)
    values = [rows[column] for _, _, column in ordered]
    cells = np.column_stack([series.fill_null(-1).to_numpy() for series in values]).reshape(-1)
    protocol = np.repeat(np.arange(count, dtype=np.uint32), width)
    place = np.tile(np.arange(width, dtype=np.uint32), count)
    present = cells >= 0
    if not present.all():
        cells, protocol, place = cells[present], protocol[present], place[present]
    return pl.DataFrame(
        {
            "protocol": rows["protocol"].gather(protocol),
            first: pl.Series([key for key, _, _ in ordered]).gather(place),
            second: pl.Series([key for _, key, _ in ordered]).gather(place),
            value: cells,
        }
    )


def ragged_faults(raw: RawRows) -> pl.DataFrame:
    """The rows whose number of cells is not the header's, as faults."""
    return pl.DataFrame(
        {
            "source_row": [row for row, _ in raw.ragged],
            "column": ["*"] * len(raw.ragged),
            "code": ["fault.ragged_row"] * len(raw.ragged),
            "raw": [text for _, text in raw.ragged],
        },
        schema=NO_FAULTS.schema,
    )


def _with_file(faults: pl.DataFrame, file: str) -> pl.DataFrame:
    if "protocol" not in faults.columns:
        faults = faults.with_columns(protocol=pl.lit(None, dtype=pl.String))
    return faults.select(
        "source_row", "column", "code", "raw", "protocol", source_file=pl.lit(file)
    )


def _check_usable(
    raw: RawRows, frames: Mapping[str, list[pl.DataFrame]], wrong: pl.DataFrame
) -> None:
    """A file whose rows are all faults was given the wrong mapping: refuse it as a whole."""
    numbers = sum(
        frame.height for name in ("protocol_figure", "protocol_vote") for frame in frames[name]
    )
    if numbers:
        return
    faults = pl.concat([f.select(NO_FAULTS.columns) for f in (wrong, *frames["fault"])])
    first = faults.sort("source_row").row(0, named=True) if faults.height else {}
    raise Problem(
        "intake.nothing_usable",
        file=raw.file,
        rows=raw.rows.height + len(raw.ragged),
        row=first.get("source_row", 1),
        column=first.get("column", "*"),
        raw=first.get("raw", ""),
    )
