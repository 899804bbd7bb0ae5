"""Everything that changes forms. Each leaves a line in the journal.

A form is drafted, looked at, and published; then it never changes, and the next draft is another
version. A form has one draft at most.
"""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from paragraph8.kernel.problem import Problem
from paragraph8.server.forms import codebook
from paragraph8.server.forms.changes import changes_of, newest_published, same_content
from paragraph8.server.forms.generate.nodes import Contestant
from paragraph8.server.forms.media import AREAS, STATIONS
from paragraph8.server.forms.models import Form, FormVersion
from paragraph8.server.forms.questions import OWN, own_items
from paragraph8.server.missions.models import Account, Mission
from paragraph8.server.record.journal import record
from paragraph8.tables.codebook_reader import CODEBOOK_FORMS

if TYPE_CHECKING:
    from paragraph8.server.forms.generate.sheets import Workbook
    from paragraph8.server.forms.generate.xform import Converted

ITEMSETS = "itemsets.csv"
NOT_STATED = "-"


@transaction.atomic
def draft_from_codebook(mission: Mission, name: str, by: Account | None) -> FormVersion:
    """The next version of a form of the codebook, with the mission's languages and ballots.

    Takes the place of an earlier draft. KeyError for a name that is not in CODEBOOK_FORMS.
    Raises the problems of `generate.workbook.workbook`.
    """
    # Here: these libraries take memory that a server needs only while it makes forms.
    from paragraph8.server.forms.generate.sheets import as_xlsx
    from paragraph8.server.forms.generate.xform import convert

    languages = codebook.languages_of(mission)
    form = _form(mission, name, name, codebook.title_in(name, languages[0]))
    today = timezone.now().astimezone(ZoneInfo(mission.time_zone)).date()
    contestants = codebook.contestants_of(mission, today)
    book = codebook.workbook_of(
        name, version=_next_number(form), languages=languages, contestants=contestants
    )
    return _keep(
        form,
        convert(book),
        source=as_xlsx(book),
        items=codebook.items_of(name),
        languages=languages,
        contestants=contestants,
        by=by,
    )


def draft_from_upload(
    mission: Mission, file_name: str, content: bytes, by: Account | None
) -> tuple[FormVersion, tuple[str, ...]]:
    """A version of an own form from an XLSForm, and what pyxform remarks on, in its words.

    Takes the place of an earlier draft of the same form id. Without a version in the sheet
    `settings` it gets the next number.

    Raises the problems of `generate.xform.convert`, and forms.id_taken, forms.version_taken,
    forms.needs_files; then nothing is changed.
    """
    from paragraph8.server.forms.generate.paper_xlsform import languages_of
    from paragraph8.server.forms.generate.sheets import read_sheets

    book = read_sheets(file_name, content)
    with transaction.atomic():
        form, converted = _own_form(mission, file_name, book)
        made = _keep(
            form,
            converted,
            source=content,
            items=own_items(form.form_id, converted.xml),
            languages=languages_of(book),
            contestants=(),
            by=by,
            file=hashlib.sha256(content).hexdigest(),
        )
    return made, converted.warnings


@transaction.atomic
def publish(
    version: FormVersion, by: Account | None, confirmed: Collection[str] = ()
) -> FormVersion:
    """Freeze a draft: from now on devices get it, and neither its bytes nor its items change.

    confirmed   items of which a person saw that their type or polarity changes

    Raises Problem forms.not_a_draft, forms.nothing_new, forms.meaning_changes.
    """
    form, its = _locked(version)
    newest = newest_published(form)
    if newest and same_content(newest, its):
        raise Problem("forms.nothing_new", form=form.form_id, version=newest.version)
    changed = list(dict.fromkeys(change.item for change in changes_of(its)))
    unseen = [item for item in changed if item not in confirmed]
    if unseen:
        raise Problem("forms.meaning_changes", form=form.form_id, items=", ".join(unseen))
    its.published_at = timezone.now()
    its.save(update_fields=["published_at"])
    form.title = its.title
    form.save(update_fields=["title"])
    _note("form.published", its, by, md5=its.md5, items=len(its.items), changed=changed)
    return its


@transaction.atomic
def publish_all(mission: Mission, by: Account | None) -> list[FormVersion]:
    """Publish every form of the codebook that a mission of this format needs and has not got."""
    there = set(
        FormVersion.objects.filter(form__mission=mission, published_at__isnull=False).values_list(
            "form__form_id", flat=True
        )
    )
    return [
        publish(draft_from_codebook(mission, name, by), by)
        for name in codebook.forms_of(mission)
        if name not in there
    ]


@transaction.atomic
def discard(version: FormVersion, by: Account | None) -> None:
    """Throw a draft away, and its form if that has no other version. Raises forms.not_a_draft."""
    form, its = _locked(version)
    _note("form.discarded", its, by)
    its.delete()
    if not form.versions.exists():
        form.delete()


@transaction.atomic
def close(form: Form, at: datetime, by: Account | None) -> None:
    """No device gets the form after `at`; reports that come later wait for a person."""
    _set_closing(form, at)
    details = {"form": form.form_id, "at": at.isoformat()}
    record("form.closed", form, mission=form.mission.slug, by=by, **details)


@transaction.atomic
def reopen(form: Form, by: Account | None) -> None:
    """Devices get the form again."""
    _set_closing(form, None)
    record("form.reopened", form, mission=form.mission.slug, by=by, form=form.form_id)


def _set_closing(form: Form, at: datetime | None) -> None:
    form.closes_at = at
    form.save(update_fields=["closes_at"])


def _form(mission: Mission, form_id: str, kind: str, title: str) -> Form:
    """The form, made if it is not there, and locked: drafts of it come one after the other."""
    Form.objects.get_or_create(
        mission=mission, form_id=form_id, defaults={"form": kind, "title": title}
    )
    return (
        Form.objects.select_for_update(of=("self",))
        .select_related("mission")
        .get(mission=mission, form_id=form_id)
    )


def _locked(version: FormVersion) -> tuple[Form, FormVersion]:
    """Form and draft as they are now. Raises Problem forms.not_a_draft."""
    form = (
        Form.objects.select_for_update(of=("self",))
        .select_related("mission")
        .get(pk=version.form_id)
    )
    its = form.versions.filter(pk=version.pk, published_at__isnull=True).first()
    if its is None:
        raise Problem("forms.not_a_draft", form=form.form_id, version=version.version)
    its.form = form
    return form, its


def _next_number(form: Form) -> str:
    published = form.versions.filter(published_at__isnull=False)
    stated = published.values_list("version", flat=True)
    numbers = [int(version) for version in stated if version.isdecimal()]
    return str(max(numbers, default=0) + 1)


def _own_form(mission: Mission, file: str, book: "Workbook") -> tuple[Form, "Converted"]:
    from paragraph8.server.forms.generate.xform import convert

    converted = convert(book, file=file, version=NOT_STATED)
    _check_form_id(mission, file, converted.form_id)
    _check_files(file, converted)
    form = _form(mission, converted.form_id, OWN, converted.title)
    if converted.version == NOT_STATED:
        return form, convert(book, file=file, version=_next_number(form))
    taken = form.versions.filter(version=converted.version, published_at__isnull=False)
    if taken.exists():
        raise Problem(
            "forms.version_taken", file=file, form=form.form_id, version=converted.version
        )
    return form, converted


def _check_form_id(mission: Mission, file: str, form_id: str) -> None:
    """An item of an own form is named FORM_ID.NAME, so no id may look like the start of another."""
    if form_id in CODEBOOK_FORMS:
        raise Problem(
            "forms.id_taken", file=file, form_id=form_id, reason="is that of a codebook form"
        )
    for other in Form.objects.filter(mission=mission).values_list("form_id", flat=True):
        if other.startswith(f"{form_id}.") or form_id.startswith(f"{other}."):
            reason = f"cannot be told from {other!r} once names of questions follow it"
            raise Problem("forms.id_taken", file=file, form_id=form_id, reason=reason)


def _check_files(file: str, converted: "Converted") -> None:
    wanted = [*converted.media, *([ITEMSETS] if converted.itemsets else [])]
    missing = [name for name in wanted if name not in (AREAS, STATIONS)]
    if missing:
        raise Problem("forms.needs_files", file=file, names=", ".join(missing))


def _keep(
    form: Form,
    converted: "Converted",
    *,
    source: bytes,
    items: list[dict[str, object]],
    languages: list[str],
    contestants: Sequence[Contestant],
    by: Account | None,
    **details: object,
) -> FormVersion:
    form.versions.filter(published_at__isnull=True).delete()
    made = FormVersion.objects.create(
        form=form,
        version=converted.version,
        title=converted.title,
        xform=converted.xml,
        md5=hashlib.md5(converted.xml, usedforsecurity=False).hexdigest(),
        source=source,
        items=items,
        languages=languages,
        media=list(converted.media),
        contestants=[[one.code, one.name] for one in contestants],
    )
    _note("form.drafted", made, by, md5=made.md5, **details)
    return made


def _note(verb: str, version: FormVersion, by: Account | None, **details: object) -> None:
    form = version.form
    named = {"form": form.form_id, "version": version.version, **details}
    record(verb, version, mission=form.mission.slug, by=by, **named)
