"""The page of keys for programs that archive the mission."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from paragraph8.server.missions.access import Seat, for_seat
from paragraph8.server.missions.page import page
from paragraph8.server.openrosa.answers import absolute
from paragraph8.server.review.archive_keys import make_key, revoke_key


@for_seat("reports.review")
@require_GET
def keys(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The keys so far, and how to make one."""
    _whole_mission(seat)
    return _page(request, seat)


@for_seat("reports.review")
@require_POST
def make(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Make a key; its address is on this page and nowhere else."""
    _whole_mission(seat)
    token = make_key(seat.mission, seat.membership.account)
    return _page(request, seat, absolute(request, f"/a/{token}"))


@for_seat("reports.review")
@require_POST
def revoke(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Revoke a key."""
    _whole_mission(seat)
    key = seat.mission.archive_keys.filter(pk=pk).first()
    if key is None:
        raise Http404
    revoke_key(key, seat.membership.account)
    return redirect("archive_keys", slug=seat.mission.slug)


def _whole_mission(seat: Seat) -> None:
    """A key opens the whole mission: who is bounded to a part of it makes none."""
    if seat.membership.organisation is not None or seat.membership.area:
        raise Http404


def _page(request: HttpRequest, seat: Seat, address: str = "") -> HttpResponse:
    facts = {"keys": seat.mission.archive_keys.all(), "address": address}
    return page(request, seat, "review/archive.html", facts)
