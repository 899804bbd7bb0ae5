"""A declaration: how one publisher's files differ from all others. Read from TOML.

A built-in format and a user's mapping file are the same thing; `docs/how-to/map-your-own-file.md`
explains every entry. Entries that nobody reads are refused, so that a typing error cannot pass.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from paragraph8.intake.readers import FileOptions
from paragraph8.kernel.entries import Entries, read_toml
from paragraph8.kernel.problem import Problem
from paragraph8.tables.tables import Source
from paragraph8.tables.words import CHANNELS, FIELDS, SOURCES, STATION_CHANNELS, STATION_KINDS


@dataclass(frozen=True, slots=True)
class CodePart:
    """One part of a code: a column, of which a pattern's first group is taken, as a number if so.

    An optional part is left out where the column is absent and is "-" where its cell is empty.
    """

    column: str
    pattern: str | None = None
    number: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """`word` applies where `column` holds one of `equals` (or none of `not_equals`)."""

    word: str
    column: str
    equals: tuple[str, ...] = ()
    not_equals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AreaLevel:
    """One level of the tree of areas: its column, and names for codes where the file has none."""

    level: str
    column: str
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StationColumns:
    code: tuple[CodePart, ...]
    areas: tuple[AreaLevel, ...]
    kinds: tuple[Condition, ...]
    channels: tuple[Condition, ...]
    default_channels: str
    longitude: str | None
    latitude: str | None


@dataclass(frozen=True, slots=True)
class VoteColumns:
    """Which columns hold votes: those that fully match `columns` (first group = contestant code),
    or all after the column `after` (whole name = contestant code). An optional one may match none.
    """

    channel: str
    columns: re.Pattern[str] | None
    after: str | None
    optional: bool


@dataclass(frozen=True, slots=True)
class ProtocolColumns:
    """One protocol per row, as seen by one source: (field, channel) -> columns that are summed."""

    source: str
    fields: Mapping[tuple[str, str], tuple[str, ...]]
    votes: tuple[VoteColumns, ...]
    signed_on: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ResultsFile:
    name: re.Pattern[str] | None
    options: FileOptions
    thousands: str
    contest: str
    contest_column: str | None
    station: StationColumns
    protocols: tuple[ProtocolColumns, ...]


@dataclass(frozen=True, slots=True)
class NamesFile:
    """A file that gives contestants their names: code and label columns."""

    name: re.Pattern[str]
    options: FileOptions
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class TotalsFile:
    """A file with announced totals: a row per contestant label, a column per election and channel.

    `columns` has the groups `election` and `channel` (total stands for all channels).
    """

    name: re.Pattern[str]
    options: FileOptions
    label: str
    columns: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Declaration:
    file: str
    country: str
    title: str
    round: int
    simulated: bool
    days: Mapping[str, date]
    source: Source
    as_of: str
    results: tuple[ResultsFile, ...]
    names_file: NamesFile | None
    totals_file: TotalsFile | None
    names: Mapping[str, Mapping[str, str]]
    none_codes: tuple[str, ...]
    contestant_kind: str


def election_id(declaration: Declaration, day: date) -> str:
    """The id of the election of that day: country and day, bg-2023-04-02."""
    return f"{declaration.country.lower()}-{day.isoformat()}"


def read_declaration(file: str, text: str) -> Declaration:
    """The declaration in this TOML text; `file` is its display name.

    Raises Problem mapping.not_toml, mapping.missing_entry, mapping.unknown_entry,
    mapping.unknown_field, mapping.unknown_channel, mapping.unknown_source, mapping.bad_pattern,
    mapping.bad_value.
    """
    top = read_toml(file, text)
    election = top.table("election")
    source = top.table("source")
    contestants = top.table("contestants", optional=True)
    options = file_options(top.table("file", optional=True))
    declaration = Declaration(
        file=file,
        country=election.text("country"),
        title=election.text("title"),
        round=election.number("round", default=1),
        simulated=election.flag("simulated"),
        days=_days(election),
        as_of=source.text("as_of"),
        source=Source(
            source.text("title"),
            source.text("licence"),
            source.text("attribution"),
            source.text("path", default=""),
        ),
        results=tuple(_results(entry, *options) for entry in top.tables("results")),
        names_file=_names_file(contestants.table("file", optional=True)),
        totals_file=_totals_file(top.table("totals", optional=True)),
        names=contestants.names("names"),
        none_codes=contestants.texts("none"),
        contestant_kind=contestants.word("kind", ("list", "candidate"), default="list"),
    )
    top.refuse_unread()
    return declaration


def _days(election: Entries) -> dict[str, date]:
    if election.has("days"):
        table = election.table("days")
        return {key: table.day(key) for key in table.entry_names()}
    return {"": election.day("day")}


def file_options(entry: Entries) -> tuple[FileOptions, str]:
    """How a file is written, and what separates thousands in it. Raises mapping.bad_value."""
    default = FileOptions()
    options = FileOptions(
        delimiter=entry.text("delimiter", default=default.delimiter),
        encoding=entry.encoding("encoding", default=default.encoding),
        header_row=entry.number("header_row", default=default.header_row),
        sheet=entry.text("sheet", default="") or None,
    )
    if len(options.delimiter) != 1:
        raise Problem(
            "mapping.bad_value",
            file=entry.file,
            where=f"{entry.where} delimiter",
            value=options.delimiter,
            expected="one character",
        )
    return options, entry.text("thousands", default="")


def _results(entry: Entries, options: FileOptions, thousands: str) -> ResultsFile:
    """Raises mapping.bad_value for a source given twice: its protocols would have one id."""
    if entry.has("file"):
        options, thousands = file_options(entry.table("file"))
    contest_column = entry.text("contest_column", default="") or None
    protocols = tuple(_protocol(part) for part in entry.tables("protocols"))
    given = [part.source for part in protocols]
    if len(set(given)) < len(given):
        raise Problem(
            "mapping.bad_value",
            file=entry.file,
            where=f"source in {entry.where} [[protocols]]",
            value=", ".join(given),
            expected="each source once; put all its fields and votes into one entry",
        )
    return ResultsFile(
        name=entry.optional_pattern("name"),
        options=options,
        thousands=thousands,
        contest=entry.text("contest", default="list"),
        contest_column=contest_column,
        station=station_columns(entry.table("station")),
        protocols=protocols,
    )


def station_columns(entry: Entries) -> StationColumns:
    """The columns that say which station, where it lies and what it offers.

    Raises mapping.missing_entry, mapping.bad_value, mapping.bad_pattern.
    """
    code = tuple(_code_part(part) for part in entry.texts_or_tables("code"))
    if all(part.optional for part in code):
        raise Problem(
            "mapping.bad_value",
            file=entry.file,
            where=f"code in {entry.where}",
            value=[part.column for part in code],
            expected="at least one column that is not optional",
        )
    return StationColumns(
        code=code,
        areas=tuple(
            AreaLevel(part.text("level"), part.text("column"), part.mapping("names"))
            for part in entry.tables("areas", optional=True)
        ),
        kinds=tuple(condition(p, STATION_KINDS) for p in entry.tables("kinds", optional=True)),
        channels=tuple(
            condition(p, STATION_CHANNELS) for p in entry.tables("channels", optional=True)
        ),
        default_channels=entry.word("default_channels", STATION_CHANNELS, default="unknown"),
        longitude=entry.text("longitude", default="") or None,
        latitude=entry.text("latitude", default="") or None,
    )


def _code_part(part: str | Entries) -> CodePart:
    if isinstance(part, str):
        return CodePart(part)
    pattern = part.optional_pattern("pattern")
    if pattern and not (pattern.groups and _polars_reads(pattern.pattern)):
        raise Problem(
            "mapping.bad_pattern",
            file=part.file,
            pattern=pattern.pattern,
            reason="it needs a group ( ), and cannot look ahead or behind or refer back",
        )
    return CodePart(
        part.text("column"),
        pattern.pattern if pattern else None,
        part.flag("number"),
        part.flag("optional"),
    )


def _polars_reads(pattern: str) -> bool:
    try:
        pl.Series([""]).str.extract(pattern, 1)
    except pl.exceptions.ComputeError:
        return False
    return True


def condition(entry: Entries, words: tuple[str, ...]) -> Condition:
    """A condition on a column. Raises mapping.missing_entry, mapping.bad_value."""
    equals, not_equals = entry.texts("equals"), entry.texts("not_equals")
    if not equals and not not_equals:
        # Without values the word would apply to every station.
        missing = f"equals or not_equals in {entry.where}"
        raise Problem("mapping.missing_entry", file=entry.file, entry=missing)
    return Condition(entry.word("word", words), entry.text("column"), equals, not_equals)


def _protocol(entry: Entries) -> ProtocolColumns:
    source = entry.text("source")
    if source not in SOURCES:
        known = ", ".join(SOURCES)
        raise Problem("mapping.unknown_source", file=entry.file, source=source, known=known)
    fields = entry.table("fields", optional=True)
    return ProtocolColumns(
        source=source,
        fields={
            _field_and_channel(entry.file, name): fields.some_texts(name)
            for name in fields.entry_names()
        },
        votes=tuple(_votes(part) for part in entry.tables("votes", optional=True)),
        signed_on=_signed_on(entry.table("signed_on", optional=True)),
    )


def _signed_on(entry: Entries) -> dict[str, str]:
    if not entry:
        return {}
    if entry.has("column"):
        return {"column": entry.text("column"), "format": entry.text("format", default="%Y-%m-%d")}
    return {part: entry.text(part) for part in ("year", "month", "day")}


def _field_and_channel(file: str, name: str) -> tuple[str, str]:
    field_name, _, channel = name.partition(":")
    if field_name not in FIELDS:
        known = ", ".join(FIELDS)
        raise Problem("mapping.unknown_field", file=file, field=field_name, known=known)
    return field_name, _channel(file, channel or "all")


def _channel(file: str, channel: str) -> str:
    if channel not in CHANNELS:
        known = ", ".join(CHANNELS)
        raise Problem("mapping.unknown_channel", file=file, channel=channel, known=known)
    return channel


def _votes(entry: Entries) -> VoteColumns:
    after = entry.text("after", default="") or None
    columns = None if after else entry.pattern("columns")
    channel = _channel(entry.file, entry.text("channel", default="all"))
    return VoteColumns(channel, columns, after, entry.flag("optional"))


def _names_file(entry: Entries) -> NamesFile | None:
    if not entry:
        return None
    options, _ = file_options(entry)
    name = entry.pattern("name")
    return NamesFile(name, options, entry.text("code"), entry.text("label"))


def _totals_file(entry: Entries) -> TotalsFile | None:
    if not entry:
        return None
    options, _ = file_options(entry)
    columns = entry.pattern("columns")
    if not {"election", "channel"} <= set(columns.groupindex):
        reason = "it needs the groups (?P<election> ) and (?P<channel> )"
        raise Problem(
            "mapping.bad_pattern", file=entry.file, pattern=columns.pattern, reason=reason
        )
    return TotalsFile(entry.pattern("name"), options, entry.text("label"), columns)
