"""What a file would change in an election, computed anew from its bytes each time it is asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from paragraph8.intake.limits import Limits
from paragraph8.intake.stations.contestants import (
    CONTESTANT_FIELDS,
    KEY,
    Ballots,
    import_contestants,
)
from paragraph8.intake.stations.declaration import read_contestant_list, read_station_list
from paragraph8.intake.stations.register import (
    STATION_FIELDS,
    UNNAMED_LEVEL,
    StationRegister,
    import_stations,
)
from paragraph8.intake.stations.rows import Faults
from paragraph8.kernel.problem_catalogue import CATALOGUE
from paragraph8.server.setup.changes import WITHDRAWN, Changes, Row, compare, fingerprint
from paragraph8.server.setup.models import Contestant, Election

STATIONS, CONTESTANTS = "stations", "contestants"
KINDS = (STATIONS, CONTESTANTS)
MAPPING = "the mapping"
# A list of a whole country has some ten thousand rows.
MAX_ROWS = 200_000
FAULTS_KEPT = 1_000
AREA_FIELDS = ("parent", "level", "name")
Read = StationRegister | Ballots


@dataclass(frozen=True, slots=True)
class Preview:
    """What applying a file would do, and what in it could not be read.

    rows, kept   of the file; kept are those that give a station or a contestant
    faults       row, column, code, raw, sentence, cells (column and text), in the file's order
    """

    kind: str
    rows: int
    kept: int
    faults: tuple[dict[str, Any], ...]
    unused_columns: tuple[str, ...]
    changes: tuple[Changes, ...]

    @property
    def fingerprint(self) -> str:
        """Changes if anything of what would be done changes."""
        return fingerprint(self.changes)

    def of(self, what: str) -> Changes:
        """The changes of one kind of rows."""
        return next(changes for changes in self.changes if changes.what == what)

    def outcome(self) -> dict[str, Any]:
        """What an ImportRun keeps: numbers, and the fingerprint."""
        return {
            "rows": self.rows,
            "kept": self.kept,
            "faults": len(self.faults),
            "unused_columns": list(self.unused_columns),
            "changes": {changes.what: changes.numbers() for changes in self.changes},
            "fingerprint": self.fingerprint,
        }


def list_limits() -> Limits:
    """What a list may cost."""
    return Limits(
        max_bytes=settings.P8_MAX_BYTES,
        max_unpacked_bytes=10 * settings.P8_MAX_BYTES,
        max_rows=MAX_ROWS,
        max_cells=20 * MAX_ROWS,
    )


def read_list(kind: str, file: str, content: bytes, mapping: str) -> Read:
    """What the file says. Raises the problems of the two imports and of the mapping."""
    limits = list_limits()
    if kind == STATIONS:
        stations = read_station_list(MAPPING, mapping) if mapping.strip() else None
        return import_stations(stations, file, content, limits)
    ballots = read_contestant_list(MAPPING, mapping) if mapping.strip() else None
    return import_contestants(ballots, file, content, limits)


def preview(election: Election, read: Read) -> Preview:
    """What the list would change in the election as it is now."""
    if isinstance(read, StationRegister):
        kind, changes = STATIONS, _station_changes(election, read)
    else:
        kind, changes = CONTESTANTS, _contestant_changes(election, read)
    its = read.report
    return Preview(
        kind=kind,
        rows=its.rows,
        kept=its.kept,
        faults=tuple(_shown(its.file, read.faults)),
        unused_columns=its.unused_columns,
        changes=changes,
    )


def _station_changes(election: Election, read: StationRegister) -> tuple[Changes, ...]:
    fields = ("code", *STATION_FIELDS)
    given = [
        {**row, "area": row["area"] or "", "name": row["name"] or ""}
        for row in read.stations.select(fields).to_dicts()
    ]
    there = list(election.stations.values(*fields, WITHDRAWN))
    areas_there = list(election.areas.values("code", *AREA_FIELDS, WITHDRAWN))
    areas = _with_what_is_known(read.areas.to_dicts(), areas_there)
    areas_given = "area" in read.given
    return (
        # A list without areas says nothing about them.
        compare("areas", ("code",), AREA_FIELDS, areas_there if areas_given else [], areas),
        compare(STATIONS, ("code",), read.given, there, given, read.faults.unread),
    )


def _with_what_is_known(areas: Iterable[Row], there: Sequence[Row]) -> list[Row]:
    """A list with codes of areas alone leaves the names and levels that are known as they are."""
    known = {row["code"]: row for row in there}
    given = []
    for area in areas:
        row = {**area, "parent": area["parent"] or ""}
        old = known.get(row["code"])
        if old and row["name"] == row["code"].rpartition("/")[2]:
            row["name"] = old["name"]
        if old and row["level"] == UNNAMED_LEVEL:
            row["level"] = old["level"]
        given.append(row)
    return given


def _contestant_changes(election: Election, read: Ballots) -> tuple[Changes, ...]:
    given = read.contestants.select(*KEY, *CONTESTANT_FIELDS).to_dicts()
    there = [
        {"contest": row.pop("contest__code"), **row}
        for row in Contestant.objects.filter(contest__election=election).values(
            "contest__code", "code", *CONTESTANT_FIELDS, WITHDRAWN
        )
    ]
    contests = [{"code": code} for code in dict.fromkeys(row["contest"] for row in given)]
    return (
        compare("contests", ("code",), (), list(election.contests.values("code")), contests),
        compare(CONTESTANTS, KEY, read.given, there, given, read.faults.unread),
    )


def _shown(file: str, faults: Faults) -> Iterable[dict[str, Any]]:
    for row, column, code, raw in faults.faults.rows():
        cells: Mapping[str, str] = faults.cells.get(row, {})
        yield {
            "row": row,
            "column": column,
            "code": code,
            "raw": raw,
            "sentence": CATALOGUE[code].format(file=file, row=row, column=column, raw=raw),
            "cells": [[name, text] for name, text in cells.items()],
        }
