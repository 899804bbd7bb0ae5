"""What a draft would change: against the version that is published now."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from paragraph8.intake.xml_guard import parse_xml
from paragraph8.server.forms.models import Form, FormVersion
from paragraph8.server.forms.questions import DEFINITION

# What an answer means hangs on these; figures before and after a change cannot be compared.
MEANING = ("type", "problem", "serious")


@dataclass(frozen=True, slots=True)
class Change:
    """One item whose answers would mean something else: `column` of `form_item`, old and new."""

    item: str
    column: str
    old: object
    new: object


def newest_published(form: Form) -> FormVersion | None:
    """The version that devices get now; None before the first."""
    return form.versions.filter(published_at__isnull=False).order_by("-published_at", "-pk").first()


def changes(
    before: Sequence[Mapping[str, object]], after: Sequence[Mapping[str, object]]
) -> list[Change]:
    """Items of both versions whose type or polarity differs, in the order of the new one."""
    old = {row["item"]: row for row in before}
    return [
        Change(str(row["item"]), column, old[row["item"]][column], row[column])
        for row in after
        if row["item"] in old
        for column in MEANING
        if old[row["item"]][column] != row[column]
    ]


def changes_of(draft: FormVersion) -> list[Change]:
    """What publishing the draft would change in meaning."""
    before = newest_published(draft.form)
    return changes(before.items, draft.items) if before else []


def same_content(one: FormVersion, other: FormVersion) -> bool:
    """Whether two versions differ in nothing but the number of the version."""
    return _content(one) == _content(other)


def _content(version: FormVersion) -> str:
    root = parse_xml(bytes(version.xform), DEFINITION)
    for model in root.iter("{*}model"):
        instance = next(model.iterchildren("{*}instance"), None)
        for data in instance if instance is not None else ():
            data.set("version", "")
    digest = hashlib.sha256(etree.tostring(root, method="c14n"))
    digest.update(json.dumps([version.items, version.media], sort_keys=True).encode())
    return digest.hexdigest()
