"""Reports that the office makes out of others: corrections and settled conflicts.

They are reports like any other: their bytes are kept, they have files and a link of the chain. Only
their instance id shows, by its first word, that no device made it.
"""

from datetime import datetime

from django.utils import timezone

from paragraph8.server.openrosa.chained import chain_submission
from paragraph8.server.openrosa.models import Conflict, Submission
from paragraph8.server.openrosa.receive import (
    carried_forward,
    count_files,
    keep_files,
    read_report,
)
from paragraph8.server.people.models import Device


def store_from_office(
    first: Submission,
    xml: bytes,
    instance_id: str,
    *,
    received_at: datetime,
    entry: str,
    replaces: bool,
    device: Device | None = None,
    conflict: Conflict | None = None,
    details: dict[str, object] | None = None,
) -> Submission:
    """Store `xml` as an accepted report of the team of `first`, with the files that both name.

    instance_id   made from the content, so that the same deed twice is the same report
    replaces      whether it takes the place of `first`
    conflict      the other answers under the id of `first` that it is made of

    Call it in the transaction of its reason. Raises the problems of `read_report`, and
    django.db.IntegrityError if the report is there already.
    """
    report = read_report(first.mission, first.device, xml)
    submission = Submission(
        mission=first.mission,
        form_id=report.envelope.form_id,
        instance_id=instance_id,
        version=report.envelope.version[:40],
        form_version=report.form_version,
        team=first.team,
        device=device,
        entry=entry,
        xml=report.xml,
        xml_sha256=report.sha256,
        received_at=received_at,
        replaces=first if replaces else None,
        expected=list(report.expected),
        complete=not report.expected,
        details={
            "instance_name": report.envelope.instance_name[:200],
            "entities": [dict(entity) for entity in report.envelope.entities],
            **(details or {}),
        },
    )
    submission.save(force_insert=True)
    keep_files(submission, carried_forward(first, submission, timezone.now(), conflict))
    count_files(submission)
    chain_submission(submission)
    return submission
