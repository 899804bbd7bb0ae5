"""What the chains of a mission commit to: each report, and each file that came with one."""

import hashlib
from collections.abc import Sequence

from paragraph8.server.openrosa.models import Submission, SubmissionFile
from paragraph8.server.record.ledger import append
from paragraph8.server.record.models import Link


def chain_submission(submission: Submission) -> None:
    """A link of the chain of submissions; call it last in the transaction."""
    chain = f"{submission.mission.slug}/submissions"
    append(chain, f"submission {submission.pk}", told_of_submission(submission))


def chain_files(submission: Submission) -> None:
    """A link of the chain of files for each file that has none yet."""
    chain = f"{submission.mission.slug}/files"
    files = {
        f"submission {submission.pk} file {file.pk}": file
        for file in submission.files.order_by("pk")
    }
    # By whole subjects: a search for how a subject begins reads every link of the chain.
    links = Link.objects.filter(chain__name=chain, subject__in=list(files))
    have = set(links.values_list("subject", flat=True))
    for subject, file in files.items():
        if subject not in have:
            append(chain, subject, told_of_file(file))


def told_of_submission(submission: Submission) -> dict[str, object]:
    """What the chain of submissions commits to."""
    return {
        "form": submission.form_id,
        "instance": submission.instance_id,
        "version": submission.version,
        "team": submission.team_id,
        "xml": submission.xml_sha256,
        "received": submission.received_at.isoformat(),
        "expected": list(submission.expected),
        "replaces": submission.replaces_id,
    }


def told_of_file(file: SubmissionFile) -> dict[str, object]:
    """What the chain of files commits to."""
    return {"submission": file.submission_id, "name": file.name, "sha256": file.sha256}


def submissions_now(subjects: Sequence[str]) -> dict[str, dict[str, object]]:
    """What the chain would commit to if it were made of the rows as they are now.

    The hash is computed from the XML itself, so that a changed byte shows.
    """
    rows = Submission.objects.filter(pk__in=[subject.split()[1] for subject in subjects])
    return {
        f"submission {row.pk}": {
            **told_of_submission(row),
            "xml": hashlib.sha256(_raw(row.xml)).hexdigest(),
        }
        for row in rows
    }


def files_now(subjects: Sequence[str]) -> dict[str, dict[str, object]]:
    """The same for the chain of files; bytes are proved by their name in the store."""
    rows = SubmissionFile.objects.filter(pk__in=[subject.split()[3] for subject in subjects])
    return {f"submission {row.submission_id} file {row.pk}": told_of_file(row) for row in rows}


def _raw(xml: bytes | memoryview | str) -> bytes:
    """The bytes of the column; SQLite gives a text where somebody wrote one by hand."""
    return xml.encode() if isinstance(xml, str) else bytes(xml)
