"""Bulk pull as ODK Briefcase does it: what tools of that family need to archive a mission.

/a/TOKEN/formList                      the published forms
/a/TOKEN/view/submissionList           ids, in pieces with a cursor
/a/TOKEN/view/downloadSubmission       one report with the addresses of its files
"""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from lxml import etree

from paragraph8.intake.xml_guard import parse_xml
from paragraph8.kernel.problem import Problem
from paragraph8.server.forms.models import FormVersion
from paragraph8.server.openrosa.answers import XML, absolute, message, with_headers, xml_answer
from paragraph8.server.openrosa.models import Submission, SubmissionFile
from paragraph8.server.record.files import file_store
from paragraph8.server.review.archive_keys import key_of
from paragraph8.server.review.models import ArchiveKey

SUBMISSIONS = "http://opendatakit.org/submissions"
LIST = "http://openrosa.org/xforms/xformsList"
PIECE, MOST = 100, 1_000
# form[@version=null and @uiVersion=null]/data[@key=uuid:…]
WANTED = re.compile(r"(?P<form>[^\[/]+)(?:\[[^\]]*\])?/[^\[/]+\[@key=(?P<instance>[^\]]+)\]")


def for_archives(view: Any) -> Callable[..., HttpResponse]:
    """An endpoint for who has a key: `view(request, key, …)`."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, token: str, **rest: Any) -> HttpResponse:
        key = key_of(token)
        if key is None:
            return message(401, str(Problem("review.unknown_archive_key")))
        answer: HttpResponse = view(request, key, token, **rest)
        return answer

    its: Any = guarded
    its.access = "archive"
    return guarded


def reports_of(key: ArchiveKey) -> Any:
    """What the key opens: every report that was not rejected, but none on safety."""
    return Submission.objects.filter(mission=key.mission, safety_matter__isnull=True).exclude(
        state=Submission.State.REJECTED
    )


@for_archives
def form_list(request: HttpRequest, key: ArchiveKey, token: str) -> HttpResponse:
    """The newest published version of every form."""
    versions = FormVersion.objects.filter(
        form__mission=key.mission, published_at__isnull=False
    ).select_related("form")
    newest = {version.form_id: version for version in versions.order_by("published_at")}
    entries = "".join(
        f"<xform><formID>{escape(v.form.form_id)}</formID><name>{escape(v.form.title)}</name>"
        f"<version>{escape(v.version)}</version><hash>md5:{v.md5}</hash><downloadUrl>"
        f"{escape(_url(request, 'archive_form', token, pk=v.pk))}</downloadUrl></xform>"
        for v in newest.values()
    )
    return xml_answer(f'<xforms xmlns="{LIST}">{entries}</xforms>')


@for_archives
def blank_form(request: HttpRequest, key: ArchiveKey, token: str, pk: int) -> HttpResponse:
    """The bytes of one published version."""
    found = FormVersion.objects.filter(
        pk=pk, form__mission=key.mission, published_at__isnull=False
    ).first()
    if found is None:
        return message(404, str(Problem("review.not_in_archive")))
    return with_headers(HttpResponse(bytes(found.xform), content_type=XML))


@for_archives
def submission_list(request: HttpRequest, key: ArchiveKey, token: str) -> HttpResponse:
    """Ids of reports after the cursor, oldest first; the cursor is the number of the last one."""
    given = request.GET
    after = given.get("cursor", "") or "0"
    number = given.get("numEntries", "") or str(PIECE)
    if not (after.isdigit() and number.isdigit()):
        return message(400, str(Problem("review.bad_cursor")))
    reports = reports_of(key).filter(form_id=given.get("formId", ""), pk__gt=int(after[:18]))
    rows = list(
        reports.order_by("pk").values_list("pk", "instance_id")[: min(int(number[:6]), MOST)]
    )
    ids = "".join(f"<id>{escape(instance)}</id>" for _, instance in rows)
    cursor = rows[-1][0] if rows else after
    return xml_answer(
        f'<idChunk xmlns="{SUBMISSIONS}"><idList>{ids}</idList>'
        f"<resumptionCursor>{cursor}</resumptionCursor></idChunk>"
    )


@for_archives
def download(request: HttpRequest, key: ArchiveKey, token: str) -> HttpResponse:
    """One report: its XML, with the attributes that archives expect, and its files."""
    wanted = WANTED.fullmatch(request.GET.get("formId", ""))
    found = (
        reports_of(key).filter(form_id=wanted["form"], instance_id=wanted["instance"]).first()
        if wanted
        else None
    )
    if found is None:
        return message(404, str(Problem("review.not_in_archive")))
    root = parse_xml(bytes(found.xml), "the report")
    root.set("instanceID", found.instance_id)
    root.set("submissionDate", found.received_at.isoformat(timespec="milliseconds"))
    root.set("isComplete", "true" if found.complete else "false")
    files = "".join(
        _media_file(request, token, file)
        for file in found.files.filter(conflict__isnull=True).order_by("pk")
    )
    data = etree.tostring(root, encoding="unicode")
    return xml_answer(f'<submission xmlns="{SUBMISSIONS}"><data>{data}</data>{files}</submission>')


@for_archives
def file(request: HttpRequest, key: ArchiveKey, token: str, pk: int) -> HttpResponse:
    """The bytes of one file, as they came."""
    found = SubmissionFile.objects.filter(pk=pk, submission__in=reports_of(key)).first()
    if found is None:
        return message(404, str(Problem("review.not_in_archive")))
    answer = StreamingHttpResponse(
        file_store().read(found.sha256), content_type="application/octet-stream"
    )
    answer["Content-Disposition"] = f'attachment; filename="file-{found.pk}"'
    its: Any = answer
    return its


def _media_file(request: HttpRequest, token: str, one: SubmissionFile) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for piece in file_store().read(one.sha256):
        digest.update(piece)
    url = escape(_url(request, "archive_file", token, pk=one.pk))
    return (
        f"<mediaFile><filename>{escape(one.name)}</filename><hash>md5:{digest.hexdigest()}</hash>"
        f"<downloadUrl>{url}</downloadUrl></mediaFile>"
    )


def _url(request: HttpRequest, name: str, token: str, **more: int) -> str:
    return absolute(request, reverse(name, kwargs={"token": token, **more}))
