"""The reports of a mission as tables, up to an hour."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import polars as pl
from django.conf import settings

from paragraph8.intake.observations.definition import Definition, read_definition
from paragraph8.intake.observations.envelope import answers_of, read_envelope
from paragraph8.intake.observations.reports import (
    Report,
    concerns_safety,
    observation_id,
    report_frames,
)
from paragraph8.intake.observations.values import day_of
from paragraph8.intake.xml_guard import XmlLimits, parse_xml
from paragraph8.server.forms.models import FormVersion
from paragraph8.server.missions.models import Mission
from paragraph8.server.openrosa.models import Submission, SubmissionFile
from paragraph8.server.setup.models import Election
from paragraph8.server.snapshots.pseudonyms import pseudonym
from paragraph8.tables.contracts_observation import ATTACHMENT

Kind = tuple[str, str]  # election code, form
AT_ONCE = 500
STATES = ("received", "late", "pending", "excluded")


@dataclass
class Tally:
    """What became of the reports, by election and form; and those on the mission's safety."""

    counts: dict[str, Counter[Kind]] = field(
        default_factory=lambda: {state: Counter() for state in STATES}
    )
    safety: int = 0

    def total(self, state: str) -> int:
        """All reports of this state."""
        return sum(self.counts[state].values())


def report_tables(
    mission: Mission, as_of: datetime, setup: Mapping[str, pl.DataFrame]
) -> tuple[dict[str, pl.DataFrame], Tally]:
    """observation, answer, incident, attachment, fault and copied protocols of the reports received
    by `as_of`.

    A report in quarantine is counted as pending and is in no table; a rejected one is neither.
    """
    elections = list(Election.objects.filter(mission=mission).order_by("day", "round"))
    tally = Tally()
    reports = list(_reports(mission, as_of, elections, tally))
    if not elections:
        return {}, tally
    frames = report_frames(
        reports,
        stations=setup["station"],
        contestants=setup["contestant"],
        items=setup["form_item"],
        election=elections[-1].code,
        election_day=elections[-1].day,
    )
    frames["attachment"] = _attachments(mission, as_of, reports, frames["observation"])
    return frames, tally


def _attachments(
    mission: Mission, as_of: datetime, reports: Iterable[Report], observations: pl.DataFrame
) -> pl.DataFrame:
    """Files of reports by their hashes, under the question that names them."""
    questions = {
        report.row: {text: node for node, text in report.answers.items() if text}
        for report in reports
    }
    names = {report.row: report.observation for report in reports}
    files = SubmissionFile.objects.filter(
        submission__mission=mission, conflict__isnull=True, received_at__lte=as_of
    )
    rows = [
        (names[submission], questions[submission][name], sha256, size)
        for submission, name, sha256, size in files.order_by("pk").values_list(
            "submission_id", "name", "sha256", "size"
        )
        if name in questions.get(submission, {})
    ]
    frame = pl.DataFrame(rows, schema=ATTACHMENT.schema, orient="row")
    # A question names one file; the same name sent again with other bytes is in the journal.
    first = frame.unique(["observation", "item"], keep="first", maintain_order=True)
    return ATTACHMENT.shape(first.join(observations, on="observation", how="semi"))


def election_of(day: date | None, elections: list[Election]) -> Election:
    """The election that a report of this day speaks of.

    The first whose day has not passed by more than one (counts go past midnight); else the last.
    """
    if day is not None:
        for election in elections:
            if (day - election.day).days <= 1:
                return election
    return elections[-1]


def _reports(
    mission: Mission, as_of: datetime, elections: list[Election], tally: Tally
) -> Iterator[Report]:
    definitions = _Definitions()
    replaced = _replaced(mission, as_of)
    for submission in _received(mission, as_of):
        if submission.state == Submission.State.REJECTED or not elections:
            continue
        report, election = _report(submission, elections, definitions, replaced)
        kind = (election.code, report.form)
        if submission.state == Submission.State.QUARANTINED:
            tally.counts["pending"][kind] += 1
            continue
        if concerns_safety(report):
            tally.safety += 1
            continue
        if not submission.complete:
            tally.counts["pending"][kind] += 1
        if report.excluded:
            tally.counts["excluded"][kind] += 1
        if report.replaced_by is None:
            tally.counts["late" if report.late else "received"][kind] += 1
        yield report


def _received(mission: Mission, as_of: datetime) -> Iterable[Submission]:
    return (
        Submission.objects.filter(mission=mission, received_at__lte=as_of)
        .select_related("team", "form_version__form")
        .defer("form_version__xform", "form_version__source", "form_version__items")
        .order_by("pk")
        .iterator(chunk_size=AT_ONCE)
    )


def _replaced(mission: Mission, as_of: datetime) -> dict[int, str]:
    """Primary key of a report -> observation id of the accepted correction that replaces it."""
    pairs = Submission.objects.filter(
        mission=mission,
        received_at__lte=as_of,
        replaces__isnull=False,
        state=Submission.State.ACCEPTED,
    ).values_list("replaces_id", "instance_id")
    return {old: observation_id(new) for old, new in pairs}


def _report(
    submission: Submission,
    elections: list[Election],
    definitions: "_Definitions",
    replaced: Mapping[int, str],
) -> tuple[Report, Election]:
    xml = bytes(submission.xml)
    root = parse_xml(xml, "the report", XmlLimits(max_bytes=settings.P8_MAX_BYTES))
    version = submission.form_version
    definition = definitions.of(version) if version else None
    election = election_of(day_of(read_envelope(root).start), elections)
    freeze = election.freeze_at
    team = submission.team
    report = Report(
        observation=observation_id(submission.instance_id),
        form=version.form.form if version else "own",
        version=submission.version,
        team=pseudonym(submission.mission.slug, team.code) if team else "",
        received=submission.received_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        entry=submission.entry,
        late=freeze is not None and submission.received_at > freeze,
        excluded=submission.excluded or (team.excluded if team else "") or None,
        replaced_by=replaced.get(submission.pk),
        answers=answers_of(root),
        asked=definition.names if definition else None,
        file="reports",
        row=submission.pk,
        election=election.code,
        contest="",
        form_id=submission.form_id,
    )
    return report, election


class _Definitions:
    """Definitions of form versions, each read once."""

    def __init__(self) -> None:
        self._known: dict[int, Definition] = {}

    def of(self, version: FormVersion) -> Definition:
        if version.pk not in self._known:
            xform = FormVersion.objects.values_list("xform", flat=True).get(pk=version.pk)
            self._known[version.pk] = read_definition(bytes(xform))
        return self._known[version.pk]
