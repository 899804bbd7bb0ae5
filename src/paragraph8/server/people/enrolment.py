"""Phones for many observers at once: who is due, and one token each."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.access import Seat
from paragraph8.server.missions.models import Account
from paragraph8.server.people import access, tokens
from paragraph8.server.people.models import Device, Observer, Team
from paragraph8.server.people.tokens import Enrolment

# Sheets on one page; a browser prints some hundred QR codes and no more.
MOST_SHEETS = 200


def enrol_one(team: Team, observer: Observer | None, *, by: Account) -> Enrolment:
    """A phone for an observer, or for the whole team. Raises Problem people.withdrawn."""
    if observer is not None and observer.withdrawn:
        raise Problem("people.withdrawn")
    return tokens.enrol(team, observer, by=by)


def due(seat: Seat, scope: str) -> list[Observer]:
    """Observers who are ready and in a team of the seat, by team, and lack what `scope` says.

    `without_phone`: no phone of their own whose access is in force. `never_seen`: they have one,
    and no phone of theirs ever spoke to the server.
    """
    today = timezone.now().date()
    live, seen = _phones(seat)
    rows = access.observers(seat).filter(withdrawn=False, team__in=access.teams(seat).order_by())
    ready = [o for o in rows if not tokens.why_not_ready(o, seat.mission, today)]
    if scope == "never_seen":
        chosen = [o for o in ready if o.pk in live and o.pk not in seen]
    else:
        chosen = [o for o in ready if o.pk not in live]
    return sorted(chosen, key=lambda o: (o.team.code if o.team else "", o.pk))


@transaction.atomic
def enrol_many(observers: Sequence[Observer], *, by: Account) -> list[Enrolment]:
    """A phone for each; phones of theirs that are in force and were never seen are revoked."""
    unused = Device.objects.filter(
        observer__in=[o.pk for o in observers], revoked_at__isnull=True, last_seen__isnull=True
    )
    for device in unused.select_related("team__mission"):
        tokens.revoke(device, by=by, reason="sheet")
    return [tokens.enrol(o.team, o, by=by) for o in observers if o.team is not None]


def with_phone(seat: Seat) -> set[int]:
    """Ids of observers who have a phone in force: their own, or one of their team."""
    live, _seen = _phones(seat)
    shared = access.devices(seat).filter(revoked_at__isnull=True, observer__isnull=True)
    teams = set(shared.values_list("team_id", flat=True))
    members = access.observers(seat).values_list("pk", "team_id")
    return live | {pk for pk, team in members if team in teams}


def _phones(seat: Seat) -> tuple[set[int], set[int]]:
    rows = access.devices(seat).filter(revoked_at__isnull=True, observer__isnull=False)
    known = list(rows.values_list("observer_id", "last_seen"))
    return {pk for pk, _at in known}, {pk for pk, at in known if at is not None}
