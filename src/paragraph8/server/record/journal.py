"""Writing and reading the journal. Call `record` inside the transaction of what it tells."""

from typing import Any

from django.utils import timezone

from paragraph8.server.record.models import JournalEntry


def record(
    verb: str, subject: object, *, mission: str = "", by: Any = None, **details: object
) -> None:
    """Add one line: `verb` as `team.excluded`, `subject` an object with a primary key or a text.

    `details` must be JSON values and hold no personal data.
    """
    JournalEntry.objects.create(
        mission=mission,
        at=timezone.now(),
        by=getattr(by, "pk", None),
        verb=verb,
        subject=subject if isinstance(subject, str) else name_of(subject),
        details=details,
    )


def name_of(subject: Any) -> str:
    """Kind and primary key of an object, as `team 17`."""
    return f"{subject._meta.model_name} {subject.pk}"
