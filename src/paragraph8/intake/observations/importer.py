"""Import of reports collected elsewhere: exports of other tools, and plain spreadsheets."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import polars as pl

from paragraph8.intake.limits import Limits
from paragraph8.intake.observations.columns import (
    Columns,
    Words,
    find_columns,
    first_filled,
    read_cells,
)
from paragraph8.intake.observations.declaration import FormFile, ObservationDeclaration
from paragraph8.intake.observations.faults import WHOLE_ROW, Fault, fault_frame
from paragraph8.intake.observations.items import Items, Question
from paragraph8.intake.observations.reports import (
    Report,
    concerns_safety,
    observation_id,
    report_frames,
)
from paragraph8.intake.readers import FileOptions, RawRows, read_rows
from paragraph8.kernel.problem import Problem
from paragraph8.tables.codebook_reader import form_items

COMPRESSED = r"(\.gz)?"
DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Register:
    """What imported reports are looked up in.

    stations, contestants, items   the tables `station`, `contestant` and `form_item`; items None
                                   is the codebook
    election, election_day         the election they belong to; contest: ballot of copied protocols
    """

    stations: pl.DataFrame
    contestants: pl.DataFrame
    election: str
    election_day: date
    contest: str = ""
    items: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file.

    rows = observations + faults of whole rows + safety (reports on the mission's safety, which are
    in no table). `faults` counts those of cells too.
    """

    file: str
    rows: int
    observations: int
    faults: int
    safety: int
    unused_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Import:
    """The tables of `report_frames`, and what became of each file."""

    frames: Mapping[str, pl.DataFrame]
    reports: tuple[FileReport, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """One file as reports, and its rows that are none."""

    file: str
    rows: int
    reports: list[Report]
    ragged: list[Fault]
    unused: tuple[str, ...]


def import_observations(
    declaration: ObservationDeclaration,
    files: Mapping[str, bytes],
    *,
    register: Register,
    pseudonym: Callable[[str], str],
    received: str,
    freeze: str | None = None,
    limits: Limits = Limits(),
) -> Import:
    """Tables of the reports in all `files` (base name -> content).

    pseudonym  name of a team or of an account, as exported -> pseudonym; the name is kept nowhere
    received   ISO 8601 in UTC, for rows that do not say when they were received
    freeze     reports received after it (ISO 8601 in UTC) are late; None: none is
    Raises Problem intake.unknown_file, intake.missing_column, intake.no_observation, those of
    `read_rows`, and mapping.bad_value.
    """
    items = form_items() if register.items is None else register.items
    filled = replace(register, items=items)
    read = [
        _read_file(declaration, file, content, filled, pseudonym, received, freeze, limits)
        for file, content in sorted(files.items())
    ]
    frames = report_frames(
        [report for part in read for report in part.reports],
        stations=register.stations,
        contestants=register.contestants,
        items=items,
        election=register.election,
        election_day=register.election_day,
    )
    ragged = fault_frame(fault for part in read for fault in part.ragged)
    frames["fault"] = pl.concat([frames["fault"], ragged]).sort(
        "source_file", "source_row", "column", "code"
    )
    return Import(frames, tuple(_file_report(part, frames) for part in read))


def _file_report(read: _Read, frames: Mapping[str, pl.DataFrame]) -> FileReport:
    """Raises intake.no_observation for a file with rows of which none could be used."""
    faults = frames["fault"].filter(pl.col("source_file") == read.file)
    safety = sum(map(concerns_safety, read.reports))
    lost = faults.filter(pl.col("column").str.contains(r"^\*( \(\d+\))?$"))
    observations = read.rows - lost.height - safety
    unusable = lost.filter(pl.col("code") != "observation.duplicate")
    if read.rows and unusable.height == read.rows:
        first = unusable.row(0, named=True)
        raise Problem(
            "intake.no_observation",
            file=read.file,
            rows=read.rows,
            row=first["source_row"],
            fault=first["code"],
        )
    return FileReport(read.file, read.rows, observations, faults.height, safety, read.unused)


def _read_file(
    declaration: ObservationDeclaration,
    file: str,
    content: bytes,
    register: Register,
    pseudonym: Callable[[str], str],
    received: str,
    freeze: str | None,
    limits: Limits,
) -> _Read:
    form, named = _recognise(declaration, file)
    raw = read_rows(file, content, _options(form.options, content), limits)
    maker = _RowReader(raw, form, named, register, pseudonym, received, freeze)
    reports = [maker.report(row) for row in raw.rows.iter_rows(named=True)]
    # A ragged line may hold names in any of its cells, so that nothing of it is shown.
    ragged = [Fault(raw.file, row, WHOLE_ROW, "fault.ragged_row") for row, _ in raw.ragged]
    headers = [column for column in raw.rows.columns if column != "source_row"]
    unused = tuple(header for header in headers if header not in maker.columns.used)
    return _Read(raw.file, raw.rows.height + len(raw.ragged), reports, ragged, unused)


class _RowReader:
    """Rows of one file as reports."""

    def __init__(
        self,
        raw: RawRows,
        form: FormFile,
        named: str,
        register: Register,
        pseudonym: Callable[[str], str],
        received: str,
        freeze: str | None,
    ) -> None:
        self._file, self._form, self._named = raw.file, form, named
        self._pseudonym, self._received, self._freeze = pseudonym, received, freeze
        self._register = register
        self._codes = _contestants(register)
        self._asked: dict[str, frozenset[str]] = {}
        assert register.items is not None
        self._items = Items(register.items)
        self._questions, _ = self._of(named)
        headers = [column for column in raw.rows.columns if column != "source_row"]
        self.columns: Columns = find_columns(raw.file, headers, form, named, self._questions)
        self._words = Words(form, self._questions)

    def report(self, row: Mapping[str, str | None]) -> Report:
        """The report of one row. Its team and its account are pseudonyms from here on."""
        team = first_filled(row, self.columns.meta.get("team", []))
        received = _utc(first_filled(row, self.columns.meta.get("received", [])), self._received)
        answers = read_cells(row, self.columns, self._form, self._words)
        answers.pop("H2", None)
        form = self._form_of(row)
        pseudonym = self._pseudonym(team) if team else ""
        return Report(
            observation=observation_id(self._instance(row, form, pseudonym, received, answers)),
            form=form,
            version=first_filled(row, self.columns.meta.get("version", [])),
            team=pseudonym,
            received=received,
            entry="import",
            late=self._freeze is not None and received > _utc(self._freeze, self._freeze),
            excluded=self._excluded(row),
            replaced_by=None,
            answers=answers,
            asked=self._asked_by(form),
            file=self._file,
            row=int(row["source_row"] or 1),
            election=self._register.election,
            contest=self._register.contest,
            form_id=self._form.form_id,
        )

    def _of(self, form: str) -> tuple[dict[str, Question], frozenset[str]]:
        return self._items.of(form, self._form.form_id, self._codes)

    def _form_of(self, row: Mapping[str, str | None]) -> str:
        stated = first_filled(row, self.columns.meta.get("form", [])).casefold()
        return self._form.form_words.get(stated, stated) or self._named

    def _asked_by(self, form: str) -> frozenset[str]:
        """What the form asks and the file has a column for."""
        if form not in self._asked:
            self._asked[form] = self._of(form)[1] & self.columns.nodes
        return self._asked[form]

    def _instance(
        self,
        row: Mapping[str, str | None],
        form: str,
        team: str,
        received: str,
        answers: Mapping[str, str],
    ) -> str:
        """The instance id as the device made it; else what the row says, so that the same row
        imported again has the same id."""
        instance = first_filled(row, self.columns.meta.get("instance", []))
        if instance:
            prefix = self._form.instance_prefix
            return instance if instance.startswith(prefix) else prefix + instance
        says = sorted((node, text) for node, text in answers.items() if text)
        return repr((form, team, received if received != self._received else "", says))

    def _excluded(self, row: Mapping[str, str | None]) -> str | None:
        exclusion = self._form.exclusion
        if exclusion and (row.get(exclusion.column) or "").strip() in exclusion.equals:
            return exclusion.reason
        return None


def _recognise(declaration: ObservationDeclaration, file: str) -> tuple[FormFile, str]:
    """Which kind of file it is, and the form that its name says."""
    for form in declaration.forms:
        match = re.fullmatch(f"(?:{form.name.pattern}){COMPRESSED}", file)
        if match:
            named = match["form"] if "form" in form.name.groupindex else ""
            return form, form.form or (named or "").lower()
    expected = ", ".join(form.name.pattern for form in declaration.forms)
    raise Problem("intake.unknown_file", file=file, format=declaration.file, expected=expected)


def _options(options: FileOptions, content: bytes) -> FileOptions:
    """The options with the delimiter that the first line has, if it lacks the declared one: the
    same tool writes both, by its settings."""
    header = content.split(b"\n", 1)[0]
    if options.delimiter.encode() in header or options.header_row != 1:
        return options
    there = [d for d in DELIMITERS if d.encode() in header]
    return replace(options, delimiter=there[0]) if there else options


def _contestants(register: Register) -> list[str]:
    own = register.contestants.filter(pl.col("election") == register.election)
    contests = own["contest"].unique().to_list()
    contest = register.contest or (contests[0] if len(contests) == 1 else "")
    return own.filter(pl.col("contest") == contest)["contestant"].to_list()


def _utc(text: str, otherwise: str) -> str:
    """A time as ISO 8601 in UTC to the second; without a zone it is UTC. `otherwise` if none."""
    try:
        moment = datetime.fromisoformat(text.strip())
        zoned = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return otherwise
    return zoned.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
