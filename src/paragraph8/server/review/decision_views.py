"""What a reviewer decides, sent from the pages of reports."""

from collections.abc import Callable, Mapping, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.access import Seat, for_seat
from paragraph8.server.missions.page import page
from paragraph8.server.openrosa.models import Submission
from paragraph8.server.review import access, actions, listing, showing
from paragraph8.server.review.corrections import correct
from paragraph8.server.review.reading import Answer
from paragraph8.tables.words import ENTRY_MODES

Chosen = tuple[Callable[..., None], object]
DECISIONS: Mapping[str, Chosen] = {
    "accept": (actions.accept, gettext_lazy("The report is accepted.")),
    "reject": (actions.reject, gettext_lazy("The report is rejected. It stays here to read.")),
    "exclude": (actions.exclude, gettext_lazy("The report is left out of analysis.")),
    "bring_back": (actions.bring_back, gettext_lazy("The report is in analysis again.")),
}
TEAM_DECISIONS: Mapping[str, Chosen] = {
    "exclude": (actions.exclude_team, gettext_lazy("The team's work is left out of analysis.")),
    "bring_back": (actions.bring_back_team, gettext_lazy("The team's work is in analysis again.")),
}
BY_HAND = tuple(mode for mode in ENTRY_MODES if mode in ("paper", "call_centre", "phone"))


@for_seat("reports.review")
@require_POST
def decide(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Accept, reject, exclude a report or bring it back."""
    submission = access.report(seat, pk)
    act, said = _chosen(DECISIONS, request)
    act(submission, request.POST.get("reason", ""), by=request.user)
    messages.success(request, str(said))
    return redirect("report", slug=seat.mission.slug, pk=pk)


@for_seat("reports.review")
@require_POST
def decide_team(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Exclude all work of a team or bring it back."""
    act, said = _chosen(TEAM_DECISIONS, request)
    act(access.team(seat, pk), request.POST.get("reason", ""), by=request.user)
    messages.success(request, str(said))
    return redirect("reports", slug=seat.mission.slug)


@for_seat("reports.review")
@require_POST
def settlement(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Settle a conflict."""
    conflict = access.conflict(seat, pk)
    how, reason = request.POST.get("how", ""), request.POST.get("reason", "")
    made = actions.settle(conflict, how, reason, by=request.user)
    messages.success(request, gettext("The conflict is settled."))
    shown = conflict.submission_id if made is None else made.pk
    return redirect("report", slug=seat.mission.slug, pk=shown)


@for_seat("reports.review")
@require_http_methods(["GET", "POST"])
def correction(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """A form with every answer; what is changed in it becomes a new report."""
    submission = access.report(seat, pk)
    if request.method == "POST":
        made = _corrected(request, submission)
        messages.success(request, gettext("The correction is stored. The first report stays."))
        return redirect("report", slug=seat.mission.slug, pk=made.pk)
    answers, unreadable = showing.answers_and_problem(submission, get_language() or "en")
    context = {
        "zone": listing.zone_of(seat.mission),
        "submission": submission,
        "answers": _typed(answers),
        "unreadable": unreadable,
        "entries": BY_HAND,
        "longest_reason": actions.LONGEST_REASON,
    }
    return page(request, seat, "review/correction.html", context)


def _corrected(request: HttpRequest, submission: Submission) -> Submission:
    answers, _ = showing.answers_and_problem(submission, "en")
    changes = {
        answer.index: request.POST[f"a{answer.index}"]
        for answer in _typed(answers)
        if f"a{answer.index}" in request.POST
    }
    return correct(
        submission,
        changes,
        request.POST.get("reason", ""),
        entry=request.POST.get("entry", ""),
        by=request.user,
    )


def _typed(answers: Sequence[Answer]) -> list[Answer]:
    """The answers that somebody gave: no names of files, and nothing that the phone noted itself.

    Of a form that is not known nobody can tell, so all of them.
    """
    asked = [answer for answer in answers if answer.control and not answer.is_file]
    return asked if any(answer.control for answer in answers) else list(answers)


def _chosen(decisions: Mapping[str, Chosen], request: HttpRequest) -> Chosen:
    chosen = decisions.get(request.POST.get("decision", ""))
    if chosen is None:
        raise Problem("review.no_such_decision")
    return chosen
