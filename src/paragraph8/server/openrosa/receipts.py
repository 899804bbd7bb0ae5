"""Receipts: what the mission has of a report, signed, so that an observer can prove it."""

from paragraph8.server.openrosa.models import Submission
from paragraph8.server.record.models import Link
from paragraph8.server.record.signing import public_key, sign


def receipt(submission: Submission) -> dict[str, object]:
    """The receipt of a report as it stands now: content, signature and public key.

    The content names the hashes of the XML and of every file, and the link of the chain, so that
    it can be checked years later with an exported chain and without the server.
    """
    link = Link.objects.filter(
        chain__name=f"{submission.mission.slug}/submissions",
        subject=f"submission {submission.pk}",
    ).first()
    files = submission.files.filter(conflict__isnull=True).order_by("name", "pk")
    content: dict[str, object] = {
        "mission": submission.mission.slug,
        "form": submission.form_id,
        "instance": submission.instance_id,
        "xml_sha256": submission.xml_sha256,
        "received": submission.received_at.isoformat(),
        "state": submission.state,
        "expected": list(submission.expected),
        "files": [{"name": file.name, "sha256": file.sha256} for file in files],
        "link": {"number": link.number, "hash": link.hash} if link else None,
    }
    return {"receipt": content, "signature": sign(content), "public_key": public_key()}


def in_words(submission: Submission, outcome: str, here: int) -> str:
    """What the client shows after sending."""
    expected = len(submission.expected)
    if outcome == "conflict":
        return (
            "Received, and kept beside an earlier report with the same id but other answers. "
            "The mission will look at both."
        )
    files = "complete" if here == expected else f"{here} of {expected} photos"
    if submission.state == Submission.State.QUARANTINED:
        return f"Received; {files}. The mission will look at it first."
    return f"Received; {files}."
