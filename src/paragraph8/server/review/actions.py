"""What review decides about reports. Nothing is deleted, and of a report only its state changes.

Every function takes the account that decides and its reason, and writes both into the journal.
Callers have fetched the objects through `access`.
"""

from django.db import transaction
from django.utils import timezone

from paragraph8.kernel.problem import Problem
from paragraph8.server.openrosa.models import Conflict, Submission
from paragraph8.server.openrosa.office import store_from_office
from paragraph8.server.people.models import Team
from paragraph8.server.record.journal import record

LONGEST_REASON = 300
SETTLEMENTS = ("keep_first", "take_other", "keep_both")


@transaction.atomic
def accept(submission: Submission, reason: str, *, by: object) -> None:
    """Let a report that waited, or was rejected, take part in analysis.

    Raises Problem review.no_reason, review.corrected_already (of two corrections of one report
    only one can be accepted).
    """
    _set_state(submission, Submission.State.ACCEPTED, "report.accepted", reason, by)


@transaction.atomic
def reject(submission: Submission, reason: str, *, by: object) -> None:
    """Keep a report out of analysis for good; it stays readable and can be accepted later.

    Raises Problem review.no_reason.
    """
    _set_state(submission, Submission.State.REJECTED, "report.rejected", reason, by)


@transaction.atomic
def exclude(submission: Submission, reason: str, *, by: object) -> None:
    """Leave a report out of analysis. Raises Problem review.no_reason."""
    _set_excluded(_locked(submission), "report.excluded", reason_of(reason), by, reason)


@transaction.atomic
def bring_back(submission: Submission, reason: str, *, by: object) -> None:
    """Take a report into analysis again. Raises Problem review.no_reason."""
    _set_excluded(_locked(submission), "report.brought_back", "", by, reason)


@transaction.atomic
def exclude_team(team: Team, reason: str, *, by: object) -> None:
    """Leave all of a team's work out of analysis. Raises Problem review.no_reason."""
    _set_excluded(_locked_team(team), "team.excluded", reason_of(reason), by, reason)


@transaction.atomic
def bring_back_team(team: Team, reason: str, *, by: object) -> None:
    """Take a team's work into analysis again. Raises Problem review.no_reason."""
    _set_excluded(_locked_team(team), "team.brought_back", "", by, reason)


@transaction.atomic
def settle(conflict: Conflict, how: str, reason: str, *, by: object) -> Submission | None:
    """Settle a conflict; returns the report that was made of the other bytes, if one was.

    how   one of SETTLEMENTS: keep_first (the other is no report), take_other (the other replaces
          the first), keep_both (the other is a report of its own)

    Raises Problem review.no_reason, review.no_such_settlement, review.settled_already,
    review.corrected_already, and those of an unreadable report.
    """
    why = reason_of(reason)
    if how not in SETTLEMENTS:
        raise Problem("review.no_such_settlement", how=how[:40])
    conflict = Conflict.objects.select_for_update().get(pk=conflict.pk)
    if conflict.settled_at is not None:
        raise Problem("review.settled_already")
    first = _locked(Submission(pk=conflict.submission_id))
    made = None if how == "keep_first" else _report_of(conflict, first, how == "take_other")
    conflict.settled_at = timezone.now()
    conflict.settlement = f"{how}: {why}"[:LONGEST_REASON]
    conflict.save(update_fields=["settled_at", "settlement"])
    record(
        "conflict.settled",
        conflict,
        mission=first.mission.slug,
        by=by,
        before={"settled": False},
        after={"how": how, "report": made.pk if made else None},
        report=first.pk,
        reason=why,
    )
    return made


def reason_of(text: str) -> str:
    """The reason as it is kept. Raises Problem review.no_reason for an empty or endless one."""
    reason = " ".join(text.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Problem("review.no_reason", limit=LONGEST_REASON)
    return reason


def refuse_if_corrected(submission: Submission) -> None:
    """Raises Problem review.corrected_already if an accepted report replaces it.

    Call it with the row of `submission` locked.
    """
    newer = submission.corrections.filter(state=Submission.State.ACCEPTED).first()
    if newer is not None:
        raise Problem("review.corrected_already", report=submission.pk, newer=newer.pk)


def _report_of(conflict: Conflict, first: Submission, replaces: bool) -> Submission:
    if replaces:
        refuse_if_corrected(first)
    return store_from_office(
        first,
        bytes(conflict.xml),
        f"conflict:{conflict.xml_sha256}",
        received_at=conflict.received_at,
        entry=first.entry,
        replaces=replaces,
        device=conflict.device,
        conflict=conflict,
        details={"conflict": conflict.pk},
    )


def _set_state(submission: Submission, state: str, verb: str, reason: str, by: object) -> None:
    why = reason_of(reason)
    one = _locked(submission)
    if state == Submission.State.ACCEPTED and one.replaces_id is not None:
        replaced = _locked(Submission(pk=one.replaces_id))
        if one.state != state:
            refuse_if_corrected(replaced)
    before, one.state = one.state, state
    one.save(update_fields=["state"])
    record(
        verb,
        one,
        mission=one.mission.slug,
        by=by,
        before={"state": before},
        after={"state": state},
        reason=why,
    )


def _set_excluded(
    one: Submission | Team, verb: str, excluded: str, by: object, reason: str
) -> None:
    why = reason_of(reason)
    before, one.excluded = one.excluded, excluded
    one.save(update_fields=["excluded"])
    record(
        verb,
        one,
        mission=one.mission.slug,
        by=by,
        before={"excluded": before},
        after={"excluded": excluded},
        reason=why,
    )


def _locked(submission: Submission) -> Submission:
    found = Submission.objects.select_for_update(of=("self",)).select_related("mission")
    return found.get(pk=submission.pk)


def _locked_team(team: Team) -> Team:
    return Team.objects.select_for_update(of=("self",)).select_related("mission").get(pk=team.pk)
