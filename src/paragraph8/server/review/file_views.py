"""Files of reports. Each request is checked anew; only stripped copies can appear on a page."""

from collections.abc import Iterable
from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from paragraph8.server.missions.access import Seat, for_seat
from paragraph8.server.openrosa.models import SubmissionFile
from paragraph8.server.openrosa.receipts import receipt
from paragraph8.server.record.files import file_store
from paragraph8.server.record.journal import record
from paragraph8.server.review import access
from paragraph8.server.review.pictures import copy_of

Answer = TypeVar("Answer", bound=HttpResponseBase)
# What a browser may make of the answer, even if it were to show it: nothing.
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
# Endings that open in a viewer, never in something that runs them.
HARMLESS = (
    *("jpg", "jpeg", "png", "webp", "heic", "pdf", "csv", "txt", "3gp", "mp4", "mov"),
    *("mp3", "m4a", "aac", "amr", "ogg", "opus", "wav"),
)


@for_seat("reports.see")
@require_GET
def copy(request: HttpRequest, seat: Seat, pk: int, file: int) -> HttpResponse:
    """The stripped copy of a picture; 404 for what is none."""
    try:
        content = copy_of(access.file_of(seat, pk, file).sha256)
    except FileNotFoundError:
        raise Http404 from None
    if content is None:
        raise Http404
    answer = HttpResponse(content, content_type="image/jpeg")
    return _alone(answer, f'inline; filename="copy-{file}.jpg"')


@for_seat("reports.review")
@require_GET
def original(request: HttpRequest, seat: Seat, pk: int, file: int) -> HttpResponseBase:
    """The original bytes, only as a download, with a line in the journal."""
    found = access.file_of(seat, pk, file)
    pieces = file_store().read(found.sha256)
    try:
        first = next(pieces, b"")
    except FileNotFoundError:
        raise Http404 from None
    record(
        "file.downloaded", found, mission=seat.mission.slug, by=request.user, sha256=found.sha256
    )
    answer = StreamingHttpResponse(_after(first, pieces), content_type="application/octet-stream")
    answer["Content-Length"] = str(found.size)
    return _alone(answer, f'attachment; filename="{safe_name(found)}"')


@for_seat("reports.review")
@require_GET
def xml_of(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """The XML exactly as it came, only as a download, with a line in the journal."""
    submission = access.report(seat, pk)
    record(
        "report.downloaded",
        submission,
        mission=seat.mission.slug,
        by=request.user,
        sha256=submission.xml_sha256,
    )
    answer = HttpResponse(bytes(submission.xml), content_type="application/octet-stream")
    return _alone(answer, f'attachment; filename="report-{submission.pk}.xml"')


@for_seat("reports.see")
@require_GET
def receipt_of(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """The signed receipt of a report as it stands now."""
    answer = JsonResponse(
        receipt(access.report(seat, pk)), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    return _alone(answer, f'attachment; filename="receipt-{pk}.json"')


def safe_name(file: SubmissionFile) -> str:
    """A name of our own making; of the stranger's only a harmless ending stays."""
    ending = file.name.rpartition(".")[2].lower()
    kept = ending if ending in HARMLESS else "bin"
    return f"report-{file.submission_id}-file-{file.pk}.{kept}"


def _after(first: bytes, pieces: Iterable[bytes]) -> Iterable[bytes]:
    yield first
    yield from pieces


def _alone(answer: Answer, disposition: str) -> Answer:
    answer["Content-Disposition"] = disposition
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
