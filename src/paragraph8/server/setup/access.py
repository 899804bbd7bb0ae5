"""Elections, areas, stations and ballots that a seat may see. Views have no other way to them.

A seat of an area sees what lies in it, and imports nothing: a list is of the whole election.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.shortcuts import get_object_or_404

from paragraph8.server.missions.access import Seat
from paragraph8.server.setup.models import Area, Contestant, Election, ImportRun, Station
from paragraph8.server.setup.previews import KINDS


def lies_in(area: str, field: str) -> Q:
    """Rows whose `field` is the area or below it. Exact: LIKE ignores case on SQLite."""
    return Q(**{field: area}) | Q(Exact(Left(field, len(area) + 1), Value(f"{area}/")))


def require_whole(seat: Seat) -> None:
    """Raises PermissionDenied for a seat that sees only a part of the mission."""
    if seat.membership.area or seat.membership.organisation_id:
        raise PermissionDenied("the whole mission")


def may_change(seat: Seat) -> bool:
    """Whether the seat may change elections and import lists."""
    bounded = seat.membership.area or seat.membership.organisation_id
    return seat.may("mission.set_up") and not bounded


def elections(seat: Seat) -> QuerySet[Election]:
    """The elections of the mission."""
    return Election.objects.filter(mission=seat.mission)


def election(seat: Seat, pk: int) -> Election:
    """One election. Raises Http404 for one of another mission."""
    return get_object_or_404(elections(seat), pk=pk)


def stations(seat: Seat) -> QuerySet[Station]:
    """The stations of the mission, withdrawn ones too."""
    rows = Station.objects.filter(election__mission=seat.mission)
    return rows.filter(lies_in(seat.membership.area, "area")) if seat.membership.area else rows


def areas(seat: Seat) -> QuerySet[Area]:
    """The areas of the mission, withdrawn ones too."""
    rows = Area.objects.filter(election__mission=seat.mission)
    return rows.filter(lies_in(seat.membership.area, "code")) if seat.membership.area else rows


def contestants(seat: Seat) -> QuerySet[Contestant]:
    """Everybody on a ballot of the mission, in ballot order."""
    rows = Contestant.objects.filter(contest__election__mission=seat.mission)
    return rows.select_related("contest").order_by("contest__code", "place", "code")


def imports(seat: Seat) -> QuerySet[ImportRun]:
    """Files of stations and contestants that were uploaded. None for a bounded seat."""
    rows = ImportRun.objects.filter(mission=seat.mission, kind__in=KINDS)
    return rows.select_related("election") if may_change(seat) else rows.none()


def run(seat: Seat, pk: int) -> ImportRun:
    """One upload. Raises Http404 for one of another mission or a bounded seat."""
    return get_object_or_404(imports(seat).filter(election__isnull=False), pk=pk)
