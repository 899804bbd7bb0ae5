"""How one list of stations or of contestants is written. Read from TOML, or taken from its header.

A mapping may be left out where the columns have our own names:

stations      code, name, kind, channels, registered, longitude, latitude, and where a station lies:
              region and district, or area (a path: North/Oak). Only code is needed.
contestants   contest, code, place, name, kind. Only code is needed: contest is then `list`, place
              the order of the rows, name the code, kind `list`.

`kind` and `channels` then hold the words of `tables.words`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from paragraph8.intake.protocols.base import columns_of_station
from paragraph8.intake.protocols.declaration import (
    AreaLevel,
    CodePart,
    Condition,
    StationColumns,
    condition,
    file_options,
    station_columns,
)
from paragraph8.intake.readers import FileOptions
from paragraph8.kernel.entries import Entries, read_toml
from paragraph8.kernel.problem import Problem
from paragraph8.tables.words import CONTESTANT_KINDS, STATION_CHANNELS, STATION_KINDS

AREA_COLUMNS = ("region", "district")
STATION_COLUMNS = (
    "code",
    *AREA_COLUMNS,
    "area",
    "name",
    "kind",
    "channels",
    "registered",
    "longitude",
    "latitude",
)
CONTESTANT_COLUMNS = ("contest", "code", "place", "name", "kind")
# The longest text that a list may hold, in signs.
LONGEST = {
    "station": 60,
    "area": 100,
    "area name": 200,
    "level": 40,
    "station name": 300,
    "contest": 40,
    "contestant": 40,
    "contestant name": 200,
}


@dataclass(frozen=True, slots=True)
class StationList:
    """One list of stations.

    station   columns that results files have too; see `protocols.declaration`
    area      a column with the whole path of an area, in place of `station.areas`
    words     kind, channels -> the column that holds our own words for it
    """

    file: str
    options: FileOptions
    thousands: str
    station: StationColumns
    area: str | None = None
    name: str | None = None
    registered: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def needed(self) -> list[str]:
        """Columns that the file must have."""
        more = (self.area, self.name, self.registered, *self.words.values())
        return [*columns_of_station(self.station), *(column for column in more if column)]

    @property
    def asked(self) -> set[str]:
        """Columns that are read where they are there."""
        return {*self.needed, *(part.column for part in self.station.code)}


@dataclass(frozen=True, slots=True)
class ContestantList:
    """One list of contestants; `contest` is the ballot where no column names it."""

    file: str
    options: FileOptions
    thousands: str
    code: str
    contest: str
    contest_column: str | None = None
    place: str | None = None
    name: str | None = None
    kind: str = "list"
    kinds: tuple[Condition, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def needed(self) -> list[str]:
        """Columns that the file must have."""
        more = (self.contest_column, self.place, self.name, *self.words.values())
        conditions = [its.column for its in self.kinds]
        return [self.code, *(column for column in more if column), *conditions]

    @property
    def asked(self) -> set[str]:
        """Columns that are read."""
        return set(self.needed)


def read_station_list(file: str, text: str) -> StationList:
    """The list of stations that this TOML text declares; `file` is its display name.

    Raises Problem mapping.not_toml, mapping.missing_entry, mapping.unknown_entry,
    mapping.bad_pattern, mapping.bad_value.
    """
    top = read_toml(file, text)
    options, thousands = file_options(top.table("file", optional=True))
    entry = top.table("station")
    columns = station_columns(entry)
    words, kinds, channels = _own_words(entry, columns)
    declared = StationList(
        file=file,
        options=options,
        thousands=thousands,
        station=StationColumns(
            columns.code,
            columns.areas,
            kinds,
            channels,
            columns.default_channels,
            columns.longitude,
            columns.latitude,
        ),
        area=entry.text("area", default="") or None,
        name=entry.text("name", default="") or None,
        registered=entry.text("registered", default="") or None,
        words=words,
    )
    if declared.area and columns.areas:
        raise _bad(entry, "area", declared.area, "either area or [[areas]], not both")
    for level in columns.areas:
        _check_lengths(entry, level)
    top.refuse_unread()
    return declared


def station_list_of(file: str, options: FileOptions, columns: Sequence[str]) -> StationList:
    """The list of a file whose columns have our own names; `columns` are those it has."""
    there = {name: name for name in STATION_COLUMNS if name in columns}
    levels = tuple(AreaLevel(name, name) for name in AREA_COLUMNS if name in there)
    words: dict[str, str] = {name: name for name in ("kind", "channels") if name in there}
    return StationList(
        file=file,
        options=options,
        thousands="",
        station=StationColumns(
            code=(CodePart("code"),),
            areas=levels,
            kinds=_conditions(there.get("kind"), STATION_KINDS),
            channels=_conditions(there.get("channels"), STATION_CHANNELS),
            default_channels="unknown",
            longitude=there.get("longitude"),
            latitude=there.get("latitude"),
        ),
        area=None if levels else there.get("area"),
        name=there.get("name"),
        registered=there.get("registered"),
        words=words,
    )


def read_contestant_list(file: str, text: str) -> ContestantList:
    """The list of contestants that this TOML text declares; `file` is its display name.

    Raises the problems of `read_station_list`.
    """
    top = read_toml(file, text)
    options, thousands = file_options(top.table("file", optional=True))
    entry = top.table("contestants")
    kinds = tuple(condition(its, CONTESTANT_KINDS) for its in entry.tables("kinds", optional=True))
    column = entry.text("kind_column", default="")
    if column and kinds:
        raise _bad(entry, "kind_column", column, "either kind_column or kinds, not both")
    contest = entry.text("contest", default="list")
    if len(contest) > LONGEST["contest"]:
        raise _bad(entry, "contest", contest, f"at most {LONGEST['contest']} signs")
    declared = ContestantList(
        file=file,
        options=options,
        thousands=thousands,
        code=entry.text("code"),
        contest=contest,
        contest_column=entry.text("contest_column", default="") or None,
        place=entry.text("place", default="") or None,
        name=entry.text("name", default="") or None,
        kind=entry.word("kind", CONTESTANT_KINDS, default="list"),
        kinds=kinds or _conditions(column, CONTESTANT_KINDS),
        words={"kind": column} if column else {},
    )
    top.refuse_unread()
    return declared


def contestant_list_of(file: str, options: FileOptions, columns: Sequence[str]) -> ContestantList:
    """The list of a file whose columns have our own names; `columns` are those it has."""
    there = {name: name for name in CONTESTANT_COLUMNS if name in columns}
    return ContestantList(
        file=file,
        options=options,
        thousands="",
        code="code",
        contest="list",
        contest_column=there.get("contest"),
        place=there.get("place"),
        name=there.get("name"),
        kinds=_conditions(there.get("kind"), CONTESTANT_KINDS),
        words={"kind": "kind"} if "kind" in there else {},
    )


def _own_words(
    entry: Entries, columns: StationColumns
) -> tuple[dict[str, str], tuple[Condition, ...], tuple[Condition, ...]]:
    """Columns that hold our own words, and the conditions for kind and channels."""
    words: dict[str, str] = {}
    conditions = {"kind": columns.kinds, "channels": columns.channels}
    known = {"kind": STATION_KINDS, "channels": STATION_CHANNELS}
    for name, its in conditions.items():
        column = entry.text(f"{name}_column", default="")
        if column and its:
            raise _bad(entry, f"{name}_column", column, "either the column or conditions, not both")
        if column:
            words[name] = column
            conditions[name] = _conditions(column, known[name])
    return words, conditions["kind"], conditions["channels"]


def _conditions(column: str | None, words: tuple[str, ...]) -> tuple[Condition, ...]:
    return tuple(Condition(word, column, equals=(word,)) for word in words) if column else ()


def _check_lengths(entry: Entries, level: AreaLevel) -> None:
    texts = [("level", level.level), *(("area name", name) for name in level.names.values())]
    for what, text in texts:
        if len(text) > LONGEST[what]:
            raise _bad(entry, "areas", text, f"at most {LONGEST[what]} signs")


def _bad(entry: Entries, key: str, value: object, expected: str) -> Problem:
    where = f"{key} in {entry.where}"
    return Problem(
        "mapping.bad_value", file=entry.file, where=where, value=value, expected=expected
    )
