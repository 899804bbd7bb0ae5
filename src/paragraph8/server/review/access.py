"""Which reports, files and teams a seat may see. Views have no other way to them."""

from django.db.models import Q, QuerySet
from django.http import Http404

from paragraph8.server.missions.access import Seat
from paragraph8.server.openrosa.models import Conflict, Submission, SubmissionFile
from paragraph8.server.people.models import Team
from paragraph8.server.review.safety import note_safety

# A post whose place is an area: without one it sees nothing rather than everything.
ONLY_OWN_AREA = ("long_term_observer",)


def reports_of(seat: Seat) -> QuerySet[Submission]:
    """The reports that the seat may see. Those on safety only with the right `safety.see`."""
    reports = Submission.objects.filter(mission=seat.mission).filter(_bounds(seat, "team__"))
    if not seat.may("safety.see"):
        reports = reports.filter(safety_matter__isnull=True)
    return reports


def teams_of(seat: Seat) -> QuerySet[Team]:
    """The teams whose reports the seat may see."""
    return Team.objects.filter(mission=seat.mission).filter(_bounds(seat, ""))


def report(seat: Seat, pk: int) -> Submission:
    """One report. Raises Http404 for one that is not there for this seat."""
    found = reports_of(seat).select_related(
        "mission", "team", "form_version__form", "device", "replaces"
    )
    one = found.defer("form_version__xform", "form_version__source", "form_version__items").filter(
        pk=pk
    )
    submission = one.first()
    if submission is None or not _may_read(seat, submission):
        raise Http404
    return submission


def file_of(seat: Seat, pk: int, file: int) -> SubmissionFile:
    """One file of a report. Raises Http404 like `report`."""
    found = report(seat, pk).files.filter(pk=file).first()
    if found is None:
        raise Http404
    return found


def conflict(seat: Seat, pk: int) -> Conflict:
    """One conflict of a report. Raises Http404 like `report`."""
    found = Conflict.objects.filter(pk=pk, submission__mission=seat.mission).first()
    if found is None:
        raise Http404
    report(seat, found.submission_id)
    return found


def team(seat: Seat, pk: int) -> Team:
    """One team. Raises Http404."""
    found = teams_of(seat).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _may_read(seat: Seat, submission: Submission) -> bool:
    # Looked at again: what was stored past the signal (in bulk) has no mark yet.
    return seat.may("safety.see") or not note_safety(submission)


def _bounds(seat: Seat, team: str) -> Q:
    """The part of the mission that the membership is bounded to; `team` leads to the team."""
    bounds = Q()
    membership = seat.membership
    if membership.organisation_id is not None:
        bounds &= Q(**{f"{team}organisation_id": membership.organisation_id})
    area = membership.area
    if area:
        bounds &= Q(**{f"{team}area": area}) | Q(**{f"{team}area__startswith": f"{area}/"})
    elif membership.role in ONLY_OWN_AREA:
        bounds &= Q(pk__in=[])
    return bounds
