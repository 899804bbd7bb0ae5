"""Intake: from the parts of a request to rows that are on disk before anybody is told so.

The unique key (mission, form, instance) decides what is a repeat; it is the database that says
so, never a look beforehand. Files are durable before the transaction begins.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import IO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from paragraph8.intake.observations.definition import Definition, attached_names, read_definition
from paragraph8.intake.observations.envelope import Envelope, read_envelope
from paragraph8.intake.xml_guard import XmlLimits, parse_xml
from paragraph8.kernel.problem import Problem
from paragraph8.server.forms.models import FormVersion
from paragraph8.server.missions.models import Mission
from paragraph8.server.openrosa.authentication import Sender
from paragraph8.server.openrosa.chained import chain_files, chain_submission
from paragraph8.server.openrosa.models import (
    Attempt,
    Conflict,
    Submission,
    SubmissionFile,
    Unreadable,
)
from paragraph8.server.openrosa.parts import FilePart, Parts, readable_name
from paragraph8.server.people.models import Device
from paragraph8.server.people.tokens import why_it_does_not_work
from paragraph8.server.record.files import FileStore
from paragraph8.server.record.recent import Recent

LONGEST_ID = 80
versions: Recent[FormVersion | None] = Recent(seconds=2)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a request that brought a report.

    outcome   first, repeat, files (new files of a known report), conflict (other bytes)
    here      number of expected files that are there
    """

    submission: Submission
    outcome: str
    here: int
    expected: int


@dataclass(frozen=True, slots=True)
class Report:
    """A report as read from its XML, before it is stored."""

    xml: bytes
    sha256: str
    envelope: Envelope
    instance_id: str
    form_version: FormVersion | None
    expected: tuple[str, ...]


def receive(sender: Sender, parts: Parts, client: dict[str, str]) -> Received:
    """Store a report with the files that came with it.

    client   what the request said about itself: device, agent

    Raises Problem intake.xml_…, openrosa.not_a_report, openrosa.unknown_instance,
    openrosa.not_the_latest (these two for a correction), openrosa.form_closed.
    """
    assert parts.xml is not None
    report = read_report(sender.mission, sender.device, parts.xml)
    with transaction.atomic():
        submission, conflict, outcome = _store(sender, report, client)
        added = store_files(submission, report, parts.files, conflict)
        outcome = "files" if outcome == "repeat" and added else outcome
        here = count_files(submission)
        Attempt.objects.create(
            submission=submission, at=timezone.now(), outcome=outcome, files=len(parts.files)
        )
        if outcome == "first":
            chain_submission(submission)
    return Received(submission, outcome, here, len(submission.expected))


def read_report(mission: Mission, device: Device | None, xml: bytes) -> Report:
    """The report in `xml`; `device` names it where it has no id of its own.

    Raises the problems of `parse_xml` and openrosa.not_a_report.
    """
    limits = XmlLimits(max_bytes=settings.P8_MAX_BYTES)
    root = parse_xml(xml, "the report", limits)
    envelope = read_envelope(root)
    if not envelope.form_id or len(envelope.form_id) > 64:
        raise Problem("openrosa.not_a_report")
    sha256 = hashlib.sha256(xml).hexdigest()
    version = _form_version(mission.pk, envelope.form_id, envelope.version)
    definition = _definition(version.pk) if version else None
    return Report(
        xml=xml,
        sha256=sha256,
        envelope=envelope,
        instance_id=_instance_id(envelope, device, sha256),
        form_version=version,
        expected=tuple(readable_name(name) for name in attached_names(root, definition)),
    )


def keep_unreadable(
    sender: Sender, body: IO[bytes], content_type: str, code: str, store: FileStore
) -> None:
    """Keep the bytes of a request that is no report."""
    body.seek(0)
    kept = store.keep(iter(lambda: body.read(1 << 16), b""))
    Unreadable.objects.bulk_create(
        [
            Unreadable(
                mission=sender.mission,
                device=sender.device,
                body_sha256=kept.sha256,
                size=kept.size,
                content_type=content_type[:200],
                code=code,
                received_at=timezone.now(),
            )
        ],
        ignore_conflicts=True,
    )


def _instance_id(envelope: Envelope, device: Device | None, sha256: str) -> str:
    """Its own id; one made from the content if it has none, so that a retry has the same."""
    if envelope.instance_id and len(envelope.instance_id) <= LONGEST_ID:
        return envelope.instance_id
    made = hashlib.sha256(f"{device.pk if device else None} {envelope.instance_id} ".encode())
    if not envelope.instance_id:
        made.update(sha256.encode())
    return f"derived:{made.hexdigest()}"


@lru_cache(maxsize=256)
def _definition(version_pk: int) -> Definition | None:
    """The definition of a version; versions never change."""
    return read_definition(bytes(FormVersion.objects.get(pk=version_pk).xform))


def _form_version(mission: int, form_id: str, version: str) -> FormVersion | None:
    key = (mission, form_id, version)
    return versions.get(key, lambda: _find_version(mission, form_id, version))


def _find_version(mission: int, form_id: str, version: str) -> FormVersion | None:
    return (
        FormVersion.objects.filter(
            form__mission=mission,
            form__form_id=form_id,
            version=version,
            published_at__isnull=False,
        )
        .select_related("form")
        .defer("xform", "source", "items")
        .first()
    )


def _store(
    sender: Sender, report: Report, client: dict[str, str]
) -> tuple[Submission, Conflict | None, str]:
    """The submission under the report's key, and whether it is new, a repeat or a conflict."""
    try:
        with transaction.atomic():
            return _insert(sender, report, client), None, "first"
    except IntegrityError:
        known = Submission.objects.filter(
            mission=sender.mission,
            form_id=report.envelope.form_id,
            instance_id=report.instance_id,
        ).first()
        if known is None:
            raise
    known = Submission.objects.select_for_update().get(pk=known.pk)
    if known.xml_sha256 == report.sha256:
        return known, None, "repeat"
    if settings.P8_STRICT_CONFLICTS:
        raise Problem("openrosa.conflict")
    Conflict.objects.bulk_create(
        [
            Conflict(
                submission=known,
                xml=report.xml,
                xml_sha256=report.sha256,
                device=sender.device,
                received_at=timezone.now(),
            )
        ],
        ignore_conflicts=True,
    )
    conflict = Conflict.objects.get(submission=known, xml_sha256=report.sha256)
    return known, conflict, "conflict"


def _insert(sender: Sender, report: Report, client: dict[str, str]) -> Submission:
    now = timezone.now()
    reason = _why_quarantined(sender, report, now)
    submission = Submission(
        mission=sender.mission,
        form_id=report.envelope.form_id,
        instance_id=report.instance_id,
        version=report.envelope.version[:40],
        form_version=report.form_version,
        team=sender.team,
        device=sender.device,
        xml=report.xml,
        xml_sha256=report.sha256,
        received_at=now,
        state=Submission.State.QUARANTINED if reason else Submission.State.ACCEPTED,
        reason=reason,
        replaces=_replaced(sender, report),
        expected=list(report.expected),
        complete=not report.expected,
        details={
            **client,
            "instance_name": report.envelope.instance_name[:200],
            "entities": [dict(entity) for entity in report.envelope.entities],
        },
    )
    submission.save(force_insert=True)
    return submission


def _why_quarantined(sender: Sender, report: Report, now: datetime) -> str:
    """The problem code of what makes a person look at it first; "" if nothing does."""
    if report.envelope.encrypted:
        return "quarantine.sealed"
    if report.form_version is None:
        return "quarantine.unknown_form"
    closes = report.form_version.form.closes_at
    if closes is not None and now > closes:
        if (now - closes).total_seconds() > 60 * settings.P8_GRACE_MINUTES:
            raise Problem("openrosa.form_closed", form=report.envelope.form_id)
        return "quarantine.form_closed"
    if why_it_does_not_work(sender.device, now.date()) == "device.not_accredited":
        return "quarantine.not_accredited"
    return ""


def _replaced(sender: Sender, report: Report) -> Submission | None:
    """The report that this one corrects."""
    old = report.envelope.deprecated_id
    if not old:
        return None
    known = (
        Submission.objects.select_for_update()
        .filter(mission=sender.mission, form_id=report.envelope.form_id, instance_id=old)
        .first()
    )
    if known is None or known.team_id != sender.team.pk:
        raise Problem("openrosa.unknown_instance", instance=old[:LONGEST_ID])
    if known.corrections.filter(state=Submission.State.ACCEPTED).exists():
        # A repeat of the very same correction comes here too: its own key makes it a repeat.
        if known.corrections.filter(instance_id=report.instance_id).exists():
            return known
        raise Problem("openrosa.not_the_latest", instance=old[:LONGEST_ID])
    return known


def store_files(
    submission: Submission,
    report: Report,
    files: Sequence[FilePart],
    conflict: Conflict | None = None,
) -> int:
    """Add the files that are not there yet; returns how many were.

    conflict   the other answers that they came with; then they are no files of the report itself
    """
    expected = set(report.expected)
    now = timezone.now()
    rows = [
        SubmissionFile(
            submission=submission,
            conflict=conflict,
            name=part.name,
            sha256=part.kept.sha256,
            size=part.kept.size,
            content_type=part.content_type,
            referenced=part.name in expected,
            received_at=now,
        )
        for part in files
    ]
    if submission.replaces is not None and conflict is None:
        rows += carried_forward(submission.replaces, submission, now)
    return keep_files(submission, rows)


def keep_files(submission: Submission, rows: Sequence[SubmissionFile]) -> int:
    """Keep rows of files, each with its link of the chain; returns how many were not there."""
    if not rows:
        return 0
    before = submission.files.count()
    SubmissionFile.objects.bulk_create(rows, ignore_conflicts=True)
    added = submission.files.count() - before
    if added:
        chain_files(submission)
    return added


def carried_forward(
    source: Submission, submission: Submission, now: datetime, conflict: Conflict | None = None
) -> list[SubmissionFile]:
    """Unsaved rows of the files of `source` that `submission` still names.

    conflict   the answers that `submission` was made of: a file that came with them goes before
               one of the same name that came with the report
    """
    found = source.files.filter(name__in=submission.expected)
    own = found.filter(conflict=conflict) if conflict else found.none()
    names = set(own.values_list("name", flat=True))
    others = found.filter(conflict__isnull=True).exclude(name__in=names)
    return [
        SubmissionFile(
            submission=submission,
            name=file.name,
            sha256=file.sha256,
            size=file.size,
            content_type=file.content_type,
            referenced=True,
            received_at=now,
        )
        for file in (*own, *others)
    ]


def count_files(submission: Submission) -> int:
    """Whether every expected file is there, kept in the row; returns how many are."""
    here = names_here(submission)
    complete = here == len(submission.expected)
    if complete != submission.complete:
        submission.complete = complete
        submission.save(update_fields=["complete"])
    return here


def names_here(submission: Submission) -> int:
    """How many of the files that the report names have come."""
    if not submission.expected:
        return 0
    here = submission.files.filter(name__in=submission.expected, conflict__isnull=True)
    return len(set(here.values_list("name", flat=True)))
