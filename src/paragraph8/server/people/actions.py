"""What is done to observers and teams. Every act leaves a line in the journal, without a name."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.models import Account, Mission
from paragraph8.server.people import tokens
from paragraph8.server.people.models import Observer, Team
from paragraph8.server.record.journal import record


@transaction.atomic
def add_observer(mission: Mission, facts: Mapping[str, Any], *, by: Account) -> Observer:
    """Put a person on the list. `facts` are fields of Observer."""
    observer = Observer.objects.create(mission=mission, **facts)
    team = observer.team.code if observer.team else ""
    record("observer.added", observer, mission=mission.slug, by=by, team=team)
    return observer


@transaction.atomic
def change_observer(observer: Observer, facts: Mapping[str, Any], *, by: Account) -> list[str]:
    """Set the fields in `facts`; returns the names of those that changed.

    Another team ends the access of the phones that were enrolled for this person in the old one:
    their reports would be counted as the old team's.
    """
    changed = [name for name, value in facts.items() if getattr(observer, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(observer, name, facts[name])
    observer.save(update_fields=changed)
    record("observer.changed", observer, mission=observer.mission.slug, by=by, fields=changed)
    if "team" in changed:
        _revoke_phones(observer, by=by, reason="moved", keep=observer.team_id)
    return changed


def put_in_team(observer: Observer, team: Team | None, *, by: Account) -> None:
    """Move an observer into a team, or out of any. Raises Problem people.withdrawn."""
    if team is not None and observer.withdrawn:
        raise Problem("people.withdrawn")
    change_observer(observer, {"team": team}, by=by)


@transaction.atomic
def sign_pledge(observer: Observer, version: str, *, by: Account) -> None:
    """Record that the person signed a version of the code of conduct.

    Raises Problem people.old_pledge if another version is in force by now.
    """
    if version != observer.mission.pledge_version:
        raise Problem("people.old_pledge", signed=version, version=observer.mission.pledge_version)
    observer.pledge_version, observer.pledged_at = version, timezone.now()
    _save(observer, "pledge_version", "pledged_at")
    record("observer.pledged", observer, mission=observer.mission.slug, by=by, version=version)


@transaction.atomic
def take_back_pledge(observer: Observer, *, by: Account) -> None:
    """The signature was recorded by mistake, or is withdrawn."""
    observer.pledge_version, observer.pledged_at = "", None
    _save(observer, "pledge_version", "pledged_at")
    record("observer.pledge_taken_back", observer, mission=observer.mission.slug, by=by)


@transaction.atomic
def declare_no_conflict(observer: Observer, *, by: Account) -> None:
    """The person declares to have no conflict of interest."""
    observer.no_conflict_declared_at = timezone.now()
    observer.conflict_declared, observer.conflict_cleared = "", False
    _save(observer, "no_conflict_declared_at", "conflict_declared", "conflict_cleared")
    record("observer.declared_no_conflict", observer, mission=observer.mission.slug, by=by)


@transaction.atomic
def declare_conflict(observer: Observer, text: str, *, by: Account) -> None:
    """The person declares a conflict of interest; tokens wait until it is cleared."""
    if not text:
        raise Problem("people.nothing_declared")
    observer.no_conflict_declared_at = None
    observer.conflict_declared, observer.conflict_cleared = text, False
    _save(observer, "no_conflict_declared_at", "conflict_declared", "conflict_cleared")
    record("observer.declared_conflict", observer, mission=observer.mission.slug, by=by)


@transaction.atomic
def clear_conflict(observer: Observer, *, by: Account) -> None:
    """The mission saw the declared conflict and accepts it.

    Raises Problem people.nothing_declared.
    """
    if not observer.conflict_declared:
        raise Problem("people.nothing_declared")
    observer.conflict_cleared = True
    _save(observer, "conflict_cleared")
    record("observer.conflict_cleared", observer, mission=observer.mission.slug, by=by)


@transaction.atomic
def record_training(observer: Observer, day: date | None, *, by: Account) -> None:
    """The day on which the person was trained; None if not yet."""
    observer.trained_at = day
    _save(observer, "trained_at")
    said = day.isoformat() if day else ""
    record("observer.trained", observer, mission=observer.mission.slug, by=by, day=said)


@transaction.atomic
def withdraw(observer: Observer, *, by: Account) -> None:
    """The person is no longer part of the mission: own phones are revoked, what they sent stays.

    Stays in the team, so that a phone shared by the team does not go on working unseen in the
    hands of who left; it works again once the person is taken out of the team.
    """
    if observer.withdrawn:
        return
    observer.withdrawn = True
    _save(observer, "withdrawn")
    record("observer.withdrawn", observer, mission=observer.mission.slug, by=by)
    _revoke_phones(observer, by=by, reason="left")


@transaction.atomic
def reinstate(observer: Observer, *, by: Account) -> None:
    """The person is back. Revoked phones stay revoked and are enrolled anew."""
    if not observer.withdrawn:
        return
    observer.withdrawn = False
    _save(observer, "withdrawn")
    record("observer.reinstated", observer, mission=observer.mission.slug, by=by)


@transaction.atomic
def add_team(mission: Mission, facts: Mapping[str, Any], *, by: Account) -> Team:
    """Make a team. Raises Problem people.team_exists."""
    if Team.objects.filter(mission=mission, code=facts["code"]).exists():
        raise Problem("people.team_exists", team=facts["code"])
    team = Team.objects.create(mission=mission, **facts)
    record("team.added", team, mission=mission.slug, by=by, team=team.code, area=team.area)
    return team


@transaction.atomic
def change_team(team: Team, facts: Mapping[str, Any], *, by: Account) -> None:
    """Set the fields in `facts`. Raises Problem people.team_exists, people.code_in_use.

    A phone that logs in by Digest calls itself by the team's code: the code stays while one works.
    """
    changed = [name for name, value in facts.items() if getattr(team, name) != value]
    if "code" in changed:
        if Team.objects.filter(mission=team.mission, code=facts["code"]).exists():
            raise Problem("people.team_exists", team=facts["code"])
        if team.devices.filter(revoked_at__isnull=True).exists():
            raise Problem("people.code_in_use", team=team.code)
    if not changed:
        return
    for name in changed:
        setattr(team, name, facts[name])
    team.save(update_fields=changed)
    record("team.changed", team, mission=team.mission.slug, by=by, fields=changed, team=team.code)


def next_team_code(mission: Mission, taken: set[str] | None = None) -> str:
    """The first free code of the form T01. `taken` are codes that are spoken for already."""
    used = set(Team.objects.filter(mission=mission).values_list("code", flat=True))
    used |= taken or set()
    number = 1
    while f"T{number:02}" in used:
        number += 1
    return f"T{number:02}"


def _revoke_phones(
    observer: Observer, *, by: Account, reason: str, keep: int | None = None
) -> None:
    phones = observer.devices.filter(revoked_at__isnull=True).select_related("team__mission")
    for phone in phones:
        if keep is None or phone.team_id != keep:
            tokens.revoke(phone, by=by, reason=reason)


def _save(observer: Observer, *fields: str) -> None:
    observer.save(update_fields=fields)
