"""Reports of observers into tables: observation, answer, incident, fault, and copied protocols.

Every report gives exactly one observation, or one fault for the whole of it. Nothing in free words
enters a table, and a report on the safety of the mission enters none at all.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from paragraph8.intake.controls import without_controls
from paragraph8.intake.observations.answers import Answers, read_answers
from paragraph8.intake.observations.copies import COUNT_FORM, Copy, copy_frames
from paragraph8.intake.observations.faults import WHOLE_ROW, Fault, fault_frame
from paragraph8.intake.observations.items import Items, Question
from paragraph8.intake.observations.safety import NO_SAFETY, SAFETY_ITEM
from paragraph8.intake.observations.visits import read_place, read_times, read_words
from paragraph8.tables.codebook_reader import form_items
from paragraph8.tables.contracts_observation import ANSWER, INCIDENT, OBSERVATION
from paragraph8.tables.words import ENTRY_MODES, FORMS

INCIDENT_COLUMNS = {
    "categories": "X4",
    "how_known": "X5",
    "verification": "X6",
    "severity": "X10a",
    "ongoing": "X10b",
    "effect": "X11",
}


@dataclass(frozen=True, slots=True)
class Report:
    """One filled-in form, as it came from the field or from a file.

    observation  its id in every snapshot, see `observation_id`
    form         one of FORMS; form_id is the id of the XForm, needed for own forms only
    team         the team's pseudonym
    received     when the mission received it, ISO 8601 in UTC
    entry        one of ENTRY_MODES
    late         received after the freeze
    answers      node name -> text as the form has it, "" where it was left empty
    asked        the nodes that this version of the form has; None: those of the codebook
    file, row    where it stands, for the faults: a file and its row, or a journal and its number
    election     election id; "" is the one that `report_frames` is called for
    contest      ballot that a copied protocol belongs to; "" is the only one there is
    """

    observation: str
    form: str
    version: str
    team: str
    received: str
    entry: str
    late: bool
    excluded: str | None
    replaced_by: str | None
    answers: Mapping[str, str]
    asked: frozenset[str] | None
    file: str
    row: int
    election: str
    contest: str
    form_id: str = ""


@dataclass(slots=True)
class _Made:
    """What the reports have given so far."""

    observations: dict[str, dict[str, object]] = field(default_factory=dict)
    answers: list[tuple[str, str, str, str | None]] = field(default_factory=list)
    incidents: list[dict[str, object]] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class _Register:
    """What reports are looked up in: stations, contestants, items."""

    def __init__(
        self, stations: pl.DataFrame, contestants: pl.DataFrame, items: pl.DataFrame
    ) -> None:
        self._items = Items(items)
        self._stations: dict[str, set[str]] = {}
        for election, station in stations.select("election", "station").iter_rows():
            self._stations.setdefault(election, set()).add(station)
        self._contestants: dict[tuple[str, str], list[str]] = {}
        order = contestants.sort("election", "contest", "ballot_order", "contestant")
        for row in order.select("election", "contest", "contestant").iter_rows():
            self._contestants.setdefault(row[:2], []).append(row[2])
        self._questions: dict[
            tuple[str, str, str, str], tuple[dict[str, Question], frozenset[str]]
        ] = {}

    def stations(self, election: str) -> set[str]:
        return self._stations.get(election, set())

    def contest(self, election: str, stated: str) -> str:
        """The ballot as stated, else the only one of the election; "" if there are several."""
        known = [contest for named, contest in self._contestants if named == election]
        return stated or (known[0] if len(known) == 1 else "")

    def questions(
        self, form: str, form_id: str, election: str, contest: str
    ) -> tuple[dict[str, Question], frozenset[str]]:
        key = (form, form_id, election, contest)
        if key not in self._questions:
            codes = self._contestants.get((election, contest), [])
            self._questions[key] = self._items.of(form, form_id, codes)
        return self._questions[key]


def observation_id(instance_id: str) -> str:
    """The id of the report with this instance id: the same however the report arrives."""
    return f"o-{hashlib.sha256(instance_id.encode()).hexdigest()[:16]}"


def concerns_safety(report: Report) -> bool:
    """Whether a report says that the safety of the mission is at stake.

    An answer to that question which cannot be read counts as yes.
    """
    return report.answers.get(SAFETY_ITEM, "").strip().lower() not in NO_SAFETY


def safety_count(reports: Iterable[Report]) -> int:
    """How many of these reports concern the mission's safety; they are in no table."""
    return sum(concerns_safety(report) for report in reports)


def report_frames(
    reports: Sequence[Report],
    *,
    stations: pl.DataFrame,
    contestants: pl.DataFrame,
    items: pl.DataFrame | None = None,
    election: str,
    election_day: date,
) -> dict[str, pl.DataFrame]:
    """The tables observation, answer, incident, fault, protocol, protocol_figure, protocol_vote.

    stations     table `station`; contestants: table `contestant`
    items        table `form_item` with the mission's own items; None is the codebook
    Reports that concern safety are left out; `safety_count` counts them. Of every other report
    there is one row in `observation`, or one fault with the column `*`.
    """
    register = _Register(stations, contestants, form_items() if items is None else items)
    made = _Made()
    for report in reports:
        if not concerns_safety(report):
            _add(report, report.election or election, election_day, register, made)
    frames = copy_frames(made.copies, made.faults)
    observations = pl.DataFrame(list(made.observations.values()), schema=OBSERVATION.schema)
    answers = pl.DataFrame(made.answers, schema=ANSWER.schema, orient="row")
    incidents = pl.DataFrame(made.incidents, schema=INCIDENT.schema)
    return {
        "observation": OBSERVATION.shape(observations),
        "answer": ANSWER.shape(answers),
        "incident": INCIDENT.shape(incidents),
        "fault": fault_frame(made.faults),
        **frames,
    }


def _add(
    report: Report, election: str, election_day: date, register: _Register, made: _Made
) -> None:
    refused = _refusal(report, made)
    if refused:
        made.faults.append(Fault(report.file, report.row, WHOLE_ROW, refused))
        return

    def fault(column: str, code: str, raw: str | None = None) -> None:
        made.faults.append(
            Fault(report.file, report.row, column, code, raw, observation=report.observation)
        )

    contest = register.contest(election, report.contest)
    questions, by_codebook = register.questions(report.form, report.form_id, election, contest)
    asked = by_codebook if report.asked is None else report.asked
    answers = read_answers(report.answers, questions, asked, fault)
    place = read_place(report.answers, register.stations(election), fault)
    day, arrived, departed = read_times(report.form, report.answers, election_day, fault)
    made.observations[report.observation] = {
        "observation": report.observation,
        "election": election,
        "form": report.form,
        "version": without_controls(report.version),
        "station": place.station,
        "station_stated": place.stated,
        "area": place.area,
        "team": without_controls(report.team),
        "day": day,
        "arrived": arrived,
        "departed": departed,
        **read_words(report.answers),
        "entry": report.entry,
        "received": without_controls(report.received),
        "late": report.late,
        "replaced_by": _clean(report.replaced_by),
        "excluded": _clean(report.excluded),
    }
    made.answers += [(report.observation, *row) for row in answers.rows]
    if report.form == "incident":
        made.incidents.append(_incident(report.observation, answers))
    counted = report.form == COUNT_FORM and not report.excluded and not report.replaced_by
    if counted and contest and place.station and answers.numbers:
        made.copies.append(_copy(report, (election, contest, place.station), answers))


def _refusal(report: Report, made: _Made) -> str:
    """The code of the fault that keeps a whole report out; "" for a usable one."""
    whole = report.observation and report.team and report.received
    if (
        not whole
        or report.form not in FORMS
        or report.entry not in ENTRY_MODES
        or without_controls(report.observation) != report.observation
    ):
        return "observation.unusable"
    return "observation.duplicate" if report.observation in made.observations else ""


def _clean(text: str | None) -> str | None:
    return without_controls(text) if text else None


def _incident(observation: str, answers: Answers) -> dict[str, object]:
    given = {column: answers.given.get(item) for column, item in INCIDENT_COLUMNS.items()}
    severity, ongoing = given["severity"], given["ongoing"]
    return {
        **given,
        "incident": observation,
        "severity": int(severity) if severity in ("1", "2", "3", "4") else None,
        "ongoing": None if ongoing is None else ongoing == "yes",
    }


def _copy(report: Report, place: tuple[str, str, str], answers: Answers) -> Copy:
    election, contest, station = place
    numbers = [(q, answers.given[q.item]) for q in answers.numbers if q.item in answers.given]
    return Copy(
        observation=report.observation,
        election=election,
        contest=contest,
        station=station,
        received=report.received,
        file=without_controls(report.file),
        row=report.row,
        figures=tuple((q.field, q.channel, int(n)) for q, n in numbers if not q.contestant),
        votes=tuple((q.contestant, q.channel, int(n)) for q, n in numbers if q.contestant),
        nodes=frozenset(q.node for q in answers.numbers),
    )
