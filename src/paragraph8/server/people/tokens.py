"""Tokens of devices: made once, shown once, kept only as hashes, revocable."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.models import Mission
from paragraph8.server.people.models import Device, Observer, Team
from paragraph8.server.record.journal import record

TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A device and its token, which nobody can show again."""

    device: Device
    token: str


def realm(mission: Mission) -> str:
    """The realm of Digest and Basic log-ins of a mission."""
    return f"paragraph8-{mission.slug}"


def user_name(team: Team, device_number: int) -> str:
    """What a device calls itself in Digest and Basic: the team's code and the device's number."""
    return f"{team.code}.{device_number}"


@transaction.atomic
def enrol(team: Team, observer: Observer | None, *, by: object) -> Enrolment:
    """Give a team's phone a token. Raises Problem people.observer_of_other_team."""
    if observer is not None and observer.team_id != team.pk:
        raise Problem("people.observer_of_other_team", team=team.code)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    device = Device.objects.create(
        team=team, observer=observer, token_hash=token_hash(token), digest_secret=""
    )
    device.digest_secret = digest_secret(team, device, token)
    device.save(update_fields=["digest_secret"])
    record("device.enrolled", device, mission=team.mission.slug, by=by, team=team.code)
    return Enrolment(device, token)


@transaction.atomic
def revoke(device: Device, *, by: object, reason: str) -> None:
    """From now on the token opens nothing. What it sent stays."""
    if device.revoked_at is None:
        device.revoked_at = timezone.now()
        device.save(update_fields=["revoked_at"])
        record("device.revoked", device, mission=device.team.mission.slug, by=by, reason=reason)


def token_hash(token: str) -> str:
    """What is stored of a token. It has 128 random bits: a fast hash cannot be searched."""
    return hashlib.sha256(token.encode()).hexdigest()


def digest_secret(team: Team, device: Device, token: str) -> str:
    """MD5(user:realm:token), as RFC 2617 asks for."""
    text = f"{user_name(team, device.pk)}:{realm(team.mission)}:{token}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def why_it_does_not_work(device: Device, today: date) -> str:
    """The problem code that says why the device may not be used; "" if it may.

    Codes: device.revoked, device.observer_withdrawn, device.no_pledge, device.conflict_of_interest,
    device.not_accredited.
    """
    if device.revoked_at is not None:
        return "device.revoked"
    for observer in [device.observer] if device.observer else device.team.observers.all():
        if code := why_not_ready(observer, device.team.mission, today):
            return code
    return ""


def why_not_ready(observer: Observer, mission: Mission, today: date) -> str:
    """What an observer still lacks before a token works, as a problem code; "" if nothing."""
    return next(iter(all_that_is_missing(observer, mission, today)), "")


def all_that_is_missing(observer: Observer, mission: Mission, today: date) -> list[str]:
    """Every problem code that `why_not_ready` could give for this observer, gravest first."""
    missing = []
    if observer.withdrawn:
        missing.append("device.observer_withdrawn")
    if observer.pledge_version != mission.pledge_version:
        missing.append("device.no_pledge")
    if observer.no_conflict_declared_at is None and not observer.conflict_cleared:
        missing.append("device.conflict_of_interest")
    if observer.accredited_until is not None and observer.accredited_until < today:
        missing.append("device.not_accredited")
    return missing
