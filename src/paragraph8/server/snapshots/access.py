"""Snapshots and collected files that a seat may reach."""

from django.db.models import QuerySet
from django.http import Http404

from paragraph8.server.missions.access import Seat
from paragraph8.server.snapshots.models import CollectedFile, FrozenSnapshot


def _whole_mission(seat: Seat) -> None:
    """A snapshot holds the whole mission: nobody who is bounded to a part of it sees one."""
    if seat.membership.organisation is not None or seat.membership.area:
        raise Http404


def snapshots(seat: Seat) -> QuerySet[FrozenSnapshot]:
    """All snapshots of the mission, newest first."""
    _whole_mission(seat)
    return FrozenSnapshot.objects.filter(mission=seat.mission)


def snapshot(seat: Seat, pk: int) -> FrozenSnapshot:
    """One snapshot that is done. Raises Http404."""
    found = snapshots(seat).filter(pk=pk, state=FrozenSnapshot.State.DONE).first()
    if found is None:
        raise Http404
    return found


def collected_files(seat: Seat) -> QuerySet[CollectedFile]:
    """All collected files of the mission, newest first."""
    _whole_mission(seat)
    return CollectedFile.objects.filter(mission=seat.mission)


def collected_file(seat: Seat, pk: int) -> CollectedFile:
    """One collected file. Raises Http404."""
    found = collected_files(seat).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
