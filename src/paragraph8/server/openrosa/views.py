"""The endpoints that ODK Collect and other OpenRosa clients speak to.

Each is reached by two addresses: `/o/TOKEN/…`, where the path says who sends, and `/m/MISSION/…`
with Digest or Basic.
"""

import logging
import tempfile
from collections.abc import Callable
from functools import wraps
from typing import IO, Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from paragraph8.kernel.problem import Problem
from paragraph8.server.openrosa.answers import message, with_headers
from paragraph8.server.openrosa.authentication import (
    Refused,
    Sender,
    note_seen,
    sender_by_header,
    sender_by_token,
)
from paragraph8.server.openrosa.models import Submission
from paragraph8.server.openrosa.parts import read_parts
from paragraph8.server.openrosa.receipts import in_words, receipt
from paragraph8.server.openrosa.receive import keep_unreadable, names_here, receive
from paragraph8.server.record.files import file_store

PIECE = 1 << 16
STATUS = {
    "openrosa.unknown_instance": 404,
    "openrosa.not_the_latest": 409,
    "openrosa.form_closed": 409,
    "openrosa.conflict": 409,
    "openrosa.too_large": 413,
}
MOST_RECEIPTS = 500
RETRY_SECONDS = 20
LOG = logging.getLogger(__name__)


def for_devices(*methods: str) -> Callable[[Any], Any]:
    """An endpoint for an enrolled device: `view(request, sender, …)`."""

    def decorate(view: Any) -> Any:
        @csrf_exempt
        @wraps(view)
        def guarded(
            request: HttpRequest, token: str = "", slug: str = "", **rest: Any
        ) -> HttpResponse:
            try:
                if request.method not in methods:
                    answer = message(405, "This address does not take that kind of request.")
                    answer["Allow"] = ", ".join(methods)
                    raise Refused(answer)
                if request.headers.get("X-OpenRosa-Version", "1.0").split(",")[0].strip() != "1.0":
                    raise Refused(message(400, str(Problem("openrosa.version"))))
                sender = sender_by_token(token) if token else sender_by_header(request, slug)
                note_seen(sender.device, request.GET.get("deviceID", ""))
                answer = view(request, sender, **rest)
            except Refused as refused:
                answer = refused.response
            except (OperationalError, InterfaceError) as error:
                # The database is away: the phone keeps the report and tries again.
                LOG.warning("database not to be reached: %s", type(error).__name__)
                answer = message(503, str(Problem("openrosa.not_now")))
                answer["Retry-After"] = str(RETRY_SECONDS)
            return with_headers(answer)

        guarded.access = "device"
        return guarded

    return decorate


@for_devices("HEAD", "GET", "POST")
def submission(request: HttpRequest, sender: Sender) -> HttpResponse:
    """HEAD: 204, ready. POST: take a report in."""
    if request.method != "POST":
        return HttpResponse(status=204)
    with tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE) as body:
        broken = _take_up(request, body)
        return _answer_to(request, sender, body, broken)


def _take_up(request: HttpRequest, body: IO[bytes]) -> str:
    """Read the body, up to the limit; returns a problem code if there is more or less of it."""
    room = settings.P8_MAX_BYTES
    try:
        while room > 0 and (piece := request.read(min(PIECE, room))):
            body.write(piece)
            room -= len(piece)
        over = room == 0 and bool(request.read(1))
    except UnreadablePostError:
        return "openrosa.broken_multipart"
    return "openrosa.too_large" if over else ""


def _answer_to(request: HttpRequest, sender: Sender, body: IO[bytes], broken: str) -> HttpResponse:
    store, content_type = file_store(), request.headers.get("Content-Type", "")
    body.seek(0)
    parts = read_parts(body, content_type, store)
    broken = broken or parts.broken
    if parts.xml is None:
        code = broken or "openrosa.no_xml"
        keep_unreadable(sender, body, content_type, code, store)
        return _refusal(Problem(code, limit=settings.P8_MAX_BYTES))
    client = {
        "device": request.GET.get("deviceID", "")[:100],
        "agent": request.headers.get("User-Agent", "")[:200],
    }
    try:
        done = receive(sender, parts, client)
    except Problem as problem:
        if problem.code not in STATUS:
            keep_unreadable(sender, body, content_type, problem.code, store)
        return _refusal(problem)
    if broken:
        # What was whole is kept; the client is told that it is not all, and sends it again.
        return _refusal(Problem(broken, limit=settings.P8_MAX_BYTES))
    status = 202 if done.outcome == "conflict" or done.submission.reason else 201
    nature = "duplicate" if done.outcome == "repeat" else "submit_success"
    return message(status, in_words(done.submission, done.outcome, done.here), nature)


def _refusal(problem: Problem) -> HttpResponse:
    return message(STATUS.get(problem.code, 400), str(problem))


@for_devices("GET")
def receipts(request: HttpRequest, sender: Sender) -> HttpResponse:
    """Receipts of what this device sent, newest first; `?instance=` for one."""
    sent = Submission.objects.filter(device=sender.device).select_related("mission")
    if wanted := request.GET.get("instance"):
        sent = sent.filter(instance_id=wanted)
    listed = [receipt(submission) for submission in sent.order_by("-pk")[:MOST_RECEIPTS]]
    return JsonResponse({"receipts": listed})


@for_devices("GET")
def received(request: HttpRequest, sender: Sender) -> HttpResponse:
    """What the mission has of this phone's reports, in words, for the observer to look at."""
    sent = Submission.objects.filter(device=sender.device).select_related("form_version__form")
    newest = sent.defer("xml", "form_version__xform", "form_version__source")
    rows = [
        {"report": one, "here": names_here(one), "expected": len(one.expected)}
        for one in newest.order_by("-pk")[:MOST_RECEIPTS]
    ]
    context = {"mission": sender.mission, "team": sender.team.code, "rows": rows}
    return render(request, "openrosa/received.html", context)
