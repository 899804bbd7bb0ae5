"""Reports on the safety of the mission: found as they arrive, so that no page ever shows one."""

from typing import Any

from django.conf import settings

from paragraph8.intake.observations.envelope import leaves, local_name, text_of
from paragraph8.intake.observations.safety import NO_SAFETY, SAFETY_ITEM
from paragraph8.intake.xml_guard import XmlLimits, parse_xml
from paragraph8.kernel.problem import Problem
from paragraph8.server.openrosa.models import Attempt, Submission
from paragraph8.server.review.models import SafetyMatter


def says_safety(xml: bytes) -> bool:
    """Whether it answers the question on safety with anything but no. Unreadable counts as yes."""
    if SAFETY_ITEM.encode() not in xml:
        return False
    try:
        root = parse_xml(xml, "the report", XmlLimits(max_bytes=settings.P8_MAX_BYTES))
    except Problem:
        return True
    return any(
        text_of(leaf).lower() not in NO_SAFETY
        for leaf in leaves(root)
        if local_name(leaf) == SAFETY_ITEM
    )


def note_safety(submission: Submission) -> bool:
    """Remember whether the report, or what came under its id, concerns safety; says whether."""
    texts = [submission.xml, *submission.conflicts.values_list("xml", flat=True)]
    found = any(says_safety(bytes(text)) for text in texts)
    if found:
        SafetyMatter.objects.get_or_create(submission=submission)
    return found


def look_at_new(sender: Any, instance: Submission, created: bool, **_: object) -> None:
    """Signal: a report was stored. Nothing else has come under its id yet."""
    if created and says_safety(bytes(instance.xml)):
        SafetyMatter.objects.get_or_create(submission=instance)


def look_at_attempt(sender: Any, instance: Attempt, created: bool, **_: object) -> None:
    """Signal: other bytes may have come under the id of a report; only the attempt tells."""
    if created and instance.outcome == "conflict":
        note_safety(instance.submission)
