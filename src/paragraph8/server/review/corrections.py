"""Corrections by the office: a new report that replaces the old one, which stays as it came."""

import hashlib
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from lxml import etree

from paragraph8.intake.observations.envelope import local_name, text_of
from paragraph8.kernel.canonical import canonical_json
from paragraph8.kernel.problem import Problem
from paragraph8.server.openrosa.models import Submission
from paragraph8.server.openrosa.office import store_from_office
from paragraph8.server.record.journal import record
from paragraph8.server.review.actions import reason_of, refuse_if_corrected
from paragraph8.server.review.reading import leaves_of, root_of
from paragraph8.tables.words import ENTRY_MODES

OPENROSA = "http://openrosa.org/xforms"
LONGEST_ANSWER = 10_000
SEALED = "quarantine.sealed"


@transaction.atomic
def correct(
    submission: Submission, changes: Mapping[int, str], reason: str, *, entry: str, by: object
) -> Submission:
    """Store a report with changed answers in place of `submission`; returns the new one.

    changes   place among the answers (`Answer.index`) -> new text; the same text is no change
    entry     one of ENTRY_MODES: where the right answer comes from

    The same correction sent twice is stored once. Raises Problem review.no_reason,
    review.nothing_changed, review.unusable_answer, review.corrected_already, review.sealed.
    """
    why = reason_of(reason)
    old = Submission.objects.select_for_update(of=("self",)).select_related("mission", "team")
    first = old.get(pk=submission.pk)
    if first.reason == SEALED:
        raise Problem("review.sealed")
    root = root_of(bytes(first.xml))
    changed = _change(root, changes)
    if not changed:
        raise Problem("review.nothing_changed")
    names = [name for name, _ in changed.values()]
    instance_id = _instance_id(first, changed)
    done = first.corrections.filter(instance_id=instance_id).first()
    if done is not None:
        return done
    refuse_if_corrected(first)
    _rename(root, instance_id, first.instance_id)
    made = store_from_office(
        first,
        etree.tostring(root, encoding="utf-8", xml_declaration=True),
        instance_id,
        received_at=timezone.now(),
        entry=entry if entry in ENTRY_MODES else "paper",
        replaces=True,
        details={"reason": why, "changed": names},
    )
    record(
        "report.corrected",
        first,
        mission=first.mission.slug,
        by=by,
        before={"xml": first.xml_sha256},
        after={"xml": made.xml_sha256, "report": made.pk},
        items=names,
        reason=why,
    )
    return made


def _change(root: etree._Element, changes: Mapping[int, str]) -> dict[int, tuple[str, str]]:
    """Set the texts; returns the place, name and new text of the answers that now differ."""
    changed = {}
    for index, (leaf, _) in enumerate(leaves_of(root)):
        # A browser sends line ends as CR LF; in XML they are LF.
        text = changes.get(index, text_of(leaf)).replace("\r\n", "\n").strip()
        if text == text_of(leaf):
            continue
        name = local_name(leaf)
        if len(text) > LONGEST_ANSWER:
            raise Problem("review.unusable_answer", item=name)
        try:
            leaf.text = text
        except ValueError:  # characters that XML cannot hold
            raise Problem("review.unusable_answer", item=name) from None
        changed[index] = (name, text)
    return changed


def _instance_id(first: Submission, changed: Mapping[int, tuple[str, str]]) -> str:
    """Made from the old bytes and the new answers, so that it is the same on every machine."""
    said = {str(index): text for index, (_, text) in changed.items()}
    digest = hashlib.sha256(canonical_json({"old": first.xml_sha256, "new": said}).encode())
    return f"office:{digest.hexdigest()}"


def _rename(root: etree._Element, instance_id: str, old_id: str) -> None:
    """Write the new id, and which report it replaces, into the envelope."""
    for attribute in list(root.attrib):
        if str(attribute).rpartition("}")[2] == "instanceID":
            root.set(attribute, instance_id)
    meta = next((child for child in root if local_name(child) == "meta"), None)
    if meta is None:
        meta = etree.SubElement(root, f"{{{OPENROSA}}}meta")
    _set(meta, "instanceID", instance_id)
    _set(meta, "deprecatedID", old_id)


def _set(meta: etree._Element, name: str, text: str) -> None:
    found = [child for child in meta if local_name(child) == name]
    for child in found:
        child.text = text
    if not found:
        space = etree.QName(meta).namespace
        child = etree.SubElement(meta, f"{{{space}}}{name}" if space else name)
        child.text = text
