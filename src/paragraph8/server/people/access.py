"""Observers, teams, phones and plans that a seat may see. Views have no other way to them.

A seat of a coalition member sees its own organisation's; a seat of an area sees what lies in it. An
observer lies where the team lies: without a team, in no area.
"""

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from paragraph8.server.missions.access import Seat
from paragraph8.server.missions.models import Institution, Organisation
from paragraph8.server.people.models import Device, HeadCount, Observer, Stop, Team
from paragraph8.server.setup.models import Area, Election, Station


def lies_in(area: str, field: str) -> Q:
    """Rows whose `field` is the area or below it. Exact: LIKE ignores case on SQLite."""
    return Q(**{field: area}) | Q(Exact(Left(field, len(area) + 1), Value(f"{area}/")))


def is_bounded(seat: Seat) -> bool:
    """Whether the seat sees only a part of the mission."""
    return bool(seat.membership.organisation_id or seat.membership.area)


def observers(seat: Seat) -> QuerySet[Observer]:
    """Observers of the seat, withdrawn ones too."""
    rows = Observer.objects.filter(mission=seat.mission)
    if seat.membership.organisation_id:
        rows = rows.filter(organisation_id=seat.membership.organisation_id)
    if seat.membership.area:
        rows = rows.filter(lies_in(seat.membership.area, "team__area"))
    return rows.select_related("team", "institution", "organisation")


def teams(seat: Seat) -> QuerySet[Team]:
    """Teams of the seat."""
    rows = Team.objects.filter(mission=seat.mission)
    if seat.membership.organisation_id:
        rows = rows.filter(organisation_id=seat.membership.organisation_id)
    if seat.membership.area:
        rows = rows.filter(lies_in(seat.membership.area, "area"))
    return rows.select_related("organisation")


def devices(seat: Seat) -> QuerySet[Device]:
    """Phones of the seat's teams."""
    rows = Device.objects.filter(team__in=teams(seat).order_by())
    return rows.select_related("team__mission", "observer")


def observer(seat: Seat, pk: int) -> Observer:
    """One observer. Raises Http404 for one that the seat may not see."""
    return get_object_or_404(observers(seat), pk=pk)


def team(seat: Seat, pk: int) -> Team:
    """One team. Raises Http404 for one that the seat may not see."""
    return get_object_or_404(teams(seat), pk=pk)


def device(seat: Seat, pk: int) -> Device:
    """One phone. Raises Http404 for one that the seat may not see."""
    return get_object_or_404(devices(seat), pk=pk)


def stop(seat: Seat, pk: int) -> Stop:
    """One stop of a team of the seat. Raises Http404 for another."""
    rows = Stop.objects.filter(team__in=teams(seat).order_by())
    return get_object_or_404(rows.select_related("team", "election"), pk=pk)


def institutions(seat: Seat) -> QuerySet[Institution]:
    """Bodies that send observers to the mission."""
    return Institution.objects.filter(mission=seat.mission)


def organisations(seat: Seat) -> QuerySet[Organisation]:
    """Members of the coalition that the seat may name: its own, or all."""
    rows = Organisation.objects.filter(mission=seat.mission)
    if seat.membership.organisation_id:
        rows = rows.filter(pk=seat.membership.organisation_id)
    return rows


def elections(seat: Seat) -> QuerySet[Election]:
    """Elections of the mission."""
    return Election.objects.filter(mission=seat.mission)


def election(seat: Seat, code: str) -> Election | None:
    """The election with the code; for "" the next one, else the last. None where there is none.

    Raises Http404 for a code that the mission does not have.
    """
    rows = elections(seat)
    if code:
        found = rows.filter(code=code).first()
        if found is None:
            raise Http404
        return found
    today = timezone.now().date()
    return rows.filter(day__gte=today).first() or rows.last()


def areas(seat: Seat) -> QuerySet[Area]:
    """Areas of the mission's elections, as far as the seat sees them."""
    rows = Area.objects.filter(election__mission=seat.mission)
    if seat.membership.area:
        rows = rows.filter(lies_in(seat.membership.area, "code"))
    return rows


def stations(seat: Seat, of: Election) -> QuerySet[Station]:
    """Polling stations of an election, withdrawn ones too."""
    rows = Station.objects.filter(election=of, election__mission=seat.mission)
    if seat.membership.area:
        rows = rows.filter(lies_in(seat.membership.area, "area"))
    return rows


def stops(seat: Seat, of: Election) -> QuerySet[Stop]:
    """Stops of the seat's teams, and of any team of its organisation in the seat's area."""
    rows = Stop.objects.filter(election=of, team__mission=seat.mission)
    if seat.membership.organisation_id:
        rows = rows.filter(team__organisation_id=seat.membership.organisation_id)
    if seat.membership.area:
        area = seat.membership.area
        rows = rows.filter(lies_in(area, "station__area") | lies_in(area, "team__area"))
    return rows.select_related("team", "station")


def head_counts(seat: Seat) -> QuerySet[HeadCount]:
    """Counts of the whole mission: for seats that see the whole mission."""
    rows = HeadCount.objects.filter(mission=seat.mission)
    return rows.none() if is_bounded(seat) else rows
