"""Pages that show reports."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from paragraph8.kernel.problem import Problem
from paragraph8.kernel.problem_catalogue import CATALOGUE
from paragraph8.server.missions.access import Seat, for_seat
from paragraph8.server.missions.page import page
from paragraph8.server.openrosa.models import Submission
from paragraph8.server.review import access, listing, showing
from paragraph8.server.review.actions import LONGEST_REASON
from paragraph8.server.review.labels import wordings_of

MOST_ATTEMPTS = 100


@for_seat("reports.see")
@require_GET
def reports(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The reports of the mission, newest first."""
    filters = listing.Filters(seat, request.GET)
    before = request.GET.get("before", "")
    shown = listing.page_of(
        seat, listing.filtered(seat, filters), int(before) if before[:18].isdecimal() else None
    )
    query = request.GET.copy()
    query["before"] = str(shown.older)
    kept = [name for name in filters.fields if request.GET.get(name)]
    context = {
        "zone": listing.zone_of(seat.mission),
        "filters": filters,
        "filtered": bool(kept),
        "first_page": not before,
        "shown": shown,
        "older": query.urlencode() if shown.older else "",
        "waiting": listing.waiting(seat),
        "states": dict(listing.STATES),
        "excluded_teams": access.teams_of(seat).exclude(excluded=""),
        "may_review": seat.may("reports.review"),
        "longest_reason": LONGEST_REASON,
    }
    return page(request, seat, "review/reports.html", context)


@for_seat("reports.see")
@require_GET
def report(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """One report with all that came with it and after it."""
    submission = access.report(seat, pk)
    language = get_language() or "en"
    answers, unreadable = showing.answers_and_problem(submission, language)
    answers = [answer for answer in answers if not answer.is_empty_tick]
    files = showing.files_of(submission, check=request.GET.get("check") == "files")
    newer = showing.corrections_of(seat, submission, language)
    context = {
        "zone": listing.zone_of(seat.mission),
        "submission": submission,
        "state": dict(listing.STATES)[submission.state],
        "why_waiting": why(submission),
        "late": listing.is_late(submission.received_at, listing.late(seat.mission)),
        "safety": hasattr(submission, "safety_matter"),
        "answers": answers,
        "unreadable": unreadable,
        "worded": bool(
            submission.form_version_id
            and wordings_of(submission.form_version_id, language).questions
        ),
        "problems": sum(bool(answer.problem) for answer in answers),
        "files": files,
        "missing": showing.missing_of(submission, files),
        "corrections": newer,
        "replaced": showing.replaced_by(seat, submission, language),
        "corrected": any(one.other.state == Submission.State.ACCEPTED for one in newer),
        "conflicts": showing.conflicts_of(submission, language),
        "attempts": submission.attempts.order_by("-pk")[:MOST_ATTEMPTS],
        "link": showing.link_of_report(submission),
        "may_review": seat.may("reports.review"),
        "longest_reason": LONGEST_REASON,
    }
    return page(request, seat, "review/report.html", context)


def why(submission: Submission) -> str:
    """Why a report waits or waited, as a sentence; "" if nothing was wrong."""
    code = submission.reason
    return str(Problem(code)) if code in CATALOGUE else code
